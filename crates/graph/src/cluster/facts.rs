//! What the rules of clusters read of a chain.

use chain::{Script, ScriptKind, UtxoTxId, record::Payment};
use ledger::utxo::{AddressNo, OutputNo, TxNo};

use crate::coinjoin::Counts;

/// A transaction that spends several outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointSpend {
    /// Which one.
    pub tx: TxNo,
    /// How many inputs, at least two, and outputs it has.
    pub counts: Counts,
}

/// A UTXO chain by its numbers: transactions, outputs and addresses, each dense and in chain order.
///
/// The ledger is one; tests make up small ones.
pub trait Facts {
    /// How many transactions there are.
    fn transactions(&self) -> u32;
    /// How many addresses there are.
    fn addresses(&self) -> u32;
    /// How many transactions there are in the blocks up to a height.
    fn transactions_through(&self, height: u32) -> u32;
    /// The height of the block of a transaction.
    fn height_of(&self, tx: TxNo) -> u32;
    /// What a transaction spends, in its own order; nothing for a coinbase.
    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> + '_;
    /// What a transaction makes, in its own order.
    fn outputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo>;
    /// Whose an output is.
    fn address(&self, output: OutputNo) -> AddressNo;
    /// Satoshis of an output.
    fn value(&self, output: OutputNo) -> u64;
    /// Which transaction made an output.
    fn tx_of_output(&self, output: OutputNo) -> TxNo;
    /// The output with which an address first appears.
    fn first_output_of(&self, address: AddressNo) -> OutputNo;
    /// The transactions that spend from an address, in the order in which it received; one of them
    /// as often as it spends from it.
    fn spenders(&self, address: AddressNo) -> impl Iterator<Item = TxNo> + '_;
    /// The script of an address.
    fn script(&self, address: AddressNo) -> Script;
    /// Which form the script of an address has.
    fn script_kind(&self, address: AddressNo) -> ScriptKind {
        self.script(address).kind()
    }
    /// The id of a transaction.
    fn tx_id(&self, tx: TxNo) -> UtxoTxId;
    /// A transaction with its scripts, for rules that look at them.
    fn payment(&self, tx: TxNo) -> Payment;

    /// BLAKE3 over all facts, in hex.
    fn facts_hash(&self) -> String;
    /// The height of the last block, if there is one.
    fn tip_height(&self) -> Option<u32>;
    /// The hash of a block, which is written like the id of a transaction.
    fn block_hash(&self, height: u32) -> Option<UtxoTxId>;

    /// Visits the scripts of the addresses from a number on, in order.
    fn each_script(&self, from: AddressNo, mut visit: impl FnMut(Script)) {
        (from.0..self.addresses()).for_each(|address| visit(self.script(AddressNo(address))));
    }

    /// Visits every transaction from a number on that has two inputs or more, some at a time: they,
    /// and the addresses of all their inputs, one after the other. Thousands of look-ups at a time
    /// wait for memory together, one by one each of them waits alone.
    fn joint_spends(&self, from: TxNo, mut visit: impl FnMut(&[JointSpend], &[AddressNo])) {
        for tx in (from.0..self.transactions()).map(TxNo) {
            let (inputs, outputs) = (self.inputs(tx), self.outputs(tx).len());
            if inputs.len() >= 2 {
                let spend = JointSpend { tx, counts: Counts { inputs: inputs.len(), outputs } };
                let addresses: Vec<_> = inputs.map(|output| self.address(output)).collect();
                visit(&[spend], &addresses);
            }
        }
    }
}
