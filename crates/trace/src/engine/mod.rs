//! The event loop: value moves in chain order, taint by policy, every unit booked.

mod books;
mod queue;
mod sources;

use chain::{Account, Amount};
use ledger::{AssetNo, Held, Ledger, Movement, MovementNo};
use rustc_hash::FxHashMap;

use crate::{
    Arrival, Endpoint, Flow, Label, Labels, Parameters, Policy, Role, Run, Seed, StopReason,
    TraceError, Unreconciled,
    balance::balance_before,
    interval::Bounds,
    parallel::in_parallel,
    purse::{Parcel, Purse, add, tainted},
};
use books::Books;
use queue::Queue;
use sources::Sources;

/// Traces the seeds under each policy and returns one run for each, in the order asked for.
///
/// The policies are independent; `threads` of them run at a time and the result does not depend on
/// how many.
///
/// # Errors
/// A seed is not in the ledger, a policy has no meaning on account chains, or (a defect) the books
/// do not balance.
pub fn trace(
    ledger: &Ledger,
    labels: &dyn Labels,
    seeds: &[Seed],
    policies: &[Policy],
    parameters: &Parameters,
    threads: usize,
) -> Result<Vec<Run>, TraceError> {
    if let Some(policy) = policies.iter().find(|policy| **policy == Policy::Tiho) {
        return Err(TraceError::PolicyNeedsOutputs(*policy));
    }
    let sources = Sources::resolve(ledger, seeds)?;
    // Reachability bounds what any policy can do, so it is always computed beside them.
    let mut all = policies.to_vec();
    all.push(Policy::Poison);
    let one = |policy| Engine::new(ledger, labels, parameters, &sources, policy).run();
    let mut runs = in_parallel(&all, threads.max(1), one)?;
    let reach = runs.pop().expect("the reachability run was asked for last");
    if let (true, Some(until)) = (reach.seeds.is_empty(), parameters.until) {
        return Err(TraceError::NothingStolenYet(until));
    }
    let bounds = Bounds::compute(ledger, &reach);
    for run in &mut runs {
        check_balance(run)?;
        bounds.attach(run);
    }
    Ok(runs)
}

/// The law of the balance sheet. It holds by construction; a breach is refused, never reported.
fn check_balance(run: &Run) -> Result<(), TraceError> {
    for seed in run.seeds.iter().filter(|_| run.policy.conserves()) {
        if !run.unbalanced(seed.asset).is_zero() {
            let booked = run.lines.iter().filter(|line| line.asset == seed.asset);
            return Err(TraceError::Unbalanced {
                policy: run.policy,
                booked: crate::purse::sum(booked.map(|line| line.amount)).to_string(),
                seed: seed.amount.to_string(),
            });
        }
    }
    Ok(())
}

/// What one account holds of one asset, once taint has reached it.
struct Holding {
    account: Account,
    asset: AssetNo,
    purse: Purse,
    first_arrival: MovementNo,
    last_arrival: MovementNo,
}

struct Engine<'a> {
    ledger: &'a Ledger,
    labels: &'a dyn Labels,
    parameters: &'a Parameters,
    sources: Sources,
    policy: Policy,
    queue: Queue,
    holdings: Vec<Holding>,
    numbers: FxHashMap<(Account, AssetNo), usize>,
    hops: FxHashMap<Account, u32>,
    /// From which move on each busy account counts as a service.
    busy: FxHashMap<Account, Option<MovementNo>>,
    missing: FxHashMap<(Account, AssetNo), Amount>,
    books: Books,
    flows: Vec<Flow>,
}

