//! Chains in memory.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use chain::{Timestamp, UtxoTxId};
use proptest::prelude::*;
use trace::{
    Label, Role,
    utxo::{AddressNo, Claims, CoinJoin, Facts, OutputNo, TxNo},
};

/// The address whose outputs nobody can spend.
pub(crate) const DATA: u32 = 1_000;

/// A transaction: numbers of the outputs that it spends; values and addresses of those it makes.
#[derive(Clone, Debug, Default)]
pub(crate) struct MadeTx {
    pub(crate) inputs: Vec<u64>,
    pub(crate) outputs: Vec<(u64, u32)>,
}

/// Transactions in chain order, with their indexes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    txs: Vec<MadeTx>,
    first_outputs: Vec<u64>,
    /// Value, address, creator, spender.
    outputs: Vec<(u64, u32, u32, Option<u32>)>,
    /// Seconds between two transactions.
    pub(crate) gap: i64,
}

impl Made {
    pub(crate) fn new() -> Made {
        Made { gap: 600, ..Made::default() }
    }

    /// Adds a transaction; returns the number of its first output.
    pub(crate) fn tx(&mut self, inputs: &[u64], outputs: &[(u64, u32)]) -> u64 {
        let number = u32::try_from(self.txs.len()).expect("small");
        for input in inputs {
            let spent = &mut self.outputs[usize::try_from(*input).expect("small")];
            assert!(spent.3.is_none(), "spent twice");
            spent.3 = Some(number);
        }
        let first = self.outputs.len() as u64;
        self.first_outputs.push(first);
        self.outputs
            .extend(outputs.iter().map(|(value, address)| (*value, *address, number, None)));
        self.txs.push(MadeTx { inputs: inputs.to_vec(), outputs: outputs.to_vec() });
        first
    }

    pub(crate) fn of(txs: &[MadeTx]) -> Made {
        let mut made = Made::new();
        for tx in txs {
            made.tx(&tx.inputs, &tx.outputs);
        }
        made
    }

    pub(crate) fn txs(&self) -> &[MadeTx] {
        &self.txs
    }

    pub(crate) fn output_count(&self) -> u64 {
        self.outputs.len() as u64
    }

    pub(crate) fn id(number: u32) -> UtxoTxId {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&number.to_le_bytes());
        UtxoTxId(id)
    }

    /// Outputs of transactions that spend nothing.
    pub(crate) fn mined(&self) -> Vec<u64> {
        let made = |tx: &u32| self.txs[*tx as usize].inputs.is_empty();
        (0..self.output_count()).filter(|it| made(&self.row(*it).2)).collect()
    }

    fn row(&self, output: u64) -> &(u64, u32, u32, Option<u32>) {
        &self.outputs[usize::try_from(output).expect("small")]
    }
}

impl Facts for Made {
    fn find_tx(&self, id: &UtxoTxId) -> Option<TxNo> {
        let number = u32::from_le_bytes(id.0[..4].try_into().expect("four bytes"));
        ((number as usize) < self.txs.len()).then_some(TxNo(number))
    }

    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> {
        self.txs[tx.0 as usize].inputs.iter().map(|output| OutputNo(*output))
    }

    fn outputs(&self, tx: TxNo) -> Range<u64> {
        let first = self.first_outputs[tx.0 as usize];
        first..first + self.txs[tx.0 as usize].outputs.len() as u64
    }

    fn fee(&self, tx: TxNo) -> u64 {
        let spent: u64 = self.inputs(tx).map(|output| self.value(output)).sum();
        let made: u64 = self.outputs(tx).map(|output| self.value(OutputNo(output))).sum();
        spent.saturating_sub(made)
    }

    fn time(&self, tx: TxNo) -> Timestamp {
        Timestamp::from_seconds(1_500_000_000 + i64::from(tx.0) * self.gap).expect("a time")
    }

    fn wallet(&self, _: TxNo) -> u64 {
        0
    }

    fn value(&self, output: OutputNo) -> u64 {
        self.row(output.0).0
    }

    fn address(&self, output: OutputNo) -> AddressNo {
        AddressNo(self.row(output.0).1)
    }

