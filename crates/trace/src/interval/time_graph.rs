//! The time-expanded graph of everything that a trace could reach.

use std::collections::BTreeMap;

use chain::{Account, Amount};
use ledger::{AssetNo, Ledger, MovementNo};
use rustc_hash::FxHashMap;

use super::{
    flow_network::{FlowNetwork, UNBOUNDED},
    history::History,
};
use crate::{Endpoint, Line, Run, StopReason, sheet::LineKey};

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

/// The latest stretch of an account.
struct Stretch {
    node: usize,
    /// Whether it has paid since the stretch began.
    paid: bool,
    last_arrival: MovementNo,
    history: History,
}

type Stretches = BTreeMap<(Account, AssetNo), Stretch>;

impl TimeGraph {
    /// Builds the networks from the run that follows everything reachable.
    pub(super) fn build(ledger: &Ledger, reach: &Run) -> TimeGraph {
        let mut networks: BTreeMap<AssetNo, Network> = BTreeMap::new();
        for seed in &reach.seeds {
            networks.insert(seed.asset, Network::new(reach, seed.asset));
        }
        let mut ends: FxHashMap<MovementNo, LineKey> = FxHashMap::default();
        for line in &reach.lines {
            ends.extend(line.arrivals.iter().map(|arrival| (arrival.movement, line.key())));
        }
        let mut stretches = Stretches::new();
        for flow in &reach.flows {
            let movement = ledger.movement(flow.movement);
            let Some(network) = networks.get_mut(&movement.asset) else { continue };
            let absorbed: LineKey = (Endpoint::Absorbed, StopReason::Seed, movement.asset, None);
            let capacity = if flow.seed { flow.tainted } else { movement.amount };
            let sender = match stretches.get_mut(&(movement.from, movement.asset)) {
                Some(stretch) if !flow.seed => {
                    stretch.paid = true;
                    stretch.node
                }
                stretch => {
                    // What lay with a seed when it began ends there, and not at a later stretch.
                    if let (Some(stretch), Some(end)) = (stretch, network.lines.get(&absorbed)) {
                        network.network.add_edge(stretch.node, *end, UNBOUNDED);
                    }
                    network.source
                }
            };
            let receiver = match (ends.get(&flow.movement), movement.to) {
                (Some(end), _) => network.lines[end],
                (None, Some(to)) => {
                    network.arrive(ledger, &mut stretches, (to, movement.asset), flow.movement)
                }
                (None, None) => continue,
            };
            let capacity = capacity.to_u128().unwrap_or(UNBOUNDED);
            network.network.add_edge(sender, receiver, capacity);
        }
        add_rests(reach, &mut networks, &stretches);
        TimeGraph { networks }
    }

    /// The most that can reach a line (`into` true) or all other lines together (`into` false).
    pub(super) fn max_flow(&self, line: &Line, into: bool) -> u128 {
        let Some(base) = self.networks.get(&line.asset) else { return UNBOUNDED };
        let mut network = base.network.clone();
        for (end, node) in &base.lines {
            if (*end == line.key()) == into {
                network.add_edge(*node, base.sink, UNBOUNDED);
            }
        }
        network.max_flow(base.source, base.sink)
    }
}

/// What lies with a holder at the end.
fn add_rests(reach: &Run, networks: &mut BTreeMap<AssetNo, Network>, stretches: &Stretches) {
    for line in &reach.lines {
        let Some(network) = networks.get_mut(&line.asset) else { continue };
        if line.endpoint == Endpoint::Absorbed {
            continue;
        }
        for holder in line.holders.iter().filter(|holder| holder.amount > Amount::ZERO) {
            if let Some(stretch) = stretches.get(&(holder.account, line.asset)) {
                let most = stretch.history.least(stretch.last_arrival, None);
                let end = network.lines[&line.key()];
                network.network.add_edge(stretch.node, end, most);
            }
        }
    }
}

impl Network {
    fn new(reach: &Run, asset: AssetNo) -> Network {
        let mut network = FlowNetwork::default();
        let source = network.add_node();
        let sink = network.add_node();
        let lines = reach.lines.iter().filter(|line| line.asset == asset);
        let lines = lines.map(|line| (line.key(), network.add_node())).collect();
        Network { network, source, sink, lines }
    }

    /// The node at which a value move arrives: a new stretch if the account has paid since the
    /// last, so that nothing flows back in time.
    fn arrive(
        &mut self,
        ledger: &Ledger,
        stretches: &mut Stretches,
        owner: (Account, AssetNo),
        arrival: MovementNo,
    ) -> usize {
        let Some(stretch) = stretches.get_mut(&owner) else {
            let node = self.network.add_node();
            let history = History::of(ledger, owner.0, owner.1);
            stretches.insert(owner, Stretch { node, paid: false, last_arrival: arrival, history });
            return node;
        };
        if stretch.paid {
            let node = self.network.add_node();
            let most = stretch.history.least(stretch.last_arrival, Some(arrival));
            self.network.add_edge(stretch.node, node, most);
            stretch.node = node;
            stretch.paid = false;
        }
        stretch.last_arrival = arrival;
        stretch.node
    }
}