impl<'a> Engine<'a> {
    fn new(
        ledger: &'a Ledger,
        labels: &'a dyn Labels,
        parameters: &'a Parameters,
        sources: &Sources,
        policy: Policy,
    ) -> Engine<'a> {
        Engine {
            ledger,
            labels,
            parameters,
            sources: sources.clone(),
            policy,
            queue: Queue::default(),
            holdings: Vec::new(),
            numbers: FxHashMap::default(),
            hops: FxHashMap::default(),
            busy: FxHashMap::default(),
            missing: FxHashMap::default(),
            books: Books::default(),
            flows: Vec::new(),
        }
    }

    fn run(mut self) -> Result<Run, TraceError> {
        for number in self.sources.first_events(self.ledger) {
            self.queue.push_single(number);
        }
        let mut out_of_budget = false;
        while let Some(number) = self.queue.pop() {
            let movement = self.ledger.movement(number);
            let time = self.ledger.tx_time(movement.tx);
            if self.parameters.until.is_some_and(|until| time > until) {
                break;
            }
            if self.flows.len() >= self.parameters.moves_max {
                out_of_budget = true;
                break;
            }
            self.process(&movement);
        }
        self.book_rest(out_of_budget);
        Ok(self.finish())
    }

    /// One value move: what leaves the sender, where it goes, what the receiver makes of it.
    fn process(&mut self, movement: &Movement) {
        // A payment to oneself moves nothing.
        if movement.amount.is_zero() || movement.to == Some(movement.from) {
            return;
        }
        let (parcels, seeded) = self.leave(movement);
        let stolen = tainted(&parcels);
        if stolen.is_zero() {
            self.put_clean(movement);
            return;
        }
        let before = if seeded { 0 } else { self.hops.get(&movement.from).copied().unwrap_or(0) };
        let hops = before + 1;
        let number = movement.number;
        self.flows.push(Flow { movement: number, tainted: stolen, hops, seed: seeded });
        let arrival = Arrival {
            movement: number,
            amount: stolen,
            carried: movement.amount,
            hops,
            time: self.ledger.tx_time(movement.tx),
        };
        match self.stop(movement, &arrival) {
            Some((endpoint, reason, label)) => {
                self.books.arrive(endpoint, reason, label, movement, arrival);
                // What is booked is followed no more, but it does lie there.
                self.put_clean(movement);
            }
            None => self.hold(movement, &parcels, hops),
        }
    }

    /// Units that are not followed come to an account that also holds some that are.
    fn put_clean(&mut self, movement: &Movement) {
        let receiver = movement.to.and_then(|to| self.numbers.get(&(to, movement.asset)));
        if let Some(number) = receiver {
            let parcel = Parcel { amount: movement.amount, tainted: false };
            self.holdings[*number].purse.put(&[parcel]);
        }
    }

    /// The units that leave the sender, and whether they are stolen here and now.
    fn leave(&mut self, movement: &Movement) -> (Vec<Parcel>, bool) {
        let time = self.ledger.tx_time(movement.tx);
        let seeded = self.sources.seeded(movement, time);
        let key = (movement.from, movement.asset);
        let holding = self.numbers.get(&key).copied();
        if let Some(stolen) = seeded {
            let absorbed = match holding {
                None => Amount::ZERO,
                // All that a seed address has is the seed's; of a single seeded move only what it
                // carries.
                Some(number) if self.sources.is_address(&movement.from) => {
                    let purse = &mut self.holdings[number].purse;
                    let absorbed = purse.cleanse();
                    purse.cover(movement.amount);
                    purse.take(movement.amount);
                    absorbed
                }
                Some(number) => {
                    let purse = &mut self.holdings[number].purse;
                    purse.cover(movement.amount);
                    tainted(&purse.take(movement.amount))
                }
            };
            self.books.absorb(movement.asset, movement.from, absorbed);
            self.books.seed(movement.asset, stolen);
            let clean = movement.amount.saturating_sub(stolen);
            let parcel = |amount, tainted| Parcel { amount, tainted };
            return (vec![parcel(stolen, true), parcel(clean, false)], true);
        }
        let Some(number) = holding else {
            return (vec![Parcel { amount: movement.amount, tainted: false }], false);
        };
        let missing = self.holdings[number].purse.cover(movement.amount);
        self.note_missing(key, missing);
        (self.holdings[number].purse.take(movement.amount), false)
    }

    fn note_missing(&mut self, key: (Account, AssetNo), missing: Amount) {
        // Reachability never lowers a balance, so only the policies that do can find one short.
        if !missing.is_zero() {
            let sum = self.missing.entry(key).or_insert(Amount::ZERO);
            *sum = add(*sum, missing);
        }
    }

    /// Whether value stops where this move brings it, and why.
    fn stop(
        &mut self,
        movement: &Movement,
        arrival: &Arrival,
    ) -> Option<(Endpoint, StopReason, Option<Label>)> {
        let Some(to) = movement.to else { return Some((Endpoint::Fees, StopReason::Fee, None)) };
        if self.sources.owns(&to, movement.asset, arrival.time) {
            return Some((Endpoint::Absorbed, StopReason::Seed, None));
        }
        let label = self.labels.label(&to, arrival.time);
        if to == Account::ZERO {
            return Some((Endpoint::Burnt, StopReason::Label, label));
        }
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
        if !known
            && let Some(guard) = &self.parameters.guard
            && let busy = self.busy.entry(to).or_insert_with(|| guard.busy_since(self.ledger, &to))
            && busy.is_some_and(|since| since < movement.number)
        {
            return Some((Endpoint::ProbableService, StopReason::Guard, label));
        }
        if arrival.amount < self.parameters.prune_below {
            return Some((Endpoint::Pruned, StopReason::Pruned, None));
        }
        if arrival.hops >= self.parameters.hops_max {
            return Some((Endpoint::Frontier, StopReason::Budget, label));
        }
        None
    }

    /// Puts units into the receiver's purse, opening it at the first tainted arrival.
    fn hold(&mut self, movement: &Movement, parcels: &[Parcel], hops: u32) {
        let Some(to) = movement.to else { return };
        let known = self.hops.entry(to).or_insert(hops);
        *known = (*known).min(hops);
        let key = (to, movement.asset);
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => {
                let number = movement.number;
                let (balance, short) = balance_before(self.ledger, &to, movement.asset, number);
                self.note_missing(key, short);
                self.queue.follow(self.ledger, to, number);
                self.holdings.push(Holding {
                    account: to,
                    asset: movement.asset,
                    purse: Purse::with_clean(self.policy, balance),
                    first_arrival: number,
                    last_arrival: number,
                });
                self.numbers.insert(key, self.holdings.len() - 1);
                self.holdings.len() - 1
            }
        };
        self.holdings[number].purse.put(parcels);
        self.holdings[number].last_arrival = movement.number;
    }

    /// What is left where it lies: unspent where the ledger holds the address, else the edge.
    fn book_rest(&mut self, out_of_budget: bool) {
        let mut holdings = std::mem::take(&mut self.holdings);
        holdings.sort_by_key(|holding| (holding.account, holding.asset));
        for holding in holdings.iter().filter(|holding| !holding.purse.tainted().is_zero()) {
            let (endpoint, reason) = if out_of_budget {
                (Endpoint::Frontier, StopReason::Budget)
            } else if self.is_held(holding) {
                (Endpoint::Unspent, StopReason::Rest)
            } else {
                (Endpoint::Frontier, StopReason::Coverage)
            };
            let at = self.ledger.tx_time(self.ledger.movement(holding.last_arrival).tx);
            let label = self.labels.label(&holding.account, at);
            let hops = self.hops.get(&holding.account).copied().unwrap_or(0);
            self.books.rest(
                endpoint,
                reason,
                holding.asset,
                crate::Holder {
                    account: holding.account,
                    amount: holding.purse.tainted(),
                    hops,
                    last: Some(at),
                    label,
                },
            );
        }
        self.holdings = holdings;
    }

    /// Whether the ledger shows what the address did after value reached it.
    fn is_held(&self, holding: &Holding) -> bool {
        if self.ledger.held(&holding.account) == Held::Complete {
            return true;
        }
        // A range of blocks held in full speaks for the address if it goes on to the end of the
        // ledger: what happened behind it would not be seen.
        let arrival = self.ledger.movement(holding.first_arrival);
        let since = self.ledger.transaction(arrival.tx).block;
        let end = self.ledger.block_span().map_or(0, |(_, last)| last);
        self.ledger.complete_blocks().iter().any(|(first, last)| *first <= since && end <= *last)
    }

    fn finish(self) -> Run {
        let mut unreconciled: Vec<Unreconciled> = self
            .missing
            .into_iter()
            .map(|((account, asset), missing)| Unreconciled { account, asset, missing })
            .collect();
        unreconciled.sort();
        let mut transactions: Vec<_> =
            self.flows.iter().map(|flow| self.ledger.movement(flow.movement).tx).collect();
        transactions.dedup();
        let (seeds, lines) = self.books.close();
        Run {
            policy: self.policy,
            seeds,
            lines,
            flows: self.flows,
            unreconciled,
            transactions: transactions.len(),
            addresses: self.hops.len(),
        }
    }
}
