//! The policy-free interval: what must, and what can at most, have ended at an endpoint.
//!
//! Under any policy that conserves value, taint is a flow in the time-expanded graph of value moves
//! with each move's amount as capacity. So the taint of a set of endpoints is at most the maximum
//! flow from the seeds to them, and at least the seed minus the maximum flow to all others
//! (`docs/methods/account_trace.md`, invariant I10).

mod flow_network;
mod time_graph;

use chain::Amount;
use ledger::Ledger;

use crate::Run;
use time_graph::TimeGraph;

/// Beyond so many value moves the bounds are left open rather than computed for minutes.
const MOVES_MAX: usize = 60_000;

/// Sets the bounds on each line of `run`, by the moves that any policy could taint (`reach`).
pub(crate) fn attach(ledger: &Ledger, reach: &Run, run: &mut Run) {
    if reach.flows.len() > MOVES_MAX {
        return;
    }
    let graph = TimeGraph::build(ledger, reach);
    let seeds = run.seeds.clone();
    for seed in seeds {
        let Some(total) = seed.amount.to_u128() else { continue };
        for at in 0..run.lines.len() {
            if run.lines[at].asset != seed.asset {
                continue;
            }
            let at_most = graph.max_flow(seed.asset, total, &run.lines[at], true);
            let others = graph.max_flow(seed.asset, total, &run.lines[at], false);
            run.lines[at].at_most = Some(Amount::from(at_most));
            run.lines[at].at_least = Some(Amount::from(total.saturating_sub(others)));
        }
    }
}
