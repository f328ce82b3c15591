//! The manifest of a UTXO ledger: which segments are live, and where the chain ends.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use chain::Chain;
use serde::{Deserialize, Serialize};

use super::rows::Totals;
use crate::{
    LedgerError,
    manifest::FileEntry,
    sealed::{self, Seal},
};

/// Version of the format as a whole; see `docs/formats/utxo_ledger.md`.
const FORMAT: u32 = 1;
const SEAL: Seal = Seal { word: "tracewell-utxo-ledger", version: FORMAT };
const FILE_NAME: &str = "manifest";

/// A live segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    /// Folder name; it ends with a part of the content's hash.
    pub(crate) name: String,
    /// Level of the cut that ends it; 0 for the tail.
    pub(crate) level: u32,
    /// Rows of the chain before it.
    pub(crate) before: Totals,
    /// Rows of the chain up to its end.
    pub(crate) after: Totals,
    pub(crate) files: BTreeMap<String, FileEntry>,
}

/// What a ledger is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) chain: Chain,
    /// Hash of the last block in hex as people write it; empty without blocks.
    pub(crate) tip: String,
    pub(crate) segments: Vec<SegmentEntry>,
}

impl Manifest {
    pub(crate) fn empty(chain: Chain) -> Manifest {
        Manifest { chain, tip: String::new(), segments: Vec::new() }
    }

    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// Reads the manifest of a folder; `None` where nothing was ever stored.
    pub(crate) fn read(folder: &Path) -> Result<Option<Manifest>, LedgerError> {
        let path = Manifest::path(folder);
        let Some(bytes) = sealed::load(&path, &folder.join("segments"))? else { return Ok(None) };
        let manifest: Manifest = SEAL.read(&path, &bytes)?;
        manifest.check(&path)?;
        Ok(Some(manifest))
    }

    /// Segments must follow each other.
    fn check(&self, path: &Path) -> Result<(), LedgerError> {
        let mut before = Totals::default();
        for segment in &self.segments {
            let (own, after) = (segment.before, segment.after);
            let grows = after.blocks > own.blocks
                && after.transactions >= own.transactions
                && after.inputs >= own.inputs
                && after.outputs >= own.outputs
                && after.addresses >= own.addresses;
            if own != before || !grows {
                let what = format!("segment {} does not follow the one before", segment.name);
                return Err(LedgerError::corrupt(path, 0, what));
            }
            before = after;
        }
        Ok(())
    }

    /// Replaces the manifest of a folder atomically.
    pub(crate) fn replace(&self, folder: &Path) -> Result<(), LedgerError> {
        sealed::replace(folder, FILE_NAME, &SEAL.write(self))
    }

    /// Rows of the whole chain.
    pub(crate) fn totals(&self) -> Totals {
        self.segments.last().map_or(Totals::default(), |last| last.after)
    }

    /// BLAKE3 over everything that is a fact.
    pub(crate) fn facts_hash(&self) -> String {
        let bytes = serde_json::to_vec(self).expect("texts, numbers and lists only");
        blake3::hash(&bytes).to_hex().to_string()
    }
}
