//! The way by which stolen value came to a place.

use super::{Arrival, Facts, Line, OutputNo, Run, TxNo, Units, ranges};
use crate::{Endpoint, Policy};

/// One way from a seed to an endpoint, output by output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Numbers of the flows, from the seed on.
    pub flows: Vec<usize>,
    /// The transaction in which the way ends, where no output of it is on the way: a CoinJoin, or
    /// one whose fee it is.
    pub into: Option<TxNo>,
    /// What arrived at its end, stolen part only, in base units.
    pub amount: u64,
}

/// The ways behind a line of a balance sheet: one for each arrival, the largest first, at most
/// `limit`.
///
/// Under FIFO and LIFO a way goes back along the very units that arrived, and where they came in by
/// several inputs along the largest part of them. Under the other policies units have no identity,
/// and a way goes back along the largest tainted input; a place where many came together has more
/// ways than the one shown.
pub fn why<F: Facts>(facts: &F, run: &Run, line: &Line, limit: usize) -> Vec<Path> {
    let mut ends: Vec<&Arrival> = line.arrivals.iter().collect();
    ends.sort_by_key(|end| (std::cmp::Reverse(end.amount), end.tx, end.output));
    ends.truncate(limit);
    ends.into_iter().map(|end| Walk { facts, run }.back(line.endpoint, end)).collect()
}

struct Walk<'a, F> {
    facts: &'a F,
    run: &'a Run,
}

/// Where a walk stands: a flow, and which of its units it is about.
struct Stand {
    flow: usize,
    /// `None` where units have no identity.
    units: Option<Vec<Units>>,
}

impl<F: Facts> Walk<'_, F> {
    fn back(&self, endpoint: Endpoint, end: &Arrival) -> Path {
        let mut flows = Vec::new();
        let mut at = match end.output {
            Some(output) => self.flow_at(output, endpoint).map(|flow| self.whole(flow)),
            None => self.fee_source(end.tx),
        };
        while let Some(stand) = at {
            flows.push(stand.flow);
            if self.run.is_seed(stand.flow) {
                break;
            }
            at = self.source(&stand);
        }
        flows.reverse();
        let ends_inside = flows.last().is_none_or(|last| self.run.flows[*last].tx != end.tx);
        Path { flows, into: ends_inside.then_some(end.tx), amount: end.amount }
    }

    /// The flow that an arrival is about: what reached a seed stands before the seed itself.
    fn flow_at(&self, output: OutputNo, endpoint: Endpoint) -> Option<usize> {
        let last = self.run.flow_of(output)?;
        if endpoint == Endpoint::Absorbed { last.checked_sub(1) } else { Some(last) }
    }

    fn keeps_order(&self, tx: TxNo) -> bool {
        // A CoinJoin that is spread by haircut gives its units no order.
        matches!(self.run.policy, Policy::Fifo | Policy::Lifo)
            && self.run.coinjoins.binary_search_by_key(&tx, |(tx, _)| *tx).is_err()
    }

    fn whole(&self, flow: usize) -> Stand {
        let ordered = matches!(self.run.policy, Policy::Fifo | Policy::Lifo);
        Stand { flow, units: ordered.then(|| self.run.ranges.of(flow).to_vec()) }
    }

    /// Where the units of a flow were before its transaction: the input that brought most of them.
    fn source(&self, stand: &Stand) -> Option<Stand> {
        let flow = &self.run.flows[stand.flow];
        match stand.units.as_ref().filter(|_| self.keeps_order(flow.tx)) {
            None => self.largest_input(flow.tx),
            Some(units) => {
                let before = self.facts.outputs(flow.tx).take_while(|it| *it < flow.output.0);
                let start = before.map(|it| self.facts.value(OutputNo(it))).sum();
                self.input_of_units(flow.tx, start, units)
            }
        }
    }

    fn fee_source(&self, tx: TxNo) -> Option<Stand> {
        if !self.keeps_order(tx) {
            return self.largest_input(tx);
        }
        let start = self.facts.outputs(tx).map(|it| self.facts.value(OutputNo(it))).sum();
        let fee = self.facts.fee(tx);
        self.input_of_units(tx, start, &[Units { start: 0, end: fee }])
    }

    fn inputs(&self, tx: TxNo) -> impl Iterator<Item = usize> {
        // What ended was not handed on.
        let went_on = |flow: &usize| self.run.flows[*flow].place().is_none();
        self.facts.inputs(tx).filter_map(|input| self.run.flow_of(input)).filter(went_on)
    }

    fn largest_input(&self, tx: TxNo) -> Option<Stand> {
        self.inputs(tx)
            .max_by_key(|flow| (self.run.flows[*flow].tainted, std::cmp::Reverse(*flow)))
            .map(|flow| self.whole(flow))
    }

    /// The input that brought most of some units of a slot that begins at `start`.
    fn input_of_units(&self, tx: TxNo, start: u64, units: &[Units]) -> Option<Stand> {
        let values = self.facts.inputs(tx).map(|input| self.facts.value(input));
        let length: u64 = values.sum();
        let mirrored = self.run.policy == Policy::Lifo;
        let origins: Vec<Units> = units
            .iter()
            .map(|it| ranges::origin(start + it.start..start + it.end, length, mirrored))
            .collect();
        let mut best: Option<(u64, Stand)> = None;
        let mut offset = 0;
        for input in self.facts.inputs(tx) {
            let tainted =
                self.run.flow_of(input).filter(|it| self.run.flows[*it].place().is_none());
            if let Some(flow) = tainted {
                let shared = ranges::shared(self.run.ranges.of(flow), offset, &origins);
                let amount = ranges::count(&shared);
                if amount > best.as_ref().map_or(0, |best| best.0) {
                    best = Some((amount, Stand { flow, units: Some(shared) }));
                }
            }
            offset += self.facts.value(input);
        }
        best.map(|(_, stand)| stand)
    }
}
