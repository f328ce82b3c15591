//! The ledger as the rules of clusters read it.

use chain::{
    Satoshis, Script, ScriptKind, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};
use ledger::utxo::{AddressNo, OutputNo, Run, TxNo, UtxoLedger};

use super::facts::{Facts, JointSpend};

/// Addresses that are looked up before any of them is used: the look-ups then wait for memory
/// together instead of one after the other.
const ADDRESSES_AHEAD: usize = 1 << 12;

impl Facts for UtxoLedger {
    fn transactions(&self) -> u32 {
        self.counts().transactions
    }

    fn addresses(&self) -> u32 {
        self.counts().addresses
    }

    fn transactions_through(&self, height: u32) -> u32 {
        self.block(height).map_or(self.counts().transactions, |block| block.transactions.end)
    }

    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> + '_ {
        UtxoLedger::inputs(self, tx)
    }

    fn outputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> {
        UtxoLedger::outputs(self, tx)
    }

    fn address(&self, output: OutputNo) -> AddressNo {
        UtxoLedger::address(self, output)
    }

    fn value(&self, output: OutputNo) -> u64 {
        UtxoLedger::value(self, output)
    }

    fn tx_of_output(&self, output: OutputNo) -> TxNo {
        UtxoLedger::tx_of_output(self, output)
    }

    fn first_output_of(&self, address: AddressNo) -> OutputNo {
        UtxoLedger::first_output_of(self, address)
    }

    fn spenders(&self, address: AddressNo) -> impl Iterator<Item = TxNo> + '_ {
        self.outputs_of(address).filter_map(|output| self.spender(output))
    }

    fn script(&self, address: AddressNo) -> Script {
        UtxoLedger::script(self, address)
    }

    fn script_kind(&self, address: AddressNo) -> ScriptKind {
        UtxoLedger::script_kind(self, address)
    }

    fn each_script(&self, from: AddressNo, mut visit: impl FnMut(Script)) {
        for run in self.runs().filter(|run| run.after().addresses > from.0) {
            run.scripts_from(from.0.saturating_sub(run.before().addresses)).for_each(&mut visit);
        }
    }

    fn payment(&self, tx: TxNo) -> Payment {
        let tx_id = |tx| UtxoLedger::tx_id(self, tx);
        // The ledger holds what a node has accepted, and no node accepts more than the supply.
        let value = |output| Satoshis::new(self.value(output)).unwrap_or(Satoshis::MAX);
        let script = |output| UtxoLedger::script(self, UtxoLedger::address(self, output));
        let input = |output: OutputNo| {
            let maker = UtxoLedger::tx_of_output(self, output);
            let index = output.0 - self.first_output(maker).0;
            let index = u32::try_from(index).expect("a transaction has less than 2^32 outputs");
            let spends = Outpoint { tx: tx_id(maker), index };
            PaymentInput { spends, value: value(output), script: script(output) }
        };
        let output =
            |output: OutputNo| PaymentOutput { value: value(output), script: script(output) };
        Payment {
            id: tx_id(tx),
            block: Some(u64::from(self.height_of(tx))),
            time: Some(self.time_of(tx)),
            inputs: UtxoLedger::inputs(self, tx).map(input).collect(),
            outputs: UtxoLedger::outputs(self, tx).map(output).collect(),
        }
    }

    fn tx_id(&self, tx: TxNo) -> UtxoTxId {
        UtxoLedger::tx_id(self, tx)
    }

    fn facts_hash(&self) -> String {
        UtxoLedger::facts_hash(self)
    }

    fn tip_height(&self) -> Option<u32> {
        self.counts().blocks.checked_sub(1)
    }

    fn block_hash(&self, height: u32) -> Option<UtxoTxId> {
        self.block(height).map(|block| UtxoTxId(block.hash))
    }

    fn each_joint_spend(&self, from: TxNo, mut visit: impl FnMut(JointSpend<'_>)) {
        let mut ahead = Ahead::default();
        for run in self.runs().filter(|run| run.after().transactions > from.0) {
            joint_spends_of_run(self, run, from, &mut ahead, &mut visit);
        }
        ahead.hand_over(&mut visit);
    }
}

fn joint_spends_of_run(
    ledger: &UtxoLedger,
    run: Run<'_>,
    from: TxNo,
    ahead: &mut Ahead,
    visit: &mut impl FnMut(JointSpend<'_>),
) {
    let first_tx = run.before().transactions;
    let skipped = from.0.saturating_sub(first_tx) as usize;
    let (inputs, outputs, spends) = (run.tx_input(), run.tx_output(), run.spends());
    let rows = inputs.windows(2).zip(outputs.windows(2)).enumerate().skip(skipped);
    for (row, (inputs, outputs)) in rows {
        let (begin, end) = (inputs[0].get() as usize, inputs[1].get() as usize);
        if end < begin + 2 {
            continue;
        }
        let tx = u32::try_from(row).expect("a run has less than 2^32 transactions");
        let made = outputs[1].get() - outputs[0].get();
        ahead.found.push((TxNo(first_tx + tx), end - begin, made as usize));
        let addresses = spends[begin..end].iter().map(|output| OutputNo(output.get()));
        ahead.addresses.extend(addresses.map(|output| UtxoLedger::address(ledger, output)));
        if ahead.addresses.len() >= ADDRESSES_AHEAD {
            ahead.hand_over(visit);
        }
    }
}

/// Transactions whose addresses were looked up and that nobody has seen yet.
#[derive(Default)]
struct Ahead {
    /// Transaction, count of inputs, count of outputs.
    found: Vec<(TxNo, usize, usize)>,
    addresses: Vec<AddressNo>,
}

impl Ahead {
    fn hand_over(&mut self, visit: &mut impl FnMut(JointSpend<'_>)) {
        let mut rest = self.addresses.as_slice();
        for (tx, inputs, outputs) in self.found.drain(..) {
            let (addresses, behind) = rest.split_at(inputs);
            rest = behind;
            visit(JointSpend { tx, addresses, outputs });
        }
        self.addresses.clear();
    }
}
