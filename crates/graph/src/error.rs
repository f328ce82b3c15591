//! What can go wrong with what is derived, by what the caller can do about it.

use chain::Chain;
use ledger::LedgerError;

/// Why clusters could not be built or read.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// A file cannot be read or written, is damaged, of a newer version, or in use. What is derived
    /// can be deleted and built again.
    #[error(transparent)]
    Store(#[from] LedgerError),
    /// They have not been built.
    #[error("no clusters of {chain} have been built")]
    NotBuilt {
        /// Of which chain.
        chain: Chain,
    },
    /// They have not been built as far as the question goes.
    #[error("the clusters of {chain} were built without {what}")]
    WithoutLayer {
        /// Of which chain.
        chain: Chain,
        /// What is missing.
        what: &'static str,
    },
    /// They reflect blocks that the ledger has left.
    #[error("the clusters of {chain} reflect a branch that is stale at block {height}")]
    OtherBranch {
        /// Of which chain.
        chain: Chain,
        /// Height of the last block that they reflect.
        height: u32,
    },
}
