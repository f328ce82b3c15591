//! The policy-free interval: what must, and what can at most, have ended at an endpoint.
//!
//! Under any policy that conserves value, taint is a flow in the graph whose nodes are transactions
//! and whose edges are outputs, each with its value as capacity. Time needs no expansion: an output
//! leads from one transaction to a later one. So the taint of a set of endpoints is at most the
//! maximum flow from the seeds to them, and at least the seed less the maximum flow to all others
//! (`docs/methods/utxo_trace.md`, invariant I10).
//!
//! Reachability spreads over nearly everything in time. So the graph ends at a horizon, and what
//! crosses it may have ended anywhere: it counts for every endpoint and against every other.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    Claims, Facts, Line, Parameters, Run, SeedOutput, TxNo, engine::follow_with, habits::Habits,
    lines, sheet::LineKey,
};
use crate::{
    Endpoint, Policy, StopReason,
    interval::flow_network::{FlowNetwork, UNBOUNDED},
};

/// Beyond so many lines the bounds are left open rather than computed for minutes.
const LINES_MAX: usize = 200;

/// The bounds of every line that any policy can have: least and most.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    lines: BTreeMap<LineKey, (u128, u128)>,
    /// Of any line that lies behind the horizon altogether.
    behind: Option<(u128, u128)>,
}

impl Bounds {
    /// Computes them from a run that follows everything reachable up to the horizon.
    pub(super) fn compute<F: Facts, C: Claims>(
        facts: &F,
        claims: &C,
        seeds: &[SeedOutput],
        parameters: &Parameters,
        habits: &Habits,
    ) -> Bounds {
        let mut bounds = Bounds::default();
        if parameters.horizon == 0 {
            return bounds;
        }
        let limited = Parameters { outputs_max: parameters.horizon, ..parameters.clone() };
        let reach = follow_with(facts, claims, seeds, Policy::Poison, &limited, habits);
        let total = reach.seeded();
        let lines = lines(facts, claims, &reach);
        if lines.len() > LINES_MAX || total > UNBOUNDED {
            return bounds;
        }
        let graph = Graph::build(facts, &reach, &lines);
        for line in lines.iter().filter(|line| line.reason != StopReason::Budget) {
            let into = graph.max_flow(&line.key(), true).min(total);
            let elsewhere = graph.max_flow(&line.key(), false).min(total);
            bounds.lines.insert(line.key(), (total - elsewhere, into));
        }
        let nowhere = (Endpoint::Frontier, StopReason::Budget, None);
        bounds.behind = Some((0, graph.max_flow(&nowhere, true).min(total)));
        bounds
    }

    /// Sets the bounds on each line of a balance sheet. A run that cuts taint by its size or by its
    /// hops cuts elsewhere than the run that follows everything, so nothing bounds it.
    pub(super) fn attach(&self, lines: &mut [Line]) {
        let cut = |line: &Line| matches!(line.reason, StopReason::Pruned | StopReason::Budget);
        if lines.iter().any(cut) {
            return;
        }
        for line in lines {
            if let Some((least, most)) = self.lines.get(&line.key()).copied().or(self.behind) {
                line.at_least = Some(least);
                line.at_most = Some(most);
            }
        }
    }
}

struct Graph {
    network: FlowNetwork,
    source: usize,
    sink: usize,
    ends: BTreeMap<LineKey, usize>,
}

impl Graph {
    fn build<F: Facts>(facts: &F, reach: &Run, lines: &[Line]) -> Graph {
        let mut network = FlowNetwork::default();
        let source = network.add_node();
        let sink = network.add_node();
        let ends: BTreeMap<LineKey, usize> =
            lines.iter().map(|line| (line.key(), network.add_node())).collect();
        let places: Vec<usize> = reach
            .places
            .iter()
            .map(|place| {
                let party = place.label.as_ref().map(|label| label.party());
                ends.get(&(place.endpoint, place.reason, party)).copied().unwrap_or(sink)
            })
            .collect();
        let mut nodes: FxHashMap<TxNo, usize> = FxHashMap::default();
        for (number, flow) in reach.flows.iter().enumerate() {
            let (from, capacity) = if reach.is_seed(number) {
                (source, flow.tainted)
            } else {
                (node(&mut nodes, &mut network, flow.tx), flow.value)
            };
            let to = match flow.place() {
                Some(place) => places[place],
                None => match facts.spender(flow.output) {
                    Some(spender) => node(&mut nodes, &mut network, spender),
                    None => continue,
                },
            };
            network.add_edge(from, to, u128::from(capacity));
        }
        let fees = ends.get(&(Endpoint::Fees, StopReason::Fee, None)).copied();
        for fee in &reach.fees {
            let from = node(&mut nodes, &mut network, fee.tx);
            network.add_edge(from, fees.unwrap_or(sink), u128::from(fee.value));
        }
        Graph { network, source, sink, ends }
    }

    /// The most that can reach a line (`into` true) or all other lines together (`into` false); what
    /// crosses the horizon can do either.
    fn max_flow(&self, line: &LineKey, into: bool) -> u128 {
        let mut network = self.network.clone();
        for (end, node) in &self.ends {
            if end.1 == StopReason::Budget || (end == line) == into {
                network.add_edge(*node, self.sink, UNBOUNDED);
            }
        }
        network.max_flow(self.source, self.sink)
    }
}

fn node(nodes: &mut FxHashMap<TxNo, usize>, network: &mut FlowNetwork, tx: TxNo) -> usize {
    *nodes.entry(tx).or_insert_with(|| network.add_node())
}
