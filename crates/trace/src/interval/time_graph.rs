//! The time-expanded graph of everything that a trace could reach.

use std::collections::BTreeMap;

use chain::{Account, Amount};
use ledger::{AssetNo, Ledger, MovementNo};
use rustc_hash::FxHashMap;

use super::flow_network::{FlowNetwork, UNBOUNDED};
use crate::{Endpoint, Label, Line, Run, StopReason};

/// What tells one line of a balance sheet from another, under any policy.
type LineKey = (Endpoint, StopReason, Option<String>, AssetNo);

fn key(line: &Line) -> LineKey {
    let party = line.label.as_ref().map(Label::party);
    (line.endpoint, line.reason, party, line.asset)
}

/// One network an asset: a node for each stretch of an account's life between a payment and the
/// next arrival, a node for each line of the balance sheet.
pub(super) struct TimeGraph {
    networks: BTreeMap<AssetNo, Network>,
}

struct Network {
    network: FlowNetwork,
    source: usize,
    sink: usize,
    lines: BTreeMap<LineKey, usize>,
}

/// The latest stretch of an account, and whether it has paid since it began.
struct Stretch {
    node: usize,
    paid: bool,
}

impl TimeGraph {
    /// Builds the networks from the run that follows everything reachable.
    pub(super) fn build(ledger: &Ledger, reach: &Run) -> TimeGraph {
        let mut networks: BTreeMap<AssetNo, Network> = BTreeMap::new();
        for seed in &reach.seeds {
            networks.insert(seed.asset, Network::new(reach, seed.asset));
        }
        let mut ends: FxHashMap<MovementNo, LineKey> = FxHashMap::default();
        for line in &reach.lines {
            ends.extend(line.arrivals.iter().map(|arrival| (arrival.movement, key(line))));
        }
        let mut stretches: BTreeMap<(Account, AssetNo), Stretch> = BTreeMap::new();
        for flow in &reach.flows {
            let movement = ledger.movement(flow.movement);
            let Some(network) = networks.get_mut(&movement.asset) else { continue };
            let capacity = if flow.seed { flow.tainted } else { movement.amount };
            let sender = match stretches.get_mut(&(movement.from, movement.asset)) {
                Some(stretch) if !flow.seed => {
                    stretch.paid = true;
                    stretch.node
                }
                _ => network.source,
            };
            let receiver = match (ends.get(&flow.movement), movement.to) {
                (Some(end), _) => network.lines[end],
                (None, Some(to)) => network.arrive(stretches.entry((to, movement.asset))),
                (None, None) => continue,
            };
            network.network.add_edge(sender, receiver, bounded(capacity));
        }
        // What lies with a holder at the end, or lay there when its own seed began.
        for line in &reach.lines {
            let Some(network) = networks.get_mut(&line.asset) else { continue };
            for holder in &line.holders {
                if let Some(stretch) = stretches.get(&(holder.account, line.asset)) {
                    let end = network.lines[&key(line)];
                    network.network.add_edge(stretch.node, end, UNBOUNDED);
                }
            }
        }
        TimeGraph { networks }
    }

    /// The most of a seed that can reach a line (`into` true) or all other lines (`into` false).
    pub(super) fn max_flow(&self, asset: AssetNo, total: u128, line: &Line, into: bool) -> u128 {
        let Some(base) = self.networks.get(&asset) else { return total };
        let mut network = base.network.clone();
        for (end, node) in &base.lines {
            if (*end == key(line)) == into {
                network.add_edge(*node, base.sink, UNBOUNDED);
            }
        }
        network.max_flow(base.source, base.sink).min(total)
    }
}

impl Network {
    fn new(reach: &Run, asset: AssetNo) -> Network {
        let mut network = FlowNetwork::default();
        let source = network.add_node();
        let sink = network.add_node();
        let lines = reach.lines.iter().filter(|line| line.asset == asset);
        let lines = lines.map(|line| (key(line), network.add_node())).collect();
        Network { network, source, sink, lines }
    }

    /// The node at which a value move arrives: a new stretch if the account has paid since the
    /// last, so that nothing flows back in time.
    fn arrive(
        &mut self,
        entry: std::collections::btree_map::Entry<'_, (Account, AssetNo), Stretch>,
    ) -> usize {
        use std::collections::btree_map::Entry;
        match entry {
            Entry::Vacant(vacant) => {
                let node = self.network.add_node();
                vacant.insert(Stretch { node, paid: false }).node
            }
            Entry::Occupied(mut occupied) => {
                if occupied.get().paid {
                    let node = self.network.add_node();
                    self.network.add_edge(occupied.get().node, node, UNBOUNDED);
                    occupied.insert(Stretch { node, paid: false });
                }
                occupied.get().node
            }
        }
    }
}

fn bounded(amount: Amount) -> u128 {
    amount.to_u128().unwrap_or(UNBOUNDED)
}
