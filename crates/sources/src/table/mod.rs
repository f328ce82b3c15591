//! Files as tables of text cells, whatever their form.

mod csv;
mod jsonl;
mod parquet;

use std::{io::BufRead, path::Path};

use ::csv::StringRecord;

pub(crate) use parquet::ColumnType;

use crate::{Limits, SourceError, input, input::Progress, layout::TextForm};

/// What a caller wants from a file.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) limits: Limits,
    /// How text is written; guessed from its first byte if not given.
    pub(crate) text_form: Option<TextForm>,
    pub(crate) delimiter: Option<u8>,
    /// The only columns that matter; empty means all.
    pub(crate) wanted: Vec<String>,
    /// Those of `wanted` that may be absent.
    pub(crate) optional: Vec<String>,
}

/// Rows of text cells.
pub(crate) trait Table: Send {
    /// Every column name of the file.
    fn header(&self) -> &[String];

    /// The column of each cell of a row.
    fn columns(&self) -> &[String];

    /// The type of a column, where the file has types.
    fn column_type(&self, _column: &str) -> Option<ColumnType> {
        None
    }

    /// Reads the next row; `false` at the end. After [`SourceError::Row`] reading can go on.
    fn read(&mut self, row: &mut StringRecord) -> Result<bool, SourceError>;

    /// Line on which the row read last starts.
    fn line(&self, row: &StringRecord) -> u64;
}

/// A table and how far it has been read.
pub(crate) struct OpenTable {
    pub(crate) table: Box<dyn Table>,
    pub(crate) progress: Progress,
    pub(crate) bytes_total: u64,
}

/// Opens a file as a table: Parquet by its magic bytes, else text.
pub(crate) fn open(path: &Path, request: &Request) -> Result<OpenTable, SourceError> {
    let mut opened = input::open(path, request.limits)?;
    let head = opened.stream.fill_buf().map_err(|error| SourceError::from_io(path, error))?;
    if head.starts_with(parquet::MAGIC) {
        if opened.stream.get_ref().is_compressed() {
            return Err(SourceError::Unsupported {
                file: path.to_owned(),
                reason: "a Parquet file inside another compression; unpack it first".to_owned(),
            });
        }
        let progress = Progress::default();
        let table = parquet::open(path, request, progress.clone())?;
        return Ok(OpenTable { table: Box::new(table), progress, bytes_total: opened.bytes_total });
    }
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    let guessed = if first == Some(&b'{') { TextForm::JsonLines } else { TextForm::Csv };
    let table: Box<dyn Table> = match request.text_form.unwrap_or(guessed) {
        TextForm::Csv => Box::new(csv::open(path, opened.stream, request)?),
        TextForm::JsonLines => Box::new(jsonl::open(path, opened.stream, request)?),
    };
    Ok(OpenTable { table, progress: opened.progress, bytes_total: opened.bytes_total })
}

/// Refuses what no layout could use: too many columns, or two of the same name.
fn check_header(path: &Path, header: &[String], limits: Limits) -> Result<(), SourceError> {
    if header.len() > limits.columns {
        return Err(SourceError::Limit {
            file: path.to_owned(),
            what: "number of columns".to_owned(),
            limit: limits.columns as u64,
        });
    }
    let mut names: Vec<&String> = header.iter().collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(SourceError::Header {
            file: path.to_owned(),
            reason: format!("two columns are called {:?}", twice[0]),
        });
    }
    Ok(())
}
