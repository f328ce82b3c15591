//! Importing a dump: facts into the ledger, labels and prices into the store of claims.
//!
//! A file is taken whole or not at all. Facts are committed before claims, because only facts can
//! contradict what is there. A kill between the two leaves a file whose labels are missing; importing
//! it again finds the facts known and adds them, since each of the two steps is idempotent.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use chain::{Address, Chain};
use ledger::{Counts, Import, LedgerError, SourceFile};
use serde::Serialize;
use sources::{
    Dump, Field, Fingerprint, Layout, Limits, Options, RecordKind, Row, RowError, SourceError,
};

use super::{Progress, QueryError, Workspace, layouts::layout_of};

/// Between two looks at whether to stop: some milliseconds.
const ROWS_BETWEEN_LOOKS: u64 = 4_096;
/// How many bad rows are kept word for word.
const BAD_ROWS_KEPT: usize = 20;

/// Which file to import, and how.
#[derive(Clone, Debug, Default)]
pub struct ImportQuestion {
    /// The file.
    pub path: PathBuf,
    /// Name of a built-in layout or path of a `.toml` file; found by the file's columns if not given.
    pub layout: Option<String>,
    /// The chain, where the layout names none or another one.
    pub chain: Option<Chain>,
    /// How many bad rows may be left out.
    pub skip_bad: u64,
    /// Fields that hold the same value for every row, by field name.
    pub set: BTreeMap<String, String>,
    /// Blocks of which every transaction is in the files imported, first and last.
    pub complete_blocks: Option<(u64, u64)>,
    /// Source under which labels and prices of the file are filed; its name if not given.
    pub source: Option<String>,
    /// Who holds the lock meanwhile, in words for another process.
    pub holder: String,
}

/// What an import did.
#[derive(Clone, Debug, Serialize)]
pub struct ImportAnswer {
    /// The file.
    pub file: PathBuf,
    /// Layout that it was read with.
    pub layout: String,
    /// Chain that its facts belong to; prices belong to none.
    pub chain: Option<Chain>,
    /// Whether anything is new; a file imported before changes nothing.
    pub changed: bool,
    /// Rows of the file; 0 if its facts were known by its bytes and it was not read again.
    pub rows: u64,
    /// Rows that the layout passes over, and failed transfers.
    pub passed_over: u64,
    /// Facts that are new.
    pub new: Counts,
    /// Facts of the chain now.
    pub total: Counts,
    /// Addresses whose coverage the chain's ledger states now.
    pub listed_addresses: u64,
    /// How many of these lists ended at a cap.
    pub capped_addresses: u64,
    /// Labels that the file carries.
    pub labels: ClaimCounts,
    /// Daily closes that the file carries.
    pub prices: ClaimCounts,
    /// Bad rows that were left out.
    pub bad_rows: BadRows,
    /// BLAKE3 over all facts of the chain.
    pub facts: Option<String>,
}

/// Claims of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClaimCounts {
    /// Stated by the file.
    pub stated: u64,
    /// Of these, new.
    pub new: u64,
}

/// Rows that could not be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BadRows {
    /// How many.
    pub count: u64,
    /// How many were allowed.
    pub allowed: u64,
    /// The first of them.
    pub first: Vec<BadRow>,
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The file.
    pub file: PathBuf,
    /// Its line, or its number in a Parquet file.
    pub line: u64,
    /// The column, where one is to blame.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl std::fmt::Display for BadRows {
    /// One line for each bad row that was kept, and the verdict in the first line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, are) = if self.count == 1 { ("row", "is") } else { ("rows", "are") };
        let file = self.first.first().map(|row| row.file.display().to_string());
        let file = file.unwrap_or_default();
        write!(f, "{file}: {} {rows} {are} bad", self.count)?;
        if self.allowed > 0 {
            write!(f, ", {} allowed", self.allowed)?;
        }
        f.write_str("; nothing of the file was taken")?;
        for row in &self.first {
            write!(f, "\n  {row}")?;
        }
        match self.count.saturating_sub(self.first.len() as u64) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::fmt::Display for BadRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "column {column:?}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for BadRows {}

impl BadRows {
    fn note(&mut self, bad: RowError) {
        let RowError { file, line, column, reason } = bad;
        // A row that gives several records is bad once.
        if self.first.last().is_some_and(|last| last.line == line) {
            return;
        }
        self.count += 1;
        if self.first.len() < BAD_ROWS_KEPT {
            self.first.push(BadRow { file, line, column, reason });
        }
    }
}

