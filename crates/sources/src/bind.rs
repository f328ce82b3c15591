//! A layout bound to one file: for each field, the cell that holds it.

use std::path::Path;

use chain::{Account, Amount, Chain, Family, TxId};
use csv::StringRecord;

use crate::{
    Field, Layout, Options, RecordKind, SourceError,
    error::MissingColumn,
    layout::{ColumnSpec, FIELDS, FlagSpec, ValueKind, nearest_name},
    table::Table,
    value,
};

enum Cell {
    Absent,
    /// The only column, which is nearly always the case and worth its own arm.
    Column(usize),
    FirstOf(Vec<usize>),
    Constant(String),
}

/// Where each field of a row stands, how it is written, and which rows are passed over.
pub(crate) struct Bound {
    pub(crate) record: RecordKind,
    pub(crate) chain: Chain,
    columns: Vec<String>,
    cells: Vec<Cell>,
    decimal: [bool; FIELDS],
    milliseconds: [bool; FIELDS],
    flags: Vec<FlagSpec>,
    skip: Vec<(usize, Vec<String>)>,
}

/// Why a field of a row is refused.
pub(crate) struct Refused {
    pub(crate) field: Field,
    pub(crate) reason: String,
}

struct Binder<'a> {
    file: &'a Path,
    layout: &'a Layout,
    table: &'a dyn Table,
}

/// Binds a layout to a file.
///
/// # Errors
/// A column is missing or of a type that cannot hold the field; a field that the caller must set is
/// not set or set wrongly.
pub(crate) fn bind(
    file: &Path,
    layout: &Layout,
    options: &Options,
    table: &dyn Table,
) -> Result<Bound, SourceError> {
    let binder = Binder { file, layout, table };
    let chain = binder.chain(options)?;
    let mut bound = Bound {
        record: layout.record,
        chain,
        columns: table.columns().to_vec(),
        cells: (0..FIELDS).map(|_| Cell::Absent).collect(),
        decimal: [false; FIELDS],
        milliseconds: [false; FIELDS],
        flags: vec![usual_flags(); FIELDS],
        skip: Vec::new(),
    };
    binder.columns(&mut bound, options)?;
    let stem = stem(file);
    let by_name = layout.file_names.get(&stem).into_iter().flatten();
    for (field, text) in layout.constants.iter().chain(by_name) {
        bound.cells[*field as usize] = Cell::Constant(text.clone());
    }
    binder.settings(&mut bound, options)?;
    binder.check_constants(&bound)?;
    binder.check_complete(&bound)?;
    for (name, values) in &layout.skip {
        if let Some(at) = bound.columns.iter().position(|column| column == name) {
            bound.skip.push((at, values.clone()));
        }
    }
    Ok(bound)
}

fn usual_flags() -> FlagSpec {
    FlagSpec { yes: vec!["true".into()], no: vec!["false".into()], when_empty: None }
}

/// The name of a file without the endings that say its form.
fn stem(file: &Path) -> String {
    const ENDINGS: [&str; 7] = [".zst", ".gz", ".csv", ".jsonl", ".json", ".parquet", ".txt"];
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut rest = name.as_str();
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending)) {
        rest = shorter;
    }
    rest.to_owned()
}

impl Binder<'_> {
    fn wrong(&self, field: &str, reason: String) -> SourceError {
        SourceError::Setting { file: self.file.to_owned(), field: field.to_owned(), reason }
    }

    fn chain(&self, options: &Options) -> Result<Chain, SourceError> {
        let set = options.set.get("chain").map(|name| name.parse::<Chain>()).transpose();
        let set = set.map_err(|error| self.wrong("chain", error.to_string()))?;
        // A price belongs to no chain; the field is then never looked at.
        let no_matter = (self.layout.record == RecordKind::Price).then_some(Chain::Ethereum);
        let chain = set.or(self.layout.chain).or(no_matter).ok_or_else(|| {
            self.wrong("chain", "the layout names no chain; set chain=NAME".to_owned())
        })?;
        if chain.family() == Family::Utxo {
            return Err(self.wrong("chain", format!("{chain} has no accounts")));
        }
        Ok(chain)
    }

    fn columns(&self, bound: &mut Bound, options: &Options) -> Result<(), SourceError> {
        let mut missing = Vec::new();
        for (field, spec) in &self.layout.columns {
            let at = *field as usize;
            bound.decimal[at] = spec.decimal;
            bound.milliseconds[at] = spec.milliseconds;
            bound.flags[at] = spec.flags.clone();
            let places: Vec<usize> = spec
                .names
                .iter()
                .filter_map(|name| bound.columns.iter().position(|column| column == name))
                .collect();
            self.check_types(*field, spec)?;
            bound.cells[at] = match places.as_slice() {
                [] if spec.optional || options.set.contains_key(field.name()) => Cell::Absent,
                [] => {
                    missing.push(self.missing(*field, spec));
                    Cell::Absent
                }
                [one] => Cell::Column(*one),
                _ => Cell::FirstOf(places),
            };
        }
        if missing.is_empty() {
            return Ok(());
        }
        let layout = self.layout.name.clone();
        Err(SourceError::MissingColumns { file: self.file.to_owned(), layout, missing })
    }

    fn missing(&self, field: Field, spec: &ColumnSpec) -> MissingColumn {
        let nearest = spec.names.iter().find_map(|name| nearest_name(name, self.table.header()));
        MissingColumn { column: spec.names.join(" or "), field: field.name().to_owned(), nearest }
    }

    fn check_types(&self, field: Field, spec: &ColumnSpec) -> Result<(), SourceError> {
        for name in &spec.names {
            if let Some(found) = self.table.column_type(name)
                && !found.can_be(field.kind())
            {
                return Err(SourceError::ColumnType {
                    file: self.file.to_owned(),
                    column: name.clone(),
                    found: found.words().to_owned(),
                    field: field.name().to_owned(),
                    expected: field.kind().words().to_owned(),
                });
            }
        }
        Ok(())
    }

    fn settings(&self, bound: &mut Bound, options: &Options) -> Result<(), SourceError> {
        for (name, text) in options.set.iter().filter(|(name, _)| *name != "chain") {
            let field = Field::named(name).filter(|field| self.layout.record.has(*field));
            let field = field.ok_or_else(|| {
                self.wrong(name, format!("a {} has no such field", self.layout.record))
            })?;
            let at = field as usize;
            bound.cells[at] = Cell::Constant(text.clone());
            bound.flags[at] = usual_flags();
        }
        Ok(())
    }

    /// A wrong constant is the caller's mistake and not that of every row.
    fn check_constants(&self, bound: &Bound) -> Result<(), SourceError> {
        let required = self.layout.record.required().iter();
        for field in required.chain(self.layout.record.optional()) {
            if let Cell::Constant(text) = &bound.cells[*field as usize] {
                bound.check(*field, text).map_err(|reason| self.wrong(field.name(), reason))?;
            }
        }
        Ok(())
    }

    fn check_complete(&self, bound: &Bound) -> Result<(), SourceError> {
        let absent = |field: &&Field| matches!(bound.cells[**field as usize], Cell::Absent);
        let Some(field) = self.layout.record.required().iter().find(absent) else {
            return Ok(());
        };
        let known: Vec<&str> = self.layout.file_names.keys().map(String::as_str).collect();
        let by_name = if known.is_empty() {
            String::new()
        } else {
            format!(" (it is known for files called {})", known.join(", "))
        };
        Err(self.wrong(field.name(), format!("has no value; set {field}=VALUE{by_name}")))
    }
}

