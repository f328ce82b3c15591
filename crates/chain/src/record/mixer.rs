//! Deposits and withdrawals of fixed-denomination pool mixers.

use crate::{Account, Amount, Hash32, Timestamp, TxId};

/// An event of a pool. The events do not name the depositor: join by transaction id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MixerEvent {
    /// Somebody paid one denomination in.
    Deposit(MixerDeposit),
    /// Somebody took one denomination out.
    Withdrawal(MixerWithdrawal),
}

/// One denomination paid into a pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MixerDeposit {
    /// The pool contract.
    pub pool: Account,
    /// Place in the pool's Merkle tree, from 0 without a gap.
    pub leaf: u32,
    /// The transaction.
    pub tx: TxId,
    /// Height of its block.
    pub block: u64,
    /// Time of the block, where the source states it.
    pub time: Option<Timestamp>,
    /// The commitment hash, where the source states it.
    pub commitment: Option<Hash32>,
}

/// One denomination taken out of a pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MixerWithdrawal {
    /// The pool contract.
    pub pool: Account,
    /// The transaction.
    pub tx: TxId,
    /// Height of its block.
    pub block: u64,
    /// Time of the block, where the source states it.
    pub time: Option<Timestamp>,
    /// Who received it.
    pub recipient: Account,
    /// What the relayer kept, in base units of the pool's asset.
    pub relayer_fee: Amount,
    /// The nullifier hash, where the source states it.
    pub nullifier: Option<Hash32>,
}
