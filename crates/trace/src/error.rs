//! What can go wrong in a trace, by what the caller can do about it.

use chain::{Account, TxId, UtxoTxId};

use crate::Policy;

/// Why a trace has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// A seed names a transaction that the ledger does not hold.
    #[error("seed transaction {0} is not in the ledger: import it first")]
    UnknownTransaction(TxId),
    /// A seed names a transfer that its transaction does not have.
    #[error("seed transaction {tx} has no such transfer; it has {have} value moves")]
    UnknownTransfer {
        /// The transaction.
        tx: TxId,
        /// How many value moves it has.
        have: usize,
    },
    /// A seed names a transaction of a UTXO chain that the ledger does not hold.
    #[error("seed transaction {0} is not in the ledger: import it first")]
    UnknownUtxoTransaction(UtxoTxId),
    /// A seed names an output that its transaction does not have.
    #[error("seed transaction {tx} has no output {index}; it has {have}")]
    UnknownOutput {
        /// The transaction.
        tx: UtxoTxId,
        /// The output, from 0.
        index: u32,
        /// How many outputs it has.
        have: u64,
    },
    /// A seed names a transaction that pays nobody, or not the one named.
    #[error("seed transaction {0} pays nothing of what the seed names")]
    NothingPaid(UtxoTxId),
    /// The wallet of a seed had nothing in the time asked for.
    #[error("{0} held nothing in the ledger that was spent in the time of its seed")]
    NothingThere(String),
    /// The ledger holds nothing that a seed address sent in the time asked for.
    #[error("{0} sent nothing in the ledger in the time of its seed")]
    NothingSent(Account),
    /// Every seed begins after the end of the time asked for.
    #[error("nothing is stolen yet by {0}: every seed begins later")]
    NothingStolenYet(chain::Timestamp),
    /// No seed at all.
    #[error("the incident has no seed on this chain")]
    NoSeed,
    /// The policy has no meaning on chains with accounts.
    #[error("policy {0} is defined on the outputs of one transaction; account chains have none. Use one of: {known}", known = Policy::names())]
    PolicyNeedsOutputs(Policy),
    /// The books do not balance: a defect of the program, never of the data.
    #[error(
        "policy {policy}: booked {booked} of a seed of {seed}; this is a defect, please report it"
    )]
    Unbalanced {
        /// Under which policy.
        policy: Policy,
        /// Sum of the balance sheet, in base units.
        booked: String,
        /// Sum of the seeds, in base units.
        seed: String,
    },
}
