//! The manifest of a chain's clusters: which facts they reflect, and which files they are.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use chain::{Chain, UtxoTxId};
use ledger::{
    LedgerError,
    column::Written,
    sealed::{self, Seal},
};
use serde::{Deserialize, Serialize};

use crate::cluster::rule::Rule;

/// Version of the format as a whole; see `docs/formats/clusters.md`.
const FORMAT: u32 = 1;
const SEAL: Seal = Seal { word: "tracewell-clusters", version: FORMAT };
const FILE_NAME: &str = "manifest";
/// The files of all of Bitcoin's addresses make about 3 MB of it.
const BYTES_MAX: u64 = 1 << 28;

/// A file with the size and checksum that it must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) blake3: String,
}

impl FileEntry {
    pub(crate) fn new(name: String, written: Written) -> FileEntry {
        FileEntry { name, bytes: written.bytes, blake3: written.blake3 }
    }
}

/// What a chain's clusters reflect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reflects {
    /// Hash of the ledger's facts.
    pub facts: String,
    /// Height of the last block.
    pub height: u32,
    /// Its hash.
    pub block: UtxoTxId,
    /// How many transactions there were.
    pub transactions: u32,
    /// How many addresses there were.
    pub addresses: u32,
}

/// What a chain's clusters are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) chain: Chain,
    pub(crate) reflects: Reflects,
    /// Rules with their versions, in order; `one-time-change` among them if that layer is there.
    pub(crate) rules: Vec<String>,
    /// BLAKE3 over the services that the layer of guesses keeps apart; none without that layer.
    pub(crate) services: Option<String>,
    /// The files of each column, in order.
    pub(crate) columns: BTreeMap<String, Vec<FileEntry>>,
}

impl Manifest {
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// Reads the manifest of a folder; `None` where nothing was built.
    pub(crate) fn read(folder: &Path) -> Result<Option<Manifest>, LedgerError> {
        let path = Manifest::path(folder);
        let refused = |error| LedgerError::Io { path: path.clone(), error };
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error)),
            Ok(metadata) if metadata.len() > BYTES_MAX => {
                let what = "larger than any manifest".to_owned();
                return Err(LedgerError::Corrupt { path, offset: 0, what });
            }
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(refused)?;
        SEAL.read(&path, &bytes).map(Some)
    }

    /// Replaces the manifest of a folder atomically.
    pub(crate) fn replace(&self, folder: &Path) -> Result<(), LedgerError> {
        sealed::replace(folder, FILE_NAME, &SEAL.write(self))
    }

    /// The rules below the layer of guesses.
    pub(crate) fn rules_below(&self) -> &[String] {
        match self.rules.split_last() {
            Some((last, rest)) if last == Rule::OneTimeChange.version() => rest,
            _ => &self.rules,
        }
    }

    /// Every file that it names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.columns.values().flatten()
    }
}
