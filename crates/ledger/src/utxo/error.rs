//! What can be wrong with blocks that are to be stored.

use chain::record::Outpoint;

use crate::LedgerError;

/// Why blocks could not be stored. The ledger is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum UtxoError {
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A block does not follow the last one.
    #[error(
        "block {hash} at height {height} does not follow the ledger's last block {tip}: its parent is {parent}"
    )]
    NotTheNext {
        /// The block.
        hash: String,
        /// Its height.
        height: u32,
        /// The parent that it names.
        parent: String,
        /// The last block of the ledger.
        tip: String,
    },
    /// An input spends an output that no earlier transaction made.
    #[error("output {}:{} is spent, and no earlier transaction made it", .0.tx, .0.index)]
    MissingOutput(Outpoint),
    /// Two inputs spend one output.
    #[error("output {}:{} is spent a second time", .0.tx, .0.index)]
    SpentTwice(Outpoint),
    /// A transaction gives out more than it takes in, or more than 64 bits hold.
    #[error("transaction {0} pays out more than it spends")]
    Inflation(chain::UtxoTxId),
}
