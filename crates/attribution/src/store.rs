//! The store: one SQLite file.

use std::{cell::RefCell, path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    ImportReport, Reject, Result,
    actor::ActorIndex,
    sql::{
        self, SourceRow,
        actors::ActorRow,
        imports::{self, ImportKey},
        incidents::{IncidentRow, YearlyRow},
        lists::EntryRow,
        schema,
        tags::TagRow,
    },
};

/// How long to wait for another process that is writing. An import of one file takes less.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// What the world says about addresses: tags, actors, lists, incidents, prices.
///
/// Statements are kept as their sources made them and interpreted when they are read, so that
/// neither the order of imports nor a later actor pack changes what is stored.
pub struct Store {
    pub(crate) db: Connection,
    cache: RefCell<Cache>,
}

/// What is costly to derive, with the state of the file it was derived from.
#[derive(Default)]
struct Cache {
    data_version: i64,
    actors: Option<Arc<ActorIndex>>,
    editions: Option<Arc<Vec<(String, i32)>>>,
    fingerprint: Option<[u8; 32]>,
}

impl Store {
    /// Opens the store at a path, makes it if there is none, and migrates an older one.
    ///
    /// # Errors
    /// The file cannot be opened, is no SQLite file, or was written by a newer program.
    pub fn open(path: &Path) -> Result<Store> {
        let db = Connection::open(path)?;
        Store::prepare(db, &path.display().to_string())
    }

    /// An empty store that lives in memory.
    ///
    /// # Errors
    /// SQLite cannot allocate it.
    pub fn in_memory() -> Result<Store> {
        Store::prepare(Connection::open_in_memory()?, ":memory:")
    }

    fn prepare(db: Connection, path: &str) -> Result<Store> {
        db.busy_timeout(BUSY_WAIT)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        // With a write-ahead log this loses at most the last import on a power cut, never the file.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "foreign_keys", "ON")?;
        db.set_prepared_statement_cache_capacity(64);
        schema::migrate(&db, path)?;
        Ok(Store { db, cache: RefCell::new(Cache::default()) })
    }

    /// Forgets what was derived if another connection has changed the file since.
    fn fresh_cache(&self) -> Result<std::cell::RefMut<'_, Cache>> {
        let version: i64 =
            self.db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let mut cache = self.cache.borrow_mut();
        if cache.data_version != version {
            *cache = Cache { data_version: version, ..Cache::default() };
        }
        Ok(cache)
    }

    /// The current description of every actor, and the names that lead to it.
    pub(crate) fn actor_index(&self) -> Result<Arc<ActorIndex>> {
        let mut cache = self.fresh_cache()?;
        if let Some(actors) = &cache.actors {
            return Ok(Arc::clone(actors));
        }
        let actors = Arc::new(ActorIndex::build(sql::actors::all(&self.db)?)?);
        cache.actors = Some(Arc::clone(&actors));
        Ok(actors)
    }

    /// Every edition of every list, in order.
    pub(crate) fn editions(&self) -> Result<Arc<Vec<(String, i32)>>> {
        let mut cache = self.fresh_cache()?;
        if let Some(editions) = &cache.editions {
            return Ok(Arc::clone(editions));
        }
        let editions = Arc::new(sql::lists::editions(&self.db)?);
        cache.editions = Some(Arc::clone(&editions));
        Ok(editions)
    }

    /// A hash over all statements, the same for any order of imports: the `tags` of a manifest.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn snapshot_hash(&self) -> Result<[u8; 32]> {
        let mut cache = self.fresh_cache()?;
        if let Some(hash) = cache.fingerprint {
            return Ok(hash);
        }
        let hash = imports::fingerprint(&self.db)?;
        cache.fingerprint = Some(hash);
        Ok(hash)
    }

    /// Writes what one file says, or nothing of it.
    pub(crate) fn write(&mut self, file: File<'_>, parsed: Parsed) -> Result<ImportReport> {
        let key = ImportKey::new(file.kind, file.name, file.parameters, file.content);
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(earlier) = imports::find(&transaction, &key)? {
            return Ok(ImportReport {
                imported: 0,
                unchanged: earlier.imported + earlier.unchanged,
                ..earlier
            });
        }
        let imported = insert_all(&transaction, &parsed)?;
        let rejected = u64::try_from(parsed.rejected.len()).unwrap_or(u64::MAX);
        let stated = parsed.statements.len();
        let report = ImportReport {
            name: file.name.to_owned(),
            kind: file.kind.to_owned(),
            rows: stated + rejected,
            imported,
            unchanged: stated - imported,
            rejected: parsed.rejected,
            notes: parsed.notes,
        };
        imports::insert(&transaction, &key, &report)?;
        transaction.commit()?;
        *self.cache.borrow_mut() = Cache::default();
        Ok(report)
    }
}

fn insert_all(db: &Connection, parsed: &Parsed) -> Result<u64> {
    let source = sql::source_id(db, &parsed.source)?;
    let mut imported = 0_u64;
    let mut count = |new: bool| imported += u64::from(new);
    match &parsed.statements {
        Statements::Tags(tags) => {
            for tag in tags {
                count(sql::tags::insert(db, source, tag)?);
            }
        }
        Statements::Actors(actors) => {
            for actor in actors {
                count(sql::actors::insert(db, source, actor)?);
            }
        }
        Statements::Edition { list, day, entries } => {
            let edition = sql::lists::edition(db, list, *day)?;
            for entry in entries {
                count(sql::lists::insert(db, source, (edition, list, *day), entry)?);
            }
        }
        Statements::Incidents(incidents) => {
            for incident in incidents {
                count(sql::incidents::insert(db, source, incident)?);
            }
        }
        Statements::Yearly(figures) => {
            for figure in figures {
                count(sql::incidents::insert_yearly(db, source, figure)?);
            }
        }
        Statements::Prices(prices) => {
            for (asset, day, source, price) in prices {
                count(sql::prices::insert(db, asset, *day, source, *price)?);
            }
        }
    }
    Ok(imported)
}

/// Which file is being imported.
pub(crate) struct File<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    /// What the caller said about it beside its content: a date, a chain.
    pub(crate) parameters: &'a str,
    pub(crate) content: [u8; 32],
}

impl<'a> File<'a> {
    pub(crate) fn new(
        kind: &'static str,
        name: &'a str,
        parameters: &'a str,
        text: &str,
    ) -> File<'a> {
        File { kind, name, parameters, content: *blake3::hash(text.as_bytes()).as_bytes() }
    }
}

/// What a file says, read completely before anything is written.
pub(crate) struct Parsed {
    pub(crate) source: SourceRow,
    pub(crate) statements: Statements,
    pub(crate) rejected: Vec<Reject>,
    pub(crate) notes: Vec<String>,
}

pub(crate) enum Statements {
    Tags(Vec<TagRow>),
    Actors(Vec<ActorRow>),
    Edition { list: String, day: i32, entries: Vec<EntryRow> },
    Incidents(Vec<IncidentRow>),
    Yearly(Vec<YearlyRow>),
    Prices(Vec<(String, i32, String, i64)>),
}

impl Statements {
    fn len(&self) -> u64 {
        let length = match self {
            Statements::Tags(rows) => rows.len(),
            Statements::Actors(rows) => rows.len(),
            Statements::Edition { entries, .. } => entries.len(),
            Statements::Incidents(rows) => rows.len(),
            Statements::Yearly(rows) => rows.len(),
            Statements::Prices(rows) => rows.len(),
        };
        u64::try_from(length).unwrap_or(u64::MAX)
    }
}
