//! The store of a chain's clusters: `chains/<chain>/clusters` (`docs/formats/clusters.md`).
//!
//! It is derived: deleting it loses nothing but the time to build it again, and it holds nothing of
//! the facts but numbers. It remembers the block that it reflects, goes on from there, and is built
//! anew where that block is no longer in the chain.

mod build;
mod cells;
mod manifest;
mod pieces;
#[cfg(test)]
mod tests;

use std::{io, path::Path};

use chain::Chain;
use ledger::{LedgerError, chain_folder, utxo::AddressNo};
use zerocopy::little_endian as le;

pub use build::{Built, Plan, build};
use cells::{ChangeCell, TwoCell};
use manifest::Manifest;
pub use manifest::Reflects;
use pieces::{Mapped, PIECE};

use super::{
    change_layer::{ChangeLink, Refusal},
    evidence::Evidence,
    facts::Facts,
    forest::Forest,
    partition::Partition,
    rule::{Layer, Rule},
    same_key::KeyTags,
};
use crate::GraphError;

/// Below the folder of the chain.
const FOLDER: &str = "clusters";

/// The clusters of a chain as they were last built, memory-mapped.
#[derive(Debug)]
pub struct Clusters {
    manifest: Manifest,
    below: Layered,
    pair: Mapped<TwoCell>,
    key: Mapped<le::U32>,
    key_second: Mapped<TwoCell>,
    change: Option<Layered>,
    link: Mapped<ChangeCell>,
    refused: Mapped<ChangeCell>,
}

/// The clusters of one layer.
#[derive(Debug)]
struct Layered {
    root: Mapped<le::U32>,
    size: Mapped<TwoCell>,
}

impl Clusters {
    /// Opens the clusters of a chain; `None` where none were built.
    ///
    /// # Errors
    /// A file is missing, damaged, or of a newer version.
    pub fn open(data_dir: &Path, chain: Chain) -> Result<Option<Clusters>, GraphError> {
        Clusters::open_folder(&chain_folder(data_dir, chain).join(FOLDER))
    }

    fn open_folder(folder: &Path) -> Result<Option<Clusters>, GraphError> {
        let Some(manifest) = Manifest::read(folder)? else { return Ok(None) };
        match Clusters::from_manifest(folder, manifest.clone()) {
            // A build may have replaced the manifest and swept the old pieces in between.
            Err(LedgerError::Io { error, .. })
                if error.kind() == io::ErrorKind::NotFound
                    && Manifest::read(folder)?.as_ref() != Some(&manifest) =>
            {
                Clusters::open_folder(folder)
            }
            opened => Ok(opened.map(Some)?),
        }
    }

    fn from_manifest(folder: &Path, manifest: Manifest) -> Result<Clusters, LedgerError> {
        let files = |name: &str| manifest.columns.get(name).map_or(&[][..], Vec::as_slice);
        let addresses = manifest.reflects.addresses as usize;
        let layer = |root: &str, size: &str| {
            let root: Mapped<le::U32> = Mapped::open(folder, files(root))?;
            if root.len() != addresses {
                let what = format!("{} addresses, not {addresses}", root.len());
                let path = Manifest::path(folder);
                return Err(LedgerError::Corrupt { path, offset: 0, what });
            }
            Ok(Layered { root, size: Mapped::open(folder, files(size))? })
        };
        let change = manifest.services.as_ref().map(|_| layer("change.root", "change.size"));
        Ok(Clusters {
            below: layer("root", "size")?,
            pair: Mapped::open(folder, files("pair"))?,
            key: Mapped::open(folder, files("key"))?,
            key_second: Mapped::open(folder, files("key.second"))?,
            change: change.transpose()?,
            link: Mapped::open(folder, files("change.link"))?,
            refused: Mapped::open(folder, files("change.refused"))?,
            manifest,
        })
    }

    /// Which chain's they are.
    pub fn chain(&self) -> Chain {
        self.manifest.chain
    }

    /// Which facts they reflect.
    pub fn reflects(&self) -> &Reflects {
        &self.manifest.reflects
    }

    /// The rules that they were built by, with versions.
    pub fn rules(&self) -> &[String] {
        &self.manifest.rules
    }

    /// Whether the block that they reflect is in the chain.
    pub fn is_on_branch(&self, facts: &impl Facts) -> bool {
        let Reflects { height, block, transactions, addresses, .. } = &self.manifest.reflects;
        facts.block_hash(*height).as_ref() == Some(block)
            && facts.transactions_through(*height) == *transactions
            && facts.addresses() >= *addresses
    }

