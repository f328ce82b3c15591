//! Our side of the tasks that `cargo xtask bench` measures. Each program under `bin` does one task
//! on one folder and prints one line of JSON, its [`Answer`]; what it took is measured from outside.

mod answer;
mod blocks;
pub mod clusters;
pub mod decode;
mod part;
pub mod resolve;
pub mod scan;
pub mod taint;
mod unspent;

use std::path::Path;

use chain::Chain;
use ledger::utxo::UtxoLedger;

pub use answer::{Answer, run};
pub use blocks::BlocksInOrder;
pub use part::{Part, timed};
pub use unspent::{Location, UnspentValues};

/// Why a program has no answer.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The block files.
    #[error(transparent)]
    Blocks(#[from] sources::bitcoin::BitcoinError),
    /// The stored facts.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The clusters.
    #[error(transparent)]
    Clusters(#[from] graph::GraphError),
    /// A file cannot be written.
    #[error("{path}: {error}")]
    Write {
        /// Which one.
        path: std::path::PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// There are none.
    #[error("{folder}: no blocks are stored there")]
    NoLedger {
        /// The data directory.
        folder: std::path::PathBuf,
    },
    /// The words on the command line.
    #[error("usage: {0}")]
    Usage(&'static str),
    /// An input spends what no earlier transaction made, or what has been spent.
    #[error("block {block}: an input spends what is not there")]
    NothingToSpend {
        /// Blocks before it.
        block: usize,
    },
    /// The outputs of a transaction, or of all, are worth more than there can be.
    #[error("block {block}: more satoshi than there are")]
    TooMuch {
        /// Blocks before it.
        block: usize,
    },
}

/// Opens the facts of a data directory.
///
/// # Errors
/// There are none, or they are damaged.
pub fn open_ledger(folder: &Path) -> Result<UtxoLedger, BenchError> {
    UtxoLedger::open(folder, Chain::Bitcoin)?
        .ok_or_else(|| BenchError::NoLedger { folder: folder.to_owned() })
}
