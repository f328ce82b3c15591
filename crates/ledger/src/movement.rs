//! What reading a ledger gives: transactions and value moves with their numbers.

use chain::{Account, Amount, Phase, Timestamp, TxId, record::TransactionBody};

use crate::AssetNo;

macro_rules! row_number {
    ($name:ident, $meaning:literal) => {
        #[doc = $meaning]
        ///
        /// Numbers ascend in chain order within one open ledger; an import may change them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            pub(crate) fn new(segment: usize, row: usize) -> $name {
                let row = u32::try_from(row).expect("a segment has fewer than 2^32 rows");
                $name::from_raw_row(segment, row)
            }

            pub(crate) fn from_raw_row(segment: usize, row: u32) -> $name {
                $name((segment as u64) << 32 | u64::from(row))
            }

            pub(crate) fn segment(self) -> usize {
                usize::try_from(self.0 >> 32).expect("it was made from a usize")
            }

            pub(crate) fn row(self) -> usize {
                usize::try_from(self.0 & u64::from(u32::MAX)).expect("32 bits fit a pointer")
            }
        }
    };
}

row_number!(TxNo, "Number of a transaction.");
row_number!(MovementNo, "Number of a value move.");

/// A transaction as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its number.
    pub number: TxNo,
    /// Its id.
    pub id: TxId,
    /// Height of its block.
    pub block: u64,
    /// Place in the block, where a source stated it.
    pub index: Option<u32>,
    /// Time of the block.
    pub time: Timestamp,
    /// Sender, recipient, value and fee; `None` where only transfers of it are known.
    pub body: Option<TransactionBody>,
}

/// One value move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Its number.
    pub number: MovementNo,
    /// The transaction that it is part of.
    pub tx: TxNo,
    /// Which kind of move.
    pub phase: Phase,
    /// Log index or trace position, where a source stated it.
    pub item: Option<u32>,
    /// What moves.
    pub asset: AssetNo,
    /// Who loses it.
    pub from: Account,
    /// Who gets it; `None` for a fee.
    pub to: Option<Account>,
    /// How much, in base units.
    pub amount: Amount,
}
