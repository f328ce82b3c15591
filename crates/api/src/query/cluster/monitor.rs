//! Clusters that may be more than one owner's.

use std::collections::BTreeMap;

use chain::{Chain, UtxoTxId};
use graph::cluster::{Layer, Refusal, health, largest};
use ledger::utxo::{AddressNo, TxNo};
use serde::Serialize;

use super::{
    super::{QueryError, Workspace},
    Opened, ReflectsAnswer,
    build::named_services,
};

/// How many refused links are shown.
const REFUSED_SHOWN: usize = 100;

/// The largest clusters and how they pay, and what speaks against any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterMonitorAnswer {
    /// The chain.
    pub chain: Chain,
    /// The layer up to which rules count.
    pub layer: &'static str,
    /// The largest clusters, the largest first.
    pub largest: Vec<HealthAnswer>,
    /// Clusters whose addresses are tagged with different services, by cluster.
    pub conflicts: BTreeMap<u32, Vec<String>>,
    /// Links of the layer of guesses that were refused; all that there are.
    pub refused_count: usize,
    /// The first of them.
    pub refused: Vec<RefusedAnswer>,
    /// Which facts the clusters reflect.
    pub reflects: ReflectsAnswer,
}

/// How a cluster pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthAnswer {
    /// The cluster.
    pub id: u32,
    /// Its first address.
    pub address: String,
    /// How many addresses it has.
    pub size: u32,
    /// Its payments with two outputs.
    pub payments: u64,
    /// Of these, those with both outputs inside the cluster.
    pub inside: u64,
    /// Whether that is so often that the cluster may have swallowed those whom it paid.
    pub suspect: bool,
}

/// A link that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedAnswer {
    /// The transaction.
    pub tx: UtxoTxId,
    /// The address of its first input.
    pub spender: String,
    /// The address of what looks like change.
    pub change: String,
    /// `two_services` or `both_large`.
    pub why: &'static str,
}

/// Looks at the largest clusters, at tags that disagree, and at what was refused.
///
/// # Errors
/// No clusters were built, or not that layer; the tags cannot be read.
pub fn cluster_monitor(
    workspace: &Workspace,
    chain: Option<Chain>,
    layer: Layer,
    limit: usize,
) -> Result<ClusterMonitorAnswer, QueryError> {
    let opened = Opened::open(workspace, chain)?;
    let Opened { ledger, clusters } = &opened;
    let partition = clusters.partition(layer)?;
    let end = TxNo(clusters.reflects().transactions);
    let healths = health(ledger, &partition, end, &largest(&partition, limit));
    let of_health = |health: &graph::cluster::Health| HealthAnswer {
        id: health.size.cluster.0,
        address: opened.spell(health.size.cluster),
        size: health.size.addresses,
        payments: health.payments,
        inside: health.inside,
        suspect: health.is_suspect(),
    };
    let refused = clusters.refused();
    let shown = refused.iter().take(REFUSED_SHOWN).map(|(link, why)| RefusedAnswer {
        tx: ledger.tx_id(link.tx),
        spender: opened.spell(link.spender),
        change: opened.spell(link.change),
        why: match why {
            Refusal::TwoServices => "two_services",
            Refusal::BothLarge => "both_large",
        },
    });
    Ok(ClusterMonitorAnswer {
        chain: ledger.chain(),
        layer: layer.name(),
        largest: healths.iter().map(of_health).collect(),
        conflicts: conflicts(workspace, &opened, layer)?,
        refused_count: refused.len(),
        refused: shown.collect(),
        reflects: opened.reflects(),
    })
}

fn conflicts(
    workspace: &Workspace,
    opened: &Opened,
    layer: Layer,
) -> Result<BTreeMap<u32, Vec<String>>, QueryError> {
    let mut actors: BTreeMap<AddressNo, Vec<String>> = BTreeMap::new();
    for (address, actor) in named_services(&workspace.store()?, &opened.ledger)? {
        actors.entry(opened.clusters.cluster_of(address, layer)?).or_default().push(actor);
    }
    let mut several = BTreeMap::new();
    for (cluster, mut actors) in actors {
        actors.sort_unstable();
        actors.dedup();
        if actors.len() > 1 {
            several.insert(cluster.0, actors);
        }
    }
    Ok(several)
}
