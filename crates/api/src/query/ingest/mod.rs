//! Blocks of a node into the ledger: from its own files, which can also just be checked, or by
//! asking it.

mod feed;
mod node;
mod store;
mod walk;

use std::path::PathBuf;

use chain::{Amount, Chain, Timestamp};
use ledger::utxo::UtxoCounts;
use serde::Serialize;
use sources::{
    SourceError,
    bitcoin::{BlockFiles, Network},
};

use super::{Progress, QueryError, Workspace};
pub use node::{IngestNodeAnswer, IngestNodeQuestion, ingest_bitcoin_node};
use walk::Walk;

/// Which block files to read, and how.
#[derive(Clone, Debug)]
pub struct IngestBitcoinQuestion {
    /// The node's `blocks` folder.
    pub blocks: PathBuf,
    /// The network whose files they are.
    pub network: Network,
    /// Whether to check the files and store nothing.
    pub check: bool,
    /// Whether blocks must have the work that they claim; not so for chains made up for a test.
    pub check_work: bool,
    /// Who is writing, for another process that finds the ledger locked.
    pub holder: String,
}

/// What the block files hold.
#[derive(Clone, Debug, Serialize)]
pub struct IngestBitcoinAnswer {
    /// The folder.
    pub folder: PathBuf,
    /// The network.
    pub network: &'static str,
    /// Whether nothing is wrong.
    pub clean: bool,
    /// Whether the facts are stored now.
    pub stored: bool,
    /// What storing did.
    pub ledger: Option<LedgerChange>,
    /// Whether proof of work was checked.
    pub work_checked: bool,
    /// Blocks of the best chain that were read and checked.
    pub blocks: u64,
    /// Whether the chain begins with the first block of all; else the node pruned what was before.
    pub whole: bool,
    /// Transactions.
    pub transactions: u64,
    /// Inputs, those of coinbases not counted.
    pub inputs: u64,
    /// Outputs.
    pub outputs: u64,
    /// Value of all outputs, in satoshi: what was created by spending as much, and by mining.
    pub output_value: Amount,
    /// Of that, paid by coinbases: what miners were given and the fees.
    pub coinbase_value: Amount,
    /// Bytes of the blocks.
    pub bytes: u64,
    /// The last block of the best chain.
    pub tip: Option<TipAnswer>,
    /// Blocks that hang on the chain and are not of it.
    pub stale: Vec<BlockPlace>,
    /// Blocks of a pruned node that hang on parents that it deleted.
    pub detached: Vec<BlockPlace>,
    /// How many blocks lie in the files more than once.
    pub repeated: u64,
    /// Whether the node was writing a block at the end of the last file, which was left out.
    pub being_written: bool,
    /// What is wrong, the first of it.
    pub findings: Vec<BlockFinding>,
    /// How much is wrong.
    pub findings_count: u64,
}

/// What storing did to a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerChange {
    /// The chain.
    pub chain: Chain,
    /// Blocks that were there before.
    pub before: u32,
    /// Blocks that had become stale and were forgotten.
    pub unwound: u32,
    /// What there is now.
    pub now: UtxoCounts,
}

/// The last block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TipAnswer {
    /// Its hash.
    pub hash: String,
    /// Its height, where the chain is whole.
    pub height: Option<u32>,
    /// Its time by the miner's clock.
    pub time: Option<Timestamp>,
}

/// A block beside the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockPlace {
    /// Its hash.
    pub hash: String,
    /// Its height, where the chain is whole.
    pub height: Option<u32>,
    /// The file.
    pub file: PathBuf,
    /// Where its bytes begin there.
    pub offset: u64,
}

/// Something that a node would not have written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockFinding {
    /// The file.
    pub file: PathBuf,
    /// Where the record or the block begins.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

/// Reads a node's block files along the best chain, checks every block, and stores what the ledger
/// does not have yet; blocks of a branch that has become stale are forgotten first.
///
/// # Errors
/// The folder holds no block files, or they cannot be read; what is to be stored is damaged or does
/// not fit the ledger; the asker stopped it. What was stored by then stays. Where only a check was
/// asked for, damage is part of the answer.
pub fn ingest_bitcoin(
    workspace: &Workspace,
    question: &IngestBitcoinQuestion,
    progress: &dyn Progress,
) -> Result<IngestBitcoinAnswer, QueryError> {
    let files = BlockFiles::open(&question.blocks, question.network).map_err(SourceError::from)?;
    let mut walk = Walk::new(question, progress, &files);
    match walk.order() {
        Ok(Some(chain)) if question.check => walk.check(&chain)?,
        Ok(Some(chain)) => store::store(workspace, &mut walk, &chain)?,
        Ok(None) => return Err(QueryError::Interrupted),
        // Without an order nothing more can be said.
        Err(error) if question.check => walk.find(error)?,
        Err(error) => return Err(SourceError::from(error).into()),
    }
    Ok(walk.answer)
}

/// The ledger to which the blocks of a network belong.
fn chain_of(network: Network) -> Chain {
    match network {
        Network::Mainnet => Chain::Bitcoin,
        Network::Testnet3 => Chain::BitcoinTestnet3,
        Network::Testnet4 => Chain::BitcoinTestnet4,
        Network::Signet => Chain::BitcoinSignet,
        Network::Regtest => Chain::BitcoinRegtest,
    }
}
