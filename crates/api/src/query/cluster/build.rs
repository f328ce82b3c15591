//! Building clusters, or bringing them up to the last block.

use attribution::{Store, Tag};
use chain::{Address, Chain};
use graph::cluster::{self, Clusters, Layer, Plan, ServiceNo};
use ledger::utxo::{AddressNo, UtxoLedger};
use serde::Serialize;

use super::{
    super::{Progress, QueryError, Workspace},
    ReflectsAnswer, reflects, rule_version, spell, utxo_ledger,
};

/// Tags that are less reliable keep no clusters apart: a level of GraphSense's ladder, that of a
/// crawled web page.
const APART_FROM_LEVEL: u8 = 20;

/// Which clusters to build.
#[derive(Clone, Debug)]
pub struct ClusterBuildQuestion {
    /// The chain, where there is more than one.
    pub chain: Option<Chain>,
    /// The highest layer: co-spend or change.
    pub layer: Layer,
    /// Without key equivalence, which hashes every script once.
    pub without_same_key: bool,
    /// Who is building, for another process that finds the store locked.
    pub holder: String,
}

/// What a build did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterBuildAnswer {
    /// The chain.
    pub chain: Chain,
    /// Which facts the clusters reflect now.
    pub reflects: ReflectsAnswer,
    /// The rules, with versions.
    pub rule_version: String,
    /// Transactions that earlier builds had read.
    pub resumed_at: u32,
    /// Transactions in all.
    pub transactions: u32,
    /// Addresses in all.
    pub addresses: u32,
    /// Addresses that are in a cluster with another one.
    pub joined: u64,
    /// Clusters of two addresses or more.
    pub clusters: u64,
    /// Addresses of the largest cluster.
    pub largest: u32,
    /// An address of it, the first that appeared.
    pub largest_address: Option<String>,
    /// Pairs of addresses with one key.
    pub same_key: u64,
    /// Change links that were taken; `None` without that layer.
    pub change_links: Option<u64>,
    /// Change links that were refused, to keep services apart or clusters from swallowing all.
    pub change_refused: Option<u64>,
    /// Bytes written.
    pub bytes_written: u64,
    /// Bytes that stand as they were.
    pub bytes_kept: u64,
}

/// Builds the clusters of a chain, or reads the blocks that came since the last build.
///
/// # Errors
/// No block is stored; somebody else builds; something cannot be read or written.
pub fn cluster_build(
    workspace: &Workspace,
    question: &ClusterBuildQuestion,
    progress: &dyn Progress,
) -> Result<ClusterBuildAnswer, QueryError> {
    let ledger = utxo_ledger(workspace, question.chain)?;
    let chain = ledger.chain();
    let change = match question.layer {
        Layer::Change => Some(services(&workspace.store()?, &ledger)?),
        Layer::SameKey => {
            return Err(QueryError::Question("the lowest layer to build is co-spend".to_owned()));
        }
        Layer::CoSpend | Layer::SelfChange => None,
    };
    progress.stage("joining addresses");
    let plan = Plan { without_same_key: question.without_same_key, change };
    let built = cluster::build(workspace.data_dir(), chain, &ledger, &plan, &question.holder)?;
    let clusters = Clusters::open(workspace.data_dir(), chain)?
        .ok_or(graph::GraphError::NotBuilt { chain })?;
    let largest = built.largest;
    Ok(ClusterBuildAnswer {
        chain,
        reflects: reflects(&clusters, &ledger),
        rule_version: rule_version(&clusters, question.layer),
        resumed_at: built.resumed_at,
        transactions: built.reflects.transactions,
        addresses: built.reflects.addresses,
        joined: built.joined,
        clusters: built.clusters,
        largest: largest.map_or(1, |size| size.addresses),
        largest_address: largest.map(|size| spell(chain, &ledger.script(size.cluster))),
        same_key: built.same_key,
        change_links: built.change.map(|change| change.0),
        change_refused: built.change.map(|change| change.1),
        bytes_written: built.bytes_written,
        bytes_kept: built.bytes_kept,
    })
}

/// The addresses of services that somebody names reliably enough, each with a number of the actor.
fn services(store: &Store, ledger: &UtxoLedger) -> Result<Vec<(AddressNo, ServiceNo)>, QueryError> {
    let named = named_services(store, ledger)?;
    let mut actors: Vec<&String> = named.iter().map(|named| &named.1).collect();
    actors.sort_unstable();
    actors.dedup();
    let number = |actor: &String| {
        let place = actors.binary_search(&actor).unwrap_or_default();
        ServiceNo(u32::try_from(place).unwrap_or(u32::MAX))
    };
    Ok(named.iter().map(|(address, actor)| (*address, number(actor))).collect())
}

/// The addresses of services, with each actor that somebody names.
pub(super) fn named_services(
    store: &Store,
    ledger: &UtxoLedger,
) -> Result<Vec<(AddressNo, String)>, QueryError> {
    let mut named = Vec::new();
    for (number, address) in tagged(store, ledger)? {
        let tags = store.tags(ledger.chain(), &address)?;
        named.extend(tags.iter().filter_map(service_of).map(|actor| (number, actor.to_owned())));
    }
    Ok(named)
}

/// The actor of a statement that names a service reliably enough.
pub(super) fn service_of(tag: &Tag) -> Option<&str> {
    let reliable = tag.role.stops() && tag.confidence.level() >= APART_FROM_LEVEL;
    tag.actor.as_deref().filter(|_| reliable)
}

/// The addresses that anybody speaks about and that the ledger knows.
pub(super) fn tagged(
    store: &Store,
    ledger: &UtxoLedger,
) -> Result<Vec<(AddressNo, Address)>, QueryError> {
    let chain = ledger.chain();
    let number = |address: &Address| match address {
        Address::Utxo(address) => ledger.find_address(&address.to_script(chain)?),
        Address::Evm(_) | Address::Tron(_) => None,
    };
    let addresses = store.tagged_addresses(chain)?.into_iter();
    Ok(addresses.filter_map(|address| Some((number(&address)?, address))).collect())
}
