//! What a dump yields.

use chain::{Account, Chain, Day, Price, record::Record};

/// One statement of a dump. A row of the file may give several, for example a transfer, the asset
/// that it is in, and the labels of its two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A fact of an account chain.
    Record(Record),
    /// What the dump calls an account: a claim of its author, given once for each pair of account
    /// and label in a file.
    Label(LabelRow),
    /// A daily close.
    Price(PriceRow),
}

/// What a dump calls an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelRow {
    /// The chain of the account.
    pub chain: Chain,
    /// The account.
    pub account: Account,
    /// The label, at most 200 characters; control characters are replaced by `U+FFFD`.
    pub label: String,
}

/// The close of an asset on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// The UTC day.
    pub day: Day,
    /// Ticker of the asset.
    pub asset: String,
    /// US dollars for one whole unit.
    pub price: Price,
    /// Who states it; empty if the file does not say.
    pub source: String,
}
