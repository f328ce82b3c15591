//! Writing staged facts: new segments beside the old, then the manifest, then the broom.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chain::{Asset, AssetId};

use crate::{
    Counts, ImportEntry, LedgerError,
    coverage::{Coverage, join_ranges},
    facts::Facts,
    manifest::{FileEntry, Manifest, SegmentEntry},
    merge::{merge, merge_asset},
    range,
    sealed::sync_folder,
    segment::{self, Segment},
};

const DRAFT: &str = "draft";

/// What an import has gathered.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub(crate) facts: Facts,
    pub(crate) coverage: Coverage,
    pub(crate) assets: BTreeMap<AssetId, Asset>,
    pub(crate) complete_blocks: Vec<(u64, u64)>,
}

/// What a commit did.
#[derive(Debug)]
pub(crate) struct Committed {
    pub(crate) counts: Counts,
    pub(crate) segments_written: usize,
}

/// Commits an import. Nothing that the live manifest names is touched before the new manifest is in
/// place, so a kill at any instant leaves the old ledger or the new one.
pub(crate) fn commit(
    folder: &Path,
    manifest: &Manifest,
    staged: Staged,
    entry: ImportEntry,
) -> Result<Committed, LedgerError> {
    let Staged { facts, coverage, assets, complete_blocks } = staged;
    let (segments, segments_written) = rewrite_segments(folder, manifest, facts)?;
    let mut table = Coverage::read(folder, manifest.coverage.as_ref())?;
    table.merge(&coverage);
    let mut next = Manifest {
        chain: manifest.chain,
        assets: merge_assets(manifest.chain, &manifest.assets, &assets)?,
        complete_blocks: join_ranges([manifest.complete_blocks.clone(), complete_blocks].concat()),
        coverage: table.write(folder)?,
        segments,
        imports: manifest.imports.clone(),
    };
    next.imports.push(entry);
    next.imports.sort();
    next.replace(folder)?;
    remove_leftovers(folder, &next)?;
    Ok(Committed { counts: next.counts(), segments_written })
}

fn merge_assets(
    chain: chain::Chain,
    have: &[Asset],
    new: &BTreeMap<AssetId, Asset>,
) -> Result<Vec<Asset>, LedgerError> {
    let mut merged = BTreeMap::new();
    for asset in std::iter::once(&Asset::native(chain)).chain(have).chain(new.values()) {
        merge_asset(&mut merged, asset.clone())?;
    }
    Ok(merged.into_values().collect())
}

/// Brings the segments to the canonical cut of old and new facts together.
fn rewrite_segments(
    folder: &Path,
    manifest: &Manifest,
    staged: Facts,
) -> Result<(Vec<SegmentEntry>, usize), LedgerError> {
    let segments = folder.join("segments");
    let heights: BTreeSet<u32> = staged.weights().map(|(block, _)| block).collect();
    let touched = |entry: &&SegmentEntry| {
        heights.range(entry.first_block..=entry.last_block).next().is_some()
    };
    let (touched, kept): (Vec<&SegmentEntry>, Vec<&SegmentEntry>) =
        manifest.segments.iter().partition(touched);
    // Stored facts first: a conflict then says what the ledger has and what the file brings.
    let mut sources = Vec::new();
    for entry in touched {
        sources.push(Segment::open(&segments, entry)?.to_facts());
    }
    sources.push(staged);
    let mut facts = merge(sources)?;

    // Facts only ever grow, so the ranges above a kept segment stay too full to be one segment:
    // its own range comes out of the cut again, and its weight may stand at its first block.
    let mut weights: BTreeMap<u32, u64> = BTreeMap::new();
    for (block, rows) in facts.weights() {
        *weights.entry(block).or_default() += rows;
    }
    for entry in &kept {
        *weights.entry(entry.first_block).or_default() += entry.rows;
    }
    let weights: Vec<(u32, u64)> = weights.into_iter().collect();

    let mut entries = Vec::new();
    let mut written = 0;
    for blocks in range::cut(&weights, range::ROWS_MAX) {
        let span = (*blocks.start(), *blocks.end());
        if let Some(entry) = kept.iter().find(|e| (e.first_block, e.last_block) == span) {
            entries.push((*entry).clone());
            continue;
        }
        let entry = write_segment(&segments, &facts.take_range(&blocks), span)?;
        if !manifest.segments.contains(&entry) {
            written += 1;
        }
        entries.push(entry);
    }
    sync_folder(&segments)?;
    Ok((entries, written))
}

/// Writes one segment under a draft name and renames it to the name of its content.
fn write_segment(
    segments: &Path,
    facts: &Facts,
    (first_block, last_block): (u32, u32),
) -> Result<SegmentEntry, LedgerError> {
    let draft = segments.join(DRAFT);
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))?;
    }
    fs::create_dir(&draft).map_err(LedgerError::io(&draft))?;
    let (columns, assets) = segment::build(facts);
    let files: BTreeMap<String, FileEntry> =
        columns.write(&draft)?.into_iter().map(|(name, file)| (name, file.into())).collect();
    sync_folder(&draft)?;
    let content = serde_json::to_vec(&(&files, &assets)).expect("texts and numbers only");
    let hash = blake3::hash(&content).to_hex();
    let name = format!("{first_block:010}-{last_block:010}-{}", &hash[..16]);
    let path = segments.join(&name);
    if path.exists() {
        fs::remove_dir_all(&draft).map_err(LedgerError::io(&draft))?;
    } else {
        fs::rename(&draft, &path).map_err(LedgerError::io(&path))?;
    }
    let counts = Counts {
        transactions: columns.tx_id.len() as u64,
        moves: columns.move_tx.len() as u64,
        mixer_deposits: columns.deposits.len() as u64,
        mixer_withdrawals: columns.withdrawals.len() as u64,
    };
    let rows = facts.weights().map(|(_, rows)| rows).sum();
    Ok(SegmentEntry { name, first_block, last_block, rows, counts, assets, files })
}

/// Removes what no manifest names: drafts and segments of an import that was killed or replaced.
pub(crate) fn remove_leftovers(folder: &Path, manifest: &Manifest) -> Result<(), LedgerError> {
    let live: BTreeSet<&str> =
        manifest.segments.iter().map(|segment| segment.name.as_str()).collect();
    let coverage = manifest.coverage.as_ref().map(Coverage::file_name);
    let segments = folder.join("segments");
    for (name, path) in entries(&segments)? {
        if !live.contains(name.as_str()) {
            fs::remove_dir_all(&path).map_err(LedgerError::io(&path))?;
        }
    }
    for (name, path) in entries(folder)? {
        let stale = Coverage::is_file_name(&name) && Some(&name) != coverage.as_ref();
        if stale || name == "manifest.tmp" {
            fs::remove_file(&path).map_err(LedgerError::io(&path))?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, LedgerError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(LedgerError::io(folder))? {
        let entry = entry.map_err(LedgerError::io(folder))?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    Ok(found)
}
