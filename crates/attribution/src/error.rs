//! What can go wrong, named for what the caller can do about it.

/// Why the store could not be opened, read or written, or why a whole file was refused.
///
/// A refused file leaves the store as it was. Single rows that cannot be used are no error: they
/// come back as [`crate::Reject`]s of the report.
#[derive(Debug, thiserror::Error)]
pub enum AttributionError {
    /// The store was written by a newer version of the program.
    #[error("{path} has attribution schema {found}, this program knows up to {known}: update it")]
    NewerSchema {
        /// The store.
        path: String,
        /// Schema version in the file.
        found: u32,
        /// Newest schema version of this program.
        known: u32,
    },
    /// Another process is writing; try again when it has finished.
    #[error("the attribution store is being written by another process; try again when it is done")]
    Busy,
    /// The SQLite file cannot be read or written.
    #[error("attribution store: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// A row of the store does not read back as what was written.
    #[error("attribution store is damaged: {table}: {reason}")]
    Damaged {
        /// Table of the row.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The file is not of the kind it was given as; nothing of it was imported.
    #[error("{name}: {reason}")]
    Refused {
        /// The file.
        name: String,
        /// What is wrong, with the place where there is one.
        reason: String,
    },
    /// A word that the taxonomy does not have; nothing of the file was imported.
    #[error("{name}: {at}: unknown {field} {value:?}{}", hint(nearest))]
    UnknownTerm {
        /// The file.
        name: String,
        /// Where it stands: `header` or `tags[12]`.
        at: String,
        /// `category`, `abuse`, `confidence` or `concepts`.
        field: &'static str,
        /// The word.
        value: String,
        /// The known word that is spelled most like it.
        nearest: Option<String>,
    },
    /// Two different statements claim to be the current one, and nothing orders them.
    #[error(
        "{name}: incident {id:?} is already stored from {other} with other content and the same `revised` day; give the newer one a later `revised`"
    )]
    Ambiguous {
        /// The file.
        name: String,
        /// Id of the incident.
        id: String,
        /// The file that the stored one came from.
        other: String,
    },
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |word| format!("; did you mean {word:?}?"))
}

impl AttributionError {
    pub(crate) fn refused(name: &str, reason: impl Into<String>) -> AttributionError {
        AttributionError::Refused { name: name.to_owned(), reason: reason.into() }
    }
}

impl From<rusqlite::Error> for AttributionError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                AttributionError::Busy
            }
            _ => AttributionError::Sqlite(error),
        }
    }
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, AttributionError>;
