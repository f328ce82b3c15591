//! Statements about addresses and transactions: tag packs, explorer labels, dump labels,
//! addresses that an authority published.

use chain::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::{Result, key::KeyBuilder, sql::count, subject::Subject};

/// A statement as its source made it.
#[derive(Clone, Debug)]
pub(crate) struct TagRow {
    pub(crate) subject: Subject,
    pub(crate) label: String,
    pub(crate) actor: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) abuse: Option<String>,
    /// JSON array: the concepts of a pack, the label slugs of an explorer.
    pub(crate) words: Option<String>,
    pub(crate) confidence: &'static str,
    pub(crate) url: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) tag_type: Option<String>,
    pub(crate) is_cluster_definer: Option<bool>,
    pub(crate) lastmod: Option<i64>,
    pub(crate) valid_from: Option<i64>,
}

impl TagRow {
    pub(crate) fn new(subject: Subject, label: String, confidence: &'static str) -> TagRow {
        TagRow {
            subject,
            label,
            actor: None,
            category: None,
            abuse: None,
            words: None,
            confidence,
            url: None,
            context: None,
            currency: None,
            tag_type: None,
            is_cluster_definer: None,
            lastmod: None,
            valid_from: None,
        }
    }

    fn key(&self, source: &[u8; 32]) -> [u8; 32] {
        KeyBuilder::new("tag")
            .text(&hex(source))
            .text(&self.subject.network)
            .text(&self.subject.text)
            .number(Some(i64::from(self.subject.is_transaction)))
            .text(&self.label)
            .option(self.actor.as_deref())
            .option(self.category.as_deref())
            .option(self.abuse.as_deref())
            .option(self.words.as_deref())
            .text(self.confidence)
            .option(self.url.as_deref())
            .option(self.context.as_deref())
            .option(self.currency.as_deref())
            .option(self.tag_type.as_deref())
            .number(self.is_cluster_definer.map(i64::from))
            .number(self.lastmod)
            .number(self.valid_from)
            .finish()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Adds a statement; whether it was new.
pub(crate) fn insert(db: &Connection, source: (i64, [u8; 32]), tag: &TagRow) -> Result<bool> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO tags (key, source_id, network, subject, is_transaction, label,
                actor, category, abuse, words, confidence, url, context, currency, tag_type,
                is_cluster_definer, lastmod, valid_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                ?18)",
        )?
        .execute(params![
            tag.key(&source.1),
            source.0,
            tag.subject.network,
            tag.subject.text,
            tag.subject.is_transaction,
            tag.label,
            tag.actor,
            tag.category,
            tag.abuse,
            tag.words,
            tag.confidence,
            tag.url,
            tag.context,
            tag.currency,
            tag.tag_type,
            tag.is_cluster_definer,
            tag.lastmod,
            tag.valid_from
        ])?;
    Ok(added > 0)
}

/// A statement as the store returns it.
#[derive(Clone, Debug)]
pub(crate) struct StoredTag {
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) label: String,
    pub(crate) actor: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) abuse: Option<String>,
    pub(crate) words: Vec<String>,
    pub(crate) confidence: String,
    pub(crate) url: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) is_cluster_definer: Option<bool>,
    pub(crate) lastmod: Option<Timestamp>,
    pub(crate) valid_from: Option<Timestamp>,
}

/// All statements about one subject, in content order.
pub(crate) fn of(db: &Connection, network: &str, subject: &str) -> Result<Vec<StoredTag>> {
    let mut query = db.prepare_cached(
        "SELECT s.kind, s.name, t.label, t.actor, t.category, t.abuse, t.words, t.confidence,
            t.url, t.context, t.is_cluster_definer, t.lastmod, t.valid_from
         FROM tags t JOIN sources s ON s.id = t.source_id
         WHERE t.subject = ?1 AND t.network = ?2 ORDER BY t.key",
    )?;
    let rows = query.query_map([subject, network], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredTag> {
    let words: Option<String> = row.get(6)?;
    let time = |at| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(at)?.and_then(Timestamp::from_seconds))
    };
    Ok(StoredTag {
        kind: row.get(0)?,
        source: row.get(1)?,
        label: row.get(2)?,
        actor: row.get(3)?,
        category: row.get(4)?,
        abuse: row.get(5)?,
        // The store wrote the array itself.
        words: words.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        confidence: row.get(7)?,
        url: row.get(8)?,
        context: row.get(9)?,
        is_cluster_definer: row.get(10)?,
        lastmod: time(11)?,
        valid_from: time(12)?,
    })
}

/// Labels that begin with `prefix`, letter case aside, each with its network and subject.
pub(crate) fn labels_from(
    db: &Connection,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(String, String, String)>> {
    let escaped: String = prefix.chars().flat_map(escape_like).collect();
    let mut query = db.prepare_cached(
        "SELECT DISTINCT label, network, subject FROM tags
         WHERE label LIKE ?1 ESCAPE '!' ORDER BY label COLLATE NOCASE, label, network, subject
         LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map(params![format!("{escaped}%"), limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn escape_like(letter: char) -> impl Iterator<Item = char> {
    let escape = matches!(letter, '%' | '_' | '!').then_some('!');
    escape.into_iter().chain(std::iter::once(letter))
}

/// Addresses that more than one source speaks about, in order.
pub(crate) fn shared_subjects(db: &Connection) -> Result<Vec<(String, String)>> {
    let mut query = db.prepare_cached(
        "SELECT network, subject FROM tags WHERE is_transaction = 0
         GROUP BY network, subject HAVING COUNT(DISTINCT source_id) > 1
         ORDER BY network, subject",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Addresses of a network that any source speaks about, in order.
pub(crate) fn subjects(db: &Connection, network: &str) -> Result<Vec<String>> {
    let mut query = db.prepare_cached(
        "SELECT subject FROM tags WHERE network = ?1 AND is_transaction = 0
         UNION SELECT subject FROM list_entries WHERE network = ?1 ORDER BY subject",
    )?;
    let rows = query.query_map([network], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Statements per source: kind, name, count.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, String, u64)>> {
    let mut query = db.prepare_cached(
        "SELECT s.kind, s.name, COUNT(*) FROM tags t JOIN sources s ON s.id = t.source_id
         GROUP BY s.kind, s.name ORDER BY s.kind, s.name",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Addresses of a network about which a statement is made or that stand on a list, in order.
pub(crate) fn subjects_on(db: &Connection, network: &str) -> Result<Vec<String>> {
    let mut query = db.prepare_cached(
        "SELECT subject FROM tags WHERE network = ?1 AND is_transaction = 0
         UNION SELECT subject FROM list_entries WHERE network = ?1 ORDER BY subject",
    )?;
    let rows = query.query_map([network], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
