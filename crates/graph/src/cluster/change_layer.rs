//! The layer of guesses: one-time change over clusters of co-spend, within bounds.
//!
//! A change rule that joins without bounds ends in one cluster of everything. So two clusters that
//! belong to two different services are never joined, nor two that are both large; what was refused
//! is listed. Links are taken in chain order, so this layer depends on order and tags, as those below
//! it do not.
//! Source: Möser & Narayanan (FC 2022) for the constrained union; Ermilov et al. (2017) for tags that
//! keep apart; the bound on size is ours.

use std::collections::BTreeSet;

use ledger::utxo::{AddressNo, TxNo};
use rustc_hash::FxHashMap;

use super::{
    co_spend::input_addresses, facts::Facts, forest::Forest, one_time_change::one_time_change,
    partition::Partition,
};

/// Two clusters that are both larger are not joined by a guess.
pub const LARGE: u32 = 10_000;

/// A service that somebody names, by a number of the asker's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceNo(pub u32);

/// From where change came and where it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeLink {
    /// The transaction.
    pub tx: TxNo,
    /// The address of its first input.
    pub spender: AddressNo,
    /// The address of its change.
    pub change: AddressNo,
}

/// Why a link was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The clusters belong to two services.
    TwoServices,
    /// Both clusters have more than [`LARGE`] addresses.
    BothLarge,
}

/// The clusters of this layer and what they rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeLayer {
    /// The clusters.
    pub partition: Partition,
    /// Links that were taken, in chain order, those included that joined nothing any more.
    pub links: Vec<ChangeLink>,
    /// Links that were not.
    pub refused: Vec<(ChangeLink, Refusal)>,
}

impl ChangeLayer {
    /// Builds the layer over clusters of co-spend. `services` says which addresses belong to whom.
    pub fn build(
        facts: &impl Facts,
        below: &Partition,
        services: &[(AddressNo, ServiceNo)],
    ) -> ChangeLayer {
        let mut joins = Bounded::new(below, services);
        let (mut links, mut refused) = (Vec::new(), Vec::new());
        for tx in (0..facts.transactions()).map(TxNo) {
            let Some(output) = one_time_change(facts, tx) else { continue };
            let Some(spender) = input_addresses(facts, tx).first().copied() else { continue };
            let link = ChangeLink { tx, spender, change: facts.address(output) };
            match joins.join(spender, link.change) {
                Ok(()) => links.push(link),
                Err(why) => refused.push((link, why)),
            }
        }
        let partition = Partition::new(joins.forest.into_roots());
        ChangeLayer { partition, links, refused }
    }
}

/// Clusters of co-spend with more than one service among their addresses: a sign of a CoinJoin that
/// was missed, or of a wrong tag. Ascending by cluster.
pub fn services_in_one(
    partition: &Partition,
    services: &[(AddressNo, ServiceNo)],
) -> Vec<(AddressNo, BTreeSet<ServiceNo>)> {
    let mut several: Vec<_> = services_of(partition, services)
        .into_iter()
        .filter(|(_, services)| services.len() > 1)
        .map(|(root, services)| (AddressNo(root), services))
        .collect();
    several.sort_unstable();
    several
}

fn services_of(
    partition: &Partition,
    services: &[(AddressNo, ServiceNo)],
) -> FxHashMap<u32, BTreeSet<ServiceNo>> {
    let mut by_root: FxHashMap<u32, BTreeSet<ServiceNo>> = FxHashMap::default();
    for (address, service) in services {
        by_root.entry(partition.cluster_of(*address).0).or_default().insert(*service);
    }
    by_root
}

/// A forest that refuses some joins.
struct Bounded {
    forest: Forest,
    /// By root: how many others are with it.
    others: Vec<u32>,
    /// By root: whose it is.
    services: FxHashMap<u32, BTreeSet<ServiceNo>>,
}

impl Bounded {
    fn new(below: &Partition, services: &[(AddressNo, ServiceNo)]) -> Bounded {
        let roots = below.roots().to_vec();
        let count = u32::try_from(roots.len()).expect("addresses are counted in 32 bits");
        Bounded {
            forest: Forest::resume(roots, count),
            others: below.others(),
            services: services_of(below, services),
        }
    }

    fn join(&mut self, one: AddressNo, other: AddressNo) -> Result<(), Refusal> {
        let (one, other) = (self.forest.find(one.0), self.forest.find(other.0));
        if one == other {
            return Ok(());
        }
        if let (Some(ones), Some(others)) = (self.services.get(&one), self.services.get(&other))
            && ones.iter().chain(others).any(|service| Some(service) != ones.first())
        {
            return Err(Refusal::TwoServices);
        }
        let size = |root: u32| self.others[root as usize] + 1;
        if size(one) > LARGE && size(other) > LARGE {
            return Err(Refusal::BothLarge);
        }
        if let Some((stays, goes)) = self.forest.join(one, other) {
            self.others[stays as usize] += self.others[goes as usize] + 1;
            self.inherit(stays, goes);
        }
        Ok(())
    }

    /// The smaller set goes into the larger, so that a service moves at most log n times.
    fn inherit(&mut self, stays: u32, goes: u32) {
        let Some(mut moved) = self.services.remove(&goes) else { return };
        let kept = self.services.entry(stays).or_default();
        if kept.len() < moved.len() {
            std::mem::swap(kept, &mut moved);
        }
        kept.extend(moved);
    }
}