    /// The cluster of an address up to a layer, by its smallest member; the address itself where it
    /// is alone or newer than the last build.
    ///
    /// # Errors
    /// The layer was not built.
    pub fn cluster_of(&self, address: AddressNo, layer: Layer) -> Result<AddressNo, GraphError> {
        if layer == Layer::SameKey {
            return Ok(self.partition(layer)?.cluster_of(address));
        }
        let (piece, row) = (address.0 as usize / PIECE, address.0 as usize % PIECE);
        let pieces = &self.layer(layer)?.root.0;
        let root = pieces.get(piece).and_then(|piece| piece.values().get(row));
        Ok(root.map_or(address, |root| AddressNo(root.get())))
    }

    /// How many addresses a cluster of [`Clusters::cluster_of`] has, for the layers from co-spend on.
    ///
    /// # Errors
    /// The layer was not built.
    pub fn size_of(&self, cluster: AddressNo, layer: Layer) -> Result<u32, GraphError> {
        let pieces = &self.layer(layer)?.size.0;
        let sizes = pieces.get(cluster.0 as usize / PIECE).map_or(&[][..], |piece| piece.values());
        let found = sizes.binary_search_by_key(&cluster.0, |size| size.one.get());
        Ok(found.map_or(1, |place| sizes[place].other.get()))
    }

    /// The addresses of a cluster of [`Clusters::cluster_of`], ascending.
    ///
    /// # Errors
    /// The layer was not built.
    pub fn members(&self, cluster: AddressNo, layer: Layer) -> Result<Vec<AddressNo>, GraphError> {
        if layer == Layer::SameKey {
            let partition = self.partition(layer)?;
            let all = (0_u32..).zip(partition.roots());
            let own = all.filter(|(_, root)| **root == cluster.0);
            return Ok(own.map(|(address, _)| AddressNo(address)).collect());
        }
        let all = (0_u32..).zip(self.layer(layer)?.root.values());
        let own = all.filter(|(_, root)| root.get() == cluster.0);
        Ok(own.map(|(address, _)| AddressNo(address)).collect())
    }

    /// All clusters up to a layer, in memory.
    ///
    /// # Errors
    /// The layer was not built, or a root is damaged.
    pub fn partition(&self, layer: Layer) -> Result<Partition, GraphError> {
        if layer == Layer::SameKey {
            let mut forest = Forest::new(self.manifest.reflects.addresses);
            for (one, other) in self.same_key() {
                forest.join(one.0, other.0);
            }
            return Ok(Partition::new(forest.into_roots()));
        }
        Ok(Partition::new(self.layer(layer)?.roots()?))
    }

    /// The evidence between addresses.
    pub fn evidence<'a, F: Facts>(&self, facts: &'a F) -> Evidence<'a, F> {
        Evidence::new(facts, &self.same_key(), &self.change_links())
    }

    /// Links of the layer of guesses, in chain order.
    pub fn change_links(&self) -> Vec<ChangeLink> {
        self.link.values().map(|cell| cell.link()).collect()
    }

    /// Links that this layer refused, and why.
    pub fn refused(&self) -> Vec<(ChangeLink, Refusal)> {
        self.refused.values().filter_map(|cell| Some((cell.link(), cell.refusal()?))).collect()
    }

    /// Reads every file and compares it with its checksum.
    ///
    /// # Errors
    /// One is damaged.
    pub fn check(&self) -> Result<(), GraphError> {
        for layer in std::iter::once(&self.below).chain(&self.change) {
            layer.root.check()?;
            layer.size.check()?;
            layer.roots()?;
        }
        self.pair.check()?;
        self.key.check()?;
        self.key_second.check()?;
        self.link.check()?;
        Ok(self.refused.check()?)
    }

    fn roots(&self) -> Result<Vec<u32>, GraphError> {
        Ok(self.below.roots()?)
    }

    fn same_key(&self) -> Vec<(AddressNo, AddressNo)> {
        self.pair.values().map(|cell| cell.addresses()).collect()
    }

    fn key_tags(&self) -> KeyTags {
        let second = self.key_second.values().map(|cell| (cell.one.get(), cell.addresses().1));
        KeyTags {
            first: self.key.values().map(|tag| tag.get()).collect(),
            second: second.collect(),
        }
    }

    fn layer(&self, layer: Layer) -> Result<&Layered, GraphError> {
        if layer < Layer::Change {
            return Ok(&self.below);
        }
        let what = Rule::OneTimeChange.name();
        self.change.as_ref().ok_or(GraphError::WithoutLayer { chain: self.manifest.chain, what })
    }
}

impl Layered {
    /// The root of each address; what the layout rules out is refused.
    fn roots(&self) -> Result<Vec<u32>, LedgerError> {
        let mut roots = Vec::with_capacity(self.root.len());
        for piece in &self.root.0 {
            for root in piece.values() {
                // A root is no larger than its member and its own root: else a search never ends.
                let root = root.get();
                let place = roots.len();
                if root as usize > place || roots.get(root as usize).is_some_and(|own| *own != root)
                {
                    return Err(piece.damaged("a root that is none"));
                }
                roots.push(root);
            }
        }
        Ok(roots)
    }
}
