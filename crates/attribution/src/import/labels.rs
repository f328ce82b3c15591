//! Plain labels that a dump carries beside its transfers.

use chain::{Address, Chain};

use super::name::source_name;
use crate::{
    Confidence, ImportReport, Reject, Result, Store,
    key::KeyBuilder,
    sql::{SourceRow, tags::TagRow},
    store::{File, Parsed, Statements},
    subject::Subject,
};

/// One label of a dump.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelRow {
    /// Chain of the address.
    pub chain: Chain,
    /// What is labelled.
    pub address: Address,
    /// The label as it stands.
    pub label: String,
}

impl Store {
    /// Imports labels of a dump: no actor, no category, confidence `unknown`.
    ///
    /// A dump repeats a label on every row; each is stored once.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn import_labels(
        &mut self,
        name: &str,
        rows: impl IntoIterator<Item = LabelRow>,
    ) -> Result<ImportReport> {
        let mut rejected = Vec::new();
        let mut tags = Vec::new();
        let mut content = KeyBuilder::new("labels");
        for (at, row) in rows.into_iter().enumerate() {
            let label = row.label.trim();
            let subject = Subject::of(row.chain, &row.address);
            content = content.text(&subject.network).text(&subject.text).text(label);
            if label.is_empty() {
                rejected.push(Reject::new(format!("row {at}"), "an empty label"));
            } else {
                tags.push(TagRow::new(subject, label.to_owned(), Confidence::Unknown.slug()));
            }
        }
        let parsed = Parsed {
            source: SourceRow::new("labels", &source_name(name)),
            statements: Statements::Tags(tags),
            rejected,
            notes: Vec::new(),
        };
        let file = File { kind: "labels", name, parameters: "", content: content.finish() };
        self.write(file, parsed)
    }
}
