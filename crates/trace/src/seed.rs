//! Where stolen value starts.

use chain::{Account, AssetId, Timestamp, TxId};
use chain::{Amount, Phase};

/// A seed on one account chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seed {
    /// Everything that an address sends, fees included: its whole wealth is stolen.
    Address {
        /// The address.
        account: Account,
        /// Only this asset; `None` is every asset.
        asset: Option<AssetId>,
        /// Only what it sends from then on.
        from: Option<Timestamp>,
        /// Only what it sends before then.
        until: Option<Timestamp>,
        /// Only the first so many base units.
        amount: Option<Amount>,
    },
    /// What a transaction moves: each value move whose sender received nothing in it before.
    Transaction(TxId),
    /// One value move of a transaction.
    Transfer {
        /// The transaction.
        tx: TxId,
        /// Which kind of move.
        phase: Phase,
        /// Its place among the moves of that kind, counted from 0.
        ordinal: usize,
    },
}
