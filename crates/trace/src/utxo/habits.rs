//! The guard against walking through a service that nobody has labelled.
//!
//! Rule and thresholds: `docs/methods/utxo_trace.md`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{AddressNo, Claims, Facts, OutputNo, TxNo};
use crate::Guard;

/// Whose habits are looked at: a cluster, or an address that is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Cluster(u32),
    Address(AddressNo),
}

/// What was found out about owners so far.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// The transaction that made each owner look like a service.
    busy_since: FxHashMap<Owner, Option<TxNo>>,
}

impl Habits {
    /// Whether the owner of an address looked like a service before a transaction paid it. What
    /// happens later does not count: a result at a height must not change with later blocks.
    pub(super) fn is_busy<F: Facts, C: Claims>(
        &mut self,
        facts: &F,
        claims: &C,
        guard: &Guard,
        address: AddressNo,
        output: OutputNo,
        by: TxNo,
    ) -> bool {
        let owner = match claims.cluster(address) {
            Some(cluster) => Owner::Cluster(cluster),
            // Nothing came before the first output of an address. Most addresses have only that.
            None if facts.first_output_of(address) == output => return false,
            None => Owner::Address(address),
        };
        let since = self.busy_since.entry(owner).or_insert_with(|| {
            let addresses = match owner {
                Owner::Cluster(cluster) => claims.members(cluster),
                Owner::Address(address) => vec![address],
            };
            Observer { facts, claims, guard, owner }.busy_since(&addresses)
        });
        since.is_some_and(|since| since < by)
    }
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

    /// The transaction with which an owner passed a limit.
    fn busy_since(&self, addresses: &[AddressNo]) -> Option<TxNo> {
        let mut counterparties: FxHashSet<Owner> = FxHashSet::default();
        for (count, tx) in self.transactions(addresses).into_iter().enumerate() {
            self.add_counterparties(tx, &mut counterparties);
            if counterparties.len() > self.guard.counterparties_max || count >= self.guard.moves_max
            {
                return Some(tx);
            }
        }
        None
    }

    /// The first transactions that pay the addresses or spend from them: one more than the guard
    /// lets pass.
    fn transactions(&self, addresses: &[AddressNo]) -> Vec<TxNo> {
        let mut found: Vec<TxNo> = Vec::new();
        for output in addresses.iter().flat_map(|address| self.facts.outputs_of(*address)) {
            found.push(self.facts.creator(output));
            found.extend(self.facts.spender(output));
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(self.guard.moves_max.saturating_add(1));
        found
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
