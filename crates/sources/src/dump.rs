//! Reading a dump through a layout.

use std::{
    collections::VecDeque,
    fmt,
    path::{Path, PathBuf},
};

use chain::Chain;
use csv::StringRecord;

use crate::{
    Layout, Options, Row, RowError, SourceError, bind,
    decode::Decoder,
    input::Progress,
    table::{self, Request, Table},
};

/// A file that is being read through a layout: an iterator over what it states.
///
/// An item is a [`Row`], or [`SourceError::Row`] for a row that was refused (reading goes on), or
/// any other error, after which the iterator ends. A file was read to its end only if no such error
/// came.
pub struct Dump {
    file: PathBuf,
    table: Box<dyn Table>,
    decoder: Decoder,
    row: StringRecord,
    queue: VecDeque<Row>,
    progress: Progress,
    bytes_total: u64,
    rows: u64,
    skipped: u64,
    rejected: u64,
    ended: bool,
}

impl fmt::Debug for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump")
            .field("file", &self.file)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Dump {
    /// Opens a file and binds the layout to its columns.
    ///
    /// # Errors
    /// The file cannot be read or is empty; a column is missing, doubled or of the wrong type; a
    /// setting is missing or wrong.
    pub fn open(path: &Path, layout: &Layout, options: &Options) -> Result<Dump, SourceError> {
        let mut wanted: Vec<String> = layout.wanted_columns().map(str::to_owned).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let required: Vec<&str> =
            layout.required_columns().flat_map(|(_, names)| names).map(String::as_str).collect();
        let optional = wanted.iter().filter(|name| !required.contains(&name.as_str()));
        let request = Request {
            limits: options.limits,
            text_form: layout.text_form,
            delimiter: Some(layout.delimiter),
            optional: optional.cloned().collect(),
            wanted,
        };
        let opened = table::open(path, &request)?;
        let bound = bind::bind(path, layout, options, opened.table.as_ref())?;
        Ok(Dump {
            file: path.to_owned(),
            table: opened.table,
            decoder: Decoder::new(bound),
            row: StringRecord::new(),
            queue: VecDeque::new(),
            progress: opened.progress,
            bytes_total: opened.bytes_total,
            rows: 0,
            skipped: 0,
            rejected: 0,
            ended: false,
        })
    }

    /// The chain that the records belong to.
    pub fn chain(&self) -> Chain {
        self.decoder.bound.chain
    }

    /// Bytes of the file, as it is on disk, that have been read.
    pub fn bytes_read(&self) -> u64 {
        self.progress.get()
    }

    /// Bytes of the file as it is on disk; 0 for a pipe.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Rows of the file read so far: accepted, skipped and rejected, without the header.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Where the row read last starts: its line, from 1, or its number in a Parquet file.
    pub fn line(&self) -> u64 {
        self.table.line(&self.row)
    }

    /// Rows that the layout passes over, and failed transfers.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Rows that were refused.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Reads one row of the file into the queue; `false` at the end.
    fn advance(&mut self) -> Result<bool, SourceError> {
        if !self.table.read(&mut self.row)? {
            return Ok(false);
        }
        self.check_nul()?;
        match self.decoder.decode(&self.row, &mut self.queue) {
            Ok(()) => {
                self.rows += 1;
                self.skipped += u64::from(self.queue.is_empty());
                Ok(true)
            }
            Err(refused) => {
                let column = self.decoder.bound.column_name(refused.field);
                let reason = match column {
                    Some(_) => refused.reason,
                    None => format!("{}: {}", refused.field, refused.reason),
                };
                Err(self.refuse(column, reason))
            }
        }
    }

    /// A NUL byte in a text dump is damage, wherever it stands.
    fn check_nul(&self) -> Result<(), SourceError> {
        if !self.row.as_slice().as_bytes().contains(&0) {
            return Ok(());
        }
        let at = self.row.iter().position(|cell| cell.as_bytes().contains(&0)).unwrap_or_default();
        let column = self.decoder.bound.column_at(at).cloned();
        Err(self.refuse(column, "holds a NUL byte".to_owned()))
    }

    fn refuse(&self, column: Option<String>, reason: String) -> SourceError {
        let line = self.table.line(&self.row);
        SourceError::Row(RowError { file: self.file.clone(), line, column, reason })
    }
}

impl Iterator for Dump {
    type Item = Result<Row, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.queue.pop_front() {
                return Some(Ok(row));
            }
            if self.ended {
                return None;
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => self.ended = true,
                Err(error) => {
                    if matches!(error, SourceError::Row(_)) {
                        self.rows += 1;
                        self.rejected += 1;
                    } else {
                        self.ended = true;
                    }
                    return Some(Err(error));
                }
            }
        }
    }
}
