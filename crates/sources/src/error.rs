//! What can go wrong with outside data.

use std::{io, path::PathBuf};

use crate::{
    LayoutError,
    bitcoin::{BitcoinError, rpc::RpcError},
    input::Fault,
};

/// A row that was refused. The reader goes on with the next one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {}{reason}", .file.display(), named(.column.as_deref()))]
pub struct RowError {
    /// The file.
    pub file: PathBuf,
    /// Line on which the row starts, from 1; the number of the row in a Parquet file.
    pub line: u64,
    /// The column, where one is to blame.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

fn named(column: Option<&str>) -> String {
    column.map(|name| format!("column {name:?}: ")).unwrap_or_default()
}

/// Why outside data was refused. Every variant but [`SourceError::Row`] ends the reading of a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// One row is bad; the reader goes on with the next one.
    #[error(transparent)]
    Row(#[from] RowError),
    /// The operating system could not read the file.
    #[error("{}: {source}", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{}: the file is empty", .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// Compressed data ends in the middle.
    #[error("{}: compressed data ends too early, at byte {offset}: the file is truncated", .file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Offset in the file at which more was expected.
        offset: u64,
    },
    /// Compressed or Parquet data is damaged.
    #[error("{}: damaged near byte {offset}: {reason}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Offset in the file up to which it was read.
        offset: u64,
        /// What the decoder said.
        reason: String,
    },
    /// A limit of [`crate::Limits`] was reached.
    #[error("{}: {what} exceeds the limit of {limit}", .file.display())]
    Limit {
        /// The file.
        file: PathBuf,
        /// Which quantity.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// Text that is not UTF-8.
    #[error("{}: not UTF-8 text at byte {offset}", .file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// Offset in the decompressed text.
        offset: u64,
    },
    /// A quote was opened and the file ended before it was closed.
    #[error("{}:{line}: a quote is opened in this row and never closed", .file.display())]
    OpenQuote {
        /// The file.
        file: PathBuf,
        /// Line on which the row starts.
        line: u64,
    },
    /// A form of file that is not read.
    #[error("{}: {reason}", .file.display())]
    Unsupported {
        /// The file.
        file: PathBuf,
        /// What it is.
        reason: String,
    },
    /// The header cannot be used whatever the layout.
    #[error("{}: header: {reason}", .file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The layout names columns that the file does not have.
    #[error("{}: layout {layout} needs {}", .file.display(), missing_list(.missing))]
    MissingColumns {
        /// The file.
        file: PathBuf,
        /// Name of the layout.
        layout: String,
        /// The columns.
        missing: Vec<MissingColumn>,
    },
    /// A Parquet column has a type that the field cannot be read from.
    #[error("{}: column {column:?} is {found}, but {field} needs {expected}", .file.display())]
    ColumnType {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// Its type.
        found: String,
        /// The field of the layout.
        field: String,
        /// What would do.
        expected: String,
    },
    /// A field without a column needs a value from the caller, or the one given is wrong.
    #[error("{}: field {field}: {reason}", .file.display())]
    Setting {
        /// The file.
        file: PathBuf,
        /// The field.
        field: String,
        /// What is wrong and what would do.
        reason: String,
    },
    /// No built-in layout fits the columns.
    #[error("{}: no built-in layout fits its columns; nearest: {}", .file.display(), nearest_list(.nearest))]
    NoLayout {
        /// The file.
        file: PathBuf,
        /// The nearest layouts, best first, and what each of them misses.
        nearest: Vec<(String, Vec<String>)>,
    },
    /// Several built-in layouts fit the columns equally well.
    #[error("{}: several layouts fit its columns: {}; name one", .file.display(), .layouts.join(", "))]
    AmbiguousLayout {
        /// The file.
        file: PathBuf,
        /// Their names.
        layouts: Vec<String>,
    },
    /// There is no layout of that name.
    #[error("no layout is called {name:?}; there are {}", .known.join(", "))]
    UnknownLayout {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A layout file is wrong.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// Bitcoin Core's files are not what they should be.
    #[error(transparent)]
    Bitcoin(#[from] BitcoinError),
    /// A node did not give what was asked for.
    #[error(transparent)]
    Node(#[from] RpcError),
}

/// A column that a layout names and a file does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingColumn {
    /// Its name, or the names any one of which would do.
    pub column: String,
    /// The field that it would fill.
    pub field: String,
    /// The file's own column with the most similar name.
    pub nearest: Option<String>,
}

fn missing_list(missing: &[MissingColumn]) -> String {
    let one = |column: &MissingColumn| {
        let nearest = column.nearest.as_ref().map(|name| format!(", nearest is {name:?}"));
        format!("column {:?} for {}{}", column.column, column.field, nearest.unwrap_or_default())
    };
    missing.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn nearest_list(nearest: &[(String, Vec<String>)]) -> String {
    let one = |(layout, missing): &(String, Vec<String>)| {
        format!("{layout} (misses {})", missing.join(", "))
    };
    nearest.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl SourceError {
    /// Turns what a reader reported back into the fault that the input found.
    pub(crate) fn from_io(file: &std::path::Path, error: io::Error) -> SourceError {
        let file = file.to_owned();
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
            Some(Fault::Truncated { offset }) => SourceError::Truncated { file, offset: *offset },
            Some(Fault::Damaged { offset, reason }) => {
                SourceError::Damaged { file, offset: *offset, reason: reason.clone() }
            }
            Some(Fault::Limit { what, limit }) => {
                SourceError::Limit { file, what: (*what).to_owned(), limit: *limit }
            }
            None => SourceError::Read { file, source: error },
        }
    }
}
