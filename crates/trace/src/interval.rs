//! The policy-free interval: what must, and what can at most, have ended at an endpoint.
//!
//! Under any policy that conserves value, taint is a flow in the time-expanded graph of value moves
//! with each move's amount, and between moves each balance, as capacity. So the taint of a set of
//! endpoints is at most the maximum flow from the seeds to them, and at least the seed minus the
//! maximum flow to all others (`docs/methods/account_trace.md`, invariant I10).

pub(crate) mod flow_network;
mod history;
mod time_graph;

use std::collections::BTreeMap;

use chain::Amount;
use ledger::Ledger;

use crate::{Line, Run, StopReason, sheet::LineKey};
use flow_network::UNBOUNDED;
use time_graph::TimeGraph;

/// Beyond so many value moves the bounds are left open rather than computed for minutes.
const MOVES_MAX: usize = 60_000;

/// The bounds of every line that any policy can have.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    lines: BTreeMap<LineKey, (Amount, Amount)>,
}

impl Bounds {
    /// Computes them from the run that follows everything reachable.
    pub(crate) fn compute(ledger: &Ledger, reach: &Run) -> Bounds {
        let mut bounds = Bounds::default();
        if reach.flows.len() > MOVES_MAX {
            return bounds;
        }
        let graph = TimeGraph::build(ledger, reach);
        for line in &reach.lines {
            let seed = reach.seeds.iter().find(|seed| seed.asset == line.asset);
            // Above the network's own limit (no honest token comes near) the bounds stay open.
            let total = seed.and_then(|seed| seed.amount.to_u128());
            let Some(total) = total.filter(|total| *total <= UNBOUNDED) else { continue };
            let into = graph.max_flow(line, true).min(total);
            let elsewhere = graph.max_flow(line, false).min(total);
            let limits = (Amount::from(total - elsewhere), Amount::from(into));
            bounds.lines.insert(line.key(), limits);
        }
        bounds
    }

    /// Sets the bounds on each line of a run. A run that cuts taint by its size or by its hops cuts
    /// elsewhere than the run that follows everything, so nothing bounds it.
    pub(crate) fn attach(&self, run: &mut Run) {
        if run.lines.iter().any(is_cut) {
            return;
        }
        for line in &mut run.lines {
            if let Some((least, most)) = self.lines.get(&line.key()) {
                line.at_least = Some(*least);
                line.at_most = Some(*most);
            }
        }
    }
}

fn is_cut(line: &Line) -> bool {
    matches!(line.reason, StopReason::Pruned | StopReason::Budget)
}
