//! From TOML to a layout, with every mistake named.

use std::{collections::BTreeMap, fmt};

use chain::Chain;
use serde::{Deserialize, de};

use super::{ColumnSpec, Field, FlagSpec, Layout, LayoutError, RecordKind, TextForm, ValueKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    description: String,
    record: String,
    chain: Option<String>,
    format: Option<String>,
    delimiter: Option<String>,
    columns: BTreeMap<String, Column>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    #[serde(default)]
    file_names: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    skip: BTreeMap<String, Vec<String>>,
}

/// A column is a name, several names, or a table with one of those and settings.
#[derive(Default)]
struct Column {
    names: Vec<String>,
    settings: Settings,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Settings {
    column: Names,
    #[serde(default)]
    optional: bool,
    unit: Option<String>,
    time: Option<String>,
    yes: Option<Vec<String>>,
    no: Option<Vec<String>>,
    when_empty: Option<bool>,
}

#[derive(Default)]
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let column = Column::deserialize(deserializer)?;
        if column.settings.column.0.is_empty() {
            Ok(Names(column.names))
        } else {
            Err(de::Error::custom("a column is a name or a list of names"))
        }
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

/// By hand, because an untagged enum would answer a wrong key with "no variant matched".
struct ColumnVisitor;

impl<'de> de::Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column name, a list of column names or a table with `column`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Column, E> {
        Ok(Column { names: vec![name.to_owned()], settings: Settings::default() })
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Column, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element()? {
            names.push(name);
        }
        Ok(Column { names, settings: Settings::default() })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
        let settings = Settings::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Column { names: settings.column.0.clone(), settings })
    }
}

pub(super) fn parse(name: &str, toml: &str) -> Result<Layout, LayoutError> {
    let check = Check { layout: name };
    let file: File = toml::from_str(toml)
        .map_err(|error| check.wrong(None, error.to_string().trim_end().to_owned()))?;
    let record = RecordKind::named(&file.record).ok_or_else(|| {
        let known: Vec<&str> = RecordKind::all().map(RecordKind::name).collect();
        check.wrong(
            Some("record"),
            format!("{:?} is no kind of record; there are {}", file.record, known.join(", ")),
        )
    })?;
    let mut columns = BTreeMap::new();
    for (key, column) in file.columns {
        let field = check.field(record, &key)?;
        columns.insert(field, check.column(field, column)?);
    }
    let constants = check.constants(record, file.constants)?;
    if let Some(field) = constants.keys().find(|field| columns.contains_key(field)) {
        return Err(check.wrong(Some(field.name()), "has both a column and a constant".into()));
    }
    let mut file_names = BTreeMap::new();
    for (pattern, values) in file.file_names {
        file_names.insert(pattern, check.constants(record, values)?);
    }
    let layout = Layout {
        name: name.to_owned(),
        description: file.description,
        record,
        chain: check.chain(file.chain.as_deref())?,
        text_form: check.text_form(file.format.as_deref())?,
        delimiter: check.delimiter(file.delimiter.as_deref())?,
        columns,
        constants,
        file_names,
        skip: file.skip,
    };
    check.complete(&layout)?;
    Ok(layout)
}

struct Check<'a> {
    layout: &'a str,
}

