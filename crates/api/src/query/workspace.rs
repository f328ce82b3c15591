//! The data directory: one ledger a chain, one store of claims.

use std::path::{Path, PathBuf};

use attribution::Store;
use chain::{Chain, Family};
use ledger::{Ledger, LedgerError, utxo::UtxoLedger};

use super::QueryError;

/// A data directory. Opening it reads nothing; each question opens what it needs.
#[derive(Clone, Debug)]
pub struct Workspace {
    data_dir: PathBuf,
}

impl Workspace {
    /// A data directory, which need not exist yet.
    pub fn new(data_dir: impl Into<PathBuf>) -> Workspace {
        Workspace { data_dir: data_dir.into() }
    }

    /// Where it is.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The store of claims; made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made, or the store is damaged or of a newer version.
    pub fn store(&self) -> Result<Store, QueryError> {
        std::fs::create_dir_all(&self.data_dir)
            .map_err(|error| LedgerError::Io { path: self.data_dir.clone(), error })?;
        Ok(Store::open(&self.data_dir.join("tracewell.sqlite"))?)
    }

    /// The ledger of an account chain; `None` where nothing was ever imported.
    ///
    /// # Errors
    /// It is damaged or of a newer version.
    pub fn ledger(&self, chain: Chain) -> Result<Option<Ledger>, QueryError> {
        Ok(Ledger::open(&self.data_dir, chain)?)
    }

    /// The ledger of a UTXO chain; `None` where no block was ever stored.
    ///
    /// # Errors
    /// It is damaged or of a newer version.
    pub fn utxo_ledger(&self, chain: Chain) -> Result<Option<UtxoLedger>, QueryError> {
        Ok(UtxoLedger::open(&self.data_dir, chain)?)
    }

    /// The ledgers of UTXO chains that there are.
    ///
    /// # Errors
    /// One of them is damaged or of a newer version.
    pub fn utxo_ledgers(&self) -> Result<Vec<UtxoLedger>, QueryError> {
        let mut ledgers = Vec::new();
        for chain in Chain::all().filter(|chain| chain.family() == Family::Utxo) {
            ledgers.extend(self.utxo_ledger(chain)?);
        }
        Ok(ledgers)
    }

    /// The ledgers of account chains that there are.
    ///
    /// # Errors
    /// One of them is damaged or of a newer version.
    pub fn ledgers(&self) -> Result<Vec<Ledger>, QueryError> {
        let mut ledgers = Vec::new();
        for chain in Chain::all() {
            ledgers.extend(self.ledger(chain)?);
        }
        Ok(ledgers)
    }
}
