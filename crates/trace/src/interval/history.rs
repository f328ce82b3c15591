//! An account's balance over time: no more than that can have lain there between two moves.

use chain::Account;
use ledger::{AssetNo, Ledger, MovementNo};

use super::flow_network::UNBOUNDED;

/// The balance after each move of an account in an asset. Empty for an account that paid more than
/// it received: its true balance is not known, so it bounds nothing.
#[derive(Debug, Default)]
pub(super) struct History {
    balances: Vec<(MovementNo, u128)>,
}

impl History {
    pub(super) fn of(ledger: &Ledger, account: Account, asset: AssetNo) -> History {
        let mut balances = Vec::new();
        let mut balance: u128 = 0;
        for number in ledger.postings(&account) {
            let movement = ledger.movement(number);
            if movement.asset != asset || movement.to == Some(movement.from) {
                continue;
            }
            let amount = movement.amount.to_u128();
            let next = match (movement.to == Some(account), amount) {
                (true, Some(amount)) => balance.checked_add(amount),
                (false, Some(amount)) => balance.checked_sub(amount),
                (_, None) => None,
            };
            let Some(next) = next else { return History::default() };
            balance = next;
            balances.push((number, balance));
        }
        History { balances }
    }

    /// The smallest balance from right after the move `since` until right before the move `until`
    /// (or the end).
    pub(super) fn least(&self, since: MovementNo, until: Option<MovementNo>) -> u128 {
        let from = self.balances.partition_point(|(number, _)| *number < since);
        let to = until.map_or(self.balances.len(), |until| {
            self.balances.partition_point(|(number, _)| *number < until)
        });
        let stretch = self.balances.get(from..to).unwrap_or(&[]);
        stretch.iter().map(|(_, balance)| *balance).min().unwrap_or(UNBOUNDED)
    }
}
