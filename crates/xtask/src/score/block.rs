//! A block of the main chain with what its payments spend: ordinary payments, unlabelled.

use std::{fs::File, path::Path};

use chain::{
    Satoshis, Script, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};
use serde_json::Value;
use sources::bitcoin::block::{BlockVisitor, Input, Output, Transaction, decode};

use crate::step::Failure;

const HEIGHT: u64 = 866_342;
/// A block has at most 4 MB, and the list of what it spends little more.
const BYTES_MAX: u64 = 64 << 20;

/// Every payment of the block but the coinbase, in order.
pub(super) fn payments(folder: &Path) -> Result<Vec<Payment>, Failure> {
    let bytes = unpacked(&folder.join(format!("mainnet_{HEIGHT}.raw.zst")))?;
    let path = folder.join(format!("mainnet_{HEIGHT}.spent_utxos.zst"));
    let refused = |why: String| Failure::Truth { path: path.display().to_string(), why };
    let spent: Vec<Value> =
        serde_json::from_slice(&unpacked(&path)?).map_err(|error| refused(error.to_string()))?;
    let spent: Option<Vec<PaymentOutput>> = spent.iter().map(output_of).collect();
    let spent = spent.ok_or_else(|| refused("an entry has no value or no script".to_owned()))?;
    let mut walk = Walk { spent: spent.into_iter(), ..Walk::default() };
    decode(&bytes, &mut Vec::new(), &mut walk).map_err(|damage| refused(damage.to_string()))?;
    if walk.short || walk.spent.len() > 0 {
        return Err(refused("it does not have one entry for each input".to_owned()));
    }
    Ok(walk.done)
}

fn unpacked(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = || {
        let mut bytes = Vec::new();
        let decoder = zstd::Decoder::new(File::open(path)?)?;
        std::io::Read::read_to_end(&mut std::io::Read::take(decoder, BYTES_MAX), &mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|why| Failure::Read { path: path.display().to_string(), why })
}

fn output_of(entry: &Value) -> Option<PaymentOutput> {
    let output = entry.get("txout")?;
    let value = Satoshis::new(output.get("value")?.as_u64()?)?;
    Some(PaymentOutput { value, script: output.get("script_pubkey")?.as_str()?.parse().ok()? })
}

/// Puts payments together as their parts go by.
#[derive(Default)]
struct Walk {
    spent: std::vec::IntoIter<PaymentOutput>,
    inputs: Vec<PaymentInput>,
    outputs: Vec<PaymentOutput>,
    done: Vec<Payment>,
    /// Whether something was missing: an entry for an input, or a value that can be.
    short: bool,
    /// Whether the coinbase is behind us; its input spends nothing.
    past_coinbase: bool,
}

impl BlockVisitor for Walk {
    fn input(&mut self, input: Input<'_>) {
        if !self.past_coinbase {
            return;
        }
        let Some(PaymentOutput { value, script }) = self.spent.next() else {
            self.short = true;
            return;
        };
        let tx = UtxoTxId(input.spends.txid.0);
        self.inputs.push(PaymentInput {
            spends: Outpoint { tx, index: input.spends.output },
            value,
            script,
        });
    }

    fn output(&mut self, output: Output<'_>) {
        match Satoshis::new(output.value) {
            Some(value) => {
                self.outputs.push(PaymentOutput { value, script: Script::new(output.script) });
            }
            None => self.short = true,
        }
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        let inputs = std::mem::take(&mut self.inputs);
        let outputs = std::mem::take(&mut self.outputs);
        let id = UtxoTxId(transaction.txid.0);
        if self.past_coinbase {
            self.done.push(Payment { id, block: Some(HEIGHT), time: None, inputs, outputs });
        }
        self.past_coinbase = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_payment_of_the_block_makes_more_than_it_spends() {
        let folder =
            super::super::data_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        if !folder.join("bitcoin").is_dir() {
            println!("skipped: no TRACEWELL_DATA");
            return;
        }
        let payments = payments(&folder.join("bitcoin")).expect("the block can be read");
        // 4,864 transactions by the data's own description, the coinbase among them.
        assert_eq!(payments.len(), 4_863);
        for payment in payments {
            let spent: u64 = payment.inputs.iter().map(|input| input.value.get()).sum();
            let made: u64 = payment.outputs.iter().map(|output| output.value.get()).sum();
            assert!(spent >= made && made > 0, "{}", payment.id);
        }
    }
}
