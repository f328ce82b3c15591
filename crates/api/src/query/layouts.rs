//! The layouts that files can be imported with.

use std::path::Path;

use chain::Chain;
use serde::Serialize;
use sources::{Layout, SourceError};

use super::QueryError;

/// A layout file is a page of text; more is something else.
const LAYOUT_BYTES_MAX: u64 = 1 << 20;

/// A layout, described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayoutAnswer {
    /// Its name, as `--layout` takes it.
    pub layout: String,
    /// What one row is: `transaction`, `token-transfer`, `price`, …
    pub record: String,
    /// The chain that it names; where it names none the caller does.
    pub chain: Option<Chain>,
    /// One line for people.
    pub description: String,
    /// How each field is filled.
    pub fields: Vec<FieldAnswer>,
}

/// The layouts that there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayoutsAnswer {
    /// In alphabetical order.
    pub layouts: Vec<LayoutAnswer>,
}

/// How a layout fills one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldAnswer {
    /// The field.
    pub field: String,
    /// The columns of which the first filled one wins; empty if the field is constant.
    pub columns: Vec<String>,
    /// The value, if the field is constant.
    pub constant: Option<String>,
    /// Whether a file may lack the column.
    pub optional: bool,
}

/// The layouts that come with the program.
pub fn layouts() -> LayoutsAnswer {
    LayoutsAnswer { layouts: Layout::built_in().iter().map(describe).collect() }
}

fn describe(layout: &Layout) -> LayoutAnswer {
    let fields = layout.columns().into_iter().map(|one| FieldAnswer {
        field: one.field.to_string(),
        columns: one.columns,
        constant: one.constant,
        optional: one.optional,
    });
    LayoutAnswer {
        layout: layout.name().to_owned(),
        record: layout.record().to_string(),
        chain: layout.chain(),
        description: layout.description().to_owned(),
        fields: fields.collect(),
    }
}

/// The layout that a user means: a built-in one by name, or a file of their own, which a name that
/// ends in `.toml` always is.
///
/// # Errors
/// There is none of that name, or the file is not a layout.
pub(super) fn layout_of(name: &str) -> Result<Layout, QueryError> {
    let path = Path::new(name);
    if path.extension().is_none_or(|ending| ending != "toml") {
        return Ok(Layout::named(name)?.clone());
    }
    let text = sources::text::read(path, LAYOUT_BYTES_MAX)?;
    Ok(Layout::parse(name, &text).map_err(SourceError::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_built_in_and_a_toml_is_a_file() {
        assert_eq!(layout_of("prices-csv").expect("built in").name(), "prices-csv");
        let unknown = layout_of("prices").expect_err("unknown").to_string();
        assert!(unknown.starts_with("no layout is called \"prices\"; there are coverage-csv"));
        let missing = layout_of("absent.toml").expect_err("no file").to_string();
        assert!(missing.starts_with("absent.toml: "), "{missing}");
    }

    #[test]
    fn every_layout_says_how_it_fills_its_fields() {
        let all = layouts().layouts;
        assert_eq!(all.len(), Layout::built_in().len());
        assert!(all.iter().all(|one| !one.fields.is_empty() && !one.description.is_empty()));
    }
}
