//! Reading the events of mixer pools.

use chain::{
    Account, TxId,
    record::{MixerDeposit, MixerWithdrawal},
};

use crate::{Ledger, segment};

/// Every event of one pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MixerEvents {
    /// Deposits by leaf.
    pub deposits: Vec<MixerDeposit>,
    /// Withdrawals by block.
    pub withdrawals: Vec<MixerWithdrawal>,
}

impl Ledger {
    /// The deposits that a transaction made. An index by transaction is built by the caller that
    /// asks often; see [`Ledger::mixer_deposits`].
    pub fn mixer_deposits_of(&self, tx: &TxId) -> Vec<MixerDeposit> {
        self.mixer_deposits().filter(|deposit| deposit.tx == *tx).collect()
    }

    /// All deposits of all pools.
    pub fn mixer_deposits(&self) -> impl Iterator<Item = MixerDeposit> {
        self.segments
            .iter()
            .flat_map(|segment| segment.columns.deposits.values().iter().map(segment::deposit))
    }

    /// All withdrawals of all pools.
    pub fn mixer_withdrawals(&self) -> impl Iterator<Item = MixerWithdrawal> {
        self.segments.iter().flat_map(|segment| {
            segment.columns.withdrawals.values().iter().map(segment::withdrawal)
        })
    }

    /// Every event of a pool.
    pub fn mixer_events(&self, pool: &Account) -> MixerEvents {
        let mut events = MixerEvents {
            deposits: self.mixer_deposits().filter(|event| event.pool == *pool).collect(),
            withdrawals: self.mixer_withdrawals().filter(|event| event.pool == *pool).collect(),
        };
        events.deposits.sort_by_key(|deposit| deposit.leaf);
        events.withdrawals.sort_by_key(|withdrawal| (withdrawal.block, withdrawal.tx));
        events
    }
}
