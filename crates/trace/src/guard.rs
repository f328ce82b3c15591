//! The guard against walking through a service that nobody has labelled.
//!
//! An address with very many counterparties is a service, whoever runs it: behind it other
//! people's money goes on. Rule and thresholds: `docs/methods/account_trace.md`.

use chain::Account;
use ledger::{Ledger, MovementNo};
use rustc_hash::FxHashSet;

/// When an unlabelled address counts as a probable service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// More distinct counterparties than this.
    pub counterparties_max: usize,
    /// More value moves than this.
    pub moves_max: usize,
}

impl Default for Guard {
    fn default() -> Self {
        Guard { counterparties_max: 1_000, moves_max: 10_000 }
    }
}

impl Guard {
    /// The move that makes an address look like a service; `None` for one that never does. What
    /// arrives later stops there. What happens after an arrival does not count for it: a result at
    /// a height must not change with later blocks.
    pub(crate) fn busy_since(&self, ledger: &Ledger, account: &Account) -> Option<MovementNo> {
        if ledger.posting_count(account) <= self.counterparties_max {
            return None;
        }
        let mut counterparties: FxHashSet<Account> = FxHashSet::default();
        for (moves, number) in ledger.postings(account).enumerate() {
            let movement = ledger.movement(number);
            let others = [Some(movement.from), movement.to];
            counterparties.extend(others.into_iter().flatten().filter(|other| other != account));
            if counterparties.len() > self.counterparties_max || moves >= self.moves_max {
                return Some(number);
            }
        }
        None
    }
}
