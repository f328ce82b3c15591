//! A value move inside a transaction.

use crate::{Account, Amount, AssetId, Timestamp, TxId};

/// Which kind of evidence a transfer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// A call, creation or self-destruct that carries native value, known from traces.
    Internal,
    /// A token transfer, known from its log.
    Token,
}

/// A value move that is not the transaction's own value field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRecord {
    /// The transaction that it is part of.
    pub tx: TxId,
    /// Height of the block.
    pub block: u64,
    /// Place of the transaction in the block, where the source states it.
    pub index: Option<u32>,
    /// Time of the block.
    pub time: Timestamp,
    /// Which kind of evidence there is.
    pub kind: TransferKind,
    /// Log index or trace position, where the source states it.
    pub item: Option<u32>,
    /// What moves.
    pub asset: AssetId,
    /// Who loses it.
    pub from: Account,
    /// Who gets it.
    pub to: Account,
    /// How much, in base units of the asset.
    pub amount: Amount,
}
