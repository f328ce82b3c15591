//! Editions of sanctions lists and who stands on them.

use rusqlite::{Connection, params};

use crate::{
    Result,
    key::KeyBuilder,
    sql::{count, tags::hex},
    subject::Subject,
};

/// One address on one edition of a list.
#[derive(Clone, Debug)]
pub(crate) struct EntryRow {
    pub(crate) subject: Subject,
    /// `false` if the source lost the letter case of a spelling that depends on it.
    pub(crate) letter_case_kept: bool,
    pub(crate) asset: String,
    pub(crate) names: Vec<String>,
    pub(crate) program: Option<String>,
    pub(crate) uid: Option<String>,
}

/// Row id of an edition, made if new.
pub(crate) fn edition(db: &Connection, list: &str, day: i32) -> Result<i64> {
    db.execute(
        "INSERT OR IGNORE INTO list_editions (list, day) VALUES (?1, ?2)",
        params![list, day],
    )?;
    Ok(db.query_row(
        "SELECT id FROM list_editions WHERE list = ?1 AND day = ?2",
        params![list, day],
        |row| row.get(0),
    )?)
}

/// Adds an entry; whether it was new.
pub(crate) fn insert(
    db: &Connection,
    source: (i64, [u8; 32]),
    edition: (i64, &str, i32),
    entry: &EntryRow,
) -> Result<bool> {
    let names = serde_json::to_string(&entry.names).expect("strings are JSON");
    let key = KeyBuilder::new("entry")
        .text(&hex(&source.1))
        .text(edition.1)
        .number(Some(i64::from(edition.2)))
        .text(&entry.subject.network)
        .text(&entry.subject.text)
        .text(&entry.asset)
        .text(&names)
        .option(entry.program.as_deref())
        .option(entry.uid.as_deref())
        .finish();
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO list_entries (key, edition_id, source_id, network, subject,
                folded, letter_case_kept, asset, names, program, uid)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            key,
            edition.0,
            source.0,
            entry.subject.network,
            entry.subject.text,
            entry.subject.text.to_ascii_lowercase(),
            entry.letter_case_kept,
            entry.asset,
            names,
            entry.program,
            entry.uid
        ])?;
    Ok(added > 0)
}

/// An entry as the store returns it.
#[derive(Clone, Debug)]
pub(crate) struct StoredEntry {
    pub(crate) list: String,
    pub(crate) day: i32,
    pub(crate) source: String,
    pub(crate) subject: String,
    pub(crate) letter_case_kept: bool,
    pub(crate) asset: String,
    pub(crate) names: Vec<String>,
    pub(crate) program: Option<String>,
}

/// Entries whose spelling agrees with the subject once letter case is put aside.
pub(crate) fn of(db: &Connection, network: &str, subject: &str) -> Result<Vec<StoredEntry>> {
    let mut query = db.prepare_cached(
        "SELECT e.list, e.day, s.name, n.subject, n.letter_case_kept, n.asset, n.names, n.program
         FROM list_entries n
         JOIN list_editions e ON e.id = n.edition_id JOIN sources s ON s.id = n.source_id
         WHERE n.folded = ?1 AND n.network = ?2 ORDER BY e.list, e.day, n.key",
    )?;
    let rows = query.query_map([subject.to_ascii_lowercase().as_str(), network], |row| {
        let names: String = row.get(6)?;
        Ok(StoredEntry {
            list: row.get(0)?,
            day: row.get(1)?,
            source: row.get(2)?,
            subject: row.get(3)?,
            letter_case_kept: row.get(4)?,
            asset: row.get(5)?,
            names: serde_json::from_str(&names).unwrap_or_default(),
            program: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Days of all editions, in order, by list.
pub(crate) fn editions(db: &Connection) -> Result<Vec<(String, i32)>> {
    let mut query = db.prepare_cached("SELECT list, day FROM list_editions ORDER BY list, day")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Entries per list and edition.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, i32, u64)>> {
    let mut query = db.prepare_cached(
        "SELECT e.list, e.day, COUNT(*) FROM list_entries n
         JOIN list_editions e ON e.id = n.edition_id
         GROUP BY e.list, e.day ORDER BY e.list, e.day",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Addresses on lists that tags speak about too.
pub(crate) fn subjects_with_tags(db: &Connection) -> Result<Vec<(String, String)>> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT t.network, t.subject FROM list_entries n
         JOIN tags t ON t.subject = n.subject AND t.network = n.network
         ORDER BY t.network, t.subject",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
