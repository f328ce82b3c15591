//! Staging what a file says, then committing it as one transaction.

use std::{
    collections::hash_map::Entry,
    fs,
    path::{Path, PathBuf},
};

use chain::{
    Asset, Chain, Timestamp, TxId,
    record::{
        AddressCoverage, MixerEvent, Record, TransactionRecord, TransferKind, TransferRecord,
    },
};
use rustc_hash::FxHashMap;

use crate::{
    Counts, ImportEntry, LedgerError,
    commit::{Committed, Staged, commit},
    facts::{MoveFact, Place, TxFact},
    lock::Lock,
    manifest::Manifest,
    merge::{check_stated_place, merge_asset, merge_tx},
};

/// Up to so many moves of a transaction are searched one by one; an airdrop has thousands.
const SEARCHED_MAX: usize = 64;

/// The file that is being imported.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// BLAKE3 of its bytes, in hex.
    pub fingerprint: String,
    /// Its name, without the folder.
    pub name: String,
    /// Layout that it is read with.
    pub layout: String,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether anything changed; a file imported before changes nothing.
    pub changed: bool,
    /// Facts in the ledger before.
    pub before: Counts,
    /// Facts in the ledger now.
    pub after: Counts,
    /// Segments written anew.
    pub segments_written: usize,
}

/// An import under way: holds the write lock, stages records in memory, changes nothing on disk
/// until [`Import::commit`]. Dropping it is a clean abort.
///
/// Memory: about 500 bytes a staged row, plus as much again for each row of the segments touched.
#[derive(Debug)]
pub struct Import {
    folder: PathBuf,
    manifest: Manifest,
    staged: Staged,
    rows: u64,
    numbers: FxHashMap<TxId, usize>,
    /// Stated places of the moves of long transactions, where a search would be quadratic.
    places: FxHashMap<usize, FxHashMap<(TransferKind, Place), usize>>,
    listed_in_block: FxHashMap<u32, u32>,
    _lock: Lock,
}

impl Import {
    /// Takes the write lock of a chain's ledger below `data_dir` and clears what a killed import
    /// left behind. `holder` is what another process is told.
    ///
    /// # Errors
    /// The lock is held, or the ledger is unreadable, damaged or of a newer version.
    pub fn begin(data_dir: &Path, chain: Chain, holder: &str) -> Result<Import, LedgerError> {
        let folder = crate::open::chain_folder(data_dir, chain);
        let segments = folder.join("segments");
        fs::create_dir_all(&segments).map_err(LedgerError::io(&segments))?;
        let lock = Lock::take(&folder, chain, holder)?;
        let manifest = match Manifest::read(&folder)? {
            Some(manifest) => manifest,
            None => {
                let empty = Manifest::empty(chain);
                empty.replace(&folder)?;
                empty
            }
        };
        crate::commit::remove_leftovers(&folder, &manifest)?;
        Ok(Import {
            folder,
            manifest,
            staged: Staged::default(),
            rows: 0,
            numbers: FxHashMap::default(),
            places: FxHashMap::default(),
            listed_in_block: FxHashMap::default(),
            _lock: lock,
        })
    }

    /// Whether a file with these bytes was imported before.
    pub fn knows(&self, fingerprint: &str) -> bool {
        self.manifest.imports.iter().any(|import| import.fingerprint == fingerprint)
    }

    /// Stages one record.
    ///
    /// # Errors
    /// It contradicts an earlier record of the same file, or a number is beyond the format.
    pub fn add(&mut self, record: Record) -> Result<(), LedgerError> {
        match record {
            Record::Asset(asset) => self.add_asset(asset)?,
            Record::Transaction(transaction) => self.add_transaction(transaction)?,
            Record::Transfer(transfer) => self.add_transfer(transfer)?,
            Record::Mixer(event) => self.add_mixer(event)?,
            Record::Coverage(statement) => self.add_coverage(statement),
        }
        self.rows += 1;
        Ok(())
    }

    /// States that every transaction of these blocks is in the files imported.
    pub fn complete_blocks(&mut self, first: u64, last: u64) {
        self.staged.complete_blocks.push((first, last));
    }

    fn add_asset(&mut self, asset: Asset) -> Result<(), LedgerError> {
        merge_asset(&mut self.staged.assets, asset)
    }

    fn add_coverage(&mut self, statement: AddressCoverage) {
        self.staged.coverage.add(statement);
    }

