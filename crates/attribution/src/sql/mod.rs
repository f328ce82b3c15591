//! SQL, one module per table family. Nothing outside this folder writes a query.

pub(crate) mod actors;
pub(crate) mod imports;
pub(crate) mod incidents;
pub(crate) mod lists;
pub(crate) mod prices;
pub(crate) mod schema;
pub(crate) mod tags;

use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, key::KeyBuilder};

/// Who makes the statements of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceRow {
    /// `tagpack`, `explorer`, `rows`, `authority`, `actorpack`, `ofac`, `incidents`, …
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_public: Option<bool>,
}

impl SourceRow {
    pub(crate) fn new(kind: &'static str, name: &str) -> SourceRow {
        SourceRow { kind, name: name.to_owned(), ..SourceRow::default() }
    }

    fn key(&self) -> [u8; 32] {
        KeyBuilder::new("source")
            .text(self.kind)
            .text(&self.name)
            .option(self.title.as_deref())
            .option(self.creator.as_deref())
            .option(self.description.as_deref())
            .number(self.is_public.map(i64::from))
            .finish()
    }
}

/// Stores the source if it is new; its row id and content key.
pub(crate) fn source_id(db: &Connection, source: &SourceRow) -> Result<(i64, [u8; 32])> {
    let key = source.key();
    db.prepare_cached(
        "INSERT OR IGNORE INTO sources (key, kind, name, title, creator, description, is_public)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        key,
        source.kind,
        source.name,
        source.title,
        source.creator,
        source.description,
        source.is_public
    ])?;
    let id = db.query_row("SELECT id FROM sources WHERE key = ?1", [key], |row| row.get(0))?;
    Ok((id, key))
}

/// One row, or `None`.
pub(crate) fn optional<T>(result: rusqlite::Result<T>) -> Result<Option<T>> {
    Ok(result.optional()?)
}

/// A count, which SQLite gives as a signed number.
pub(crate) fn count(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or_default())
}
