//! Laws of clusters, on small chains made up at random.

use std::collections::BTreeSet;

use ledger::utxo::{AddressNo, TxNo};
use proptest::prelude::*;

use super::{
    change_layer::{ChangeLayer, ServiceNo},
    co_spend,
    evidence::{Evidence, Scope, holds},
    facts::Facts,
    forest::Forest,
    made::{MadeChain, Plan},
    partition::Partition,
    rule::{Layer, Rule},
    same_key::KeyTags,
};

/// Chains of some dozen transactions among few addresses, now and then with equal outputs enough
/// for a CoinJoin.
pub(super) fn a_chain() -> impl Strategy<Value = MadeChain> {
    let value = prop_oneof![4 => 1_u64..100_000, 1 => Just(50_000_u64)];
    let makes = proptest::collection::vec((0_u8..90, value), 1..5);
    let payment = (proptest::collection::vec(any::<u8>(), 0..4), makes);
    let round = (
        proptest::collection::vec(any::<u8>(), 3..5),
        proptest::collection::vec((0_u8..90, Just(40_000_u64)), 3..5),
        proptest::collection::vec((0_u8..90, 1_u64..40_000), 0..4),
    );
    let round = round.prop_map(|(spends, equal, change)| (spends, [equal, change].concat()));
    let step = prop_oneof![5 => payment, 1 => round];
    proptest::collection::vec(step, 1..25).prop_map(|plan: Plan| MadeChain::played(&plan))
}

fn pairs(chain: &MadeChain) -> Vec<(AddressNo, AddressNo)> {
    let mut tags = KeyTags::default();
    tags.extend(chain);
    tags.pairs(chain, AddressNo(0))
}

/// The clusters of same key and co-spend, as the store builds them.
pub(super) fn clusters(chain: &MadeChain) -> Partition {
    let mut forest = Forest::new(chain.addresses());
    for (one, other) in pairs(chain) {
        forest.join(one.0, other.0);
    }
    co_spend::join(chain, TxNo(0), &mut forest);
    Partition::new(forest.into_roots())
}

fn layer(chain: &MadeChain, services: &[(AddressNo, ServiceNo)]) -> ChangeLayer {
    ChangeLayer::build(chain, &clusters(chain), services)
}

fn all(chain: &MadeChain) -> Scope {
    Scope::new(Layer::CoSpend, TxNo(chain.transactions()))
}

fn addresses(chain: &MadeChain) -> impl Iterator<Item = (AddressNo, AddressNo)> {
    let count = chain.addresses();
    (0..count).flat_map(move |a| (0..count).map(move |b| (AddressNo(a), AddressNo(b))))
}

/// Whether every cluster of the finer partition lies within one of the coarser.
fn refines(finer: &Partition, coarser: &Partition) -> bool {
    (0_u32..).zip(finer.roots()).all(|(address, root)| {
        coarser.cluster_of(AddressNo(address)) == coarser.cluster_of(AddressNo(*root))
    })
}

/// The partition that the links of a scope make, asked pair by pair.
fn by_evidence(chain: &MadeChain, evidence: &Evidence<'_, MadeChain>, scope: &Scope) -> Partition {
    let mut forest = Forest::new(chain.addresses());
    for (a, b) in addresses(chain) {
        if evidence.why(a, b, scope).is_some() {
            forest.join(a.0, b.0);
        }
    }
    Partition::new(forest.into_roots())
}

/// Whether links connect two addresses, by a forest of their own.
fn connect(links: impl Iterator<Item = super::Link>, a: AddressNo, b: AddressNo) -> bool {
    let mut forest = Forest::new(100);
    for link in links {
        forest.join(link.a.0, link.b.0);
    }
    forest.find(a.0) == forest.find(b.0)
}

