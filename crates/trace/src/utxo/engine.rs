//! The event loop: transactions in chain order, taint by policy, every unit booked.
//!
//! Only transactions that spend a tainted output are looked at. They wait in a heap, keyed by their
//! number, so that all tainted inputs of one are there when its turn comes.

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    Claims, CoinJoinRule, Facts, Fee, Flow, OutputNo, Parameters, Place, Ranges, Run, SeedOutput,
    TxNo, Units,
    assign::assign,
    habits::Habits,
    ranges::{Stream, count},
    run::WENT_ON,
};
use crate::{Endpoint, Label, Policy, Role, StopReason};

/// A spending transaction and the number of the flow that it spends, in one number: the heap orders
/// by transaction, and among its inputs by output.
fn spending(tx: TxNo, flow: u32) -> u64 {
    u64::from(tx.0) << 32 | u64::from(flow)
}

#[allow(clippy::cast_possible_truncation, reason = "each half of the number is 32 bits")]
fn parts(spending: u64) -> (TxNo, u32) {
    (TxNo((spending >> 32) as u32), spending as u32)
}

/// Traces resolved seeds under one policy. Balanced by construction; see [`Run::unbalanced`].
pub fn follow<F: Facts, C: Claims>(
    facts: &F,
    claims: &C,
    seeds: &[SeedOutput],
    policy: Policy,
    parameters: &Parameters,
) -> Run {
    follow_with(facts, claims, seeds, policy, parameters, &Habits::default())
}

/// The same, with what other runs found out about owners.
pub(super) fn follow_with<F: Facts, C: Claims>(
    facts: &F,
    claims: &C,
    seeds: &[SeedOutput],
    policy: Policy,
    parameters: &Parameters,
    habits: &Habits,
) -> Run {
    let mut seeds = seeds.to_vec();
    if let Some(until) = parameters.until {
        seeds.retain(|seed| facts.time(seed.tx) <= until);
    }
    let engine = Engine {
        facts,
        claims,
        parameters,
        policy,
        heap: BinaryHeap::new(),
        started: 0,
        run: Run {
            policy,
            seeds,
            flows: Vec::new(),
            fees: Vec::new(),
            places: Vec::new(),
            coinjoins: Vec::new(),
            ranges: Ranges::default(),
            transactions: 0,
        },
        places: FxHashMap::default(),
        habits,
        slots: Vec::new(),
        parts: Vec::new(),
        stream: Stream::default(),
    };
    engine.run()
}

/// A transaction with tainted inputs.
struct Spend<'a> {
    tx: TxNo,
    /// Numbers of the flows that it spends, ascending.
    inputs: &'a [u32],
    outputs: Range<u64>,
    /// Hops that its outputs have made.
    hops: u32,
}

impl Spend<'_> {
    fn flow(&self, output: u64, tainted: u64, value: u64) -> Flow {
        let output = OutputNo(output);
        Flow { output, tainted, value, tx: self.tx, hops: self.hops, place: WENT_ON }
    }
}

/// What makes two ends one place: endpoint, reason and party.
type PlaceKey = (Endpoint, StopReason, Option<String>);

struct Engine<'a, F, C> {
    facts: &'a F,
    claims: &'a C,
    parameters: &'a Parameters,
    policy: Policy,
    heap: BinaryHeap<Reverse<u64>>,
    /// Seeds before this one have begun.
    started: usize,
    run: Run,
    places: FxHashMap<PlaceKey, u32>,
    habits: &'a Habits,
    slots: Vec<u64>,
    parts: Vec<u64>,
    stream: Stream,
}

