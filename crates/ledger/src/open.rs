//! A ledger open for reading: an immutable view of one manifest.

use std::path::{Path, PathBuf};

use chain::{Account, Asset, AssetId, Chain, Timestamp, TxId};
use rustc_hash::FxHashMap;

use crate::{
    Counts, Held, ImportEntry, LedgerError, Movement, MovementNo, Transaction, TxNo,
    coverage::Coverage, facts::Place, manifest::Manifest, segment::Segment,
};

/// Number of an asset in one open ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetNo(pub(crate) usize);

/// A chain's facts, memory-mapped. Cheap to open: no column is read before it is asked for.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) manifest: Manifest,
    pub(crate) segments: Vec<Segment>,
    /// Segment asset numbers to ledger asset numbers.
    assets: Vec<Vec<AssetNo>>,
    coverage: Coverage,
}

/// Where a chain's ledger and what is derived from it live below the data directory.
pub fn chain_folder(data_dir: &Path, chain: Chain) -> PathBuf {
    data_dir.join("chains").join(chain.slug())
}

impl Ledger {
    /// Opens the ledger of a chain; `None` where nothing was ever imported.
    ///
    /// # Errors
    /// A file is missing, damaged, or of a newer version.
    pub fn open(data_dir: &Path, chain: Chain) -> Result<Option<Ledger>, LedgerError> {
        let folder = chain_folder(data_dir, chain);
        let manifest = Manifest::read(&folder)?.filter(|manifest| !manifest.imports.is_empty());
        let Some(manifest) = manifest else { return Ok(None) };
        match Ledger::from_manifest(&folder, manifest.clone()) {
            // An import may have replaced the manifest and swept the old segments in between.
            Err(LedgerError::Io { error, .. })
                if error.kind() == std::io::ErrorKind::NotFound
                    && Manifest::read(&folder)?.as_ref() != Some(&manifest) =>
            {
                Ledger::open(data_dir, chain)
            }
            opened => opened.map(Some),
        }
    }

    fn from_manifest(folder: &Path, mut manifest: Manifest) -> Result<Ledger, LedgerError> {
        let mut segments = Vec::new();
        for entry in &manifest.segments {
            segments.push(Segment::open(&folder.join("segments"), entry)?);
        }
        let mut numbers: FxHashMap<AssetId, AssetNo> = FxHashMap::default();
        for (at, asset) in manifest.assets.iter().enumerate() {
            numbers.insert(asset.id.clone(), AssetNo(at));
        }
        let mut assets = Vec::new();
        for segment in &segments {
            let known = segment
                .assets
                .iter()
                .map(|id| asset_number(&mut manifest.assets, &mut numbers, id))
                .collect();
            assets.push(known);
        }
        let coverage = Coverage::read(folder, manifest.coverage.as_ref())?;
        Ok(Ledger { manifest, segments, assets, coverage })
    }

    /// Reads every column once and compares it with its checksum, so that an answer which others
    /// rely on does not rest on damaged facts. Opening alone checks sizes; `verify` checks more.
    ///
    /// # Errors
    /// A column is damaged.
    pub fn check(&self) -> Result<(), LedgerError> {
        self.segments.iter().try_for_each(|segment| segment.columns.check())
    }

    /// Which chain it is.
    pub fn chain(&self) -> Chain {
        self.manifest.chain
    }

    /// Facts by kind.
    pub fn counts(&self) -> Counts {
        self.manifest.counts()
    }

    /// Files that the facts came from.
    pub fn imports(&self) -> &[ImportEntry] {
        &self.manifest.imports
    }

    /// BLAKE3 over all facts: equal hashes, equal answers.
    pub fn facts_hash(&self) -> String {
        self.manifest.facts_hash()
    }

    /// Block ranges held in full.
    pub fn complete_blocks(&self) -> &[(u64, u64)] {
        &self.manifest.complete_blocks
    }

    /// Whether there is any value move of a kind at all.
    pub fn has_phase(&self, phase: chain::Phase) -> bool {
        let has = |segment: &Segment| segment.columns.move_phase.values().contains(&(phase as u8));
        self.segments.iter().any(has)
    }

    /// Addresses that a source listed, and how many of these lists ended at a cap.
    pub fn listed_addresses(&self) -> (u64, u64) {
        self.coverage.counts()
    }

    /// How completely an address is held.
    pub fn held(&self, account: &Account) -> Held {
        self.coverage.held(account)
    }

    /// First and last block in which there is a transaction.
    pub fn block_span(&self) -> Option<(u64, u64)> {
        let mut with_txs = self.segments.iter().filter(|segment| segment.tx_count() > 0);
        let first = with_txs.next()?;
        let last = with_txs.next_back().unwrap_or(first);
        let first = first.columns.tx_block.values().first()?.get();
        let last = last.columns.tx_block.values().last()?.get();
        Some((first.into(), last.into()))
    }

