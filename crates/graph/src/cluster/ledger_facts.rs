//! The ledger as the rules of clusters read it.

use chain::{
    Satoshis, Script, ScriptKind, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};
use ledger::utxo::{AddressNo, OutputNo, Run, TxNo, U40, UtxoLedger};
use zerocopy::little_endian as le;

use super::facts::{Facts, JointSpend};
use crate::coinjoin::Counts;

/// Inputs whose addresses are looked up before anybody uses one.
const LOOKED_UP_TOGETHER: usize = 1 << 12;

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

    fn height_of(&self, tx: TxNo) -> u32 {
        UtxoLedger::height_of(self, tx)
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

    fn joint_spends(&self, from: TxNo, mut visit: impl FnMut(&[JointSpend], &[AddressNo])) {
        let mut ahead = Ahead::new(self);
        for run in self.runs().filter(|run| run.after().transactions > from.0) {
            joint_spends_of_run(run, from, &mut ahead, &mut visit);
        }
        ahead.hand_over(&mut visit);
    }
}

fn joint_spends_of_run(
    run: Run<'_>,
    from: TxNo,
    ahead: &mut Ahead<'_>,
    visit: &mut impl FnMut(&[JointSpend], &[AddressNo]),
) {
    let first_tx = run.before().transactions;
    let skipped = from.0.saturating_sub(first_tx) as usize;
    let (inputs, outputs, spends) = (run.tx_input(), run.tx_output(), run.spends());
    let mut begin = inputs.get(skipped).map_or(0, |first| first.get() as usize);
    for (row, next) in (0_u32..).zip(&inputs[1..]).skip(skipped) {
        let end = next.get() as usize;
        let own = &spends[begin..end];
        begin = end;
        if own.len() < 2 {
            continue;
        }
        let made = outputs[row as usize + 1].get() - outputs[row as usize].get();
        let tx = TxNo(first_tx + row);
        let counts = Counts { inputs: own.len(), outputs: made as usize };
        ahead.found.push(JointSpend { tx, counts });
        ahead.spends.extend_from_slice(own);
        if ahead.spends.len() >= LOOKED_UP_TOGETHER {
            ahead.hand_over(visit);
        }
    }
}

/// Transactions that were found and not handed over yet.
struct Ahead<'a> {
    /// The first output of each run, and the addresses of its outputs.
    firsts: Vec<u64>,
    runs: Vec<&'a [le::U32]>,
    found: Vec<JointSpend>,
    /// What they spend.
    spends: Vec<U40>,
    addresses: Vec<AddressNo>,
}

impl<'a> Ahead<'a> {
    fn new(ledger: &'a UtxoLedger) -> Ahead<'a> {
        Ahead {
            firsts: ledger.runs().map(|run| run.before().outputs).collect(),
            runs: ledger.runs().map(|run| run.addresses()).collect(),
            found: Vec::new(),
            spends: Vec::new(),
            addresses: Vec::new(),
        }
    }

    fn hand_over(&mut self, visit: &mut impl FnMut(&[JointSpend], &[AddressNo])) {
        let (firsts, runs) = (&self.firsts, &self.runs);
        self.addresses.clear();
        self.addresses.extend(self.spends.iter().map(|output| {
            let output = output.get();
            let run = firsts.partition_point(|first| *first <= output) - 1;
            let row = usize::try_from(output - firsts[run]).expect("a run lies in memory");
            AddressNo(runs[run][row].get())
        }));
        visit(&self.found, &self.addresses);
        self.found.clear();
        self.spends.clear();
    }
}
