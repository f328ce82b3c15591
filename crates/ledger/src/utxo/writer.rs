//! Storing blocks: gather, resolve, write, and only then say that they are there.
//!
//! Order of a commit: new segments, then the words of the spenders, then the manifest, then the
//! broom. A kill before the manifest leaves the old ledger, whose readers take no notice of words
//! above their own transactions; the next writer clears them. To unwind a stale branch the manifest
//! comes first.

use std::{fs, path::Path, path::PathBuf};

use chain::{Chain, UtxoTxId, record::Outpoint};

use super::{
    TxNo, TxShape, UtxoCounts, UtxoError,
    batch::Batch,
    levels::LEVELS,
    manifest::Manifest,
    resolve::{Before, resolve},
    rows::{Rows, place},
    segment::Segment,
    spenders::Spenders,
    store::{assemble, open_segments, remove_leftovers},
};
use crate::{LedgerError, lock::Lock};

/// Outputs that are gathered before they are stored: about half a gigabyte of blocks, which takes
/// as much memory.
const BATCH_OUTPUTS: usize = 1 << 22;

/// The right to change a UTXO ledger. Blocks are gathered in memory; nothing on disk changes until
/// [`UtxoWriter::commit`]. Dropping it loses what was not committed and nothing else.
#[derive(Debug)]
pub struct UtxoWriter {
    folder: PathBuf,
    manifest: Manifest,
    segments: Vec<Segment>,
    spenders: Spenders,
    batch: Batch,
    levels: &'static [u32],
    _lock: Lock,
}

impl UtxoWriter {
    /// Takes the write lock of a chain's ledger below `data_dir` and clears what a killed writer
    /// left behind. `holder` is what another process is told.
    ///
    /// # Errors
    /// The lock is held, or the ledger is unreadable, damaged or of a newer version.
    pub fn open(data_dir: &Path, chain: Chain, holder: &str) -> Result<UtxoWriter, LedgerError> {
        UtxoWriter::open_with(data_dir, chain, holder, &LEVELS)
    }

    /// With other levels, so that a test sees many segments of few blocks.
    pub(crate) fn open_with(
        data_dir: &Path,
        chain: Chain,
        holder: &str,
        levels: &'static [u32],
    ) -> Result<UtxoWriter, LedgerError> {
        let folder = super::folder(data_dir, chain);
        let segments = folder.join("segments");
        fs::create_dir_all(&segments).map_err(LedgerError::io(&segments))?;
        let lock = Lock::take(&folder, chain, holder)?;
        let manifest = match Manifest::read(&folder)? {
            Some(manifest) => manifest,
            None => {
                let empty = Manifest::empty(chain);
                empty.replace(&folder)?;
                empty
            }
        };
        remove_leftovers(&folder, &manifest)?;
        let totals = manifest.totals();
        Ok(UtxoWriter {
            segments: open_segments(&segments, &manifest.segments)?,
            spenders: Spenders::open_to_write(folder.join("spenders"), totals.outputs)?,
            batch: Batch::new(totals),
            folder,
            manifest,
            levels,
            _lock: lock,
        })
    }

    /// How many blocks there are, gathered ones included: the height of the next.
    pub fn next_height(&self) -> u32 {
        self.batch.rows.after().blocks
    }

    /// How many blocks are stored.
    pub fn stored_blocks(&self) -> u32 {
        self.manifest.totals().blocks
    }

    /// Hash of a stored block.
    pub fn stored_hash(&self, height: u32) -> Option<[u8; 32]> {
        let at = self.segments.partition_point(|segment| segment.after.blocks <= height);
        let segment = self.segments.get(at)?;
        let row = place(height.checked_sub(segment.before.blocks)?);
        segment.columns.block_hash.values().get(row).copied()
    }

    /// Begins the next block.
    ///
    /// # Errors
    /// Its parent is not the last block.
    pub fn begin_block(
        &mut self,
        hash: [u8; 32],
        parent: [u8; 32],
        time: u32,
    ) -> Result<(), UtxoError> {
        let height = self.next_height();
        let stored = height.checked_sub(1).and_then(|last| self.stored_hash(last));
        let tip = self.batch.tip().or(stored).unwrap_or_default();
        if parent != tip {
            let shown = |hash| UtxoTxId(hash).to_string();
            return Err(UtxoError::NotTheNext {
                hash: shown(hash),
                height,
                parent: shown(parent),
                tip: shown(tip),
            });
        }
        self.batch.begin_block(hash, time);
        Ok(())
    }

    /// An input of the transaction under way. A coinbase has none.
    #[inline]
    pub fn input(&mut self, spends: Outpoint) {
        self.batch.input(spends);
    }

