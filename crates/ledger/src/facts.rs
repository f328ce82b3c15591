//! Facts in memory, between a source and a segment.

use chain::{
    Account, Amount, AssetId, Timestamp, TxId,
    record::{MixerDeposit, MixerWithdrawal, TransactionBody, TransferKind},
};

/// A place in an order that a source states, or the order in which a source happened to list things
/// that have no stated place. Stated places come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(u32);

const UNSTATED: u32 = 1 << 31;

impl Place {
    pub(crate) fn stated(place: u32) -> Option<Place> {
        (place < UNSTATED).then_some(Place(place))
    }

    /// The `ordinal`-th of its kind in the file. Beyond two billion they share the last place,
    /// where their content orders them.
    pub(crate) fn listed(ordinal: u32) -> Place {
        Place(ordinal.min(UNSTATED - 1) | UNSTATED)
    }

    pub(crate) fn is_stated(self) -> bool {
        self.0 < UNSTATED
    }

    pub(crate) fn from_raw(raw: u32) -> Place {
        Place(raw)
    }

    pub(crate) fn to_raw(self) -> u32 {
        self.0
    }

    /// The number that was stated.
    pub(crate) fn number(self) -> Option<u32> {
        self.is_stated().then_some(self.0)
    }
}

/// A value move inside a transaction other than its own value field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MoveFact {
    pub(crate) kind: TransferKind,
    pub(crate) place: Place,
    pub(crate) asset: AssetId,
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount: Amount,
}

/// A transaction with everything known to move in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TxFact {
    pub(crate) id: TxId,
    pub(crate) block: u32,
    pub(crate) place: Place,
    pub(crate) time: Timestamp,
    pub(crate) body: Option<TransactionBody>,
    pub(crate) moves: Vec<MoveFact>,
}

/// A set of facts. Canonical after [`crate::merge::merge`]: sorted, each fact once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) txs: Vec<TxFact>,
    pub(crate) deposits: Vec<MixerDeposit>,
    pub(crate) withdrawals: Vec<MixerWithdrawal>,
}

impl Facts {
    /// Block heights with the rows that each holds, for [`crate::range::cut`].
    pub(crate) fn weights(&self) -> impl Iterator<Item = (u32, u64)> {
        let txs = self.txs.iter().map(|tx| (tx.block, 1 + tx.moves.len() as u64));
        let mixer = self.deposits.iter().map(|deposit| deposit.block);
        let mixer = mixer.chain(self.withdrawals.iter().map(|withdrawal| withdrawal.block));
        // Heights are checked when they are staged; see `import.rs`.
        txs.chain(mixer.map(|block| (u32::try_from(block).unwrap_or(u32::MAX), 1)))
    }

    /// Takes out what lies within a range of heights. Transactions must be in chain order, and
    /// ranges be taken from the lowest up.
    pub(crate) fn take_range(&mut self, range: &std::ops::RangeInclusive<u32>) -> Facts {
        let in_range = |block: u64| u32::try_from(block).is_ok_and(|block| range.contains(&block));
        let above = self.txs.partition_point(|tx| tx.block <= *range.end());
        let rest = self.txs.split_off(above);
        Facts {
            txs: std::mem::replace(&mut self.txs, rest),
            deposits: self.deposits.extract_if(.., |row| in_range(row.block)).collect(),
            withdrawals: self.withdrawals.extract_if(.., |row| in_range(row.block)).collect(),
        }
    }
}
