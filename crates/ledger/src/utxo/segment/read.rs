//! A segment, mapped: every question about the rows of a stretch.

use std::{ops::Range, path::Path};

use zerocopy::little_endian as le;

use super::{SCRIPTS_BETWEEN_MARKS, files::Mapped, firsts};
use crate::{
    LedgerError,
    column::Column,
    utxo::{
        TxShape,
        batch::key,
        cells::{U40, WIDE_FEE, WIDE_VALUE, Wide},
        hash_index::HashIndex,
        manifest::SegmentEntry,
        packed_script::{CODE_MAX, PackedScript, payload_bytes},
        rows::{BlockRow, Rows, Scripts, Totals, place},
    },
};

/// The columns of a stretch of blocks and how many rows lie before it.
///
/// Opening compares lengths and no content. Where a damaged column names a row that is not there,
/// the answer is an empty one; `verify` names the file.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) before: Totals,
    pub(crate) after: Totals,
    pub(crate) columns: Mapped,
}

impl Segment {
    /// Opens the segment of a manifest's entry.
    pub(crate) fn open(segments: &Path, entry: &SegmentEntry) -> Result<Segment, LedgerError> {
        let folder = segments.join(&entry.name);
        let columns = Mapped::open(&folder)?;
        let segment = Segment { before: entry.before, after: entry.after, columns };
        segment.check_lengths(&folder)?;
        Ok(segment)
    }

    /// Columns of one kind of row have one length, and that is the manifest's.
    fn check_lengths(&self, folder: &Path) -> Result<(), LedgerError> {
        let Segment { before, after, columns } = self;
        let blocks = place(after.blocks.saturating_sub(before.blocks));
        let txs = place(after.transactions.saturating_sub(before.transactions));
        let wide = |a: u64, b: u64| usize::try_from(a.saturating_sub(b)).unwrap_or(usize::MAX);
        let inputs = wide(after.inputs, before.inputs);
        let outputs = wide(after.outputs, before.outputs);
        let addresses = place(after.addresses.saturating_sub(before.addresses));
        let marks = addresses.div_ceil(SCRIPTS_BETWEEN_MARKS);
        let again = columns.again_address.values().len();
        for (name, found, expected) in [
            ("block.hash", columns.block_hash.values().len(), blocks),
            ("block.time", columns.block_time.values().len(), blocks),
            ("block.tx", columns.block_tx.values().len(), blocks + 1),
            ("tx.id", columns.tx_id.values().len(), txs),
            ("tx.shape", columns.tx_shape.values().len(), txs),
            ("tx.fee", columns.tx_fee.values().len(), txs),
            ("tx.input", columns.tx_input.values().len(), txs + 1),
            ("tx.output", columns.tx_output.values().len(), txs + 1),
            ("tx.by_id", columns.tx_by_id.values().len(), txs),
            ("tx.tag", columns.tx_tag.values().len(), txs),
            ("input.spends", columns.input_spends.values().len(), inputs),
            ("output.value", columns.output_value.values().len(), outputs),
            ("output.address", columns.output_address.values().len(), outputs),
            ("address.kind", columns.address_kind.values().len(), addresses),
            ("address.at", columns.address_at.values().len(), marks),
            ("output.first", columns.output_first.values().len(), outputs.div_ceil(64)),
            ("address.mark", columns.address_mark.values().len(), marks),
            ("address.by_hash", columns.address_by_hash.values().len(), addresses),
            ("address.tag", columns.address_tag.values().len(), addresses),
            ("again.output", columns.again_output.values().len(), again),
        ] {
            if found != expected {
                let what = format!("{found} values where its segment has {expected}");
                return Err(LedgerError::corrupt(folder.join(name), 16, what));
            }
        }
        Ok(())
    }

    /// The block of a transaction, both by row.
    pub(crate) fn block_of(&self, tx: u32) -> usize {
        let (firsts, blocks) = (self.columns.block_tx.values(), self.columns.block_hash.values());
        let behind = firsts.partition_point(|first| first.get() <= tx);
        behind.saturating_sub(1).min(blocks.len().saturating_sub(1))
    }