impl<F: Facts, C: Claims> Engine<'_, F, C> {
    fn run(mut self) -> Run {
        let mut inputs: Vec<u32> = Vec::new();
        while let Some(tx) = self.next_transaction() {
            inputs.clear();
            while let Some(Reverse(next)) = self.heap.peek().copied() {
                let (spender, flow) = parts(next);
                if spender != tx {
                    break;
                }
                self.heap.pop();
                inputs.push(flow);
            }
            if !inputs.is_empty() {
                self.spend(tx, &inputs);
            }
            // Seeds of a transaction that taint reached have begun when its outputs were shared.
            while self.run.seeds.get(self.started).is_some_and(|seed| seed.tx == tx) {
                self.begin_seed();
            }
        }
        self.run
    }

    fn next_transaction(&self) -> Option<TxNo> {
        let spending = self.heap.peek().map(|Reverse(next)| parts(*next).0);
        let seed = self.run.seeds.get(self.started).map(|seed| seed.tx);
        spending.into_iter().chain(seed).min()
    }

    /// One transaction with tainted inputs: where their taint goes.
    fn spend(&mut self, tx: TxNo, inputs: &[u32]) {
        if self.run.flows.len() >= self.parameters.outputs_max {
            return self.end_inputs(inputs, Endpoint::Frontier, StopReason::Budget, None);
        }
        let mut policy = self.policy;
        let coinjoin = self.claims.coinjoin(tx);
        if let Some(coinjoin) = coinjoin {
            let label = coinjoin_label(&coinjoin.protocol, &coinjoin.rule_version);
            self.run.coinjoins.push((tx, coinjoin));
            if self.parameters.coinjoins == CoinJoinRule::Stop {
                let label = Some(Arc::new(label));
                return self.end_inputs(inputs, Endpoint::Mixer, StopReason::CoinJoin, label);
            }
            // Poison is reachability, and a CoinJoin is the place to be reached through.
            if policy != Policy::Poison {
                policy = Policy::Haircut;
            }
        }
        self.run.transactions += 1;
        let before = inputs.iter().map(|flow| self.flow(*flow).hops).min().unwrap_or(0);
        let outputs = self.facts.outputs(tx);
        self.slots.clear();
        self.slots.extend(outputs.clone().map(|output| self.facts.value(OutputNo(output))));
        let spend = Spend { tx, inputs, outputs, hops: before + 1 };
        match policy {
            Policy::Fifo | Policy::Lifo => self.share_ranges(spend),
            _ => self.share_sums(policy, spend),
        }
    }

    /// Policies that know only how much came in.
    fn share_sums(&mut self, policy: Policy, spend: Spend<'_>) {
        // Under poison more may come in than there is; then all of it is tainted, as it is anyway.
        let came = spend.inputs.iter().map(|flow| self.flow(*flow).tainted);
        let taint = came.fold(0, u64::saturating_add);
        self.slots.push(self.facts.fee(spend.tx));
        let (slots, mut parts) = (std::mem::take(&mut self.slots), std::mem::take(&mut self.parts));
        assign(policy, taint, &slots, &mut parts);
        for ((output, part), value) in spend.outputs.clone().zip(&parts).zip(&slots) {
            // Where a policy of order spreads through a CoinJoin, the first units stand for a part.
            let units = [Units { start: 0, end: *part }];
            self.arrive(spend.flow(output, *part, *value), &units);
        }
        if let (Some(part), Some(value)) = (parts.last(), slots.last()) {
            self.book_fee(&spend, *part, *value);
        }
        (self.slots, self.parts) = (slots, parts);
    }

    /// Policies that map each unit that comes in to one that goes out.
    fn share_ranges(&mut self, spend: Spend<'_>) {
        let mut stream = std::mem::take(&mut self.stream);
        stream.clear();
        let mut total: u64 = 0;
        for input in self.facts.inputs(spend.tx) {
            // The flows of one transaction come out of the heap in the order of their outputs.
            let inputs = spend.inputs;
            let found = inputs.binary_search_by_key(&input, |flow| self.flow(*flow).output);
            let value = match found {
                Ok(at) => {
                    let number = inputs[at] as usize;
                    let value = self.run.flows[number].value;
                    stream.take(value, self.run.ranges.of(number));
                    value
                }
                Err(_) => {
                    let value = self.facts.value(input);
                    stream.take_clean(value);
                    value
                }
            };
            total += value;
        }
        if self.policy == Policy::Lifo {
            stream.turn();
        }
        let slots = std::mem::take(&mut self.slots);
        for (output, value) in spend.outputs.clone().zip(&slots) {
            let units = stream.pay(*value);
            self.arrive(spend.flow(output, count(units), *value), units);
        }
        let value = total.saturating_sub(slots.iter().sum());
        let tainted = count(stream.pay(value));
        self.book_fee(&spend, tainted, value);
        (self.stream, self.slots) = (stream, slots);
    }

    fn book_fee(&mut self, spend: &Spend<'_>, tainted: u64, value: u64) {
        if tainted > 0 {
            self.run.fees.push(Fee { tx: spend.tx, tainted, value, hops: spend.hops });
        }
    }

    fn flow(&self, number: u32) -> &Flow {
        &self.run.flows[number as usize]
    }

    /// Taint comes to an output, perhaps none.
    fn arrive(&mut self, mut flow: Flow, units: &[Units]) {
        let next = self.run.seeds.get(self.started);
        let seed = next.is_some_and(|seed| seed.output == flow.output);
        if flow.tainted > 0 && seed {
            // Nobody can steal it twice; it is counted from the seed on.
            flow.place = self.place(Endpoint::Absorbed, StopReason::Seed, None);
            self.push(flow, units);
        } else if flow.tainted > 0 {
            self.settle(flow, units, true);
        }
        if seed {
            self.begin_seed();
        }
    }

    /// The next seed begins: its taint comes from nowhere else.
    fn begin_seed(&mut self) {
        let SeedOutput { output, tx, tainted, hops } = self.run.seeds[self.started];
        self.started += 1;
        let value = self.facts.value(output);
        let flow = Flow { output, tainted, value, tx, hops, place: WENT_ON };
        // What lies at a wallet of the case is followed whoever that is.
        self.settle(flow, &[Units { start: 0, end: tainted }], hops > 0);
    }

    /// Follows a tainted output, or books where it ends.
    fn settle(&mut self, mut flow: Flow, units: &[Units], stops: bool) {
        let spender = self.facts.spender(flow.output);
        if let Some((endpoint, reason, label)) = self.stop(&flow, spender, stops) {
            flow.place = self.place(endpoint, reason, label);
            self.push(flow, units);
            return;
        }
        let spender = spender.expect("an unspent output stops");
        let number = u32::try_from(self.run.flows.len())
            .expect("the budget of outputs ends a run before it has so many");
        self.push(flow, units);
        self.heap.push(Reverse(spending(spender, number)));
    }

    fn push(&mut self, flow: Flow, units: &[Units]) {
        self.run.flows.push(flow);
        if matches!(self.policy, Policy::Fifo | Policy::Lifo) {
            self.run.ranges.push(units);
        }
    }

    /// Whether value stops at an output, and why.
    fn stop(
        &mut self,
        flow: &Flow,
        spender: Option<TxNo>,
        stops: bool,
    ) -> Option<(Endpoint, StopReason, Option<Arc<Label>>)> {
        if stops && let Some(stop) = self.stop_at_owner(flow, spender) {
            return Some(stop);
        }
        if flow.tainted < self.parameters.prune_below {
            return Some((Endpoint::Pruned, StopReason::Pruned, None));
        }
        let until = self.parameters.until;
        let spender = spender.filter(|tx| until.is_none_or(|until| self.facts.time(*tx) <= until));
        if spender.is_none() {
            return Some((Endpoint::Unspent, StopReason::Rest, None));
        }
        let full = self.run.flows.len() >= self.parameters.outputs_max.min(WENT_ON as usize);
        if flow.hops >= self.parameters.hops_max || full {
            return Some((Endpoint::Frontier, StopReason::Budget, None));
        }
        None
    }

    /// Whether the owner of an output ends the trace.
    fn stop_at_owner(
        &mut self,
        flow: &Flow,
        spender: Option<TxNo>,
    ) -> Option<(Endpoint, StopReason, Option<Arc<Label>>)> {
        let address = self.facts.address(flow.output);
        if spender.is_none() && self.facts.is_unspendable(address) {
            return Some((Endpoint::Burnt, StopReason::Unspendable, None));
        }
        let label = self.claims.label(address, flow.tx);
        let endpoint = match label.as_ref().map(|label| label.role) {
            Some(Role::Service) => Some(Endpoint::Service),
            Some(Role::Mixer) => Some(Endpoint::Mixer),
            Some(Role::Bridge) => Some(Endpoint::Bridge),
            Some(Role::Burn) => Some(Endpoint::Burnt),
            Some(Role::Passage | Role::Unsettled) | None => None,
        };
        if let Some(endpoint) = endpoint {
            return Some((endpoint, StopReason::Label, label));
        }
        // A label that says "thief" or "person" is knowledge; the guard is for the unknown.
        let known = label.as_ref().is_some_and(|label| label.role == Role::Passage);
        let guard = self.parameters.guard.as_ref().filter(|_| !known)?;
        let (facts, claims) = (self.facts, self.claims);
        self.habits.is_busy(facts, claims, guard, address, flow).then_some((
            Endpoint::ProbableService,
            StopReason::Guard,
            label,
        ))
    }

    /// Tainted inputs end at the transaction that spends them.
    fn end_inputs(
        &mut self,
        inputs: &[u32],
        endpoint: Endpoint,
        reason: StopReason,
        label: Option<Arc<Label>>,
    ) {
        let place = self.place(endpoint, reason, label);
        for flow in inputs {
            self.run.flows[*flow as usize].place = place;
        }
    }

    fn place(&mut self, endpoint: Endpoint, reason: StopReason, label: Option<Arc<Label>>) -> u32 {
        let key = (endpoint, reason, label.as_ref().map(|label| label.party()));
        let places = &mut self.run.places;
        *self.places.entry(key).or_insert_with(|| {
            places.push(Place { endpoint, reason, label });
            u32::try_from(places.len() - 1).expect("fewer places than flows")
        })
    }
}

/// A CoinJoin as a party: one for each way of making them.
fn coinjoin_label(protocol: &str, rule: &str) -> Label {
    Label {
        actor: None,
        name: format!("CoinJoin ({protocol})"),
        category: Some("coinjoin".to_owned()),
        jurisdictions: Vec::new(),
        role: Role::Mixer,
        confidence: "heuristic".to_owned(),
        sources: vec![rule.to_owned()],
    }
}
