//! A transaction of an account chain.

use crate::{Account, Amount, Timestamp, TxId};

/// A transaction and its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRecord {
    /// Its id.
    pub id: TxId,
    /// Height of its block.
    pub block: u64,
    /// Place in the block, where the source states it.
    pub index: Option<u32>,
    /// Time of the block.
    pub time: Timestamp,
    /// Sender, recipient, value and fee; `None` where a dump of transfers only mentions the id.
    pub body: Option<TransactionBody>,
}

/// What a transaction itself moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionBody {
    /// Who signed it and pays the fee.
    pub from: Account,
    /// Whom it calls or pays; `None` when it creates a contract.
    pub to: Option<Account>,
    /// The contract that it created.
    pub created: Option<Account>,
    /// The value field, in base units of the native coin. Moves only if the transaction succeeded.
    pub value: Amount,
    /// Gas used times gas price, in base units. Paid even if the transaction failed.
    pub fee: Amount,
    /// Whether it succeeded; a failed one moves no value.
    pub succeeded: bool,
}

impl TransactionBody {
    /// Who receives the value: the callee, or the contract created.
    pub fn receiver(&self) -> Option<Account> {
        self.to.or(self.created)
    }
}
