//! The facts of a stretch of blocks in memory, with every reference resolved.

use std::ops::Range;

use super::{
    TxShape,
    packed_script::{PackedScript, payload_bytes},
};

/// How many rows of each kind lie before a stretch, over the whole chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Totals {
    pub(crate) blocks: u32,
    pub(crate) transactions: u32,
    pub(crate) inputs: u64,
    pub(crate) outputs: u64,
    pub(crate) addresses: u32,
}

/// A block's own facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockRow {
    pub(crate) hash: [u8; 32],
    pub(crate) time: u32,
    /// Row of its first transaction.
    pub(crate) first_tx: u32,
}

/// The facts of consecutive blocks. Row numbers count from the first of the stretch; outputs spent
/// and addresses are numbers of the whole chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) before: Totals,
    pub(crate) blocks: Vec<BlockRow>,
    pub(crate) tx_id: Vec<[u8; 32]>,
    pub(crate) tx_shape: Vec<TxShape>,
    pub(crate) tx_fee: Vec<u64>,
    /// Row of the first input of each transaction.
    pub(crate) tx_input: Vec<u32>,
    /// Row of the first output of each transaction.
    pub(crate) tx_output: Vec<u32>,
    /// The output that each input spends.
    pub(crate) prevout: Vec<u64>,
    pub(crate) value: Vec<u64>,
    pub(crate) address: Vec<u32>,
    /// Addresses that appear here first, in the order of their numbers.
    pub(crate) scripts: Scripts,
    /// Row of the output with which each of them appears.
    pub(crate) script_output: Vec<u32>,
}

impl Rows {
    /// Totals behind the last row.
    pub(crate) fn after(&self) -> Totals {
        let Totals { blocks, transactions, inputs, outputs, addresses } = self.before;
        let small = |count: usize| u32::try_from(count).expect("rows are counted with 32 bits");
        Totals {
            blocks: blocks + small(self.blocks.len()),
            transactions: transactions + small(self.tx_id.len()),
            inputs: inputs + self.prevout.len() as u64,
            outputs: outputs + self.value.len() as u64,
            addresses: addresses + small(self.scripts.len()),
        }
    }

    /// The rows of some of the blocks, by their places here.
    pub(crate) fn slice(&self, blocks: Range<usize>) -> Rows {
        let spans = self.spans(blocks.clone());
        let less = |list: &[u32], range: &Range<usize>, by: usize| -> Vec<u32> {
            let by = row32(by);
            list[range.clone()].iter().map(|row| row - by).collect()
        };
        Rows {
            before: spans.before,
            blocks: self.blocks[blocks]
                .iter()
                .map(|block| BlockRow {
                    first_tx: block.first_tx - row32(spans.txs.start),
                    ..*block
                })
                .collect(),
            tx_id: self.tx_id[spans.txs.clone()].to_vec(),
            tx_shape: self.tx_shape[spans.txs.clone()].to_vec(),
            tx_fee: self.tx_fee[spans.txs.clone()].to_vec(),
            tx_input: less(&self.tx_input, &spans.txs, spans.inputs.start),
            tx_output: less(&self.tx_output, &spans.txs, spans.outputs.start),
            prevout: self.prevout[spans.inputs.clone()].to_vec(),
            value: self.value[spans.outputs.clone()].to_vec(),
            address: self.address[spans.outputs.clone()].to_vec(),
            scripts: self.scripts.slice(spans.scripts.clone()),
            script_output: less(&self.script_output, &spans.scripts, spans.outputs.start),
        }
    }

    /// Adds the rows of the blocks that follow.
    pub(crate) fn append(&mut self, next: &Rows) {
        if self.blocks.is_empty() {
            *self = next.clone();
            return;
        }
        debug_assert_eq!(self.after(), next.before);
        let (txs, inputs, outputs) =
            (row32(self.tx_id.len()), row32(self.prevout.len()), row32(self.value.len()));
        self.blocks.extend(
            next.blocks.iter().map(|block| BlockRow { first_tx: block.first_tx + txs, ..*block }),
        );
        self.tx_id.extend_from_slice(&next.tx_id);
        self.tx_shape.extend_from_slice(&next.tx_shape);
        self.tx_fee.extend_from_slice(&next.tx_fee);
        self.tx_input.extend(next.tx_input.iter().map(|row| row + inputs));
        self.tx_output.extend(next.tx_output.iter().map(|row| row + outputs));
        self.prevout.extend_from_slice(&next.prevout);
        self.value.extend_from_slice(&next.value);
        self.address.extend_from_slice(&next.address);
        self.scripts.append(&next.scripts);
        self.script_output.extend(next.script_output.iter().map(|row| row + outputs));
    }

