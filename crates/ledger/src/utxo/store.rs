//! The files of a UTXO ledger: writing segments, replacing the manifest, clearing leftovers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{
    OutputNo,
    levels::{self, Piece},
    manifest::{Manifest, SegmentEntry},
    rows::{Rows, place},
    segment::{self, Segment},
    spenders::Spenders,
};
use crate::{LedgerError, manifest::FileEntry, sealed::sync_folder};

const DRAFT: &str = "draft";

/// The segments of a chain of which some are stored and the blocks behind them are in memory.
/// Writes what is new and touches nothing that a manifest names.
pub(super) fn assemble(
    segments: &Path,
    stored: &[SegmentEntry],
    new: &Rows,
    levels: &[u32],
) -> Result<Vec<SegmentEntry>, LedgerError> {
    let blocks_of = |entry: &SegmentEntry| place(entry.after.blocks - entry.before.blocks);
    let piece = |entry: &SegmentEntry| Piece { blocks: blocks_of(entry), level: entry.level };
    let mut pieces: Vec<Piece> = stored.iter().map(piece).collect();
    let mut spans = Vec::with_capacity(new.blocks.len());
    let mut outputs = new.before.outputs;
    for block in 0..new.blocks.len() {
        let after = new.outputs_after(block);
        spans.push((outputs, after));
        outputs = after;
    }
    levels::extend(&mut pieces, &spans, levels);
    let mut entries = Vec::with_capacity(pieces.len());
    let mut begin = 0;
    for piece in pieces {
        let end = begin + piece.blocks;
        let same = |entry: &&SegmentEntry| {
            place(entry.before.blocks) == begin && place(entry.after.blocks) == end
        };
        match stored.iter().find(same) {
            Some(entry) => entries.push(entry.clone()),
            None => {
                let rows = gather(segments, stored, new, begin, end)?;
                let rows = rows.as_ref().unwrap_or(new);
                entries.push(write_segment(segments, rows, piece.level)?);
            }
        }
        begin = end;
    }
    sync_folder(segments)?;
    Ok(entries)
}

/// The rows of blocks `begin` to `end`, stored or new; `None` where these are just the new ones.
fn gather(
    segments: &Path,
    stored: &[SegmentEntry],
    new: &Rows,
    begin: usize,
    end: usize,
) -> Result<Option<Rows>, LedgerError> {
    let first_new = place(new.before.blocks);
    let end_new = end - first_new;
    if begin == first_new && end_new == new.blocks.len() {
        return Ok(None);
    }
    if begin >= first_new {
        return Ok(Some(new.slice(begin - first_new..end_new)));
    }
    let mut rows = Rows::default();
    let within = |entry: &&SegmentEntry| place(entry.before.blocks) >= begin;
    for entry in stored.iter().filter(within) {
        let segment = Segment::open(segments, entry)?;
        rows.append(&segment.to_rows(&segments.join(&entry.name))?);
    }
    if end_new == new.blocks.len() {
        rows.append(new);
    } else {
        rows.append(&new.slice(0..end_new));
    }
    Ok(Some(rows))
}

/// Writes one segment under a draft name and renames it to the name of its content.
fn write_segment(segments: &Path, rows: &Rows, level: u32) -> Result<SegmentEntry, LedgerError> {
    let draft = segments.join(DRAFT);
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))?;
    }
    fs::create_dir(&draft).map_err(LedgerError::io(&draft))?;
    let written = segment::build(rows).write(&draft)?;
    let files: BTreeMap<String, FileEntry> =
        written.into_iter().map(|(name, file)| (name, file.into())).collect();
    sync_folder(&draft)?;
    let content = serde_json::to_vec(&(&files, rows.before)).expect("texts and numbers only");
    let hash = blake3::hash(&content).to_hex();
    let (before, after) = (rows.before, rows.after());
    let name = format!("{:08}-{:08}-{}", before.blocks, after.blocks - 1, &hash[..16]);
    let path = segments.join(&name);
    if path.exists() {
        fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))?;
    } else {
        fs::rename(&draft, &path).map_err(LedgerError::io(&path))?;
    }
    Ok(SegmentEntry { name, level, before, after, files })
}

/// Opens the segments of a manifest.
pub(super) fn open_segments(
    segments: &Path,
    entries: &[SegmentEntry],
) -> Result<Vec<Segment>, LedgerError> {
    entries.iter().map(|entry| Segment::open(segments, entry)).collect()
}

/// Clears what a killed writer or a stale branch left: first the spenders that only segments
/// outside the manifest know of, then these segments. In this order, because without the segment
/// nobody could tell what to clear.
pub(super) fn remove_leftovers(folder: &Path, manifest: &Manifest) -> Result<(), LedgerError> {
    let live: BTreeSet<&str> = manifest.segments.iter().map(|entry| entry.name.as_str()).collect();
    let segments = folder.join("segments");
    let mut leftovers = Vec::new();
    for entry in fs::read_dir(&segments).map_err(LedgerError::io(&segments))? {
        let entry = entry.map_err(LedgerError::io(&segments))?;
        if !live.contains(&*entry.file_name().to_string_lossy()) {
            leftovers.push(entry.path());
        }
    }
    let totals = manifest.totals();
    if !leftovers.is_empty() {
        let spenders = Spenders::open_to_write(folder.join("spenders"), totals.outputs)?;
        for path in &leftovers {
            clear_spenders(path, &spenders, totals.transactions)?;
        }
        spenders.flush()?;
    }
    for path in leftovers {
        remove_segment(&segments, &path)?;
    }
    let draft = folder.join("manifest.tmp");
    if draft.exists() {
        fs::remove_file(&draft).map_err(LedgerError::io(&draft))?;
    }
    Spenders::trim(&folder.join("spenders"), totals.outputs)
}

/// Removes a segment whose spenders have been cleared. It becomes a draft first: a writer that is
/// killed midway would leave a segment without the files that the next one asks for.
fn remove_segment(segments: &Path, path: &Path) -> Result<(), LedgerError> {
    let draft = segments.join(DRAFT);
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))?;
    }
    if path == draft {
        return Ok(());
    }
    fs::rename(path, &draft).map_err(LedgerError::io(path))?;
    fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))
}

/// Clears what a segment outside the manifest has noted as spent. A draft has noted nothing.
fn clear_spenders(path: &Path, spenders: &Spenders, transactions: u32) -> Result<(), LedgerError> {
    if path.file_name().is_some_and(|name| name == DRAFT) {
        return Ok(());
    }
    for output in segment::spends_of(path)? {
        let output = OutputNo(output);
        if spenders.word(output) > transactions {
            spenders.set(output, None);
        }
    }
    Ok(())
}
