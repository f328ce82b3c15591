//! A made-up chain whose owners are known: written by the generator of `TRACEWELL_BLKGEN`, stored as
//! a user stores a node's blocks.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use api::query::{BitcoinNetwork, IngestBitcoinQuestion, Unwatched, Workspace, ingest_bitcoin};
use chain::{Chain, Script};
use ledger::utxo::{AddressNo, UtxoLedger};

use crate::step::{self, Failure, cargo};

const MEGABYTES: &str = "20";
const SEED: &str = "1";
/// Of a hundred inputs, how many spend an output of their own block; as on the real chain.
const SAME_BLOCK: &str = "45";
/// Heights of the real blocks whose shape the made-up ones have.
const TEMPLATES: [u32; 5] = [363_703, 383_616, 413_567, 702_861, 866_342];

/// The chain, and whose its addresses are.
pub(super) struct MadeChain {
    pub(super) workspace: Workspace,
    pub(super) ledger: UtxoLedger,
    /// Address and owner.
    pub(super) owners: Vec<(AddressNo, u32)>,
}

impl MadeChain {
    /// Makes the chain below a folder, or takes the one that is there.
    pub(super) fn ready(root: &Path, data: &Path, scratch: &Path) -> Result<MadeChain, Failure> {
        let blocks = scratch.join(format!("blocks-{MEGABYTES}"));
        if !blocks.is_dir() {
            make(root, data, scratch, &blocks)?;
        }
        let folder = scratch.join(format!("ledger-{MEGABYTES}"));
        let workspace = Workspace::new(&folder);
        let question = IngestBitcoinQuestion {
            blocks: blocks.clone(),
            network: BitcoinNetwork::Mainnet,
            check: false,
            // Nobody worked for a made-up block.
            check_work: false,
            holder: "cargo xtask score".to_owned(),
        };
        let damaged = |why: String| Failure::Truth { path: blocks.display().to_string(), why };
        ingest_bitcoin(&workspace, &question, &Unwatched)
            .map_err(|error| damaged(error.to_string()))?;
        let ledger = workspace.utxo_ledger(Chain::Bitcoin);
        let ledger = ledger.map_err(|error| damaged(error.to_string()))?;
        let ledger = ledger.ok_or_else(|| damaged("it holds no block".to_owned()))?;
        let owners = owners(&blocks.join("entities.csv"), &ledger)?;
        Ok(MadeChain { workspace, ledger, owners })
    }
}

/// The generator's answers: script and owner in each line below the first.
fn owners(path: &Path, ledger: &UtxoLedger) -> Result<Vec<(AddressNo, u32)>, Failure> {
    let failed = |why: String| Failure::Truth { path: path.display().to_string(), why };
    let text = fs::read_to_string(path).map_err(|why| read_failure(path, why))?;
    let mut owners = Vec::new();
    for (number, line) in (1..).zip(text.lines()).skip(1) {
        let row = line.split_once(',').and_then(|(script, owner)| {
            Some((script.parse::<Script>().ok()?, owner.parse::<u32>().ok()?))
        });
        let (script, owner) =
            row.ok_or_else(|| failed(format!("line {number} is no script and owner")))?;
        owners.extend(ledger.find_address(&script).map(|address| (address, owner)));
    }
    Ok(owners)
}

fn read_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Read { path: path.display().to_string(), why }
}

fn write_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Write { path: path.display().to_string(), why }
}

/// Builds the generator and lets it write the chain under a name that says unfinished.
fn make(root: &Path, data: &Path, scratch: &Path, blocks: &Path) -> Result<(), Failure> {
    let generator = std::env::var_os("TRACEWELL_BLKGEN")
        .map_or_else(|| root.join("../shared/tools/blkgen"), PathBuf::from);
    let manifest = generator.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(Failure::NoGenerator(generator.display().to_string()));
    }
    let built = scratch.join("blkgen");
    let mut build = cargo(root, &["build", "--release", "--locked", "--manifest-path"]);
    build.arg(&manifest).arg("--target-dir").arg(&built);
    step::run(&mut build)?;
    let unfinished = blocks.with_extension("unfinished");
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished).map_err(|why| write_failure(&unfinished, why))?;
    }
    let mut generate = Command::new(built.join("release/blkgen"));
    generate.arg(&unfinished).args([MEGABYTES, SAME_BLOCK]).args(templates(data, scratch)?);
    step::run(generate.env("BLKGEN_SEED", SEED).env("BLKGEN_TRUTH", "1"))?;
    fs::rename(&unfinished, blocks).map_err(|why| write_failure(blocks, why))
}

/// The real blocks, unpacked.
fn templates(data: &Path, scratch: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unpack = |height: &u32| {
        let packed = data.join(format!("bitcoin/mainnet_{height}.raw.zst"));
        let file = fs::File::open(&packed).map_err(|why| read_failure(&packed, why))?;
        let block = zstd::decode_all(file).map_err(|why| read_failure(&packed, why))?;
        let raw = scratch.join(format!("template-{height}.raw"));
        fs::write(&raw, block).map_err(|why| write_failure(&raw, why))?;
        Ok(raw)
    };
    TEMPLATES.iter().map(unpack).collect()
}
