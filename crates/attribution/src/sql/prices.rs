//! Daily prices, all sources side by side.

use rusqlite::{Connection, params};

use crate::{
    Result,
    sql::{count, optional},
};

/// Adds a price; whether it was new.
pub(crate) fn insert(
    db: &Connection,
    asset: &str,
    day: i32,
    source: &str,
    price: i64,
) -> Result<bool> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO prices (asset, day, source, price) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![asset, day, source, price])?;
    Ok(added > 0)
}

/// The price that counts: the first source by name, its lowest price if it gives two.
pub(crate) fn first(db: &Connection, asset: &str, day: i32) -> Result<Option<(String, i64)>> {
    optional(
        db.prepare_cached(
            "SELECT source, price FROM prices WHERE asset = ?1 AND day = ?2
             ORDER BY source, price LIMIT 1",
        )?
        .query_row(params![asset, day], |row| Ok((row.get(0)?, row.get(1)?))),
    )
}

/// Every price of a day.
pub(crate) fn of(db: &Connection, asset: &str, day: i32) -> Result<Vec<(String, i64)>> {
    let mut query = db.prepare_cached(
        "SELECT source, price FROM prices WHERE asset = ?1 AND day = ?2 ORDER BY source, price",
    )?;
    let rows = query.query_map(params![asset, day], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Prices per source.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, u64)>> {
    let mut query =
        db.prepare_cached("SELECT source, COUNT(*) FROM prices GROUP BY source ORDER BY source")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, count(row, 1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