    /// All assets, by number.
    pub fn assets(&self) -> impl Iterator<Item = (AssetNo, &Asset)> {
        self.manifest.assets.iter().enumerate().map(|(number, asset)| (AssetNo(number), asset))
    }

    /// An asset by number.
    pub fn asset(&self, number: AssetNo) -> &Asset {
        &self.manifest.assets[number.0]
    }

    /// The number of an asset, if any fact is in it.
    pub fn asset_no(&self, id: &AssetId) -> Option<AssetNo> {
        self.assets().find(|(_, asset)| asset.id == *id).map(|(number, _)| number)
    }

    /// Finds a transaction by id.
    pub fn find_tx(&self, id: &TxId) -> Option<TxNo> {
        self.segments
            .iter()
            .enumerate()
            .find_map(|(segment, s)| s.find_tx(id).map(|row| TxNo::new(segment, row)))
    }

    /// A transaction by number.
    pub fn transaction(&self, number: TxNo) -> Transaction {
        let (segment, row) = (&self.segments[number.segment()], number.row());
        Transaction {
            number,
            id: TxId(segment.columns.tx_id.values()[row]),
            block: segment.columns.tx_block.values()[row].get().into(),
            index: Place::from_raw(segment.columns.tx_place.values()[row].get()).number(),
            time: segment.time(row),
            body: segment.body(row),
        }
    }

    /// Id of a transaction, without reading the rest of it.
    pub fn tx_id(&self, number: TxNo) -> TxId {
        TxId(self.segments[number.segment()].columns.tx_id.values()[number.row()])
    }

    /// Time of a transaction's block.
    pub fn tx_time(&self, number: TxNo) -> Timestamp {
        self.segments[number.segment()].time(number.row())
    }

    /// The value moves of a transaction, in order.
    pub fn movements_of(&self, number: TxNo) -> impl Iterator<Item = Movement> {
        let rows = self.segments[number.segment()].moves_of(number.row());
        rows.map(move |row| self.movement(MovementNo::new(number.segment(), row)))
    }

    /// A value move by number.
    pub fn movement(&self, number: MovementNo) -> Movement {
        let (at, row) = (number.segment(), number.row());
        let segment = &self.segments[at];
        let columns = &segment.columns;
        let asset = usize::try_from(columns.move_asset.values()[row].get()).unwrap_or(usize::MAX);
        Movement {
            number,
            tx: TxNo::new(at, segment.tx_of(row)),
            phase: chain::Phase::from_byte(columns.move_phase.values()[row])
                .unwrap_or(chain::Phase::Token),
            item: Place::from_raw(columns.move_place.values()[row].get()).number(),
            // Native is number 0 in every segment; a number out of range is damage for `verify`.
            asset: self.assets[at].get(asset).copied().unwrap_or(self.assets[at][0]),
            from: segment.account(columns.move_from.values()[row].get()).unwrap_or_default(),
            to: segment.account(columns.move_to.values()[row].get()),
            amount: segment.move_amount(row),
        }
    }

    /// The value moves that an account takes part in, in chain order.
    pub fn postings(&self, account: &Account) -> impl Iterator<Item = MovementNo> {
        let account = *account;
        self.segments.iter().enumerate().flat_map(move |(segment, s)| {
            // A number beyond the moves is damage that `verify` names; here it is no move.
            let moves = s.move_count();
            let rows = s.postings(&account).iter().map(|row| row.get());
            let rows = rows.filter(move |row| usize::try_from(*row).is_ok_and(|row| row < moves));
            rows.map(move |row| MovementNo::from_raw_row(segment, row))
        })
    }

    /// How many value moves an account takes part in.
    pub fn posting_count(&self, account: &Account) -> usize {
        self.segments.iter().map(|segment| segment.postings(account).len()).sum()
    }
}

/// The number of an asset; one without a stated name or decimals shows base units.
fn asset_number(
    assets: &mut Vec<Asset>,
    numbers: &mut FxHashMap<AssetId, AssetNo>,
    id: &AssetId,
) -> AssetNo {
    if let Some(number) = numbers.get(id) {
        return *number;
    }
    let symbol = match id {
        AssetId::Native => "native".to_owned(),
        AssetId::Token(contract) => contract.to_eip55(),
        AssetId::Unit(name) => name.clone(),
    };
    assets.push(Asset { id: id.clone(), symbol, decimals: 0 });
    let number = AssetNo(assets.len() - 1);
    numbers.insert(id.clone(), number);
    number
}
