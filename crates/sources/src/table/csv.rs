//! CSV with a header line.
//!
//! The parser of the `csv` crate is lenient where we must not be: at the end of the file it closes
//! an open quote silently, and a field has no limit. [`Guard`] stands between file and parser and
//! sees to both.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use ::csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::{Request, Table, check_header};
use crate::{
    RowError, SourceError,
    input::{Fault, Input},
};

/// A row that [`Guard`] appends to every file. If the parser does not hand it back as a row of its
/// own, then an open quote has swallowed it.
const SENTINEL: &[u8] = b"\nend-of-file-\x01\n";
const SENTINEL_CELL: &[u8] = b"end-of-file-\x01";

const BUFFER_BYTES: usize = 1 << 16;

/// Passes bytes on, limits how many one row may take, and appends [`SENTINEL`].
struct Guard {
    stream: BufReader<Input>,
    since_row: u64,
    row_bytes: u64,
    /// Bytes passed on before the sentinel.
    passed: u64,
    /// How much of the sentinel has been passed on, once the file has ended.
    sentinel: usize,
    /// Whether the first line ended in carriage return and line feed; `None` before its end.
    crlf: Option<bool>,
    last: u8,
}

impl Guard {
    fn note_line_end(&mut self, bytes: &[u8]) {
        if self.crlf.is_none() {
            if let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
                let before = if at == 0 { self.last } else { bytes[at - 1] };
                self.crlf = Some(before == b'\r');
            }
            self.last = bytes.last().copied().unwrap_or(self.last);
        }
    }
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The parser asks only when it has used up what it got, so this counts one row and at most
        // one buffer more.
        if self.since_row > self.row_bytes.saturating_add(BUFFER_BYTES as u64) {
            let what = "size in bytes of one row (or a quote that is never closed)";
            return Err(Fault::Limit { what, limit: self.row_bytes }.into());
        }
        let count = self.stream.read(buffer)?;
        self.note_line_end(&buffer[..count]);
        self.since_row += count as u64;
        self.passed += count as u64;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let count = (&SENTINEL[self.sentinel..]).read(buffer)?;
        self.sentinel += count;
        Ok(count)
    }
}

pub(super) struct CsvTable {
    file: PathBuf,
    reader: Reader<Guard>,
    header: Vec<String>,
    ended: bool,
}

pub(super) fn open(
    path: &Path,
    mut stream: BufReader<Input>,
    request: &Request,
) -> Result<CsvTable, SourceError> {
    let head = stream.fill_buf().map_err(|error| SourceError::from_io(path, error))?;
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < BUFFER_BYTES {
        return Err(SourceError::Empty { file: path.to_owned() });
    }
    let guard = Guard {
        stream,
        since_row: 0,
        row_bytes: request.limits.row_bytes,
        passed: 0,
        sentinel: 0,
        crlf: None,
        last: 0,
    };
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(request.delimiter.unwrap_or(b','))
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(guard);
    let mut table = CsvTable { file: path.to_owned(), reader, header: Vec::new(), ended: false };
    let mut row = StringRecord::new();
    match table.next_row(&mut row) {
        Ok(true) => {}
        Ok(false) => return Err(SourceError::Empty { file: path.to_owned() }),
        Err(SourceError::Row(bad)) => {
            return Err(SourceError::Header { file: path.to_owned(), reason: bad.reason });
        }
        Err(error) => return Err(error),
    }
    let header: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
    check_header(path, &header, request.limits)?;
    table.header = header;
    Ok(table)
}

impl CsvTable {
    /// The next row, whatever its width.
    fn next_row(&mut self, row: &mut StringRecord) -> Result<bool, SourceError> {
        if self.ended {
            return Ok(false);
        }
        let found = self.reader.read_record(row);
        self.reader.get_mut().since_row = 0;
        let passed = self.reader.get_ref().passed;
        match found {
            Ok(true) => {
                let at_end = self.reader.position().byte() > passed + 1;
                if at_end {
                    self.ended = true;
                    if row.len() == 1 && row.as_slice().as_bytes() == SENTINEL_CELL {
                        return Ok(false);
                    }
                    // The row ended with the file and not with a line end of its own.
                    let line = self.line(row) + self.past_end();
                    return Err(SourceError::OpenQuote { file: self.file.clone(), line });
                }
                Ok(true)
            }
            Ok(false) => {
                self.ended = true;
                Ok(false)
            }
            Err(error) => Err(self.refused(error)),
        }
    }

    /// How far the parser's line is past a row it has just read: the line feed after a carriage
    /// return is consumed only with the next row.
    fn past_end(&self) -> u64 {
        u64::from(self.reader.get_ref().crlf != Some(true))
    }

    fn refused(&mut self, error: ::csv::Error) -> SourceError {
        let at_end = self.reader.position().byte() > self.reader.get_ref().passed + 1;
        let start = error.position().map(|position| position.line());
        match error.into_kind() {
            ErrorKind::Utf8 { err, .. } => {
                // The position of such an error is where the row before it ended.
                let line = start.unwrap_or_else(|| self.reader.position().line())
                    + u64::from(self.reader.get_ref().crlf == Some(true));
                if at_end {
                    self.ended = true;
                    return SourceError::OpenQuote { file: self.file.clone(), line };
                }
                SourceError::Row(RowError {
                    file: self.file.clone(),
                    line,
                    column: self.header.get(err.field()).cloned(),
                    reason: format!("not UTF-8 after {} bytes of the cell", err.valid_up_to()),
                })
            }
            ErrorKind::Io(error) => {
                self.ended = true;
                SourceError::from_io(&self.file, error)
            }
            other => {
                self.ended = true;
                SourceError::Header { file: self.file.clone(), reason: format!("{other:?}") }
            }
        }
    }
}

impl Table for CsvTable {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn columns(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut StringRecord) -> Result<bool, SourceError> {
        if !self.next_row(row)? {
            return Ok(false);
        }
        if row.len() != self.header.len() {
            let (found, expected) = (row.len(), self.header.len());
            return Err(SourceError::Row(RowError {
                file: self.file.clone(),
                line: self.line(row),
                column: None,
                reason: format!("{found} cells where the header has {expected} columns"),
            }));
        }
        Ok(true)
    }

    fn line(&self, row: &StringRecord) -> u64 {
        // The parser's own line of a row is off after blank lines and after carriage returns, so
        // it is counted back from where the row ended.
        let inner = row.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count());
        let inner = inner.sum::<usize>() as u64;
        self.reader.position().line().saturating_sub(inner + self.past_end()).max(1)
    }
}
