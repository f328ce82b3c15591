//! What became of one imported file.

use serde::{Deserialize, Serialize};

/// A row that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reject {
    /// `line 12`, `tags[11]` or a JSON key.
    pub line_or_path: String,
    /// What is wrong with it, with the value.
    pub reason: String,
}

impl Reject {
    pub(crate) fn new(at: impl Into<String>, reason: impl Into<String>) -> Reject {
        Reject { line_or_path: at.into(), reason: reason.into() }
    }
}

/// The outcome of one import: `rows = imported + unchanged + rejected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Name of the file as the caller gave it.
    pub name: String,
    /// Kind of file: `tagpack`, `ofac-csv`, `prices`, …
    pub kind: String,
    /// Statements that the file makes.
    pub rows: u64,
    /// Statements that are new to the store.
    pub imported: u64,
    /// Statements that the store had already, or that the file repeats.
    pub unchanged: u64,
    /// Statements that were not taken.
    pub rejected: Vec<Reject>,
    /// What was put right on the way, and what to know about the file.
    pub notes: Vec<String>,
}
