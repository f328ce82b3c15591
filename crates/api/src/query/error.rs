//! One error for every question, by what the asker can do about it.

use attribution::AttributionError;
use graph::GraphError;
use ledger::{LedgerError, utxo::UtxoError};
use sources::{SourceError, bitcoin::BitcoinError};
use trace::TraceError;

use super::BadRows;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The question itself is wrong: an unknown name, a text that is nothing we know.
    #[error("{0}")]
    Question(String),
    /// The thing asked for is not here.
    #[error("{0}")]
    NotFound(String),
    /// A file to import is not what it should be; nothing of it was taken.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The facts cannot be read or changed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Blocks do not fit the ledger.
    #[error(transparent)]
    Utxo(UtxoError),
    /// Clusters cannot be built or read.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The claims cannot be read or changed.
    #[error(transparent)]
    Attribution(#[from] AttributionError),
    /// The trace has no result.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A file has more bad rows than were allowed; nothing of it was taken.
    #[error(transparent)]
    BadRows(#[from] BadRows),
    /// The asker stopped it.
    #[error("interrupted; nothing of the file under way was taken")]
    Interrupted,
}

impl From<UtxoError> for QueryError {
    fn from(error: UtxoError) -> QueryError {
        match error {
            UtxoError::Ledger(error) => QueryError::Ledger(error),
            other => QueryError::Utxo(other),
        }
    }
}

impl From<BitcoinError> for QueryError {
    fn from(error: BitcoinError) -> QueryError {
        QueryError::Source(error.into())
    }
}

/// What kind of error it is: sets exit code and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The question is wrong or the work failed.
    Failure,
    /// The thing asked for is not here.
    NotFound,
    /// Somebody else holds the lock; try again later.
    Busy,
    /// The asker stopped it.
    Interrupted,
}

impl QueryError {
    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            QueryError::NotFound(_) => ErrorKind::NotFound,
            QueryError::Ledger(LedgerError::Locked { .. })
            | QueryError::Graph(GraphError::Store(LedgerError::Locked { .. })) => ErrorKind::Busy,
            QueryError::Graph(GraphError::NotBuilt { .. }) => ErrorKind::NotFound,
            QueryError::Interrupted => ErrorKind::Interrupted,
            QueryError::Question(_)
            | QueryError::Source(_)
            | QueryError::Ledger(_)
            | QueryError::Utxo(_)
            | QueryError::Graph(_)
            | QueryError::Attribution(_)
            | QueryError::Trace(_)
            | QueryError::BadRows(_) => ErrorKind::Failure,
        }
    }
}
