//! Builds the store of a chain's clusters, or goes on where an earlier build ended.

use std::{collections::BTreeMap, fs, path::Path};

use chain::Chain;
use ledger::{
    LedgerError, Lock, chain_folder, sealed,
    utxo::{AddressNo, TxNo},
};
use zerocopy::little_endian as le;

use super::{
    Clusters, FOLDER,
    cells::{ChangeCell, TwoCell},
    manifest::{FileEntry, Manifest, Reflects},
    pieces::{PIECE, Pieces},
};
use crate::{
    GraphError,
    cluster::{
        change_layer::{ChangeLayer, ServiceNo},
        co_spend,
        facts::Facts,
        forest::Forest,
        partition::{ClusterSize, Partition},
        rule::Rule,
        same_key::KeyTags,
    },
    coinjoin,
};

/// Which layers to build. Co-spend is always among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Without key equivalence, which hashes every script once.
    pub without_same_key: bool,
    /// The layer of guesses, with the services that it must keep apart.
    pub change: Option<Vec<(AddressNo, ServiceNo)>>,
}

/// What a build did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Transactions that an earlier build had read already; 0 when everything was built anew.
    pub resumed_at: u32,
    /// What the clusters reflect now.
    pub reflects: Reflects,
    /// Addresses that are in a cluster with another one.
    pub joined: u64,
    /// Clusters of two addresses or more.
    pub clusters: u64,
    /// The largest.
    pub largest: Option<ClusterSize>,
    /// Pairs of addresses with one key.
    pub same_key: u64,
    /// The layer of guesses: links that were taken, links that were refused.
    pub change: Option<(u64, u64)>,
    /// Bytes written.
    pub bytes_written: u64,
    /// Bytes of pieces that stand as they were.
    pub bytes_kept: u64,
}

type Columns = BTreeMap<String, Vec<FileEntry>>;

/// Builds the clusters of a chain below a data directory. `holder` is what another process is told
/// that wants to build too. What an earlier build left is used as far as it reflects the same
/// branch and the same rules, and the result is the same as without it, byte for byte.
///
/// # Errors
/// Somebody else builds; a file cannot be read or written, or is damaged.
pub fn build(
    data_dir: &Path,
    chain: Chain,
    facts: &impl Facts,
    plan: &Plan,
    holder: &str,
) -> Result<Built, GraphError> {
    let folder = chain_folder(data_dir, chain).join(FOLDER);
    let refused = |error| LedgerError::Io { path: folder.clone(), error };
    fs::create_dir_all(&folder).map_err(refused)?;
    let _lock = Lock::take(&folder, chain, holder)?;
    let earlier = Clusters::open_folder(&folder)?;
    let reflects = reflected(facts);
    let usable = earlier.as_ref().filter(|earlier| {
        earlier.manifest.rules_below() == rules(plan, false) && earlier.is_on_branch(facts)
    });
    let old =
        earlier.as_ref().map_or_else(Columns::new, |earlier| earlier.manifest.columns.clone());
    let mut writer = Writer { pieces: Pieces::new(&folder), old, new: Columns::new() };

    let (below, same_key) = co_spend_layer(facts, plan, usable, &mut writer)?;
    let sizes = below.sizes();
    writer.partition("root", "size", &below, &sizes)?;
    let services = plan.change.as_deref().map(services_hash);
    let change = match &plan.change {
        Some(list) => Some(change_layer(facts, &below, list, &mut writer)?),
        None => None,
    };
    let manifest = Manifest {
        chain,
        reflects: reflects.clone(),
        rules: rules(plan, plan.change.is_some()),
        services,
        columns: writer.new,
    };
    sealed::sync_folder(&folder)?;
    manifest.replace(&folder)?;
    remove_leftovers(&folder, &manifest)?;
    Ok(Built {
        resumed_at: usable.map_or(0, |earlier| earlier.manifest.reflects.transactions),
        reflects,
        joined: sizes.iter().map(|size| u64::from(size.addresses)).sum(),
        clusters: sizes.len() as u64,
        largest: sizes.iter().max_by_key(|size| (size.addresses, !size.cluster.0)).copied(),
        same_key,
        change,
        bytes_written: writer.pieces.written,
        bytes_kept: writer.pieces.kept,
    })
}

fn reflected(facts: &impl Facts) -> Reflects {
    let height = facts.tip_height().unwrap_or_default();
    Reflects {
        facts: facts.facts_hash(),
        height,
        block: facts.block_hash(height).unwrap_or(chain::UtxoTxId([0; 32])),
        transactions: facts.transactions(),
        addresses: facts.addresses(),
    }
}

fn rules(plan: &Plan, change: bool) -> Vec<String> {
    let same_key = (!plan.without_same_key).then(|| Rule::SameKey.version());
    let guesses = change.then(|| Rule::OneTimeChange.version());
    let always = [coinjoin::RULES_VERSION, Rule::CoSpend.version()];
    same_key.into_iter().chain(always).chain(guesses).map(str::to_owned).collect()
}

