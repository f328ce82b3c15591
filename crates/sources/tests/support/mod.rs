//! Writes a file, reads it through a layout, and keeps what came out apart from what was refused.

use std::collections::BTreeMap;

use sources::{Dump, Layout, Limits, Options, Row, RowError, SourceError};

/// What reading a file gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) rows: Vec<Row>,
    pub(crate) refused: Vec<RowError>,
    /// The error that ended the reading.
    pub(crate) stopped: Option<SourceError>,
    pub(crate) skipped: u64,
}

impl Outcome {
    #[allow(dead_code, reason = "each test file uses its share of these helpers")]
    pub(crate) fn stopped(self) -> String {
        let error = self.stopped.expect("an error ends the reading").to_string();
        // The folder is a temporary one.
        error.rsplit_once('/').map(|(_, rest)| rest.to_owned()).unwrap_or(error)
    }

    #[allow(dead_code, reason = "each test file uses its share of these helpers")]
    pub(crate) fn refused(&self) -> Vec<String> {
        assert!(self.stopped.is_none(), "{:?}", self.stopped);
        self.refused
            .iter()
            .map(|bad| match &bad.column {
                Some(column) => format!("{} {column}: {}", bad.line, bad.reason),
                None => format!("{} {}", bad.line, bad.reason),
            })
            .collect()
    }
}

pub(crate) fn read_with(name: &str, bytes: &[u8], layout: &Layout, options: &Options) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let mut outcome = Outcome { rows: Vec::new(), refused: Vec::new(), stopped: None, skipped: 0 };
    let mut dump = match Dump::open(&path, layout, options) {
        Ok(dump) => dump,
        Err(error) => {
            outcome.stopped = Some(error);
            return outcome;
        }
    };
    for item in dump.by_ref() {
        match item {
            Ok(row) => outcome.rows.push(row),
            Err(SourceError::Row(bad)) => outcome.refused.push(bad),
            Err(error) => {
                assert!(outcome.stopped.is_none(), "nothing comes after {error}");
                outcome.stopped = Some(error);
            }
        }
    }
    outcome.skipped = dump.skipped();
    outcome
}

#[allow(clippy::panic, reason = "a test fails by panicking")]
pub(crate) fn builtin(name: &str) -> &'static Layout {
    Layout::named(name).unwrap_or_else(|error| panic!("{error}"))
}

#[allow(dead_code, reason = "each test file uses its share of these helpers")]
pub(crate) fn read(name: &str, bytes: impl AsRef<[u8]>, layout: &str) -> Outcome {
    read_with(name, bytes.as_ref(), builtin(layout), &Options::default())
}

#[allow(dead_code, reason = "each test file uses its share of these helpers")]
pub(crate) fn set(pairs: &[(&str, &str)]) -> Options {
    let set: BTreeMap<String, String> =
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Options { set, limits: Limits::default() }
}
