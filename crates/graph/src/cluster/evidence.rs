//! The evidence between two addresses.
//!
//! Nothing is stored for it: the transactions are in the ledger already, and from an address it
//! leads to those that spend from it, and from them to the other addresses that they spend from.
//! The search goes out from both ends, the smaller edge first, so it finds a chain with the fewest
//! links there are, in time that grows with the smaller side. A proof forest beside the union-find
//! (Nieuwenhuis & Oliveras 2005) would answer from memory of its own, but with some chain instead of
//! the shortest, and would have to be built again for every question "what if not".

use std::collections::BTreeSet;

use ledger::utxo::{AddressNo, TxNo};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    change_layer::ChangeLink,
    co_spend::{input_addresses, is_barred},
    facts::Facts,
    one_time_change::one_time_change,
    rule::{Layer, Link, Rule},
    same_key::same_key,
};

/// Which evidence counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Up to which layer.
    pub layer: Layer,
    /// The first transaction that has not happened yet.
    pub end: TxNo,
    /// Rules left out.
    pub without_rules: BTreeSet<Rule>,
    /// Transactions left out.
    pub without_txs: BTreeSet<TxNo>,
}

impl Scope {
    /// All evidence up to a layer, from the transactions below a number.
    pub fn new(layer: Layer, end: TxNo) -> Scope {
        Scope { layer, end, without_rules: BTreeSet::new(), without_txs: BTreeSet::new() }
    }

    fn takes(&self, rule: Rule) -> bool {
        rule.layer() <= self.layer && !self.without_rules.contains(&rule)
    }

    fn has(&self, tx: TxNo) -> bool {
        tx < self.end && !self.without_txs.contains(&tx)
    }
}

/// What joins addresses: the facts, and the rows that are not seen in them at once.
pub struct Evidence<'a, F> {
    facts: &'a F,
    /// Both directions, sorted.
    same_key: Vec<(AddressNo, AddressNo)>,
    /// Both directions, sorted.
    changes: Vec<(AddressNo, AddressNo, TxNo)>,
}