impl Check<'_> {
    fn wrong(&self, field: Option<&str>, reason: String) -> LayoutError {
        LayoutError { layout: self.layout.to_owned(), field: field.map(str::to_owned), reason }
    }

    fn field(&self, record: RecordKind, name: &str) -> Result<Field, LayoutError> {
        Field::named(name).filter(|field| record.has(*field)).ok_or_else(|| {
            let known: Vec<&str> = record
                .required()
                .iter()
                .chain(record.optional())
                .map(|field| field.name())
                .collect();
            self.wrong(
                Some(name),
                format!("a {record} has no such field; it has {}", known.join(", ")),
            )
        })
    }

    fn column(&self, field: Field, column: Column) -> Result<ColumnSpec, LayoutError> {
        let wrong = |reason: &str| self.wrong(Some(field.name()), reason.to_owned());
        if column.names.is_empty() || column.names.iter().any(String::is_empty) {
            return Err(wrong("needs at least one column name, and none of them empty"));
        }
        let settings = column.settings;
        let only = |kind: ValueKind, set: bool, what: &str| {
            if set && field.kind() != kind {
                let kind = kind.words();
                return Err(wrong(&format!("`{what}` belongs to a field that is {kind}")));
            }
            Ok(())
        };
        only(ValueKind::Amount, settings.unit.is_some(), "unit")?;
        only(ValueKind::Time, settings.time.is_some(), "time")?;
        let flags = settings.yes.is_some() || settings.no.is_some();
        only(ValueKind::Flag, flags || settings.when_empty.is_some(), "yes, no, when_empty")?;
        if settings.yes.is_some() != settings.no.is_some() {
            return Err(wrong("`yes` and `no` come together"));
        }
        let decimal = match settings.unit.as_deref() {
            None | Some("base") => false,
            Some("decimal") => true,
            Some(_) => return Err(wrong("`unit` is \"base\" or \"decimal\"")),
        };
        let milliseconds = match settings.time.as_deref() {
            None | Some("seconds") => false,
            Some("milliseconds") => true,
            Some(_) => return Err(wrong("`time` is \"seconds\" or \"milliseconds\"")),
        };
        let texts = |given: Option<Vec<String>>, usual: &[&str]| {
            given.unwrap_or_else(|| usual.iter().map(|text| (*text).to_owned()).collect())
        };
        Ok(ColumnSpec {
            names: column.names,
            optional: settings.optional,
            decimal,
            milliseconds,
            flags: FlagSpec {
                yes: texts(settings.yes, &["1", "true", "True"]),
                no: texts(settings.no, &["0", "false", "False"]),
                when_empty: settings.when_empty,
            },
        })
    }

    fn constants(
        &self,
        record: RecordKind,
        values: BTreeMap<String, String>,
    ) -> Result<BTreeMap<Field, String>, LayoutError> {
        values.into_iter().map(|(key, value)| Ok((self.field(record, &key)?, value))).collect()
    }

    fn chain(&self, chain: Option<&str>) -> Result<Option<Chain>, LayoutError> {
        chain
            .map(|name| name.parse::<Chain>())
            .transpose()
            .map_err(|error| self.wrong(Some("chain"), error.to_string()))
    }

    fn text_form(&self, format: Option<&str>) -> Result<Option<TextForm>, LayoutError> {
        match format {
            None => Ok(None),
            Some("csv") => Ok(Some(TextForm::Csv)),
            Some("jsonl") => Ok(Some(TextForm::JsonLines)),
            Some(_) => Err(self.wrong(Some("format"), "is \"csv\" or \"jsonl\"".into())),
        }
    }

    fn delimiter(&self, delimiter: Option<&str>) -> Result<u8, LayoutError> {
        match delimiter.unwrap_or(",").as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
            _ => Err(self.wrong(Some("delimiter"), "is one ASCII character".into())),
        }
    }

    /// Every field that the record needs must come from somewhere.
    fn complete(&self, layout: &Layout) -> Result<(), LayoutError> {
        let given = |field: &Field| {
            layout.columns.contains_key(field)
                || layout.constants.contains_key(field)
                || layout.file_names.values().any(|values| values.contains_key(field))
        };
        if let Some(field) = layout.record.required().iter().find(|field| !given(field)) {
            let reason = format!("a {} needs it, from a column or a constant", layout.record);
            return Err(self.wrong(Some(field.name()), reason));
        }
        let by_gas = given(&Field::GasUsed) && given(&Field::GasPrice);
        if layout.record == RecordKind::Transaction && !given(&Field::Fee) && !by_gas {
            let reason = "a transaction needs `fee`, or `gas_used` and `gas_price`".to_owned();
            return Err(self.wrong(Some("fee"), reason));
        }
        Ok(())
    }
}
