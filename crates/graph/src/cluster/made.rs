//! Small chains made up for tests.

use std::collections::BTreeMap;

use chain::{
    Satoshis, Script, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};

use ledger::utxo::{AddressNo, OutputNo, TxNo};

use super::{facts::Facts, same_key::hash160};

/// A chain in memory, each transaction in a block of its own, so that heights are numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct MadeChain {
    txs: Vec<MadeTx>,
    /// Value, owner, spender of each output.
    outputs: Vec<(u64, AddressNo, Option<TxNo>)>,
    scripts: Vec<Script>,
    by_script: BTreeMap<Script, AddressNo>,
}

#[derive(Clone, Debug)]
struct MadeTx {
    inputs: Vec<OutputNo>,
    first_output: u64,
    end: u64,
}

/// What a transaction of a plan spends, as places among what is unspent, and makes: scripts by
/// their number, and values.
pub(crate) type Plan = Vec<(Vec<u8>, Vec<(u8, u64)>)>;

impl MadeChain {
    /// Plays a plan. What spends nothing is a coinbase.
    pub(crate) fn played(plan: &Plan) -> MadeChain {
        let mut chain = MadeChain::default();
        for (spends, makes) in plan {
            let mut inputs = Vec::new();
            for place in spends {
                let unspent = chain.unspent();
                if !unspent.is_empty() {
                    let output = unspent[usize::from(*place) % unspent.len()];
                    chain.outputs[index(output)].2 = Some(TxNo(chain.transactions()));
                    inputs.push(output);
                }
            }
            let makes: Vec<(Script, u64)> =
                makes.iter().map(|(script, value)| (a_script(*script), *value)).collect();
            chain.push(inputs, &makes);
        }
        chain
    }

    /// Adds a transaction whose inputs nobody spent yet.
    pub(crate) fn add(&mut self, inputs: &[u64], makes: &[(Script, u64)]) -> TxNo {
        let tx = TxNo(self.transactions());
        let inputs: Vec<OutputNo> = inputs.iter().map(|output| OutputNo(*output)).collect();
        for output in &inputs {
            let earlier = self.outputs[index(*output)].2.replace(tx);
            assert_eq!(earlier, None, "spent twice");
        }
        self.push(inputs, makes);
        tx
    }

    /// The chain up to a transaction, as if nothing had come after.
    pub(crate) fn cut(&self, transactions: u32) -> MadeChain {
        let mut chain = MadeChain::default();
        for tx in &self.txs[..transactions as usize] {
            let makes: Vec<(Script, u64)> = (tx.first_output..tx.end)
                .map(|output| {
                    let (value, address, _) = self.outputs[index(OutputNo(output))];
                    (self.script(address), value)
                })
                .collect();
            let inputs: Vec<u64> = tx.inputs.iter().map(|output| output.0).collect();
            chain.add(&inputs, &makes);
        }
        chain
    }

    fn push(&mut self, inputs: Vec<OutputNo>, makes: &[(Script, u64)]) {
        let first_output = self.outputs.len() as u64;
        for (script, value) in makes {
            let next = AddressNo(self.addresses());
            let address = *self.by_script.entry(script.clone()).or_insert(next);
            if address == next {
                self.scripts.push(script.clone());
            }
            self.outputs.push((*value, address, None));
        }
        self.txs.push(MadeTx { inputs, first_output, end: self.outputs.len() as u64 });
    }

    fn unspent(&self) -> Vec<OutputNo> {
        let outputs = (0_u64..).zip(&self.outputs);
        outputs.filter(|(_, output)| output.2.is_none()).map(|(at, _)| OutputNo(at)).collect()
    }

    fn tx(&self, tx: TxNo) -> &MadeTx {
        &self.txs[tx.0 as usize]
    }
}

/// One of five forms of one of the keys.
pub(crate) fn a_script(number: u8) -> Script {
    let key = [&[2][..], &[number / 5; 32]].concat();
    let hash = hash160(&key);
    Script::new(match number % 5 {
        0 => [&[0x76, 0xa9, 20][..], &hash, &[0x88, 0xac]].concat(),
        1 => [&[0, 20][..], &hash].concat(),
        2 => [&[0xa9, 20][..], &hash160(&[&[0, 20][..], &hash].concat()), &[0x87]].concat(),
        3 => [&[33][..], &key, &[0xac]].concat(),
        _ => [&[0x51, 32][..], &key[1..]].concat(),
    })
}

fn index(output: OutputNo) -> usize {
    usize::try_from(output.0).expect("a test is small")
}

impl Facts for MadeChain {
    fn transactions(&self) -> u32 {
        u32::try_from(self.txs.len()).expect("a test is small")
    }

    fn addresses(&self) -> u32 {
        u32::try_from(self.scripts.len()).expect("a test is small")
    }

    fn transactions_through(&self, height: u32) -> u32 {
        self.transactions().min(height.saturating_add(1))
    }

    fn height_of(&self, tx: TxNo) -> u32 {
        tx.0
    }

    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> + '_ {
        self.tx(tx).inputs.iter().copied()
    }

    fn outputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> {
        let tx = self.tx(tx);
        let outputs: Vec<OutputNo> = (tx.first_output..tx.end).map(OutputNo).collect();
        outputs.into_iter()
    }

    fn address(&self, output: OutputNo) -> AddressNo {
        self.outputs[index(output)].1
    }

    fn value(&self, output: OutputNo) -> u64 {
        self.outputs[index(output)].0
    }

    fn tx_of_output(&self, output: OutputNo) -> TxNo {
        let place = self.txs.partition_point(|tx| tx.end <= output.0);
        TxNo(u32::try_from(place).expect("a test is small"))
    }

    fn first_output_of(&self, address: AddressNo) -> OutputNo {
        let at = self.outputs.iter().position(|output| output.1 == address);
        OutputNo(at.expect("an address appears somewhere") as u64)
    }

    fn spenders(&self, address: AddressNo) -> impl Iterator<Item = TxNo> + '_ {
        self.outputs.iter().filter(move |output| output.1 == address).filter_map(|output| output.2)
    }

    fn script(&self, address: AddressNo) -> Script {
        self.scripts[address.0 as usize].clone()
    }

    fn tx_id(&self, tx: TxNo) -> UtxoTxId {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&tx.0.to_be_bytes());
        UtxoTxId(id)
    }

    fn facts_hash(&self) -> String {
        format!("{:?}", self.txs.len())
    }

    fn tip_height(&self) -> Option<u32> {
        self.transactions().checked_sub(1)
    }

    fn block_hash(&self, height: u32) -> Option<UtxoTxId> {
        (height < self.transactions()).then(|| self.tx_id(TxNo(height)))
    }

    fn payment(&self, tx: TxNo) -> Payment {
        let value = |output| Satoshis::new(self.value(output)).expect("within the supply");
        let script = |output| self.script(self.address(output));
        let inputs = self.inputs(tx).map(|output| {
            let spends = Outpoint { tx: self.tx_id(self.tx_of_output(output)), index: 0 };
            PaymentInput { spends, value: value(output), script: script(output) }
        });
        let outputs = self
            .outputs(tx)
            .map(|output| PaymentOutput { value: value(output), script: script(output) });
        Payment {
            id: self.tx_id(tx),
            block: Some(u64::from(tx.0)),
            time: None,
            inputs: inputs.collect(),
            outputs: outputs.collect(),
        }
    }
}
