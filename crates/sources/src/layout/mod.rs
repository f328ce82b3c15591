//! Layouts: which column of a dump is which field of a record.

mod builtin;
mod detect;
mod field;
mod parse;

use std::collections::BTreeMap;

use chain::Chain;

pub use detect::detect;
pub(crate) use detect::nearest_name;
pub(crate) use field::{FIELDS, ValueKind};
pub use field::{Field, RecordKind};

use crate::SourceError;

/// A layout: what one row of a dump is, and where each of its fields stands.
///
/// Written in TOML (`docs/formats/layouts.md`); those that are built in and those of a user go
/// through the same parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) record: RecordKind,
    pub(crate) chain: Option<Chain>,
    pub(crate) text_form: Option<TextForm>,
    pub(crate) delimiter: u8,
    pub(crate) columns: BTreeMap<Field, ColumnSpec>,
    pub(crate) constants: BTreeMap<Field, String>,
    pub(crate) file_names: BTreeMap<String, BTreeMap<Field, String>>,
    pub(crate) skip: BTreeMap<String, Vec<String>>,
}

/// How the rows of a text file are written. Parquet is known by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextForm {
    Csv,
    JsonLines,
}

/// Where a field stands and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnSpec {
    /// Column names; the first that is not empty in a row wins.
    pub(crate) names: Vec<String>,
    /// Whether a file may lack the columns altogether.
    pub(crate) optional: bool,
    /// Whether an amount is written in whole units (`1.5`) rather than in base units.
    pub(crate) decimal: bool,
    /// Whether a number is milliseconds since 1970 rather than seconds.
    pub(crate) milliseconds: bool,
    pub(crate) flags: FlagSpec,
}

/// Which texts mean yes and no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FlagSpec {
    pub(crate) yes: Vec<String>,
    pub(crate) no: Vec<String>,
    pub(crate) when_empty: Option<bool>,
}

/// How a layout fills one field, for a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// The field.
    pub field: Field,
    /// The column names of which the first filled one wins; empty if the field is constant.
    pub columns: Vec<String>,
    /// The value, if the field is constant.
    pub constant: Option<String>,
    /// Whether a file may lack the column.
    pub optional: bool,
}

/// Why a layout file is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("layout {layout}: {}{reason}", named(.field.as_deref()))]
pub struct LayoutError {
    /// Name of the layout.
    pub layout: String,
    /// The field or key to blame, where there is one.
    pub field: Option<String>,
    /// What is wrong and what would do.
    pub reason: String,
}

fn named(field: Option<&str>) -> String {
    field.map(|field| format!("{field}: ")).unwrap_or_default()
}

impl Layout {
    /// The layouts that come with the program, in alphabetical order.
    pub fn built_in() -> &'static [Layout] {
        builtin::all()
    }

    /// The built-in layout of a name.
    pub fn builtin(name: &str) -> Option<&'static Layout> {
        Layout::built_in().iter().find(|layout| layout.name == name)
    }

    /// The built-in layout of a name.
    ///
    /// # Errors
    /// There is none; the error lists those that there are.
    pub fn named(name: &str) -> Result<&'static Layout, SourceError> {
        Layout::builtin(name).ok_or_else(|| SourceError::UnknownLayout {
            name: name.to_owned(),
            known: Layout::built_in().iter().map(|layout| layout.name.clone()).collect(),
        })
    }

    /// Parses a layout file; `name` is what the layout is called in messages.
    ///
    /// # Errors
    /// The TOML is wrong, a key or field is unknown, or a field that the record needs has no value.
    pub fn parse(name: &str, toml: &str) -> Result<Layout, LayoutError> {
        parse::parse(name, toml)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line for people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What one row is.
    pub fn record(&self) -> RecordKind {
        self.record
    }

    /// The chain that the rows are from, unless the caller sets another one.
    pub fn chain(&self) -> Option<Chain> {
        self.chain
    }

    /// How each field is filled, in the order of the fields.
    pub fn columns(&self) -> Vec<ColumnUse> {
        let columns = self.columns.iter().map(|(field, spec)| ColumnUse {
            field: *field,
            columns: spec.names.clone(),
            constant: None,
            optional: spec.optional,
        });
        let constants = self.constants.iter().map(|(field, value)| ColumnUse {
            field: *field,
            columns: Vec::new(),
            constant: Some(value.clone()),
            optional: false,
        });
        let mut uses: Vec<ColumnUse> = columns.chain(constants).collect();
        uses.sort_by_key(|one| one.field);
        uses
    }

    /// Names of the columns that a file must have, each with the others that would do for it.
    pub(crate) fn required_columns(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.columns
            .iter()
            .filter(|(_, spec)| !spec.optional)
            .map(|(field, spec)| (*field, spec.names.as_slice()))
    }

    /// Every column that the layout looks at.
    pub(crate) fn wanted_columns(&self) -> impl Iterator<Item = &str> {
        let mapped = self.columns.values().flat_map(|spec| spec.names.iter());
        mapped.chain(self.skip.keys()).map(String::as_str)
    }
}
