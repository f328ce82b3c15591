//! Checks everything and names what is wrong.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use chain::{Amount, Chain, Phase};
use serde::Serialize;

use crate::{
    Counts, Ledger, LedgerError,
    coverage::Coverage,
    manifest::{FileEntry, Manifest},
    open::chain_folder,
    segment::Segment,
};

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, with the offset or row where there is one.
    pub what: String,
}

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Files whose size and checksum were compared.
    pub files: u64,
    /// Bytes read for that.
    pub bytes: u64,
    /// Facts by kind.
    pub counts: Counts,
    /// What is wrong; empty is good.
    pub findings: Vec<Finding>,
}

/// Verifies a chain's ledger: the manifest, every file's size and checksum, the order of all
/// columns, and that indexes and value moves follow from the transactions. `None` where nothing
/// was ever imported.
///
/// # Errors
/// The manifest itself is unreadable; damage to any other file is a finding.
pub fn verify(data_dir: &Path, chain: Chain) -> Result<Option<Verification>, LedgerError> {
    let folder = chain_folder(data_dir, chain);
    let manifest = Manifest::read(&folder)?.filter(|manifest| !manifest.imports.is_empty());
    let Some(manifest) = manifest else { return Ok(None) };
    let mut verification = Verification { counts: manifest.counts(), ..Verification::default() };
    if let Some(entry) = &manifest.coverage {
        verification.check_file(&folder.join(Coverage::file_name(entry)), entry);
    }
    let segments = folder.join("segments");
    for entry in &manifest.segments {
        for (name, file) in &entry.files {
            verification.check_file(&segments.join(&entry.name).join(name), file);
        }
    }
    if verification.findings.is_empty()
        && let Some(ledger) = Ledger::open(data_dir, chain)?
    {
        for segment in &ledger.segments {
            verification.check_segment(&segments.join(&segment.name), segment);
        }
    }
    Ok(Some(verification))
}

impl Verification {
    fn find(&mut self, path: &Path, what: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), what: what.into() });
    }

    fn check_file(&mut self, path: &Path, entry: &FileEntry) {
        self.files += 1;
        match check_file(path, entry) {
            Ok(()) => self.bytes += entry.bytes,
            Err(what) => self.find(path, what),
        }
    }

    fn check_segment(&mut self, folder: &Path, segment: &Segment) {
        let txs = segment.tx_count();
        let order = |tx: usize| {
            let columns = &segment.columns;
            let place = columns.tx_place.values()[tx].get();
            (columns.tx_block.values()[tx].get(), place, columns.tx_id.values()[tx])
        };
        for tx in 1..txs {
            if order(tx - 1) >= order(tx) {
                self.find(&folder.join("tx.id"), format!("row {tx} is out of chain order"));
            }
        }
        for tx in 0..txs {
            if !segment.blocks.contains(&order(tx).0) {
                self.find(&folder.join("tx.block"), format!("row {tx} is outside the segment"));
            }
            if segment.find_tx(&chain::TxId(order(tx).2)) != Some(tx) {
                self.find(&folder.join("tx.by_id"), format!("transaction {tx} is not found"));
            }
            if let Err(what) = check_moves(segment, tx) {
                self.find(&folder.join("move.tx"), format!("transaction {tx}: {what}"));
            }
        }
        self.check_postings(folder, segment);
    }

    fn check_postings(&mut self, folder: &Path, segment: &Segment) {
        let addresses = segment.columns.address_id.values();
        if !addresses.is_sorted_by(|a, b| a < b) {
            self.find(&folder.join("address.id"), "not ascending");
        }
        let mut posted = 0_usize;
        for (number, address) in addresses.iter().enumerate() {
            let postings = segment.postings(&chain::Account(*address));
            posted += postings.len();
            let owns = |row: u32| {
                let row = usize::try_from(row).unwrap_or(usize::MAX);
                let columns = &segment.columns;
                let ends = [columns.move_from.values(), columns.move_to.values()];
                ends.iter().any(|ends| {
                    ends.get(row).is_some_and(|end| usize::try_from(end.get()) == Ok(number))
                })
            };
            if !postings.iter().all(|row| owns(row.get())) {
                self.find(&folder.join("posting.move"), format!("address {number}: foreign rows"));
            }
            if !postings.is_sorted_by(|a, b| a.get() < b.get()) {
                self.find(&folder.join("posting.move"), format!("address {number}: not ascending"));
            }
        }
        let columns = &segment.columns;
        let (from, to) = (columns.move_from.values(), columns.move_to.values());
        let ends = |row: usize| {
            let apart = to[row].get() != super::segment::NOBODY && to[row] != from[row];
            if apart { 2 } else { 1 }
        };
        let expected: usize = (0..from.len()).map(ends).sum();
        if posted != expected {
            let what = format!("{posted} postings for {expected} ends of moves");
            self.find(&folder.join("posting.move"), what);
        }
    }
}

/// A transaction's own moves must be exactly its fee and its value.
fn check_moves(segment: &Segment, tx: usize) -> Result<(), String> {
    let mut fee = Amount::ZERO;
    let mut value = Amount::ZERO;
    for row in segment.moves_of(tx) {
        let columns = &segment.columns;
        if usize::try_from(columns.move_tx.values()[row].get()) != Ok(tx) {
            return Err(format!("move {row} belongs to another transaction"));
        }
        match Phase::from_byte(columns.move_phase.values()[row]) {
            Some(Phase::Fee) => fee = segment.move_amount(row),
            Some(Phase::Native) => value = segment.move_amount(row),
            Some(Phase::Internal | Phase::Token) => {}
            None => return Err(format!("move {row} is of no known kind")),
        }
        if segment.asset(row).is_none() {
            return Err(format!("move {row} is in no known asset"));
        }
    }
    let body = segment.body(tx);
    let stated_fee = body.as_ref().map_or(Amount::ZERO, |body| body.fee);
    let paying = body.filter(|body| body.succeeded && body.receiver().is_some());
    let stated_value = paying.map_or(Amount::ZERO, |body| body.value);
    if (fee, value) == (stated_fee, stated_value) {
        Ok(())
    } else {
        Err(format!("moves {value} and {fee} of fee, states {stated_value} and {stated_fee}"))
    }
}

/// Compares size and checksum of a file with what a manifest says.
pub(crate) fn check_file(path: &Path, entry: &FileEntry) -> Result<(), String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size != entry.bytes {
        return Err(format!("{size} bytes, the manifest says {}", entry.bytes));
    }
    match hash_file(path) {
        Ok(hash) if hash == entry.blake3 => Ok(()),
        Ok(_) => Err("its checksum is not the one in the manifest".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&buffer[..read]);
    }
}
