//! The guard against walking through a service that nobody has labelled.
//!
//! Rule and thresholds: `docs/methods/utxo_trace.md`.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{AddressNo, Claims, Facts, Flow, OutputNo, TxNo};
use crate::Guard;

/// Whose habits are looked at: a cluster, or an address that is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Cluster(u32),
    Address(AddressNo),
}

/// What was found out about owners so far. Runs share it: the answer does not depend on the policy.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// The transaction that made each owner look like a service.
    busy_since: Mutex<FxHashMap<Owner, Option<TxNo>>>,
}

impl Habits {
    /// Whether the owner of an address looked like a service before an output came to it. What
    /// happens later does not count: a result at a height must not change with later blocks.
    pub(super) fn is_busy<F: Facts, C: Claims>(
        &self,
        facts: &F,
        claims: &C,
        guard: &Guard,
        address: AddressNo,
        flow: &Flow,
    ) -> bool {
        let owner = match claims.cluster(address) {
            Some(cluster) => Owner::Cluster(cluster),
            // Nothing came before the first output of an address. Most addresses have only that.
            None if facts.first_output_of(address) == flow.output => return false,
            None => Owner::Address(address),
        };
        let since = self.lock().get(&owner).copied();
        let since = since.unwrap_or_else(|| {
            let observer = Observer { facts, claims, guard, owner };
            let since = match owner {
                Owner::Address(address) => observer.busy_since(|| facts.outputs_of(address)),
                Owner::Cluster(cluster) => {
                    let members = claims.members(cluster).into_iter();
                    let mut outputs: Vec<OutputNo> =
                        members.flat_map(|address| facts.outputs_of(address)).collect();
                    outputs.sort_unstable();
                    observer.busy_since(|| outputs.iter().copied())
                }
            };
            self.lock().insert(owner, since);
            since
        });
        since.is_some_and(|since| since < flow.tx)
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<Owner, Option<TxNo>>> {
        self.busy_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An owner's transactions so far.
#[derive(Default)]
struct Seen {
    last: Option<TxNo>,
    transactions: usize,
    counterparties: FxHashSet<Owner>,
}

struct Observer<'a, F, C> {
    facts: &'a F,
    claims: &'a C,
    guard: &'a Guard,
    owner: Owner,
}

impl<F: Facts, C: Claims> Observer<'_, F, C> {
    fn owner_of(&self, output: OutputNo) -> Owner {
        let address = self.facts.address(output);
        self.claims.cluster(address).map_or(Owner::Address(address), Owner::Cluster)
    }

    /// The transaction with which an owner passed a limit. `outputs` gives what the owner received,
    /// in chain order.
    fn busy_since<I: Iterator<Item = OutputNo>>(&self, outputs: impl Fn() -> I) -> Option<TxNo> {
        if !self.may_be_busy(outputs()) {
            return None;
        }
        let mut seen = Seen::default();
        // Spends of what was received so far, the earliest first.
        let mut spends: BinaryHeap<Reverse<TxNo>> = BinaryHeap::new();
        for output in outputs() {
            let received = self.facts.creator(output);
            while let Some(Reverse(spend)) = spends.peek().copied().filter(|it| it.0 <= received) {
                spends.pop();
                if self.passes_limit(spend, &mut seen) {
                    return Some(spend);
                }
            }
            if self.passes_limit(received, &mut seen) {
                return Some(received);
            }
            spends.extend(self.facts.spender(output).map(Reverse));
        }
        let rest = spends.into_sorted_vec().into_iter().rev().map(|Reverse(spend)| spend);
        rest.into_iter().find(|spend| self.passes_limit(*spend, &mut seen))
    }

    /// Whether counts alone leave it open: each output stands for at most one payer, and each time it
    /// is spent for at most as many receivers as that transaction has. Nearly every owner is found
    /// idle here, without a look at anybody's address.
    fn may_be_busy(&self, outputs: impl Iterator<Item = OutputNo>) -> bool {
        let (mut transactions, mut counterparties) = (0_usize, 0_usize);
        for output in outputs {
            transactions += 1;
            counterparties += 1;
            if let Some(spender) = self.facts.spender(output) {
                let receivers = self.facts.outputs(spender);
                transactions += 1;
                counterparties +=
                    usize::try_from(receivers.end - receivers.start).unwrap_or(usize::MAX);
            }
            if transactions > self.guard.moves_max || counterparties > self.guard.counterparties_max
            {
                return true;
            }
        }
        false
    }

    /// Counts the next transaction of an owner; a transaction may come several times in a row.
    fn passes_limit(&self, tx: TxNo, seen: &mut Seen) -> bool {
        if seen.last == Some(tx) {
            return false;
        }
        seen.last = Some(tx);
        seen.transactions += 1;
        self.add_counterparties(tx, &mut seen.counterparties);
        seen.counterparties.len() > self.guard.counterparties_max
            || seen.transactions > self.guard.moves_max
    }

    /// Who is on the other side of a transaction. The inputs of a payer count as one, since they
    /// commonly have one owner; the receivers count where the owner alone pays.
    fn add_counterparties(&self, tx: TxNo, counterparties: &mut FxHashSet<Owner>) {
        let mut inputs = self.facts.inputs(tx).peekable();
        let Some(payer) = inputs.peek().map(|first| self.owner_of(*first)) else { return };
        if payer != self.owner {
            counterparties.insert(payer);
            return;
        }
        if inputs.all(|input| self.owner_of(input) == self.owner) {
            let receivers = self.facts.outputs(tx).map(|output| self.owner_of(OutputNo(output)));
            counterparties.extend(receivers.filter(|receiver| *receiver != self.owner));
        }
    }
}
