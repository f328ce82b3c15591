//! A transaction of a UTXO chain as a rule sees it: outputs spent, outputs made.

use crate::{Satoshis, Script, Timestamp, UtxoTxId};

/// A transaction with the outputs that it spends looked up. A coinbase has no inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: UtxoTxId,
    /// Height of its block, where the source states it.
    pub block: Option<u64>,
    /// Time of its block, where the source states it.
    pub time: Option<Timestamp>,
    /// What it spends, in its own order.
    pub inputs: Vec<PaymentInput>,
    /// What it makes, in its own order.
    pub outputs: Vec<PaymentOutput>,
}

/// An output that a payment spends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentInput {
    /// Which output it is.
    pub spends: Outpoint,
    /// Its value.
    pub value: Satoshis,
    /// Its script.
    pub script: Script,
}

/// An output that a payment makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOutput {
    /// Its value.
    pub value: Satoshis,
    /// Its script.
    pub script: Script,
}

/// The name of an output: the transaction that made it, and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outpoint {
    /// The transaction that made it.
    pub tx: UtxoTxId,
    /// Its place among the outputs, from 0.
    pub index: u32,
}