impl<'a, F: Facts> Evidence<'a, F> {
    /// Evidence in a chain, with its pairs of one key and the change links that were taken.
    pub fn new(
        facts: &'a F,
        pairs: &[(AddressNo, AddressNo)],
        links: &[ChangeLink],
    ) -> Evidence<'a, F> {
        let mut same_key: Vec<_> =
            pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]).collect();
        same_key.sort_unstable();
        let mut changes: Vec<_> = links
            .iter()
            .flat_map(|link| {
                [(link.spender, link.change, link.tx), (link.change, link.spender, link.tx)]
            })
            .collect();
        changes.sort_unstable();
        Evidence { facts, same_key, changes }
    }

    /// A chain of links from one address to another, of the surest layer that has one and the
    /// shortest in it: without any of them the others do not connect the two. `None` where they
    /// are not connected, nothing where they are one.
    pub fn why(&self, a: AddressNo, b: AddressNo, scope: &Scope) -> Option<Vec<Link>> {
        if !self.has_appeared(a, scope) || !self.has_appeared(b, scope) {
            return None;
        }
        if a == b {
            return Some(Vec::new());
        }
        [Layer::SameKey, Layer::CoSpend, Layer::Change]
            .into_iter()
            .filter(|layer| *layer <= scope.layer)
            .find_map(|layer| self.search(a, b, &Scope { layer, ..scope.clone() }))
    }

    fn search(&self, a: AddressNo, b: AddressNo, scope: &Scope) -> Option<Vec<Link>> {
        let mut sides = [Side::new(a), Side::new(b)];
        while sides.iter().all(|side| !side.edge.is_empty()) {
            let nearer = usize::from(sides[1].edge.len() < sides[0].edge.len());
            let [first, second] = &mut sides;
            let (near, far) = if nearer == 0 { (first, second) } else { (second, first) };
            if let Some(meeting) = self.step(near, far, scope) {
                let first = sides[0].way_back(meeting).into_iter().rev().map(Link::turned);
                return Some(first.chain(sides[1].way_back(meeting)).collect());
            }
        }
        None
    }

    /// Goes one link further on one side; the first address that the other side has reached too.
    fn step(&self, near: &mut Side, far: &Side, scope: &Scope) -> Option<AddressNo> {
        let mut links = Vec::new();
        for address in std::mem::take(&mut near.edge) {
            links.clear();
            self.links_of(address, scope, &mut near.seen, &mut links);
            for link in &links {
                if near.reached.contains_key(&link.b) {
                    continue;
                }
                near.reached.insert(link.b, Some(*link));
                if far.reached.contains_key(&link.b) {
                    return Some(link.b);
                }
                near.edge.push(link.b);
            }
        }
        None
    }

    /// The links from an address, without transactions already seen.
    fn links_of(
        &self,
        a: AddressNo,
        scope: &Scope,
        seen: &mut FxHashSet<TxNo>,
        links: &mut Vec<Link>,
    ) {
        if scope.takes(Rule::SameKey) {
            let start = self.same_key.partition_point(|pair| pair.0 < a);
            let others = self.same_key[start..].iter().take_while(|pair| pair.0 == a);
            let known = others.map(|pair| pair.1).filter(|other| self.has_appeared(*other, scope));
            links.extend(known.map(|b| Link { rule: Rule::SameKey, tx: None, a, b }));
        }
        if scope.takes(Rule::CoSpend) {
            for tx in self.facts.spenders(a) {
                if scope.has(tx) && seen.insert(tx) && !is_barred(self.facts, tx) {
                    let others = input_addresses(self.facts, tx);
                    let link = |b| Link { rule: Rule::CoSpend, tx: Some(tx), a, b };
                    links.extend(others.into_iter().filter(|b| *b != a).map(link));
                }
            }
        }
        if scope.takes(Rule::OneTimeChange) {
            let start = self.changes.partition_point(|change| change.0 < a);
            let changes = self.changes[start..].iter().take_while(|change| change.0 == a);
            let link = |change: &(AddressNo, AddressNo, TxNo)| Link {
                rule: Rule::OneTimeChange,
                tx: Some(change.2),
                a,
                b: change.1,
            };
            links.extend(changes.filter(|change| scope.has(change.2)).map(link));
        }
    }

    fn has_appeared(&self, address: AddressNo, scope: &Scope) -> bool {
        self.facts.tx_of_output(self.facts.first_output_of(address)) < scope.end
    }
}

/// Whether the facts bear a link out.
pub fn holds(facts: &impl Facts, link: &Link) -> bool {
    match (link.rule, link.tx) {
        (Rule::SameKey, None) => same_key(&facts.script(link.a), &facts.script(link.b)),
        (Rule::CoSpend, Some(tx)) => {
            let inputs = input_addresses(facts, tx);
            inputs.contains(&link.a) && inputs.contains(&link.b) && !is_barred(facts, tx)
        }
        (Rule::OneTimeChange, Some(tx)) => {
            let inputs = input_addresses(facts, tx);
            let change = one_time_change(facts, tx).map(|output| facts.address(output));
            let goes = |from, to| inputs.contains(&from) && change == Some(to);
            goes(link.a, link.b) || goes(link.b, link.a)
        }
        (Rule::SameKey, Some(_))
        | (Rule::SelfChange, _)
        | (Rule::CoSpend | Rule::OneTimeChange, None) => false,
    }
}

impl Link {
    fn turned(self) -> Link {
        Link { a: self.b, b: self.a, ..self }
    }
}

/// What was reached from one end.
struct Side {
    /// Each address with the link that led to it; none for the end itself.
    reached: FxHashMap<AddressNo, Option<Link>>,
    /// Those from which nobody went on yet.
    edge: Vec<AddressNo>,
    /// Transactions that were looked at.
    seen: FxHashSet<TxNo>,
}

impl Side {
    fn new(end: AddressNo) -> Side {
        let reached = FxHashMap::from_iter([(end, None)]);
        Side { reached, edge: vec![end], seen: FxHashSet::default() }
    }

    /// The links from an address back to the end, each turned towards it.
    fn way_back(&self, mut address: AddressNo) -> Vec<Link> {
        let mut links = Vec::new();
        while let Some(Some(link)) = self.reached.get(&address) {
            links.push(link.turned());
            address = link.a;
        }
        links
    }
}
