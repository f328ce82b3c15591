//! A made-up chain whose owners are known, stored as a user stores a node's blocks.

use std::{fs, path::Path};

use api::query::{BitcoinNetwork, IngestBitcoinQuestion, Unwatched, Workspace, ingest_bitcoin};
use chain::{Chain, Script};
use ledger::utxo::{AddressNo, UtxoLedger};

use crate::{blkgen, step::Failure};

const MEGABYTES: u64 = 20;

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
            blkgen::make(root, data, scratch, &blocks, MEGABYTES, true)?;
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