proptest! {
    // Pairs of addresses are asked one by one, so a case is worth many.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn there_is_evidence_just_where_there_is_a_cluster(chain in a_chain()) {
        let (partition, pairs) = (clusters(&chain), pairs(&chain));
        let evidence = Evidence::new(&chain, &pairs, &[]);
        for (a, b) in addresses(&chain) {
            let links = evidence.why(a, b, &all(&chain));
            let same = partition.cluster_of(a) == partition.cluster_of(b);
            prop_assert_eq!(links.is_some(), same, "{:?} {:?}", a, b);
            let links = links.unwrap_or_default();
            prop_assert_eq!(links.is_empty(), !same || a == b);
            // They lead from the one to the other, the facts bear them out, none can go.
            let ends: Vec<_> = links.iter().flat_map(|link| [link.a, link.b]).collect();
            prop_assert!(ends.is_empty() || ends.first() == Some(&a) && ends.last() == Some(&b));
            prop_assert!(links.windows(2).all(|two| two[0].b == two[1].a));
            for (place, link) in links.iter().enumerate() {
                prop_assert!(holds(&chain, link), "{:?}", link);
                let rest = links.iter().enumerate().filter(|one| one.0 != place).map(|one| *one.1);
                prop_assert!(!connect(rest, a, b));
            }
        }
    }

    #[test]
    fn the_chain_of_evidence_is_the_shortest(chain in a_chain()) {
        let pairs = pairs(&chain);
        let evidence = Evidence::new(&chain, &pairs, &[]);
        let count = chain.addresses() as usize;
        // Floyd and Warshall, over every single link.
        let mut far = vec![vec![usize::MAX / 2; count]; count];
        let mut join = |a: AddressNo, b: AddressNo| {
            far[a.0 as usize][b.0 as usize] = 1;
            far[b.0 as usize][a.0 as usize] = 1;
        };
        pairs.iter().for_each(|(a, b)| join(*a, *b));
        for tx in (0..chain.transactions()).map(TxNo) {
            if !co_spend::is_barred(&chain, tx) {
                let inputs = co_spend::input_addresses(&chain, tx);
                inputs.iter().for_each(|a| inputs.iter().for_each(|b| join(*a, *b)));
            }
        }
        for via in 0..count {
            for a in 0..count {
                for b in 0..count {
                    far[a][b] = far[a][b].min(far[a][via] + far[via][b]);
                }
            }
        }
        let only_keys = Evidence::new(&chain, &pairs, &[]);
        for (a, b) in addresses(&chain).filter(|(a, b)| a != b) {
            let keys = only_keys.why(a, b, &Scope { layer: Layer::SameKey, ..all(&chain) });
            // What the keys alone say is shown, even where a transaction says it shorter.
            if let (None, Some(links)) = (keys, evidence.why(a, b, &all(&chain))) {
                prop_assert_eq!(links.len(), far[a.0 as usize][b.0 as usize]);
            }
        }
    }

    #[test]
    fn less_evidence_only_splits(chain in a_chain(), place in any::<u32>(), rule in any::<bool>()) {
        let (pairs, services) = (pairs(&chain), []);
        let change = layer(&chain, &services);
        let evidence = Evidence::new(&chain, &pairs, &change.links);
        let whole = Scope { layer: Layer::Change, ..all(&chain) };
        let everything = by_evidence(&chain, &evidence, &whole);
        prop_assert_eq!(&everything, &change.partition);
        let mut less = whole.clone();
        less.without_txs.insert(TxNo(place % chain.transactions()));
        prop_assert!(refines(&by_evidence(&chain, &evidence, &less), &everything));
        let left_out = if rule { Rule::SameKey } else { Rule::CoSpend };
        let less = Scope { without_rules: BTreeSet::from([left_out]), ..whole.clone() };
        prop_assert!(refines(&by_evidence(&chain, &evidence, &less), &everything));
        for layer in [Layer::SameKey, Layer::CoSpend] {
            let less = Scope { layer, ..whole.clone() };
            prop_assert!(refines(&by_evidence(&chain, &evidence, &less), &everything));
        }
    }

    #[test]
    fn what_was_known_then_is_what_a_shorter_chain_says(chain in a_chain(), height in 0_u32..25) {
        let end = chain.transactions_through(height);
        let (earlier, pairs) = (chain.cut(end), pairs(&chain));
        let evidence = Evidence::new(&chain, &pairs, &[]);
        let then = by_evidence(&chain, &evidence, &Scope { end: TxNo(end), ..all(&chain) });
        let expected = clusters(&earlier);
        let known = earlier.addresses() as usize;
        prop_assert_eq!(&then.roots()[..known], expected.roots());
        // More blocks only join.
        prop_assert!(refines(&expected, &clusters(&chain)));
    }

}

proptest! {
    #[test]
    fn new_blocks_on_top_are_as_good_as_all_at_once(chain in a_chain(), height in 0_u32..25) {
        let earlier = chain.cut(chain.transactions_through(height));
        let mut tags = KeyTags::default();
        tags.extend(&earlier);
        let mut found = tags.pairs(&earlier, AddressNo(0));
        let known = AddressNo(earlier.addresses());
        let roots = clusters(&earlier).into_roots();
        let mut forest = Forest::resume(roots, chain.addresses());
        tags.extend(&chain);
        let fresh = tags.pairs(&chain, known);
        for (one, other) in &fresh {
            forest.join(one.0, other.0);
        }
        co_spend::join(&chain, TxNo(earlier.transactions()), &mut forest);
        prop_assert_eq!(forest.into_roots(), clusters(&chain).into_roots());
        found.extend(fresh);
        found.sort_unstable();
        prop_assert_eq!(found, pairs(&chain));
        let mut at_once = KeyTags::default();
        at_once.extend(&chain);
        prop_assert_eq!(tags, at_once);
    }

    #[test]
    fn no_guess_joins_two_services(
        chain in a_chain(),
        named in proptest::collection::vec((any::<u32>(), 0_u32..3), 0..6),
    ) {
        let services: Vec<(AddressNo, ServiceNo)> = named
            .iter()
            .map(|(place, service)| (AddressNo(place % chain.addresses()), ServiceNo(*service)))
            .collect();
        let (below, above) = (clusters(&chain), layer(&chain, &services));
        prop_assert!(refines(&below, &above.partition));
        for (one, ones) in &services {
            for (other, others) in &services {
                let apart = below.cluster_of(*one) != below.cluster_of(*other) && ones != others;
                let joined = above.partition.cluster_of(*one) == above.partition.cluster_of(*other);
                prop_assert!(!(apart && joined));
            }
        }
        for (link, _) in &above.refused {
            prop_assert_ne!(
                above.partition.cluster_of(link.spender),
                above.partition.cluster_of(link.change)
            );
        }
        let free = layer(&chain, &[]);
        prop_assert!(refines(&above.partition, &free.partition));
    }
}