    /// Outputs of the chain up to the end of a block, by its place here.
    pub(crate) fn outputs_after(&self, block: usize) -> u64 {
        let tx = self.blocks.get(block + 1).map_or(self.tx_id.len(), |next| place(next.first_tx));
        let rows = self.tx_output.get(tx).map_or(self.value.len(), |row| place(*row));
        self.before.outputs + rows as u64
    }

    fn spans(&self, blocks: Range<usize>) -> Spans {
        let tx = |block: usize| {
            self.blocks.get(block).map_or(self.tx_id.len(), |block| place(block.first_tx))
        };
        let txs = tx(blocks.start)..tx(blocks.end);
        let row = |list: &[u32], at: usize, end: usize| list.get(at).map_or(end, |row| place(*row));
        let ends = |list: &[u32], end: usize| row(list, txs.start, end)..row(list, txs.end, end);
        let inputs = ends(&self.tx_input, self.prevout.len());
        let outputs = ends(&self.tx_output, self.value.len());
        let script =
            |output: usize| self.script_output.partition_point(|first| place(*first) < output);
        let scripts = script(outputs.start)..script(outputs.end);
        let before = Totals {
            blocks: self.before.blocks + row32(blocks.start),
            transactions: self.before.transactions + row32(txs.start),
            inputs: self.before.inputs + inputs.start as u64,
            outputs: self.before.outputs + outputs.start as u64,
            addresses: self.before.addresses + row32(scripts.start),
        };
        Spans { before, txs, inputs, outputs, scripts }
    }
}

struct Spans {
    before: Totals,
    txs: Range<usize>,
    inputs: Range<usize>,
    outputs: Range<usize>,
    scripts: Range<usize>,
}

/// A place as a row number. A stretch is cut long before 2^32 rows.
pub(crate) fn row32(place: usize) -> u32 {
    u32::try_from(place).expect("a stretch has fewer than 2^32 rows")
}

/// A row number as a place.
pub(crate) fn place(row: u32) -> usize {
    usize::try_from(row).expect("at least 32 bits can be addressed")
}

/// Packed scripts, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scripts {
    pub(crate) codes: Vec<u8>,
    /// Where each payload ends in `bytes`.
    ends: Vec<u64>,
    bytes: Vec<u8>,
}

impl Scripts {
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn push(&mut self, script: PackedScript<'_>) {
        debug_assert!(payload_bytes(script.code).is_none_or(|n| n == script.payload.len()));
        self.codes.push(script.code);
        self.bytes.extend_from_slice(script.payload);
        self.ends.push(self.bytes.len() as u64);
    }

    #[inline]
    pub(crate) fn get(&self, at: usize) -> PackedScript<'_> {
        PackedScript {
            code: self.codes[at],
            payload: &self.bytes[self.start(at)..self.start(at + 1)],
        }
    }

    fn start(&self, at: usize) -> usize {
        let end = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        usize::try_from(end).expect("it lies in memory")
    }

    fn slice(&self, range: Range<usize>) -> Scripts {
        let (from, to) = (self.start(range.start), self.start(range.end));
        Scripts {
            codes: self.codes[range.clone()].to_vec(),
            ends: self.ends[range].iter().map(|end| end - from as u64).collect(),
            bytes: self.bytes[from..to].to_vec(),
        }
    }

    fn append(&mut self, next: &Scripts) {
        let shift = self.bytes.len() as u64;
        self.codes.extend_from_slice(&next.codes);
        self.ends.extend(next.ends.iter().map(|end| end + shift));
        self.bytes.extend_from_slice(&next.bytes);
    }
}
