//! Incidents and published yearly totals.

use rusqlite::{Connection, params};

use crate::{
    Result,
    key::KeyBuilder,
    sql::{count, tags::hex},
};

/// One source's description of an incident.
#[derive(Clone, Debug)]
pub(crate) struct IncidentRow {
    pub(crate) incident: String,
    pub(crate) revised: Option<i64>,
    /// JSON of the whole description.
    pub(crate) body: String,
}

/// Adds a description; whether it was new.
pub(crate) fn insert(db: &Connection, source: (i64, [u8; 32]), row: &IncidentRow) -> Result<bool> {
    let key = KeyBuilder::new("incident")
        .text(&hex(&source.1))
        .text(&row.incident)
        .number(row.revised)
        .text(&row.body)
        .finish();
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO incidents (key, source_id, incident, revised, body)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![key, source.0, row.incident, row.revised, row.body])?;
    Ok(added > 0)
}

/// Descriptions of one id, the current one first: source name, revised day, body.
pub(crate) fn of(db: &Connection, id: &str) -> Result<Vec<(String, Option<i64>, String)>> {
    let mut query = db.prepare_cached(
        "SELECT s.name, i.revised, i.body FROM incidents i JOIN sources s ON s.id = i.source_id
         WHERE i.incident = ?1 ORDER BY i.revised DESC, s.name, i.key",
    )?;
    let rows = query.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Every id with its current description.
pub(crate) fn all(db: &Connection) -> Result<Vec<String>> {
    let mut query = db.prepare_cached(
        "SELECT body FROM (
            SELECT i.incident, i.body, ROW_NUMBER() OVER (
                PARTITION BY i.incident ORDER BY i.revised DESC, s.name, i.key) AS place
            FROM incidents i JOIN sources s ON s.id = i.source_id)
         WHERE place = 1 ORDER BY incident",
    )?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Descriptions per source.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, String, u64)>> {
    let mut query = db.prepare_cached(
        "SELECT s.kind, s.name, COUNT(*) FROM incidents i JOIN sources s ON s.id = i.source_id
         GROUP BY s.kind, s.name ORDER BY s.kind, s.name",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One figure of a published table: what `series` said about `year`.
#[derive(Clone, Debug)]
pub(crate) struct YearlyRow {
    pub(crate) year: u16,
    pub(crate) series: String,
    pub(crate) usd: Option<String>,
    pub(crate) incidents: Option<u32>,
}

/// Adds a figure; whether it was new.
pub(crate) fn insert_yearly(
    db: &Connection,
    source: (i64, [u8; 32]),
    row: &YearlyRow,
) -> Result<bool> {
    let key = KeyBuilder::new("yearly")
        .text(&hex(&source.1))
        .number(Some(i64::from(row.year)))
        .text(&row.series)
        .option(row.usd.as_deref())
        .number(row.incidents.map(i64::from))
        .finish();
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO yearly_totals (key, source_id, year, series, usd, incidents)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![key, source.0, row.year, row.series, row.usd, row.incidents])?;
    Ok(added > 0)
}

/// Every published figure with its source, by year, series and source.
pub(crate) fn yearly(db: &Connection) -> Result<Vec<(String, YearlyRow)>> {
    let mut query = db.prepare_cached(
        "SELECT s.name, y.year, y.series, y.usd, y.incidents
         FROM yearly_totals y JOIN sources s ON s.id = y.source_id
         ORDER BY y.year, y.series, s.name, y.key",
    )?;
    let rows = query.query_map([], |row| {
        Ok((
            row.get(0)?,
            YearlyRow {
                year: row.get(1)?,
                series: row.get(2)?,
                usd: row.get(3)?,
                incidents: row.get(4)?,
            },
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
