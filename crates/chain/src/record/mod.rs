//! What a source hands to the ledger: one fact per value, already parsed, not yet in order.

mod coverage;
mod mixer;
mod payment;
mod transaction;
mod transfer;

pub use coverage::AddressCoverage;
pub use mixer::{MixerDeposit, MixerEvent, MixerWithdrawal};
pub use payment::{Outpoint, Payment, PaymentInput, PaymentOutput};
pub use transaction::{TransactionBody, TransactionRecord};
pub use transfer::{TransferKind, TransferRecord};

use crate::Asset;

/// One fact of an account chain, as a source states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An asset that later transfers are in.
    Asset(Asset),
    /// A transaction.
    Transaction(TransactionRecord),
    /// A value move that is not the transaction's own value field.
    Transfer(TransferRecord),
    /// A deposit into or a withdrawal out of a pool mixer.
    Mixer(MixerEvent),
    /// How completely the source holds one address.
    Coverage(AddressCoverage),
}
