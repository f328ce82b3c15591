//! The balance sheet of a run: one line for each place where value ended.

use std::{collections::BTreeMap, sync::Arc};

use chain::Timestamp;

use super::{AddressNo, Claims, CoinJoin, Facts, OutputNo, Run, TxNo};
use crate::{Endpoint, Label, StopReason};

/// Stolen value entering the place where it is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The transaction that brought it: for a CoinJoin itself, else the one that made the output.
    pub tx: TxNo,
    /// The output that carried it; `None` for a fee.
    pub output: Option<OutputNo>,
    /// Its stolen part, in base units.
    pub amount: u64,
    /// All of it, stolen or not, in base units.
    pub carried: u64,
    /// Hops from the seed.
    pub hops: u32,
    /// Time of the block.
    pub time: Timestamp,
}

/// An address at which value rests or was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The address.
    pub address: AddressNo,
    /// How much of the stolen value lies there, in base units.
    pub amount: u128,
    /// Fewest hops from the seed.
    pub hops: u32,
    /// What is known of it, although it may be no stop.
    pub label: Option<Arc<Label>>,
}

/// A CoinJoin that stolen value ended in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoinJoinStop {
    /// The transaction.
    pub tx: TxNo,
    /// What is said of it.
    pub coinjoin: CoinJoin,
    /// The stolen value that entered, in base units.
    pub amount: u128,
}

/// A line of the balance sheet: one endpoint, one reason, one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where value ends.
    pub endpoint: Endpoint,
    /// Why the trace stopped.
    pub reason: StopReason,
    /// Whose it is, for labelled endpoints; the addresses of one actor share a line.
    pub label: Option<Arc<Label>>,
    /// The stolen value that ended here, in base units.
    pub amount: u128,
    /// What the arriving outputs carried in all, stolen or not.
    pub carried: u128,
    /// Fewest hops of an arrival.
    pub min_hops: u32,
    /// First arrival.
    pub first: Option<Timestamp>,
    /// Last arrival.
    pub last: Option<Timestamp>,
    /// Each arrival, in chain order.
    pub arrivals: Vec<Arrival>,
    /// The addresses where it rests or was stopped, most first. None for fees and CoinJoins.
    pub holders: Vec<Holder>,
    /// The CoinJoins that it ended in, in chain order.
    pub coinjoins: Vec<CoinJoinStop>,
    /// The most of the seed that can have ended here under any policy that conserves value.
    pub at_most: Option<u128>,
    /// The least of the seed that must have ended here under any such policy.
    pub at_least: Option<u128>,
}

/// What makes ends of two runs one line: the same endpoint, reason and party.
pub(super) type LineKey = (Endpoint, StopReason, Option<String>);

impl Line {
    pub(super) fn key(&self) -> LineKey {
        (self.endpoint, self.reason, self.label.as_ref().map(|label| label.party()))
    }

    fn new(endpoint: Endpoint, reason: StopReason, label: Option<Arc<Label>>) -> Line {
        Line {
            endpoint,
            reason,
            label,
            amount: 0,
            carried: 0,
            min_hops: u32::MAX,
            first: None,
            last: None,
            arrivals: Vec::new(),
            holders: Vec::new(),
            coinjoins: Vec::new(),
            at_most: None,
            at_least: None,
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        self.amount += u128::from(arrival.amount);
        self.carried += u128::from(arrival.carried);
        self.min_hops = self.min_hops.min(arrival.hops);
        // Times of blocks need not ascend.
        self.first = Some(self.first.map_or(arrival.time, |first| first.min(arrival.time)));
        self.last = self.last.max(Some(arrival.time));
        self.arrivals.push(arrival);
    }
}

/// The balance sheet of a run: by endpoint, the largest line first. Sums to the seeds under every
/// policy that conserves value. The bounds are still open.
pub fn lines<F: Facts, C: Claims>(facts: &F, claims: &C, run: &Run) -> Vec<Line> {
    let mut lines: Vec<Line> = run
        .places
        .iter()
        .map(|place| Line::new(place.endpoint, place.reason, place.label.clone()))
        .collect();
    for (flow, place) in run.flows.iter().filter_map(|flow| Some((flow, flow.place()?))) {
        let line = &mut lines[place];
        let joins = line.reason == StopReason::CoinJoin;
        let joined = facts.spender(flow.output).filter(|_| joins);
        let tx = joined.unwrap_or(flow.tx);
        line.arrive(Arrival {
            tx,
            output: Some(flow.output),
            amount: flow.tainted,
            carried: flow.value,
            hops: flow.hops + u32::from(joined.is_some()),
            time: facts.time(tx),
        });
    }
    if !run.fees.is_empty() {
        let mut line = Line::new(Endpoint::Fees, StopReason::Fee, None);
        for fee in &run.fees {
            line.arrive(Arrival {
                tx: fee.tx,
                output: None,
                amount: fee.tainted,
                carried: fee.value,
                hops: fee.hops,
                time: facts.time(fee.tx),
            });
        }
        lines.push(line);
    }
    lines.retain(|line| !line.arrivals.is_empty());
    for line in &mut lines {
        line.arrivals.sort_by_key(|arrival| (arrival.tx, arrival.output));
        if line.reason == StopReason::CoinJoin {
            line.coinjoins = coinjoins(run, line);
        } else {
            line.holders = holders(facts, claims, line);
        }
    }
    lines.sort_by_cached_key(|line| (line.endpoint, std::cmp::Reverse(line.amount), line.key()));
    lines
}

/// How many addresses tainted value reached.
pub fn address_count<F: Facts>(facts: &F, run: &Run) -> usize {
    let mut addresses: Vec<AddressNo> =
        run.flows.iter().map(|flow| facts.address(flow.output)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.len()
}

fn holders<F: Facts, C: Claims>(facts: &F, claims: &C, line: &Line) -> Vec<Holder> {
    let mut found: BTreeMap<AddressNo, Holder> = BTreeMap::new();
    for arrival in &line.arrivals {
        let Some(output) = arrival.output else { continue };
        let address = facts.address(output);
        let holder = found.entry(address).or_insert_with(|| Holder {
            address,
            amount: 0,
            hops: arrival.hops,
            label: line.label.clone().or_else(|| claims.label(address, arrival.tx)),
        });
        holder.amount += u128::from(arrival.amount);
        holder.hops = holder.hops.min(arrival.hops);
    }
    let mut holders: Vec<Holder> = found.into_values().collect();
    holders.sort_by_key(|holder| (std::cmp::Reverse(holder.amount), holder.address));
    holders
}

fn coinjoins(run: &Run, line: &Line) -> Vec<CoinJoinStop> {
    let mut stops: Vec<CoinJoinStop> = Vec::new();
    for arrival in &line.arrivals {
        match stops.last_mut().filter(|stop| stop.tx == arrival.tx) {
            Some(stop) => stop.amount += u128::from(arrival.amount),
            None => {
                let met = run.coinjoins.binary_search_by_key(&arrival.tx, |(tx, _)| *tx);
                let Ok(at) = met else { continue };
                let coinjoin = run.coinjoins[at].1.clone();
                let amount = u128::from(arrival.amount);
                stops.push(CoinJoinStop { tx: arrival.tx, coinjoin, amount });
            }
        }
    }
    stops
}
