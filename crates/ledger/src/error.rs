//! What can go wrong with a ledger, by what the caller can do about it.

use std::{io, path::PathBuf};

use chain::{Chain, TxId};

/// Why a ledger could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system refused; the ledger is as it was before.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file is not what the manifest or its own header says. Nothing is repaired silently.
    #[error("{path}: corrupt at byte {offset}: {what}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes from its start.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A newer Tracewell wrote this ledger.
    #[error("{path}: format version {found}, this program reads up to {known}")]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Version in the file.
        found: u32,
        /// Newest version that this program knows.
        known: u32,
    },
    /// Another process is changing the ledger.
    #[error("the ledger of {chain} is locked by {holder}")]
    Locked {
        /// Which chain's ledger.
        chain: Chain,
        /// Who holds the lock, in its own words.
        holder: String,
    },
    /// Two sources state different facts about one transaction.
    #[error(
        "conflict in transaction {tx}: {field} is {have} in the ledger or earlier in the file, and {new} here"
    )]
    Conflict {
        /// The transaction.
        tx: TxId,
        /// Which fact.
        field: &'static str,
        /// What is already there.
        have: String,
        /// What the new row says.
        new: String,
    },
    /// A value is beyond what the format can hold.
    #[error("{what} {value} is beyond the format's limit of {limit}")]
    Limit {
        /// Which value.
        what: &'static str,
        /// What it is.
        value: u64,
        /// The most there can be.
        limit: u64,
    },
    /// Two sources give one asset different decimal places.
    #[error("asset {asset}: {have} decimal places in the ledger, {new} here")]
    AssetConflict {
        /// The asset.
        asset: String,
        /// Decimal places already stored.
        have: u8,
        /// Decimal places that the new source states.
        new: u8,
    },
}

impl LedgerError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> LedgerError {
        let path = path.into();
        move |error| LedgerError::Io { path, error }
    }

    pub(crate) fn corrupt(
        path: impl Into<PathBuf>,
        offset: u64,
        what: impl Into<String>,
    ) -> LedgerError {
        LedgerError::Corrupt { path: path.into(), offset, what: what.into() }
    }
}
