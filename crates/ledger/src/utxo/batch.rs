//! Blocks as they come from a source, gathered until there are enough to store.
//!
//! What a transaction spends is mostly a few blocks old, and most scripts that repeat do so soon.
//! Both are therefore looked for in the batch first, in tables that fit the memory of a batch;
//! what is left is looked up in the ledger all at once, in the order of its indexes
//! (`super::resolve`).

use chain::record::Outpoint;

use super::{
    TxShape, UtxoError,
    packed_script::PackedScript,
    row_table::RowTable,
    rows::{BlockRow, Rows, Totals, place, row32},
};

/// An input whose output was made before the batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    /// Row of the input.
    pub(super) input: u32,
    pub(super) spends: Outpoint,
}

/// Stands for an output that is still to be found.
pub(super) const PENDING: u64 = u64::MAX;

/// Blocks under way. Addresses are numbered within the batch until it is resolved.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) rows: Rows,
    pub(super) script_hash: Vec<u64>,
    pub(super) pending: Vec<Pending>,
    txs: RowTable,
    scripts: RowTable,
    /// Inputs of the block under way, resolved when its transactions have ids.
    inputs: Vec<Outpoint>,
    /// Where each batch output was spent: a second time is refused.
    spent: Vec<u64>,
}

impl Batch {
    /// An empty batch behind what there is.
    pub(super) fn new(before: Totals) -> Batch {
        Batch {
            rows: Rows { before, ..Rows::default() },
            script_hash: Vec::new(),
            pending: Vec::new(),
            txs: RowTable::new(),
            scripts: RowTable::new(),
            inputs: Vec::new(),
            spent: Vec::new(),
        }
    }

    pub(super) fn outputs(&self) -> usize {
        self.rows.value.len()
    }

    /// The last block.
    pub(super) fn tip(&self) -> Option<[u8; 32]> {
        self.rows.blocks.last().map(|block| block.hash)
    }

    pub(super) fn begin_block(&mut self, hash: [u8; 32], time: u32) {
        let first_tx = row32(self.rows.tx_shape.len());
        self.rows.blocks.push(BlockRow { hash, time, first_tx });
        self.begin_transaction();
    }

    fn begin_transaction(&mut self) {
        let inputs = self.rows.prevout.len() + self.inputs.len();
        self.rows.tx_input.push(row32(inputs));
        self.rows.tx_output.push(row32(self.rows.value.len()));
    }

    #[inline]
    pub(super) fn input(&mut self, spends: Outpoint) {
        self.inputs.push(spends);
    }

    #[inline]
    pub(super) fn output(&mut self, value: u64, script: &[u8]) {
        let script = PackedScript::of(script);
        let hash = script.hash();
        let known = &self.rows.scripts;
        let found = self.scripts.find(hash, |at| known.get(place(at)) == script);
        let address = found.unwrap_or_else(|| {
            let new = row32(self.rows.scripts.len());
            self.scripts.insert(hash, new);
            self.rows.scripts.push(script);
            self.rows.script_output.push(row32(self.rows.value.len()));
            self.script_hash.push(hash);
            new
        });
        self.rows.value.push(value);
        self.rows.address.push(address);
    }

    #[inline]
    pub(super) fn end_transaction(&mut self, shape: TxShape) {
        self.rows.tx_shape.push(shape);
        self.begin_transaction();
    }

    /// The block is complete; its transactions have these ids, in order.
    pub(super) fn end_block<'a>(
        &mut self,
        ids: impl ExactSizeIterator<Item = &'a [u8; 32]> + Clone,
    ) -> Result<(), UtxoError> {
        // The transaction that was begun behind the last one does not come.
        self.rows.tx_input.pop();
        self.rows.tx_output.pop();
        let first = self.rows.tx_id.len();
        assert_eq!(first + ids.len(), self.rows.tx_shape.len(), "one id for each transaction");
        self.rows.tx_id.extend(ids.clone());
        for (row, id) in (row32(first)..).zip(ids) {
            let known = &self.rows.tx_id;
            match self.txs.find(key(id), |at| known[place(at)] == *id) {
                // Two coinbases share an id twice in Bitcoin's history (BIP 30): from here on it
                // means the later one.
                Some(old) => self.txs.replace(key(id), old, row),
                None => self.txs.insert(key(id), row),
            }
        }
        self.spent.resize(self.rows.value.len().div_ceil(64), 0);
        let inputs = std::mem::take(&mut self.inputs);
        for spends in &inputs {
            let found = self.find(spends)?;
            let input = row32(self.rows.prevout.len());
            if found.is_none() {
                self.pending.push(Pending { input, spends: *spends });
            }
            self.rows.prevout.push(found.unwrap_or(PENDING));
        }
        // The same buffer serves the next block.
        self.inputs = inputs;
        self.inputs.clear();
        Ok(())
    }

    /// The output in the batch, or `None` if its transaction is not of the batch.
    fn find(&mut self, spends: &Outpoint) -> Result<Option<u64>, UtxoError> {
        let (id, known) = (spends.tx.0, &self.rows.tx_id);
        let Some(tx) = self.txs.find(key(&id), |at| known[place(at)] == id) else {
            return Ok(None);
        };
        let first = place(self.rows.tx_output[place(tx)]);
        let end = self.rows.tx_output.get(place(tx) + 1);
        let end = end.map_or(self.rows.value.len(), |row| place(*row));
        let row = first.saturating_add(place(spends.index));
        if row >= end {
            return Err(UtxoError::MissingOutput(*spends));
        }
        let bit = 1 << (row % 64);
        if self.spent[row / 64] & bit != 0 {
            return Err(UtxoError::SpentTwice(*spends));
        }
        self.spent[row / 64] |= bit;
        Ok(Some(self.rows.before.outputs + row as u64))
    }

    /// The rows so far, the hashes of their scripts, and what is left to look up.
    pub(super) fn into_parts(self) -> (Rows, Vec<u64>, Vec<Pending>) {
        (self.rows, self.script_hash, self.pending)
    }
}

/// The hash by which transactions are found: the first eight bytes of an id are as good as any.
pub(super) fn key(id: &[u8; 32]) -> u64 {
    let (first, _) = id.split_first_chunk::<8>().expect("an id has 32 bytes");
    u64::from_be_bytes(*first)
}
