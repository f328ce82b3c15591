//! Tags spread over clusters: what is said of one address is said, more softly, of those that are
//! its owner's by our rules.

use std::collections::{BTreeMap, BTreeSet};

use attribution::{Digest, Store};
use chain::Address;
use graph::cluster::{Clusters, Layer};
use ledger::utxo::{AddressNo, UtxoLedger};
use serde::Serialize;

use super::{
    super::QueryError,
    build::{service_of, tagged},
};

/// What a cluster is known as, and whose word it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterLabel {
    /// The tagged address that the label comes from.
    pub from: String,
    /// What is said of that address, and by which sources.
    pub digest: Digest,
    /// Tagged addresses in the cluster.
    pub tagged: u64,
    /// The services that its addresses are tagged with, if they are different ones: a tag is wrong,
    /// or the cluster is more than one owner's.
    pub conflict: Vec<String>,
}

/// The labels of all clusters of a chain.
pub struct ClusterLabels {
    layer: Layer,
    by_cluster: BTreeMap<AddressNo, ClusterLabel>,
}

impl ClusterLabels {
    /// Looks up the clusters of all tagged addresses, up to a layer.
    ///
    /// # Errors
    /// The layer was not built, or the tags cannot be read.
    pub fn load(
        store: &Store,
        ledger: &UtxoLedger,
        clusters: &Clusters,
        layer: Layer,
    ) -> Result<ClusterLabels, QueryError> {
        ClusterLabels::gather(store, ledger, clusters, layer, None)
    }

    /// The label of the cluster that an address is in.
    ///
    /// # Errors
    /// The layer was not built.
    pub fn label_of(
        &self,
        clusters: &Clusters,
        address: AddressNo,
    ) -> Result<Option<&ClusterLabel>, QueryError> {
        Ok(self.by_cluster.get(&clusters.cluster_of(address, self.layer)?))
    }

    pub(super) fn of_one(
        store: &Store,
        ledger: &UtxoLedger,
        clusters: &Clusters,
        layer: Layer,
        cluster: AddressNo,
    ) -> Result<Option<ClusterLabel>, QueryError> {
        let mut found = ClusterLabels::gather(store, ledger, clusters, layer, Some(cluster))?;
        Ok(found.by_cluster.remove(&cluster))
    }

    fn gather(
        store: &Store,
        ledger: &UtxoLedger,
        clusters: &Clusters,
        layer: Layer,
        only: Option<AddressNo>,
    ) -> Result<ClusterLabels, QueryError> {
        let mut members: BTreeMap<AddressNo, Vec<(AddressNo, Address)>> = BTreeMap::new();
        for (number, address) in tagged(store, ledger)? {
            let cluster = clusters.cluster_of(number, layer)?;
            if only.is_none_or(|only| only == cluster) {
                members.entry(cluster).or_default().push((number, address));
            }
        }
        let mut by_cluster = BTreeMap::new();
        for (cluster, mut members) in members {
            members.sort_unstable_by_key(|member| member.0);
            if let Some(label) = label_of(store, ledger.chain(), &members)? {
                by_cluster.insert(cluster, label);
            }
        }
        Ok(ClusterLabels { layer, by_cluster })
    }
}

/// The label of a cluster from those of its addresses: a role that stops a trace before any other,
/// then the most reliable, then that of the address that appeared first.
fn label_of(
    store: &Store,
    chain: chain::Chain,
    members: &[(AddressNo, Address)],
) -> Result<Option<ClusterLabel>, QueryError> {
    let mut best: Option<ClusterLabel> = None;
    let (mut services, mut count) = (BTreeSet::new(), 0);
    for (_, address) in members {
        // A source may say of its word that it holds for the address alone.
        let tags = store.tags(chain, address)?;
        if !tags.is_empty() && tags.iter().all(|tag| tag.is_cluster_definer == Some(false)) {
            continue;
        }
        let Some(digest) = store.digest(chain, address, None)? else { continue };
        count += 1;
        services.extend(tags.iter().filter_map(service_of).map(str::to_owned));
        let rank = |digest: &Digest| (digest.role.stops(), digest.confidence.level());
        if best.as_ref().is_none_or(|best| rank(&digest) > rank(&best.digest)) {
            let from = address.to_string();
            best = Some(ClusterLabel { from, digest, tagged: 0, conflict: Vec::new() });
        }
    }
    let conflict = if services.len() > 1 { services.into_iter().collect() } else { Vec::new() };
    Ok(best.map(|best| ClusterLabel { tagged: count, conflict, ..best }))
}
