//! JSON lines: one object a line, its keys are the columns.

use std::{
    borrow::Cow,
    fmt,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use ::csv::StringRecord;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Request, Table, check_header};
use crate::{RowError, SourceError, input::Input};

pub(super) struct JsonTable {
    file: PathBuf,
    stream: BufReader<Input>,
    row_bytes: u64,
    text: Vec<u8>,
    line: u64,
    /// Whether `text` holds a line that has not been handed out: the first one, read for its keys.
    pending: bool,
    ended: bool,
    header: Vec<String>,
    columns: Vec<String>,
    cells: Vec<Option<String>>,
}

pub(super) fn open(
    path: &Path,
    stream: BufReader<Input>,
    request: &Request,
) -> Result<JsonTable, SourceError> {
    let mut table = JsonTable {
        file: path.to_owned(),
        stream,
        row_bytes: request.limits.row_bytes,
        text: Vec::new(),
        line: 0,
        pending: false,
        ended: false,
        header: Vec::new(),
        columns: Vec::new(),
        cells: Vec::new(),
    };
    if !table.next_line()? {
        return Err(SourceError::Empty { file: path.to_owned() });
    }
    let mut reader = serde_json::Deserializer::from_slice(&table.text);
    let header = Keys.deserialize(&mut reader).and_then(|keys| reader.end().map(|()| keys));
    table.header = header.map_err(|error| SourceError::Header {
        file: path.to_owned(),
        reason: format!("line {}: {error}", table.line),
    })?;
    check_header(path, &table.header, request.limits)?;
    // An object may leave out a key that others have; only what every row needs must be in the first.
    let wanted = |name: &&String| request.wanted.is_empty() || request.wanted.contains(name);
    table.columns = table.header.iter().filter(wanted).cloned().collect();
    for name in &request.optional {
        if !table.columns.contains(name) {
            table.columns.push(name.clone());
        }
    }
    table.pending = true;
    Ok(table)
}

impl JsonTable {
    /// Reads the next line that is not blank.
    fn next_line(&mut self) -> Result<bool, SourceError> {
        loop {
            self.text.clear();
            let most = self.row_bytes.saturating_add(1);
            let mut limited = Read::take(&mut self.stream, most);
            let count = limited.read_until(b'\n', &mut self.text).map_err(|error| {
                self.ended = true;
                SourceError::from_io(&self.file, error)
            })?;
            if count == 0 {
                self.ended = true;
                return Ok(false);
            }
            self.line += 1;
            if count as u64 > self.row_bytes {
                self.ended = true;
                return Err(SourceError::Limit {
                    file: self.file.clone(),
                    what: format!("size in bytes of line {}", self.line),
                    limit: self.row_bytes,
                });
            }
            if !self.text.iter().all(u8::is_ascii_whitespace) {
                return Ok(true);
            }
        }
    }
}

impl Table for JsonTable {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn read(&mut self, row: &mut StringRecord) -> Result<bool, SourceError> {
        row.clear();
        if self.ended {
            return Ok(false);
        }
        if !std::mem::take(&mut self.pending) && !self.next_line()? {
            return Ok(false);
        }
        self.cells.clear();
        self.cells.resize(self.columns.len(), None);
        let seed = Cells { columns: &self.columns, cells: &mut self.cells };
        let mut reader = serde_json::Deserializer::from_slice(&self.text);
        let read = seed.deserialize(&mut reader).and_then(|()| reader.end());
        if let Err(error) = read {
            return Err(SourceError::Row(RowError {
                file: self.file.clone(),
                line: self.line,
                column: None,
                reason: error.to_string(),
            }));
        }
        for cell in &self.cells {
            row.push_field(cell.as_deref().unwrap_or_default());
        }
        Ok(true)
    }

    fn line(&self, _row: &StringRecord) -> u64 {
        self.line
    }
}

/// Collects the keys of an object.
struct Keys;

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, IgnoredAny)) = map.next_entry()? {
            keys.push(key);
        }
        Ok(keys)
    }
}

/// Takes the values of the wanted keys as text. Numbers keep their digits: through a float, an
/// amount of wei would lose its tail.
struct Cells<'a> {
    columns: &'a [String],
    cells: &'a mut [Option<String>],
}

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let Some(at) = self.columns.iter().position(|column| *column == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let raw: &'de RawValue = map.next_value()?;
            let text = cell(raw.get())
                .ok_or_else(|| A::Error::custom(format!("{key:?} is no single value")))?;
            if self.cells[at].replace(text).is_some() {
                return Err(A::Error::custom(format!("{key:?} stands twice")));
            }
        }
        Ok(())
    }
}

fn cell(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'{' | b'[' => None,
        b'n' => Some(String::new()),
        _ => Some(raw.to_owned()),
    }
}
