//! The schema, as numbered steps. A store of version `n` has run the first `n` steps.

use rusqlite::Connection;

use crate::{AttributionError, Result};

/// Each step runs once, in order, in a transaction of its own. A released step never changes.
const STEPS: &[&str] = &["
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT,
    creator TEXT,
    description TEXT,
    is_public INTEGER
) STRICT;
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    network TEXT NOT NULL,
    subject TEXT NOT NULL,
    is_transaction INTEGER NOT NULL,
    label TEXT NOT NULL,
    actor TEXT,
    category TEXT,
    abuse TEXT,
    words TEXT,
    confidence TEXT NOT NULL,
    url TEXT,
    context TEXT,
    currency TEXT,
    tag_type TEXT,
    is_cluster_definer INTEGER,
    lastmod INTEGER,
    valid_from INTEGER
) STRICT;
CREATE INDEX tags_by_subject ON tags (subject, network);
CREATE INDEX tags_by_label ON tags (label COLLATE NOCASE);
CREATE TABLE actors (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    actor TEXT NOT NULL,
    lastmod INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE list_editions (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL,
    day INTEGER NOT NULL,
    UNIQUE (list, day)
) STRICT;
CREATE TABLE list_entries (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    edition_id INTEGER NOT NULL REFERENCES list_editions (id),
    source_id INTEGER NOT NULL REFERENCES sources (id),
    network TEXT NOT NULL,
    subject TEXT NOT NULL,
    folded TEXT NOT NULL,
    letter_case_kept INTEGER NOT NULL,
    asset TEXT NOT NULL,
    names TEXT NOT NULL,
    program TEXT,
    uid TEXT
) STRICT;
CREATE INDEX list_entries_by_subject ON list_entries (folded, network);
CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    incident TEXT NOT NULL,
    revised INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_by_id ON incidents (incident);
CREATE TABLE yearly_totals (
    key BLOB PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    year INTEGER NOT NULL,
    series TEXT NOT NULL,
    usd TEXT,
    incidents INTEGER
) STRICT;
CREATE TABLE prices (
    asset TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    price INTEGER NOT NULL,
    PRIMARY KEY (asset, day, source, price)
) STRICT, WITHOUT ROWID;
"];

/// Brings the store to the newest schema.
pub(crate) fn migrate(db: &Connection, path: &str) -> Result<()> {
    let known = u32::try_from(STEPS.len()).expect("a handful of steps");
    let found = version(db)?;
    if found > known {
        return Err(AttributionError::NewerSchema { path: path.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    let outcome = run_missing_steps(db);
    db.execute_batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    outcome
}

fn run_missing_steps(db: &Connection) -> Result<()> {
    // Read again under the lock: another process may have migrated in between.
    let found = version(db)?;
    for (step, sql) in (1_u32..).zip(STEPS) {
        if step > found {
            db.execute_batch(sql)?;
            db.execute_batch(&format!("PRAGMA user_version = {step}"))?;
        }
    }
    Ok(())
}

fn version(db: &Connection) -> Result<u32> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