    fn spender(&self, output: OutputNo) -> Option<TxNo> {
        self.row(output.0).3.map(TxNo)
    }

    fn creator(&self, output: OutputNo) -> TxNo {
        TxNo(self.row(output.0).2)
    }

    fn is_unspendable(&self, address: AddressNo) -> bool {
        address.0 == DATA
    }

    fn first_output_of(&self, address: AddressNo) -> OutputNo {
        self.outputs_of(address).next().expect("an address has an output")
    }

    fn outputs_of(&self, address: AddressNo) -> impl Iterator<Item = OutputNo> {
        (0..self.output_count()).filter(move |it| self.row(*it).1 == address.0).map(OutputNo)
    }
}

/// Some addresses are services, some transactions CoinJoins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) services: BTreeSet<u32>,
    pub(crate) joins: BTreeSet<u32>,
}

impl Known {
    pub(crate) fn services(addresses: impl IntoIterator<Item = u32>) -> Known {
        Known { services: addresses.into_iter().collect(), joins: BTreeSet::new() }
    }
}

impl Claims for Known {
    fn label(&self, address: AddressNo, _: TxNo) -> Option<Arc<Label>> {
        self.services.contains(&address.0).then(|| {
            Arc::new(Label {
                actor: Some(format!("service {}", address.0)),
                name: format!("Service {}", address.0),
                category: Some("exchange".into()),
                jurisdictions: vec![],
                role: Role::Service,
                confidence: "test".into(),
                sources: vec![],
            })
        })
    }

    fn coinjoin(&self, tx: TxNo) -> Option<CoinJoin> {
        self.joins.contains(&tx.0).then(|| CoinJoin {
            protocol: "test".into(),
            anonymity_set: 3,
            rule_version: "test/1".into(),
        })
    }
}

/// A transaction to be made: which unspent outputs it picks, the weights and addresses of its
/// outputs, and how many thousandths the miner gets.
type Sketch = (Vec<prop::sample::Index>, Vec<(u64, u32)>, u64);

/// Random chains: coins are mined at first and now and then, and spent in any mixture. Values are
/// small so that rounding matters.
pub(crate) fn chains(txs: usize, addresses: u32, value_max: u64) -> impl Strategy<Value = Made> {
    let mined = prop::collection::vec((1..=value_max, 0..addresses), 1..3);
    let sketch = (
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        prop::collection::vec((0_u64..20, 0..addresses), 1..5),
        prop_oneof![Just(0_u64), 0_u64..300],
    );
    (mined, prop::collection::vec(sketch, 1..txs)).prop_map(move |(mined, sketches)| {
        let mut made = Made::new();
        let mut unspent: Vec<u64> = Vec::new();
        let first = made.tx(&[], &mined);
        unspent.extend(first..made.output_count());
        for sketch in sketches {
            add(&mut made, &mut unspent, sketch, value_max);
        }
        made
    })
}

fn add(made: &mut Made, unspent: &mut Vec<u64>, sketch: Sketch, value_max: u64) {
    let (picks, weights, fee) = sketch;
    let mut inputs = Vec::new();
    for pick in picks {
        if !unspent.is_empty() {
            inputs.push(unspent.swap_remove(pick.index(unspent.len())));
        }
    }
    let spent: u64 = inputs.iter().map(|output| made.value(OutputNo(*output))).sum();
    let (total, fee) =
        if inputs.is_empty() { (value_max, 0) } else { (spent, spent * fee / 1_000) };
    let sum = weights.iter().map(|(weight, _)| weight).sum::<u64>().max(1);
    let mut outputs: Vec<(u64, u32)> =
        weights.iter().map(|(weight, address)| ((total - fee) * weight / sum, *address)).collect();
    // What rounding leaves goes to the last output.
    let given: u64 = outputs.iter().map(|(value, _)| value).sum();
    if let Some(last) = outputs.last_mut() {
        last.0 += total - fee - given;
    }
    let first = made.tx(&inputs, &outputs);
    unspent.extend(first..made.output_count());
}
