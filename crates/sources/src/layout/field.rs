//! Which kinds of record a dump can hold, and which fields each of them has.

use std::fmt;

/// What one row of a dump is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RecordKind {
    /// A transaction with sender, recipient, value and fee.
    Transaction,
    /// Only that a transaction exists, where and when.
    TransactionId,
    /// A value-carrying call inside a transaction, in the chain's own coin.
    InternalTransfer,
    /// A token transfer, known from its log.
    TokenTransfer,
    /// An edge of a flow graph whose amounts are in a unit of account such as US dollars.
    UnitTransfer,
    /// A deposit into a pool mixer.
    MixerDeposit,
    /// A withdrawal out of a pool mixer.
    MixerWithdrawal,
    /// How completely a source holds an address.
    Coverage,
    /// A daily close of an asset.
    Price,
}

/// How the text of a field is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Hash,
    Account,
    Amount,
    Integer,
    Time,
    Flag,
    Text,
    Number,
}

impl ValueKind {
    /// In words, for messages and for the list of layouts.
    pub(crate) fn words(self) -> &'static str {
        match self {
            ValueKind::Hash => "32 bytes of hex",
            ValueKind::Account => "an address",
            ValueKind::Amount => "an amount as text, integer or exact decimal",
            ValueKind::Integer => "a whole number",
            ValueKind::Time => "a time",
            ValueKind::Flag => "yes or no",
            ValueKind::Text => "text",
            ValueKind::Number => "a decimal number",
        }
    }
}

macro_rules! fields {
    ($($variant:ident $name:literal $kind:ident $meaning:literal;)*) => {
        /// A field that a layout can fill from a column or hold constant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = $meaning] $variant,)*
        }

        const ALL: &[(Field, &str, ValueKind, &str)] =
            &[$((Field::$variant, $name, ValueKind::$kind, $meaning),)*];
    };
}

fields! {
    Id "id" Hash "Transaction id, 32 bytes of hex.";
    Block "block" Integer "Height of the block.";
    Index "index" Integer "Place of the transaction in its block.";
    Time "time" Time "Time of the block, UTC.";
    From "from" Account "Sender.";
    To "to" Account "Recipient.";
    Created "created" Account "Contract that the transaction created.";
    Value "value" Amount "Value field of the transaction, in the chain's coin.";
    Fee "fee" Amount "Fee paid, in the chain's coin.";
    GasUsed "gas_used" Integer "Gas used; times `gas_price` it gives the fee.";
    GasPrice "gas_price" Amount "Price of one gas, in the chain's coin.";
    Succeeded "succeeded" Flag "Whether it succeeded. A failed transfer is skipped.";
    Item "item" Integer "Log index or place in the trace.";
    Amount "amount" Amount "How much moves, in base units of the asset unless `unit = \"decimal\"`.";
    Token "token" Account "Contract of the token.";
    Symbol "symbol" Text "Ticker of the token.";
    Decimals "decimals" Integer "Decimal places of the token or unit.";
    Unit "unit" Text "Name of the unit of account, such as USD.";
    FromLabel "from_label" Text "What the dump calls the sender.";
    ToLabel "to_label" Text "What the dump calls the recipient.";
    Pool "pool" Account "Contract of the mixer pool.";
    Leaf "leaf" Integer "Place in the pool's Merkle tree.";
    Commitment "commitment" Hash "Commitment hash of a deposit.";
    Recipient "recipient" Account "Who received a withdrawal.";
    RelayerFee "relayer_fee" Amount "What the relayer kept, in base units of the pool's asset.";
    Nullifier "nullifier" Hash "Nullifier hash of a withdrawal.";
    Address "address" Account "The address whose coverage is stated.";
    Rows "rows" Integer "How many transactions of it the source listed.";
    Capped "capped" Flag "Whether that list ended at a cap of the source.";
    Day "day" Time "UTC day of a close.";
    Asset "asset" Text "Ticker of the asset priced.";
    Price "price" Number "US dollars for one whole unit.";
    Source "source" Text "Who states the price.";
}

