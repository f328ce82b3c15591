//! Which files were imported, and the fingerprint of everything they said.

use rusqlite::{Connection, params};

use crate::{AttributionError, ImportReport, Result, key::KeyBuilder, sql::optional};

/// Identity of one import: the same file, name, kind and parameters again is the same import.
pub(crate) struct ImportKey {
    key: [u8; 32],
    content: [u8; 32],
}

impl ImportKey {
    pub(crate) fn new(kind: &str, name: &str, parameters: &str, content: [u8; 32]) -> ImportKey {
        let key = KeyBuilder::new("import")
            .text(kind)
            .text(name)
            .text(parameters)
            .text(&super::tags::hex(&content))
            .finish();
        ImportKey { key, content }
    }
}

/// The report of an earlier import of the same file.
pub(crate) fn find(db: &Connection, key: &ImportKey) -> Result<Option<ImportReport>> {
    let stored: Option<String> = optional(
        db.prepare_cached("SELECT report FROM imports WHERE key = ?1")?
            .query_row([key.key], |row| row.get(0)),
    )?;
    stored.map(|text| read(&text)).transpose()
}

fn read(text: &str) -> Result<ImportReport> {
    serde_json::from_str(text)
        .map_err(|error| AttributionError::Damaged { table: "imports", reason: error.to_string() })
}

/// Records an import.
pub(crate) fn insert(db: &Connection, key: &ImportKey, report: &ImportReport) -> Result<()> {
    let body = serde_json::to_string(report).expect("a report is plain data");
    db.execute(
        "INSERT INTO imports (key, kind, name, content, report) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![key.key, report.kind, report.name, key.content, body],
    )?;
    Ok(())
}

/// Every import's report, by kind, name and content.
pub(crate) fn all(db: &Connection) -> Result<Vec<ImportReport>> {
    let mut query =
        db.prepare_cached("SELECT report FROM imports ORDER BY kind, name, content, key")?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| read(&row?)).collect()
}

/// A hash over every statement of the store in content order.
pub(crate) fn fingerprint(db: &Connection) -> Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    for table in ["tags", "actors", "list_entries", "incidents", "yearly_totals"] {
        hasher.update(table.as_bytes());
        let mut query = db.prepare(&format!("SELECT key FROM {table} ORDER BY key"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            hasher.update(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
    }
    // An empty edition delists everybody, so editions are statements too.
    let mut query = db.prepare("SELECT list, day FROM list_editions ORDER BY list, day")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let key = KeyBuilder::new("edition")
            .text(&row.get::<_, String>(0)?)
            .number(Some(row.get(1)?))
            .finish();
        hasher.update(&key);
    }
    let mut query =
        db.prepare("SELECT asset, day, source, price FROM prices ORDER BY 1, 2, 3, 4")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let key = KeyBuilder::new("price")
            .text(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)
            .number(Some(row.get(1)?))
            .text(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)
            .number(Some(row.get(3)?))
            .finish();
        hasher.update(&key);
    }
    Ok(*hasher.finalize().as_bytes())
}