    fn add_transaction(&mut self, record: TransactionRecord) -> Result<(), LedgerError> {
        let TransactionRecord { id, block, index, time, body } = record;
        let number = self.transaction(id, block, index, time)?;
        let place = self.staged.facts.txs[number].place;
        let block = self.staged.facts.txs[number].block;
        let stated = TxFact { id, block, place, time, body, moves: Vec::new() };
        let have = &mut self.staged.facts.txs[number];
        let moves = std::mem::take(&mut have.moves);
        let merged = merge_tx(have, stated);
        have.moves = moves;
        merged
    }

    fn add_transfer(&mut self, record: TransferRecord) -> Result<(), LedgerError> {
        let number = self.transaction(record.tx, record.block, record.index, record.time)?;
        let tx = &mut self.staged.facts.txs[number];
        let place = match record.item {
            Some(item) => stated_place("place in the transaction", item)?,
            None => Place::listed(u32::try_from(tx.moves.len()).unwrap_or(u32::MAX)),
        };
        let new = MoveFact {
            kind: record.kind,
            place,
            asset: record.asset,
            from: record.from,
            to: record.to,
            amount: record.amount,
        };
        let twin = if tx.moves.len() < SEARCHED_MAX {
            tx.moves.iter().find(|have| have.kind == new.kind && have.place == new.place)
        } else {
            let places = self.places.entry(number).or_insert_with(|| places_of(&tx.moves));
            match places.entry((new.kind, new.place)) {
                Entry::Occupied(at) => Some(&tx.moves[*at.get()]),
                Entry::Vacant(free) => {
                    free.insert(tx.moves.len());
                    None
                }
            }
        };
        match twin {
            Some(have) => check_stated_place(record.tx, have, &new),
            None => {
                tx.moves.push(new);
                Ok(())
            }
        }
    }

    /// The staged transaction of an id, made if this is its first mention.
    fn transaction(
        &mut self,
        id: TxId,
        block: u64,
        index: Option<u32>,
        time: Timestamp,
    ) -> Result<usize, LedgerError> {
        let block = height(block)?;
        let stated = index.map(|index| stated_place("transaction index", index)).transpose()?;
        if let Some(number) = self.numbers.get(&id) {
            let have = &mut self.staged.facts.txs[*number];
            let place = stated.unwrap_or(have.place);
            merge_tx(have, TxFact { id, block, place, time, body: None, moves: Vec::new() })?;
            return Ok(*number);
        }
        let place = stated.unwrap_or_else(|| {
            let listed = self.listed_in_block.entry(block).or_default();
            *listed += 1;
            Place::listed(*listed - 1)
        });
        let number = self.staged.facts.txs.len();
        self.staged.facts.txs.push(TxFact {
            id,
            block,
            place,
            time,
            body: None,
            moves: Vec::new(),
        });
        self.numbers.insert(id, number);
        Ok(number)
    }

    fn add_mixer(&mut self, event: MixerEvent) -> Result<(), LedgerError> {
        match event {
            MixerEvent::Deposit(deposit) => {
                height(deposit.block)?;
                self.staged.facts.deposits.push(deposit);
            }
            MixerEvent::Withdrawal(withdrawal) => {
                height(withdrawal.block)?;
                self.staged.facts.withdrawals.push(withdrawal);
            }
        }
        Ok(())
    }

    /// Makes what was staged part of the ledger, atomically: after an error or a kill the ledger
    /// is as it was.
    ///
    /// # Errors
    /// A contradiction with facts in the ledger, or the file system refuses.
    pub fn commit(self, source: SourceFile, skipped: u64) -> Result<ImportReport, LedgerError> {
        let before = self.manifest.counts();
        if self.knows(&source.fingerprint) {
            return Ok(ImportReport { changed: false, before, after: before, segments_written: 0 });
        }
        let entry = ImportEntry {
            fingerprint: source.fingerprint,
            name: source.name,
            layout: source.layout,
            rows: self.rows,
            skipped,
        };
        let committed = commit(&self.folder, &self.manifest, self.staged, entry)?;
        let Committed { counts: after, segments_written } = committed;
        Ok(ImportReport { changed: true, before, after, segments_written })
    }
}

fn places_of(moves: &[MoveFact]) -> FxHashMap<(TransferKind, Place), usize> {
    moves.iter().enumerate().map(|(at, fact)| ((fact.kind, fact.place), at)).collect()
}

/// Heights are 32-bit on disk.
fn height(block: u64) -> Result<u32, LedgerError> {
    u32::try_from(block).map_err(|_| LedgerError::Limit {
        what: "block height",
        value: block,
        limit: u32::MAX.into(),
    })
}

fn stated_place(what: &'static str, place: u32) -> Result<Place, LedgerError> {
    Place::stated(place).ok_or(LedgerError::Limit {
        what,
        value: place.into(),
        limit: (1 << 31) - 1,
    })
}
