//! What is in the data directory, and what is in the way of using it.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
};

use chain::{Chain, Timestamp, UtxoTxId};
use ledger::{
    Counts, ImportEntry, Ledger,
    utxo::{UtxoCounts, UtxoLedger},
};
use serde::Serialize;

use super::{QueryError, Workspace};

/// The state of a data directory.
#[derive(Clone, Debug, Serialize)]
pub struct DoctorAnswer {
    /// Version of the program.
    pub version: String,
    /// The data directory.
    pub data_dir: PathBuf,
    /// Whether it is there.
    pub exists: bool,
    /// The ledgers of account chains that can be opened, in the order of the chains.
    pub chains: Vec<ChainState>,
    /// The ledgers of UTXO chains that can be opened.
    pub utxo_chains: Vec<UtxoChainState>,
    /// Statements in the store of claims by kind of source.
    pub claims: BTreeMap<String, u64>,
    /// What is broken.
    pub findings: Vec<String>,
    /// What is missing for a trace, and is no fault.
    pub advice: Vec<String>,
}

/// The state of one chain's ledger.
#[derive(Clone, Debug, Serialize)]
pub struct ChainState {
    /// The chain.
    pub chain: Chain,
    /// Facts by kind.
    pub counts: Counts,
    /// First and last block with a transaction.
    pub blocks: Option<(u64, u64)>,
    /// Block ranges held in full.
    pub complete_blocks: Vec<(u64, u64)>,
    /// Addresses that a source listed.
    pub listed_addresses: u64,
    /// How many of these lists ended at a cap.
    pub capped_addresses: u64,
    /// Assets that any fact is in.
    pub assets: u64,
    /// Files imported.
    pub imports: Vec<ImportEntry>,
    /// BLAKE3 over all facts.
    pub facts: String,
    /// Who is writing at this moment.
    pub locked_by: Option<String>,
}

/// The state of the ledger of a UTXO chain.
#[derive(Clone, Debug, Serialize)]
pub struct UtxoChainState {
    /// The chain.
    pub chain: Chain,
    /// Facts by kind.
    pub counts: UtxoCounts,
    /// Hash of the last block.
    pub tip: Option<String>,
    /// Time of the last block.
    pub tip_time: Option<Timestamp>,
    /// BLAKE3 over all facts.
    pub facts: String,
    /// Who is writing at this moment.
    pub locked_by: Option<String>,
}

/// Looks at everything quickly; `verify` is the thorough one.
///
/// # Errors
/// None today: what cannot be read is a finding.
pub fn doctor(workspace: &Workspace) -> Result<DoctorAnswer, QueryError> {
    let mut answer = DoctorAnswer {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: workspace.data_dir().to_owned(),
        exists: workspace.data_dir().is_dir(),
        chains: Vec::new(),
        utxo_chains: Vec::new(),
        claims: BTreeMap::new(),
        findings: Vec::new(),
        advice: Vec::new(),
    };
    for chain in Chain::all() {
        match workspace.ledger(chain) {
            Ok(None) => {}
            Ok(Some(ledger)) => answer.chains.push(state(workspace, &ledger)),
            Err(error) => answer.findings.push(error.to_string()),
        }
        match workspace.utxo_ledger(chain) {
            Ok(None) => {}
            Ok(Some(ledger)) => answer.utxo_chains.push(utxo_state(workspace, &ledger)),
            Err(error) => answer.findings.push(error.to_string()),
        }
    }
    if workspace.data_dir().join("tracewell.sqlite").exists() {
        match workspace.store().and_then(|store| Ok(store.counts()?)) {
            Ok(counts) => {
                for source in counts {
                    *answer.claims.entry(source.kind).or_default() += source.count;
                }
            }
            Err(error) => answer.findings.push(error.to_string()),
        }
    }
    answer.advice = advice(&answer);
    Ok(answer)
}

fn state(workspace: &Workspace, ledger: &Ledger) -> ChainState {
    let (listed_addresses, capped_addresses) = ledger.listed_addresses();
    ChainState {
        chain: ledger.chain(),
        counts: ledger.counts(),
        blocks: ledger.block_span(),
        complete_blocks: ledger.complete_blocks().to_vec(),
        listed_addresses,
        capped_addresses,
        assets: ledger.assets().count() as u64,
        imports: ledger.imports().to_vec(),
        facts: ledger.facts_hash(),
        locked_by: lock_holder(&chain_folder(workspace, ledger.chain())),
    }
}

fn utxo_state(workspace: &Workspace, ledger: &UtxoLedger) -> UtxoChainState {
    let tip = ledger.tip();
    let folder = chain_folder(workspace, ledger.chain()).join("utxo");
    UtxoChainState {
        chain: ledger.chain(),
        counts: ledger.counts(),
        tip: tip.as_ref().map(|block| UtxoTxId(block.hash).to_string()),
        tip_time: tip.map(|block| block.time),
        facts: ledger.facts_hash(),
        locked_by: lock_holder(&folder),
    }
}

fn chain_folder(workspace: &Workspace, chain: Chain) -> PathBuf {
    workspace.data_dir().join("chains").join(chain.slug())
}

/// Who holds the lock of a folder. Asking takes it for an instant, shared, where it is free.
fn lock_holder(folder: &Path) -> Option<String> {
    let path = folder.join("lock");
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            let mut words = String::new();
            // What the holder wrote is a courtesy: without it the lock is still held.
            let _ = file.take(400).read_to_string(&mut words);
            let words = words.trim();
            Some(if words.is_empty() { "another process" } else { words }.to_owned())
        }
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn advice(answer: &DoctorAnswer) -> Vec<String> {
    let mut advice = Vec::new();
    let mut say = |wanting: bool, text: &str| {
        if wanting {
            advice.push(text.to_owned());
        }
    };
    let has = |kind: &str| answer.claims.contains_key(kind);
    let unlisted = answer
        .chains
        .iter()
        .any(|chain| chain.listed_addresses == 0 && chain.complete_blocks.is_empty());
    let no_facts = answer.chains.is_empty() && answer.utxo_chains.is_empty();
    say(no_facts, "no facts: `tracewell import FILE` or `tracewell ingest bitcoin --blocks DIR`");
    say(
        unlisted,
        "no coverage is stated, so every trace ends at the edge: import a list of addresses, or `import --complete-blocks`",
    );
    say(!has("prices"), "no prices, so nothing is valued in dollars: `tracewell import PRICES`");
    say(
        !has("tagpack") && !has("explorer"),
        "no tags, so no service is known: `tracewell tags import PACK`",
    );
    say(!has("actorpack"), "no actors, so no country is known: `tracewell tags import ACTORPACK`");
    say(!has("incidents"), "no incidents: `tracewell incidents import FILE`");
    advice
}
