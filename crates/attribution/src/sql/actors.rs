//! Actors as their packs describe them.

use rusqlite::{Connection, params};

use crate::{
    Result,
    key::KeyBuilder,
    sql::{count, tags::hex},
};

/// One description of an actor.
#[derive(Clone, Debug)]
pub(crate) struct ActorRow {
    pub(crate) actor: String,
    pub(crate) lastmod: Option<i64>,
    /// JSON of the whole description.
    pub(crate) body: String,
}

/// Adds a description; whether it was new.
pub(crate) fn insert(db: &Connection, source: (i64, [u8; 32]), row: &ActorRow) -> Result<bool> {
    let key = KeyBuilder::new("actor")
        .text(&hex(&source.1))
        .text(&row.actor)
        .number(row.lastmod)
        .text(&row.body)
        .finish();
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO actors (key, source_id, actor, lastmod, body)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![key, source.0, row.actor, row.lastmod, row.body])?;
    Ok(added > 0)
}

/// Every description, the current one of each actor last: by actor, date, source, content.
pub(crate) fn all(db: &Connection) -> Result<Vec<(String, String, String)>> {
    let mut query = db.prepare_cached(
        "SELECT a.actor, s.name, a.body FROM actors a JOIN sources s ON s.id = a.source_id
         ORDER BY a.actor, a.lastmod, s.name DESC, a.key",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Descriptions per source.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, String, u64)>> {
    let mut query = db.prepare_cached(
        "SELECT s.kind, s.name, COUNT(*) FROM actors a JOIN sources s ON s.id = a.source_id
         GROUP BY s.kind, s.name ORDER BY s.kind, s.name",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
