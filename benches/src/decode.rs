//! Task P1: read the block files, decode every block, compute every transaction id.

use sources::bitcoin::{
    Hash,
    block::{self, BlockVisitor, Input, Naming, OutPoint, Output, Transaction},
};

use crate::{Answer, BenchError, BlocksInOrder};

/// What is counted on the way.
#[derive(Debug, Default)]
struct Counts {
    transactions: u64,
    inputs: u64,
    outputs: u64,
    satoshi_out: u64,
}

impl BlockVisitor for Counts {
    fn input(&mut self, input: Input<'_>) {
        self.inputs += u64::from(input.spends != OutPoint::NONE);
    }

    fn output(&mut self, output: Output<'_>) {
        self.outputs += 1;
        // Checked when the value is stored; here it only has to be the same as the peer's.
        self.satoshi_out = self.satoshi_out.wrapping_add(output.value);
    }

    fn transaction(&mut self, _: Transaction<'_>) {
        self.transactions += 1;
    }
}

/// The task on a folder of block files.
///
/// # Errors
/// The files are damaged.
pub fn answer(blocks: &BlocksInOrder) -> Result<Answer, BenchError> {
    let mut counts = Counts::default();
    let (mut ids, mut naming, mut id_sum) = (Vec::new(), Naming::default(), 0);
    blocks.each(|files, at, bytes| {
        block::name(bytes, &mut ids, &mut naming, &mut counts)
            .map_err(|damage| files.damaged(at.place, damage))?;
        id_sum = ids.iter().fold(id_sum, |sum: u64, id| sum.wrapping_add(first_eight(id)));
        Ok::<(), BenchError>(())
    })?;
    let mut answer = Answer::default();
    answer.set("blocks", u64::try_from(blocks.len()).expect("a count of things in memory"));
    answer.set("transactions", counts.transactions);
    answer.set("inputs", counts.inputs);
    answer.set("outputs", counts.outputs);
    answer.set("satoshi_out", counts.satoshi_out);
    answer.set("txid_sum", id_sum);
    Ok(answer)
}

/// The first eight bytes of an id as a number: their sum says whether all ids are the same.
pub fn first_eight(id: &Hash) -> u64 {
    let (first, _) = id.0.split_first_chunk().expect("an id has 32 bytes");
    u64::from_le_bytes(*first)
}