    /// Inputs of a transaction.
    #[inline]
    pub(crate) fn inputs(&self, tx: u32) -> Range<usize> {
        span(self.columns.tx_input.values(), tx, self.columns.input_spends.values().len())
    }

    /// Outputs of a transaction.
    #[inline]
    pub(crate) fn outputs(&self, tx: u32) -> Range<usize> {
        span(self.columns.tx_output.values(), tx, self.columns.output_value.values().len())
    }

    /// The transaction that made an output.
    pub(crate) fn tx_of_output(&self, output: u32) -> u32 {
        let firsts = self.columns.tx_output.values();
        let behind = firsts.partition_point(|first| first.get() <= output);
        u32::try_from(behind.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    #[inline]
    pub(crate) fn value(&self, output: usize) -> u64 {
        let value = self.columns.output_value.values().get(output).map_or(0, |value| value.get());
        if value == U40::MAX { self.wide(WIDE_VALUE, output, value) } else { value }
    }

    #[inline]
    pub(crate) fn fee(&self, tx: u32) -> u64 {
        let fee = self.columns.tx_fee.values()[place(tx)].get();
        if fee == u32::MAX { self.wide(WIDE_FEE, place(tx), fee.into()) } else { fee.into() }
    }

    #[cold]
    fn wide(&self, column: u8, row: usize, narrow: u64) -> u64 {
        let rows = self.columns.wide.values();
        let at = |wide: &Wide| (wide.column, place(wide.row.get()));
        let found = rows.binary_search_by_key(&(column, row), at);
        found.map_or(narrow, |found| rows[found].value.get())
    }

    /// The latest transaction of an id.
    pub(crate) fn find_tx(&self, id: &[u8; 32]) -> Option<u32> {
        let Mapped { tx_by_id, tx_tag, tx_bucket, tx_id, .. } = &self.columns;
        let index = HashIndex::new(tx_by_id.values(), tx_tag.values(), tx_bucket.values());
        let ids = tx_id.values();
        index.candidates(key(id)).filter(|row| ids.get(place(*row)) == Some(id)).last()
    }

    /// The address of a script of which this is the hash, among those that appear here first.
    pub(crate) fn find_script(&self, hash: u64, script: PackedScript<'_>) -> Option<u32> {
        let Mapped { address_by_hash, address_tag, address_bucket, .. } = &self.columns;
        let index =
            HashIndex::new(address_by_hash.values(), address_tag.values(), address_bucket.values());
        let codes = self.columns.address_kind.values();
        // The code is compared before the bytes are looked for: a tag alone often deceives.
        let is_it = |row: &u32| {
            codes.get(place(*row)) == Some(&script.code) && self.script(*row) == Some(script)
        };
        index.candidates(hash).find(is_it)
    }

    /// The script of an address that appears here first; `None` where the columns are damaged.
    pub(crate) fn script(&self, address: u32) -> Option<PackedScript<'_>> {
        let address = place(address);
        let mark = address / SCRIPTS_BETWEEN_MARKS;
        let Mapped { address_kind, address_bytes, address_at, .. } = &self.columns;
        let begin = usize::try_from(address_at.values().get(mark)?.get()).ok()?;
        let mut rest = address_bytes.values().get(begin..)?;
        let codes = address_kind.values().get(mark * SCRIPTS_BETWEEN_MARKS..=address)?;
        let (last, before) = codes.split_last()?;
        for code in before {
            take_script(&mut rest, *code)?;
        }
        take_script(&mut rest, *last)
    }

    /// The scripts of the addresses that appear here first, from a row on, in order: a sweep, while
    /// one by one each has to be looked for. Ends early where the columns are damaged.
    pub(crate) fn scripts_from(&self, address: u32) -> impl Iterator<Item = PackedScript<'_>> + '_ {
        let Mapped { address_kind, address_bytes, address_at, .. } = &self.columns;
        let mark = place(address) / SCRIPTS_BETWEEN_MARKS;
        let begin = address_at.values().get(mark).and_then(|at| usize::try_from(at.get()).ok());
        let mut rest = begin.and_then(|at| address_bytes.values().get(at..)).unwrap_or_default();
        let first = mark * SCRIPTS_BETWEEN_MARKS;
        let codes = address_kind.values().get(first..).unwrap_or_default();
        let scripts = codes.iter().map_while(move |code| take_script(&mut rest, *code));
        scripts.skip(place(address) - first)
    }

    /// The output with which an address appears here first.
    pub(crate) fn first_output(&self, address: u32) -> Option<u32> {
        let columns = &self.columns;
        firsts::find(columns.output_first.values(), columns.address_mark.values(), place(address))
    }

    /// Outputs of an address that had appeared before, in this segment.
    pub(crate) fn again(&self, address: u32) -> &[le::U32] {
        let addresses = self.columns.again_address.values();
        let first = addresses.partition_point(|own| own.get() < address);
        let count = addresses[first..].partition_point(|own| own.get() == address);
        &self.columns.again_output.values()[first..first + count]
    }

    /// The rows again, to cut or to merge them. What is damaged is refused.
    pub(crate) fn to_rows(&self, segments: &Path) -> Result<Rows, LedgerError> {
        self.columns.check()?;
        let columns = &self.columns;
        let all = |list: &[le::U32]| -> Vec<u32> { list.iter().map(|value| value.get()).collect() };
        let mut tx_input = all(columns.tx_input.values());
        let mut tx_output = all(columns.tx_output.values());
        tx_input.pop();
        tx_output.pop();
        let blocks = columns.block_hash.values().iter().zip(columns.block_time.values());
        let blocks = blocks.zip(columns.block_tx.values()).map(|((hash, time), first)| BlockRow {
            hash: *hash,
            time: time.get(),
            first_tx: first.get(),
        });
        let txs = self.after.transactions - self.before.transactions;
        Ok(Rows {
            before: self.before,
            blocks: blocks.collect(),
            tx_id: columns.tx_id.values().to_vec(),
            tx_shape: columns.tx_shape.values().iter().map(|byte| TxShape(*byte)).collect(),
            tx_fee: (0..txs).map(|tx| self.fee(tx)).collect(),
            tx_input,
            tx_output,
            prevout: columns.input_spends.values().iter().map(|output| output.get()).collect(),
            value: (0..columns.output_value.values().len()).map(|row| self.value(row)).collect(),
            address: all(columns.output_address.values()),
            scripts: self.scripts().ok_or_else(|| {
                LedgerError::corrupt(segments.join("address.bytes"), 0, "the scripts do not fit")
            })?,
            script_output: firsts::all(columns.output_first.values()).collect(),
        })
    }

    fn scripts(&self) -> Option<Scripts> {
        let mut scripts = Scripts::default();
        let mut rest = self.columns.address_bytes.values();
        for code in self.columns.address_kind.values() {
            scripts.push(take_script(&mut rest, *code)?);
        }
        rest.is_empty().then_some(scripts)
    }
}

#[inline]
fn span(firsts: &[le::U32], row: u32, end: usize) -> Range<usize> {
    let first = place(firsts[place(row)].get()).min(end);
    let last = place(firsts[place(row) + 1].get()).min(end);
    first..last.max(first)
}

/// Takes a script off the front of the bytes.
fn take_script<'a>(rest: &mut &'a [u8], code: u8) -> Option<PackedScript<'a>> {
    let length = match payload_bytes(code) {
        Some(length) => length,
        None if code <= CODE_MAX => {
            let (length, behind) = rest.split_first_chunk::<4>()?;
            *rest = behind;
            place(u32::from_le_bytes(*length))
        }
        None => return None,
    };
    let (payload, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(PackedScript { code, payload })
}

/// The outputs that the inputs of a segment spend, read from its folder alone.
pub(crate) fn spends_of(folder: &Path) -> Result<Vec<u64>, LedgerError> {
    let column: Column<U40> = Column::open(folder.join("input.spends"))?;
    Ok(column.values().iter().map(|output| output.get()).collect())
}