/// Imports one file.
///
/// # Errors
/// The file is not what the layout says, has more bad rows than allowed, or contradicts the ledger:
/// nothing of it is taken then. Another process is writing; the asker stopped it.
pub fn import(
    workspace: &Workspace,
    question: &ImportQuestion,
    progress: &dyn Progress,
) -> Result<ImportAnswer, QueryError> {
    check_regular(&question.path)?;
    let name = file_name(&question.path);
    progress.stage(&format!("{name}: looking"));
    let layout = match &question.layout {
        Some(layout) => layout_of(layout)?,
        None => sources::detect(&question.path, Limits::default())?.clone(),
    };
    let mut options = Options { set: question.set.clone(), limits: Limits::default() };
    if let Some(chain) = question.chain {
        options.set.insert("chain".to_owned(), chain.slug().to_owned());
    }
    let dump = Dump::open(&question.path, &layout, &options)?;
    let print = sources::fingerprint(&question.path)?;
    let work = Work { workspace, question, progress, layout: &layout, name };
    if layout.record() == RecordKind::Price { work.prices(dump) } else { work.facts(dump, print) }
}

/// A pipe cannot be read twice, and its bytes are read once to know the file again.
fn check_regular(path: &Path) -> Result<(), QueryError> {
    let failed = |source| SourceError::Read { file: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.is_file() {
        return Ok(());
    }
    Err(QueryError::Question(format!("{}: not a regular file", path.display())))
}

/// The name of a file without its folder.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// One import under way.
struct Work<'a> {
    workspace: &'a Workspace,
    question: &'a ImportQuestion,
    progress: &'a dyn Progress,
    layout: &'a Layout,
    name: String,
}

/// What a file says beside facts, and what of it is bad.
#[derive(Default)]
struct Read {
    rows: u64,
    passed_over: u64,
    labels: Vec<attribution::LabelRow>,
    prices: Vec<attribution::PriceRow>,
    bad: BadRows,
}

