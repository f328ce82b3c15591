//! Payments made up for tests: every input and output with a script of its own.

use chain::{
    Satoshis, Script, Timestamp, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};

/// A payment in the making.
pub(super) struct Made(Payment);

fn key_hash(number: usize) -> Script {
    let number = u64::try_from(number).expect("a test is small");
    let mut bytes = vec![0, 20];
    bytes.extend_from_slice(&[0; 12]);
    bytes.extend_from_slice(&number.to_be_bytes());
    Script::new(bytes)
}

fn value(satoshis: u64) -> Satoshis {
    Satoshis::new(satoshis).expect("within the supply")
}

impl Made {
    pub(super) fn new() -> Made {
        let id = UtxoTxId([7; 32]);
        Made(Payment { id, block: None, time: None, inputs: Vec::new(), outputs: Vec::new() })
    }

    /// More inputs, P2WPKH.
    pub(super) fn inputs(mut self, values: &[u64]) -> Made {
        for satoshis in values {
            let number = self.0.inputs.len();
            let index = u32::try_from(number).expect("a test is small");
            let spends = Outpoint { tx: UtxoTxId([1; 32]), index };
            let script = key_hash(number);
            self.0.inputs.push(PaymentInput { spends, value: value(*satoshis), script });
        }
        self
    }

    /// More outputs, P2WPKH.
    pub(super) fn outputs(mut self, values: &[u64]) -> Made {
        for satoshis in values {
            let script = key_hash(1_000_000 + self.0.outputs.len());
            self.0.outputs.push(PaymentOutput { value: value(*satoshis), script });
        }
        self
    }

    pub(super) fn output(mut self, satoshis: u64, script: Script) -> Made {
        self.0.outputs.push(PaymentOutput { value: value(satoshis), script });
        self
    }

    pub(super) fn data_output(self) -> Made {
        self.output(0, Script::new(vec![0x6a, 2, 1, 2]))
    }

    pub(super) fn taproot_output(mut self, at: usize) -> Made {
        self.0.outputs[at].script = Script::new([&[0x51, 32][..], &[9; 32]].concat());
        self
    }

    pub(super) fn legacy_input(mut self, at: usize) -> Made {
        let bytes = [&[0x76, 0xa9, 20][..], &[9; 20], &[0x88, 0xac]].concat();
        self.0.inputs[at].script = Script::new(bytes);
        self
    }

    /// All inputs under the script of the first.
    pub(super) fn one_input_script(mut self) -> Made {
        for input in &mut self.0.inputs {
            input.script = key_hash(0);
        }
        self
    }

    pub(super) fn at_block(mut self, block: u64) -> Made {
        self.0.block = Some(block);
        self
    }

    pub(super) fn at_time(mut self, seconds: i64) -> Made {
        self.0.time = Timestamp::from_seconds(seconds);
        self
    }

    pub(super) fn payment(&self) -> Payment {
        self.0.clone()
    }
}