/// Clusters of same key and co-spend, and how many pairs share a key.
fn co_spend_layer(
    facts: &impl Facts,
    plan: &Plan,
    usable: Option<&Clusters>,
    writer: &mut Writer<'_>,
) -> Result<(Partition, u64), GraphError> {
    let roots = usable.map_or_else(|| Ok(Vec::new()), Clusters::roots)?;
    let mut forest = Forest::resume(roots, facts.addresses());
    let mut same_key = 0;
    if !plan.without_same_key {
        let mut tags = usable.map_or_else(KeyTags::default, Clusters::key_tags);
        let known = u32::try_from(tags.first.len()).expect("addresses are counted in 32 bits");
        let mut pairs = usable.map_or_else(Vec::new, Clusters::same_key);
        tags.extend(facts);
        let fresh = tags.pairs(facts, AddressNo(known));
        for (one, other) in &fresh {
            forest.join(one.0, other.0);
        }
        pairs.extend(fresh);
        pairs.sort_unstable();
        same_key = pairs.len() as u64;
        writer.numbers("key", &tags.first)?;
        let second = tags.second.iter().map(|(tag, address)| TwoCell::from((*tag, address.0)));
        writer.table("key.second", &second.collect::<Vec<_>>())?;
        writer.table("pair", &pairs.into_iter().map(TwoCell::from).collect::<Vec<_>>())?;
    }
    let from = usable.map_or(0, |earlier| earlier.manifest.reflects.transactions);
    co_spend::join(facts, TxNo(from), &mut forest);
    Ok((Partition::new(forest.into_roots()), same_key))
}

fn change_layer(
    facts: &impl Facts,
    below: &Partition,
    services: &[(AddressNo, ServiceNo)],
    writer: &mut Writer<'_>,
) -> Result<(u64, u64), GraphError> {
    let layer = ChangeLayer::build(facts, below, services);
    writer.partition("change.root", "change.size", &layer.partition, &layer.partition.sizes())?;
    let taken = layer.links.iter().map(|link| ChangeCell::new(link, None));
    writer.table("change.link", &taken.collect::<Vec<_>>())?;
    let refused = layer.refused.iter().map(|(link, why)| ChangeCell::new(link, Some(*why)));
    writer.table("change.refused", &refused.collect::<Vec<_>>())?;
    Ok((layer.links.len() as u64, layer.refused.len() as u64))
}

fn services_hash(services: &[(AddressNo, ServiceNo)]) -> String {
    let mut sorted = services.to_vec();
    sorted.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for (address, service) in sorted {
        hasher.update(&address.0.to_le_bytes()).update(&service.0.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Writes columns and remembers their files.
struct Writer<'a> {
    pieces: Pieces<'a>,
    old: Columns,
    new: Columns,
}

impl Writer<'_> {
    /// A table that is short enough for one file.
    fn table<T: ledger::column::Cell>(&mut self, name: &str, rows: &[T]) -> Result<(), GraphError> {
        self.piece(name, 0, rows)
    }

    /// One number an address.
    fn numbers(&mut self, name: &str, numbers: &[u32]) -> Result<(), GraphError> {
        self.new.insert(name.to_owned(), Vec::new());
        for (place, piece) in numbers.chunks(PIECE).enumerate() {
            let values: Vec<le::U32> = piece.iter().map(|number| (*number).into()).collect();
            self.piece(name, place, &values)?;
        }
        Ok(())
    }

    /// The clusters of addresses, and their sizes in as many pieces.
    fn partition(
        &mut self,
        root: &str,
        size: &str,
        partition: &Partition,
        sizes: &[ClusterSize],
    ) -> Result<(), GraphError> {
        self.numbers(root, partition.roots())?;
        self.new.insert(size.to_owned(), Vec::new());
        let mut rest = sizes;
        for place in 0..partition.roots().len().div_ceil(PIECE) {
            let end = (place + 1) * PIECE;
            let here = rest.partition_point(|size| (size.cluster.0 as usize) < end);
            let rows: Vec<TwoCell> = rest[..here].iter().map(|size| (*size).into()).collect();
            rest = &rest[here..];
            self.piece(size, place, &rows)?;
        }
        Ok(())
    }

    fn piece<T: ledger::column::Cell>(
        &mut self,
        name: &str,
        place: usize,
        values: &[T],
    ) -> Result<(), GraphError> {
        let earlier = self.old.get(name).and_then(|files| files.get(place));
        let entry = self.pieces.put(&format!("{name}.{place:05}"), values, earlier)?;
        self.new.entry(name.to_owned()).or_default().push(entry);
        Ok(())
    }
}

/// Removes what the manifest does not name. Whoever reads an older build keeps its files open.
fn remove_leftovers(folder: &Path, manifest: &Manifest) -> Result<(), LedgerError> {
    let refused = |error| LedgerError::Io { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(refused)? {
        let name = entry.map_err(refused)?.file_name();
        let known = ["manifest", "lock"].iter().any(|own| name == *own)
            || manifest.files().any(|file| name == *file.name);
        if !known {
            fs::remove_file(folder.join(name)).map_err(refused)?;
        }
    }
    Ok(())
}