impl Work<'_> {
    /// Who says what the file says beside facts.
    fn source(&self) -> &str {
        self.question.source.as_deref().unwrap_or(&self.name)
    }

    fn facts(&self, dump: Dump, print: Fingerprint) -> Result<ImportAnswer, QueryError> {
        let data_dir = self.workspace.data_dir();
        // By name: an iterator has a method of that name too, and it would be found first.
        let chain = Dump::chain(&dump);
        let mut import = Import::begin(data_dir, chain, &self.question.holder)?;
        let known = import.knows(&print.blake3);
        let mut read = Read::default();
        let mut before_after = None;
        if !known {
            read = self.read(dump, Some(&mut import))?;
            if let Some((first, last)) = self.question.complete_blocks {
                import.complete_blocks(first, last);
            }
            self.progress.stage(&format!("{}: writing", self.name));
            let source = SourceFile {
                fingerprint: print.blake3,
                name: self.name.clone(),
                layout: self.layout.name().to_owned(),
            };
            let report = import
                .commit(source, read.bad.count)
                .map_err(|error| in_file(&self.question.path, error))?;
            before_after = Some((report.before, report.after));
        } else {
            drop(import);
            if self.has_labels() {
                // A kill may have come between the facts and the labels.
                read = self.read(dump, None)?;
            }
        }
        let ledger = self.workspace.ledger(chain)?;
        let total = ledger.as_ref().map(ledger::Ledger::counts).unwrap_or_default();
        let (before, after) = before_after.unwrap_or((total, total));
        let listed = ledger.as_ref().map(ledger::Ledger::listed_addresses).unwrap_or_default();
        let mut answer = self.claims(read)?;
        answer.chain = Some(chain);
        answer.changed |= !known;
        answer.new = less(after, before);
        answer.total = after;
        (answer.listed_addresses, answer.capped_addresses) = listed;
        answer.facts = ledger.map(|ledger| ledger.facts_hash());
        Ok(answer)
    }

    fn prices(&self, dump: Dump) -> Result<ImportAnswer, QueryError> {
        let read = self.read(dump, None)?;
        self.claims(read)
    }

    /// Whether the layout makes claims beside its facts.
    fn has_labels(&self) -> bool {
        let label = |field| matches!(field, Field::FromLabel | Field::ToLabel);
        self.layout.columns().iter().any(|one| label(one.field))
    }

    /// Reads the whole file; facts are staged in the import, if there is one.
    fn read(&self, mut dump: Dump, mut import: Option<&mut Import>) -> Result<Read, QueryError> {
        self.progress.stage(&format!("{}: reading", self.name));
        let mut read = Read::default();
        let mut looked = 0;
        while let Some(row) = dump.next() {
            if dump.rows() >= looked + ROWS_BETWEEN_LOOKS {
                looked = dump.rows();
                self.progress.bytes(dump.bytes_read(), dump.bytes_total());
                if self.progress.interrupted() {
                    return Err(QueryError::Interrupted);
                }
            }
            match row {
                Ok(Row::Record(record)) => {
                    let Some(import) = import.as_deref_mut() else { continue };
                    if let Err(error) = import.add(record) {
                        read.bad.note(self.bad_row(dump.line(), error)?);
                    }
                }
                Ok(Row::Label(sources::LabelRow { chain, account, label })) => {
                    let address = Address::of_account(chain, account);
                    let row = |address| attribution::LabelRow { chain, address, label };
                    read.labels.extend(address.map(row));
                }
                Ok(Row::Price(row)) => match self.price(row, dump.line()) {
                    Ok(price) => read.prices.push(price),
                    Err(bad) => read.bad.note(bad),
                },
                Err(SourceError::Row(bad)) => read.bad.note(bad),
                Err(error) => return Err(error.into()),
            }
        }
        self.progress.bytes(dump.bytes_read(), dump.bytes_total());
        (read.rows, read.passed_over) = (dump.rows(), dump.skipped());
        read.bad.allowed = self.question.skip_bad;
        if read.bad.count > self.question.skip_bad {
            return Err(read.bad.into());
        }
        Ok(read)
    }

    /// A record that contradicts an earlier one is a bad row; anything else ends the import.
    fn bad_row(&self, line: u64, error: LedgerError) -> Result<RowError, QueryError> {
        match error {
            LedgerError::Conflict { .. }
            | LedgerError::AssetConflict { .. }
            | LedgerError::Limit { .. } => Ok(RowError {
                file: self.question.path.clone(),
                line,
                column: None,
                reason: error.to_string(),
            }),
            LedgerError::Io { .. }
            | LedgerError::Corrupt { .. }
            | LedgerError::NewerVersion { .. }
            | LedgerError::Locked { .. } => Err(error.into()),
        }
    }

    /// A file of prices that does not say whose they are is its own source.
    fn price(&self, row: sources::PriceRow, line: u64) -> Result<attribution::PriceRow, RowError> {
        let file = || self.question.path.clone();
        let bad = |reason: String| RowError { file: file(), line, column: None, reason };
        if row.asset.trim().is_empty() {
            return Err(bad("names no asset".to_owned()));
        }
        // The store keeps 63 bits.
        if i64::try_from(row.price.to_raw()).is_err() {
            return Err(bad(format!("a price of {} dollars is beyond 9 million", row.price)));
        }
        let source =
            if row.source.trim().is_empty() { self.source().to_owned() } else { row.source };
        Ok(attribution::PriceRow { day: row.day, asset: row.asset, price: row.price, source })
    }

    /// Stores labels and prices and answers with what is known by then.
    fn claims(&self, read: Read) -> Result<ImportAnswer, QueryError> {
        let Read { rows, passed_over, labels, prices, bad: bad_rows } = read;
        let mut counts = [ClaimCounts::default(); 2];
        if !labels.is_empty() || !prices.is_empty() {
            self.progress.stage(&format!("{}: writing", self.name));
            let mut store = self.workspace.store()?;
            if !labels.is_empty() {
                counts[0] = count(&store.import_labels(self.source(), labels)?);
            }
            if !prices.is_empty() {
                counts[1] = count(&store.import_prices(self.source(), prices)?);
            }
        }
        let [labels, prices] = counts;
        Ok(ImportAnswer {
            file: self.question.path.clone(),
            layout: self.layout.name().to_owned(),
            chain: None,
            changed: labels.new > 0 || prices.new > 0,
            rows,
            passed_over,
            new: Counts::default(),
            total: Counts::default(),
            listed_addresses: 0,
            capped_addresses: 0,
            labels,
            prices,
            bad_rows,
            facts: None,
        })
    }
}

fn count(report: &attribution::ImportReport) -> ClaimCounts {
    ClaimCounts { stated: report.rows, new: report.imported }
}

/// A contradiction with facts of another file shows only when both are merged, without a line.
fn in_file(path: &Path, error: LedgerError) -> QueryError {
    match error {
        LedgerError::Conflict { .. } | LedgerError::AssetConflict { .. } => {
            QueryError::Question(format!("{}: {error}; nothing of it was taken", path.display()))
        }
        LedgerError::Io { .. }
        | LedgerError::Corrupt { .. }
        | LedgerError::NewerVersion { .. }
        | LedgerError::Locked { .. }
        | LedgerError::Limit { .. } => error.into(),
    }
}

/// Facts only ever grow.
fn less(after: Counts, before: Counts) -> Counts {
    Counts {
        transactions: after.transactions.saturating_sub(before.transactions),
        moves: after.moves.saturating_sub(before.moves),
        mixer_deposits: after.mixer_deposits.saturating_sub(before.mixer_deposits),
        mixer_withdrawals: after.mixer_withdrawals.saturating_sub(before.mixer_withdrawals),
    }
}