impl Bound {
    /// The column or columns of a field, for messages.
    pub(crate) fn column_name(&self, field: Field) -> Option<String> {
        match &self.cells[field as usize] {
            Cell::Absent | Cell::Constant(_) => None,
            Cell::Column(at) => self.columns.get(*at).cloned(),
            Cell::FirstOf(places) => {
                let names: Vec<&str> = places.iter().map(|at| self.columns[*at].as_str()).collect();
                Some(names.join(" or "))
            }
        }
    }

    pub(crate) fn column_at(&self, at: usize) -> Option<&String> {
        self.columns.get(at)
    }

    /// Whether the layout says to pass over the row.
    pub(crate) fn skips(&self, row: &StringRecord) -> bool {
        self.skip.iter().any(|(at, values)| {
            row.get(*at).is_some_and(|cell| values.iter().any(|value| value == cell.trim()))
        })
    }

    /// The trimmed text of a field; empty if there is none.
    pub(crate) fn text<'a>(&'a self, field: Field, row: &'a StringRecord) -> &'a str {
        match &self.cells[field as usize] {
            Cell::Absent => "",
            Cell::Column(at) => row.get(*at).unwrap_or_default().trim(),
            Cell::FirstOf(places) => places
                .iter()
                .map(|at| row.get(*at).unwrap_or_default().trim())
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
            Cell::Constant(text) => text.trim(),
        }
    }

    pub(crate) fn account(&self, text: &str) -> Result<Account, String> {
        value::account(self.chain, text).map_err(|error| error.to_string())
    }

    /// An amount of an asset with the given decimal places; `None` where nobody states them.
    pub(crate) fn amount(
        &self,
        field: Field,
        text: &str,
        decimals: Option<u8>,
    ) -> Result<Amount, String> {
        if !self.decimal[field as usize] {
            return value::amount(text, None);
        }
        let decimals = decimals.ok_or("is in whole units, but the row states no `decimals`")?;
        value::amount(text, Some(decimals))
    }

    pub(crate) fn time(&self, field: Field, text: &str) -> Result<chain::Timestamp, String> {
        value::time(text, self.milliseconds[field as usize])
    }

    pub(crate) fn flag(&self, field: Field, text: &str) -> Result<bool, String> {
        let spec = &self.flags[field as usize];
        match spec.when_empty {
            Some(value) if text.is_empty() => Ok(value),
            _ if text.is_empty() => Err("is empty".to_owned()),
            _ => value::flag(text, spec),
        }
    }

    fn check(&self, field: Field, text: &str) -> Result<(), String> {
        match field.kind() {
            ValueKind::Hash => text.parse::<TxId>().map(drop).map_err(|error| error.to_string()),
            ValueKind::Account => self.account(text).map(drop),
            ValueKind::Amount => value::amount(text, None).map(drop),
            ValueKind::Integer => value::integer::<u64>(text).map(drop),
            ValueKind::Time => self.time(field, text).map(drop),
            ValueKind::Flag => self.flag(field, text).map(drop),
            ValueKind::Text if text.trim().is_empty() => Err("is empty".to_owned()),
            ValueKind::Text => Ok(()),
            ValueKind::Number => {
                text.parse::<chain::Price>().map(drop).map_err(|error| error.to_string())
            }
        }
    }
}
