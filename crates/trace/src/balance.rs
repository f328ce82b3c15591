//! What an account held before a trace reached it.

use chain::{Account, Amount};
use ledger::{AssetNo, Ledger, MovementNo};

use crate::purse::add;

/// The balance of an account in an asset right before a value move, by the moves in the ledger from
/// zero on, and how much it was short of on the way.
///
/// A ledger without internal transfers misses income. Where an account pays more than it ever
/// received, the missing part must have come by a way not shown; the balance goes on from zero.
pub(crate) fn balance_before(
    ledger: &Ledger,
    account: &Account,
    asset: AssetNo,
    before: MovementNo,
) -> (Amount, Amount) {
    let mut balance = Amount::ZERO;
    let mut short = Amount::ZERO;
    for number in ledger.postings(account).take_while(|number| *number < before) {
        let movement = ledger.movement(number);
        if movement.asset != asset || movement.to == Some(movement.from) {
            continue;
        }
        if movement.to == Some(*account) {
            balance = add(balance, movement.amount);
        } else {
            short = add(short, movement.amount.saturating_sub(balance));
            balance = balance.saturating_sub(movement.amount);
        }
    }
    (balance, short)
}
