//! The manifest: which segments are live, what was imported, how completely.
//!
//! One line with format version and BLAKE3, then JSON. It is replaced as a whole (write, sync,
//! rename), so a reader sees the ledger before an import or after it and nothing between.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use chain::{Asset, AssetId, Chain};
use serde::{Deserialize, Serialize};

use crate::{
    LedgerError,
    column::Written,
    sealed::{self, Seal},
};

/// Version of the ledger format as a whole; see `docs/formats/ledger.md`.
pub(crate) const FORMAT: u32 = 1;
const FILE_NAME: &str = "manifest";
const SEAL: Seal = Seal { word: "tracewell-ledger", version: FORMAT };

/// A file with the size and checksum that it must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) bytes: u64,
    pub(crate) blake3: String,
}

impl From<Written> for FileEntry {
    fn from(written: Written) -> Self {
        FileEntry { bytes: written.bytes, blake3: written.blake3 }
    }
}

/// How many facts of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Transactions, each once.
    pub transactions: u64,
    /// Value moves: fees, value fields, internal and token transfers.
    pub moves: u64,
    /// Deposits into mixer pools.
    pub mixer_deposits: u64,
    /// Withdrawals out of mixer pools.
    pub mixer_withdrawals: u64,
}

impl std::ops::Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            transactions: self.transactions + other.transactions,
            moves: self.moves + other.moves,
            mixer_deposits: self.mixer_deposits + other.mixer_deposits,
            mixer_withdrawals: self.mixer_withdrawals + other.mixer_withdrawals,
        }
    }
}

/// A live segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    /// Folder name; it ends with a part of the content's hash.
    pub(crate) name: String,
    pub(crate) first_block: u32,
    pub(crate) last_block: u32,
    /// Rows that decide where ranges are cut.
    pub(crate) rows: u64,
    pub(crate) counts: Counts,
    pub(crate) assets: Vec<AssetId>,
    pub(crate) files: BTreeMap<String, FileEntry>,
}

/// A file that was imported, by the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImportEntry {
    /// BLAKE3 of the file's bytes, in hex.
    pub fingerprint: String,
    /// Name of the file, without its folder.
    pub name: String,
    /// Layout that it was read with.
    pub layout: String,
    /// Rows taken.
    pub rows: u64,
    /// Bad rows that the user allowed to be left out.
    pub skipped: u64,
}

/// What a ledger is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) chain: Chain,
    pub(crate) assets: Vec<Asset>,
    /// Block ranges held in full, ascending, not touching.
    pub(crate) complete_blocks: Vec<(u64, u64)>,
    pub(crate) coverage: Option<FileEntry>,
    pub(crate) segments: Vec<SegmentEntry>,
    pub(crate) imports: Vec<ImportEntry>,
}

impl Manifest {
    pub(crate) fn empty(chain: Chain) -> Manifest {
        Manifest {
            chain,
            assets: Vec::new(),
            complete_blocks: Vec::new(),
            coverage: None,
            segments: Vec::new(),
            imports: Vec::new(),
        }
    }

    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// Reads the manifest of a chain's folder; `None` where no import ever began. The first import
    /// writes an empty one before anything else, so segments without a manifest are damage, not
    /// leftovers.
    pub(crate) fn read(folder: &Path) -> Result<Option<Manifest>, LedgerError> {
        let path = Manifest::path(folder);
        let Some(bytes) = sealed::load(&path, &folder.join("segments"))? else { return Ok(None) };
        Manifest::parse(&path, &bytes).map(Some)
    }

    /// Parses and checks the bytes of a manifest.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Manifest, LedgerError> {
        SEAL.read(path, bytes)
    }

    /// The bytes as they stand on disk.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        SEAL.write(self)
    }

    /// Replaces the manifest of a folder atomically.
    pub(crate) fn replace(&self, folder: &Path) -> Result<(), LedgerError> {
        sealed::replace(folder, FILE_NAME, &self.to_bytes())
    }

    /// All facts together.
    pub(crate) fn counts(&self) -> Counts {
        self.segments.iter().fold(Counts::default(), |sum, segment| sum + segment.counts)
    }

    /// BLAKE3 over everything that is a fact: two ledgers with equal hashes answer alike. Which
    /// files the facts came from does not enter.
    pub(crate) fn facts_hash(&self) -> String {
        let facts =
            (&self.chain, &self.assets, &self.complete_blocks, &self.coverage, &self.segments);
        let bytes = serde_json::to_vec(&facts).expect("texts, numbers and lists only");
        blake3::hash(&bytes).to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_byte_is_noticed() {
        let bytes = Manifest::empty(Chain::Ethereum).to_bytes();
        let path = Path::new("manifest");
        assert!(Manifest::parse(path, &bytes).is_ok());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Manifest::parse(path, &damaged).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let text = String::from_utf8(Manifest::empty(Chain::Ethereum).to_bytes()).expect("text");
        let newer = text.replacen("tracewell-ledger 1", "tracewell-ledger 2", 1);
        let error = Manifest::parse(Path::new("m"), newer.as_bytes()).expect_err("refused");
        assert_eq!(error.to_string(), "m: format version 2, this program reads up to 1");
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            proptest::prop_assert!(Manifest::parse(Path::new("m"), &bytes).is_err());
        }
    }
}
