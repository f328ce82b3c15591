//! The cluster of an address.

use chain::Chain;
use graph::cluster::{Clusters, Layer};
use ledger::utxo::{AddressNo, UtxoLedger};
use serde::Serialize;

use super::{
    super::{QueryError, Workspace},
    ClusterLabel, ClusterLabels, Opened, ReflectsAnswer, rule_version,
};

/// The cluster of an address in brief, as `show` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterOfAddress {
    /// The smallest address number in it.
    pub id: u32,
    /// How many addresses it has.
    pub size: u32,
    /// The rules that it was built by, with versions.
    pub rule_version: String,
    /// Height of the last block that it reflects.
    pub height: u32,
    /// What is said of its addresses.
    pub label: Option<ClusterLabel>,
}

/// A cluster with some of its addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterShowAnswer {
    /// Always `cluster`.
    pub kind: &'static str,
    /// The smallest address number in it.
    pub id: u32,
    /// The chain.
    pub chain: Chain,
    /// The address that was asked for.
    pub address: String,
    /// The layer up to which rules count.
    pub layer: &'static str,
    /// How many addresses it has.
    pub size: u32,
    /// The rules that it was built by, with versions.
    pub rule_version: String,
    /// The first of its addresses, in the order in which they appeared.
    pub members: Vec<String>,
    /// What is said of its addresses.
    pub label: Option<ClusterLabel>,
    /// Which facts it reflects.
    pub reflects: ReflectsAnswer,
}

/// Shows the cluster of an address, with at most so many of its addresses.
///
/// # Errors
/// The address is not known; no clusters were built, or not that layer.
pub fn cluster_show(
    workspace: &Workspace,
    address: &str,
    chain: Option<Chain>,
    layer: Layer,
    limit: usize,
) -> Result<ClusterShowAnswer, QueryError> {
    let opened = Opened::open(workspace, chain)?;
    let Opened { ledger, clusters } = &opened;
    let number = opened.find(address)?;
    let cluster = clusters.cluster_of(number, layer)?;
    let members = clusters.members(cluster, layer)?;
    let store = workspace.store()?;
    Ok(ClusterShowAnswer {
        kind: "cluster",
        id: cluster.0,
        chain: ledger.chain(),
        address: opened.spell(number),
        layer: layer.name(),
        size: u32::try_from(members.len()).unwrap_or(u32::MAX),
        rule_version: rule_version(clusters, layer),
        members: members.iter().take(limit).map(|member| opened.spell(*member)).collect(),
        label: ClusterLabels::of_one(&store, ledger, clusters, layer, cluster)?,
        reflects: opened.reflects(),
    })
}

/// The cluster of an address by co-spend, for an answer about the address; `None` where no clusters
/// were built, or they reflect a branch that is stale.
///
/// # Errors
/// The clusters or the tags cannot be read.
pub fn cluster_of_address(
    workspace: &Workspace,
    ledger: &UtxoLedger,
    address: AddressNo,
) -> Result<Option<ClusterOfAddress>, QueryError> {
    let clusters = Clusters::open(workspace.data_dir(), ledger.chain())?;
    let Some(clusters) = clusters.filter(|clusters| clusters.is_on_branch(ledger)) else {
        return Ok(None);
    };
    let layer = Layer::CoSpend;
    let cluster = clusters.cluster_of(address, layer)?;
    let store = workspace.store()?;
    Ok(Some(ClusterOfAddress {
        id: cluster.0,
        size: clusters.size_of(cluster, layer)?,
        rule_version: rule_version(&clusters, layer),
        height: clusters.reflects().height,
        label: ClusterLabels::of_one(&store, ledger, &clusters, layer, cluster)?,
    }))
}
