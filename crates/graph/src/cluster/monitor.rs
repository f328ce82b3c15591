//! Watches for clusters that swallow others.
//!
//! Idea: who pays somebody else has one output inside his cluster and one outside. Where both outputs
//! of many payments lie inside, the cluster has taken in those whom it pays: Möser & Narayanan
//! (FC 2022) leave out clusters from 10 % on.
//! Known to be wrong for: exchanges that move coins between their own addresses.

use ledger::utxo::{AddressNo, TxNo};
use rustc_hash::FxHashMap;

use super::{
    facts::Facts,
    partition::{ClusterSize, Partition},
};

/// From this share on a cluster is suspected, in per cent.
const SUSPECT_PERCENT: u64 = 10;
/// Fewer payments of two outputs say nothing.
const PAYMENTS_MIN: u64 = 20;

/// How a cluster pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The cluster and its size.
    pub size: ClusterSize,
    /// Its payments with two outputs.
    pub payments: u64,
    /// Of these, those with both outputs inside.
    pub inside: u64,
}

impl Health {
    /// Whether so many payments stay inside that it may be several parties.
    pub fn is_suspect(&self) -> bool {
        self.payments >= PAYMENTS_MIN && 100 * self.inside >= SUSPECT_PERCENT * self.payments
    }
}

/// The largest clusters, the largest first; of two of a size, the older first.
pub fn largest(partition: &Partition, count: usize) -> Vec<ClusterSize> {
    let mut sizes = partition.sizes();
    let order = |one: &ClusterSize, other: &ClusterSize| {
        (other.addresses, one.cluster).cmp(&(one.addresses, other.cluster))
    };
    if count < sizes.len() {
        sizes.select_nth_unstable_by(count, order);
        sizes.truncate(count);
    }
    sizes.sort_unstable_by(order);
    sizes
}

/// How some clusters pay, in their order, from one sweep over the transactions below a number.
pub fn health(
    facts: &impl Facts,
    partition: &Partition,
    end: TxNo,
    sizes: &[ClusterSize],
) -> Vec<Health> {
    let mut found: Vec<Health> =
        sizes.iter().map(|size| Health { size: *size, payments: 0, inside: 0 }).collect();
    let places: FxHashMap<AddressNo, usize> =
        sizes.iter().enumerate().map(|(place, size)| (size.cluster, place)).collect();
    for tx in (0..end.0).map(TxNo) {
        let mut outputs = facts.outputs(tx);
        let (2, Some(input)) = (outputs.len(), facts.inputs(tx).next()) else { continue };
        let cluster = partition.cluster_of(facts.address(input));
        if let Some(place) = places.get(&cluster) {
            let inside = outputs.all(|one| partition.cluster_of(facts.address(one)) == cluster);
            found[*place].payments += 1;
            found[*place].inside += u64::from(inside);
        }
    }
    found
}
