//! What a trace asks of the facts of a UTXO chain.

use std::ops::Range;

use chain::{Timestamp, UtxoTxId};

use super::{AddressNo, OutputNo, TxNo};

/// The facts of a UTXO chain, in chain order. Answers must not change during a run.
///
/// Calls are resolved when the program is compiled: a trace asks millions of times.
pub trait Facts: Sync {
    /// The latest transaction of an id.
    fn find_tx(&self, id: &UtxoTxId) -> Option<TxNo>;

    /// What a transaction spends, in vin order; nothing for a coinbase.
    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo>;

    /// The numbers of what a transaction makes, in vout order.
    fn outputs(&self, tx: TxNo) -> Range<u64>;

    /// What a transaction pays to the miner, in base units; 0 for a coinbase.
    fn fee(&self, tx: TxNo) -> u64;

    /// Time of the block of a transaction.
    fn time(&self, tx: TxNo) -> Timestamp;

    /// The features by which wallets differ, as far as the ledger knows them: equal numbers, equal
    /// features.
    fn wallet(&self, tx: TxNo) -> u64;

    /// Base units of an output.
    fn value(&self, output: OutputNo) -> u64;

    /// The address of an output.
    fn address(&self, output: OutputNo) -> AddressNo;

    /// The transaction that spends an output.
    fn spender(&self, output: OutputNo) -> Option<TxNo>;

    /// The transaction that makes an output.
    fn creator(&self, output: OutputNo) -> TxNo;

    /// Whether nobody can ever spend what an address has (`OP_RETURN`).
    fn is_unspendable(&self, address: AddressNo) -> bool;

    /// The first output of an address.
    fn first_output_of(&self, address: AddressNo) -> OutputNo;

    /// Every output of an address, in chain order.
    fn outputs_of(&self, address: AddressNo) -> impl Iterator<Item = OutputNo>;
}
