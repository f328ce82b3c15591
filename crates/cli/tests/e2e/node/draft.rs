//! Transactions put together byte by byte: a node's own commands know only scripts with addresses.

use sources::bitcoin::{Hash, block::OutPoint};

/// An unsigned transaction.
#[derive(Clone, Default)]
pub(super) struct Draft {
    inputs: Vec<(OutPoint, Vec<u8>)>,
    outputs: Vec<(u64, Vec<u8>)>,
}

impl Draft {
    /// Spends an output; a signature comes later.
    pub(super) fn spend(self, output: OutPoint) -> Draft {
        self.spend_with(output, Vec::new())
    }

    /// Spends an output with a script that is all it takes.
    pub(super) fn spend_with(mut self, output: OutPoint, script: Vec<u8>) -> Draft {
        self.inputs.push((output, script));
        self
    }

    /// Pays satoshi to a script.
    pub(super) fn pay(mut self, value: u64, script: &[u8]) -> Draft {
        self.outputs.push((value, script.to_vec()));
        self
    }

    /// Value and script of each output.
    pub(super) fn outputs(&self) -> &[(u64, Vec<u8>)] {
        &self.outputs
    }

    /// In hex digits, without witnesses.
    pub(super) fn hex(&self) -> String {
        let mut bytes = 2_u32.to_le_bytes().to_vec();
        count(&mut bytes, self.inputs.len());
        for (output, script) in &self.inputs {
            bytes.extend(output.txid.0);
            bytes.extend(output.output.to_le_bytes());
            count(&mut bytes, script.len());
            bytes.extend(script);
            bytes.extend(0xffff_fffd_u32.to_le_bytes());
        }
        count(&mut bytes, self.outputs.len());
        for (value, script) in &self.outputs {
            bytes.extend(value.to_le_bytes());
            count(&mut bytes, script.len());
            bytes.extend(script);
        }
        bytes.extend([0; 4]);
        hex(&bytes)
    }
}

/// The protocol's count, as far as a test needs it.
fn count(bytes: &mut Vec<u8>, count: usize) {
    match u16::try_from(count).expect("small") {
        small @ 0..=0xfc => bytes.push(u8::try_from(small).expect("below 253")),
        larger => {
            bytes.push(0xfd);
            bytes.extend(larger.to_le_bytes());
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// A hash as a node spells it.
pub(super) fn hash(digits: &str) -> Hash {
    let mut bytes: [u8; 32] = unhex(digits).try_into().expect("32 bytes");
    bytes.reverse();
    Hash(bytes)
}