/// How many fields there are; a bound row has one cell for each.
pub(crate) const FIELDS: usize = ALL.len();

impl Field {
    fn row(self) -> &'static (Field, &'static str, ValueKind, &'static str) {
        // The table is made from the same list as the enum, in the same order.
        &ALL[self as usize]
    }

    /// Its name in a layout file.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        self.row().3
    }

    pub(crate) fn kind(self) -> ValueKind {
        self.row().2
    }

    pub(crate) fn named(name: &str) -> Option<Field> {
        ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Name, fields that every row must have, fields that it may have.
type KindRow = (RecordKind, &'static str, &'static [Field], &'static [Field]);

use Field as F;

const KINDS: &[KindRow] = &[
    (
        RecordKind::Transaction,
        "transaction",
        &[F::Id, F::Block, F::Time, F::From, F::Value, F::Succeeded],
        &[F::Index, F::To, F::Created, F::Fee, F::GasUsed, F::GasPrice],
    ),
    (RecordKind::TransactionId, "transaction-id", &[F::Id, F::Block, F::Time], &[F::Index]),
    (
        RecordKind::InternalTransfer,
        "internal-transfer",
        &[F::Id, F::Block, F::Time, F::From, F::To, F::Amount],
        &[F::Index, F::Item, F::Succeeded, F::FromLabel, F::ToLabel],
    ),
    (
        RecordKind::TokenTransfer,
        "token-transfer",
        &[F::Id, F::Block, F::Time, F::Token, F::From, F::To, F::Amount],
        &[F::Index, F::Item, F::Symbol, F::Decimals, F::Succeeded, F::FromLabel, F::ToLabel],
    ),
    (
        RecordKind::UnitTransfer,
        "unit-transfer",
        &[F::Id, F::Block, F::Time, F::Unit, F::Decimals, F::From, F::To, F::Amount],
        &[F::Index, F::Item, F::Succeeded, F::FromLabel, F::ToLabel],
    ),
    (
        RecordKind::MixerDeposit,
        "mixer-deposit",
        &[F::Pool, F::Leaf, F::Id, F::Block],
        &[F::Time, F::Commitment],
    ),
    (
        RecordKind::MixerWithdrawal,
        "mixer-withdrawal",
        &[F::Pool, F::Id, F::Block, F::Recipient, F::RelayerFee],
        &[F::Time, F::Nullifier],
    ),
    (RecordKind::Coverage, "coverage", &[F::Address, F::Rows, F::Capped], &[]),
    (RecordKind::Price, "price", &[F::Day, F::Asset, F::Price], &[F::Source]),
];

impl RecordKind {
    fn row(self) -> &'static KindRow {
        KINDS.iter().find(|row| row.0 == self).expect("every kind has a row, which a test checks")
    }

    /// Every kind, in the order of the guide.
    pub fn all() -> impl Iterator<Item = RecordKind> {
        KINDS.iter().map(|row| row.0)
    }

    /// Its name in a layout file.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Fields without which a row is refused.
    pub fn required(self) -> &'static [Field] {
        self.row().2
    }

    /// Fields that a row may leave empty and a layout may leave out.
    pub fn optional(self) -> &'static [Field] {
        self.row().3
    }

    pub(crate) fn named(name: &str) -> Option<RecordKind> {
        KINDS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    pub(crate) fn has(self, field: Field) -> bool {
        self.required().contains(&field) || self.optional().contains(&field)
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tables_agree() {
        for (at, row) in ALL.iter().enumerate() {
            assert_eq!(row.0 as usize, at);
            assert_eq!(Field::named(row.1), Some(row.0));
            assert!(RecordKind::all().any(|kind| kind.has(row.0)), "{} is used", row.1);
        }
        for kind in RecordKind::all() {
            assert_eq!(RecordKind::named(kind.name()), Some(kind));
            assert!(kind.required().iter().all(|field| !kind.optional().contains(field)));
        }
    }
}