    /// An output of the transaction under way: satoshi and script.
    #[inline]
    pub fn output(&mut self, value: u64, script: &[u8]) {
        self.batch.output(value, script);
    }

    /// The transaction under way is complete.
    #[inline]
    pub fn end_transaction(&mut self, shape: TxShape) {
        self.batch.end_transaction(shape);
    }

    /// The block under way is complete; its transactions have these ids, in order.
    ///
    /// # Errors
    /// An input spends what a transaction does not have, or what is spent already. The writer is of
    /// no use after that; what was committed stays.
    ///
    /// # Panics
    /// There are not as many ids as transactions.
    pub fn end_block<'a>(
        &mut self,
        ids: impl ExactSizeIterator<Item = &'a [u8; 32]> + Clone,
    ) -> Result<(), UtxoError> {
        self.batch.end_block(ids)
    }

    /// Whether so much is gathered that it should be committed.
    pub fn is_full(&self) -> bool {
        self.batch.outputs() >= BATCH_OUTPUTS
    }

    /// Stores what was gathered. When it returns, a kill or a power cut loses none of it.
    ///
    /// # Errors
    /// An input spends what no transaction made or what is spent already; the file system refuses.
    /// The ledger is as before.
    pub fn commit(&mut self) -> Result<UtxoCounts, UtxoError> {
        let stored = Batch::new(self.manifest.totals());
        let gathered = std::mem::replace(&mut self.batch, stored);
        let (mut rows, script_hash, pending) = gathered.into_parts();
        if !rows.blocks.is_empty() {
            let before = Before { segments: &self.segments, spenders: &self.spenders };
            resolve(&mut rows, &script_hash, pending, &before)?;
            drop(script_hash);
            self.store(&rows)?;
            self.batch = Batch::new(self.manifest.totals());
        }
        Ok(self.manifest.totals().into())
    }

    fn store(&mut self, rows: &Rows) -> Result<(), LedgerError> {
        let segments = self.folder.join("segments");
        let entries = assemble(&segments, &self.manifest.segments, rows, self.levels)?;
        let outputs = rows.after().outputs;
        let spenders = Spenders::open_to_write(self.folder.join("spenders"), outputs)?;
        note_spenders(rows, &spenders);
        spenders.flush()?;
        let tip = rows.blocks.last().map(|block| UtxoTxId(block.hash).to_string());
        let next = Manifest {
            chain: self.manifest.chain,
            tip: tip.unwrap_or_default(),
            segments: entries,
        };
        next.replace(&self.folder)?;
        self.turn_to(next)
    }

    /// Forgets all blocks from a height on, also those gathered: a branch that became stale. The
    /// ledger is then, byte for byte, as if it had never seen them.
    ///
    /// # Errors
    /// The file system refuses; the ledger is as before or as after.
    pub fn unwind_to(&mut self, blocks: u32) -> Result<(), LedgerError> {
        if blocks < self.stored_blocks() {
            let stays = |entry: &&super::manifest::SegmentEntry| entry.after.blocks <= blocks;
            let stored: Vec<_> = self.manifest.segments.iter().take_while(stays).cloned().collect();
            let cut = &self.segments[stored.len()];
            let folder = self.folder.join("segments");
            let name = &self.manifest.segments[stored.len()].name;
            let keep = place(blocks - cut.before.blocks);
            let rows = cut.to_rows(&folder.join(name))?.slice(0..keep);
            let tip = blocks.checked_sub(1).and_then(|last| self.stored_hash(last));
            let next = Manifest {
                chain: self.manifest.chain,
                tip: tip.map_or_else(String::new, |hash| UtxoTxId(hash).to_string()),
                segments: assemble(&folder, &stored, &rows, self.levels)?,
            };
            next.replace(&self.folder)?;
            self.turn_to(next)?;
        }
        self.batch = Batch::new(self.manifest.totals());
        Ok(())
    }

    /// Goes on with a manifest that is in place.
    fn turn_to(&mut self, manifest: Manifest) -> Result<(), LedgerError> {
        self.segments = open_segments(&self.folder.join("segments"), &manifest.segments)?;
        remove_leftovers(&self.folder, &manifest)?;
        let outputs = manifest.totals().outputs;
        self.spenders = Spenders::open_to_write(self.folder.join("spenders"), outputs)?;
        self.manifest = manifest;
        Ok(())
    }
}

fn note_spenders(rows: &Rows, spenders: &Spenders) {
    let mut tx = 0;
    for (input, output) in (0_u32..).zip(&rows.prevout) {
        while rows.tx_input.get(tx + 1).is_some_and(|first| *first <= input) {
            tx += 1;
        }
        let number = TxNo(rows.before.transactions + super::rows::row32(tx));
        spenders.set(super::OutputNo(*output), Some(number));
    }
}
