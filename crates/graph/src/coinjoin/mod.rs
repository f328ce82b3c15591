//! Is this payment a CoinJoin, and of which protocol?
//!
//! Several people sign one transaction, so that its inputs do *not* have one owner. Whoever joins
//! the inputs of a CoinJoin into one cluster accuses strangers; so the question comes first.
//! Rules, sources and scores: `docs/methods/coinjoin.md` and `docs/scoreboard.md`.

mod accounts;
mod generic;
mod joinmarket;
#[cfg(test)]
pub(crate) mod made;
mod possible;
#[cfg(test)]
mod properties;
mod shape;
mod stonewall;
mod verdict;
mod wasabi1;
mod wasabi2;
mod whirlpool;
mod whirlpool_tx0;

use chain::record::Payment;

pub use possible::Counts;
use shape::Shape;
pub use verdict::{Protocol, Verdict};

/// Version of all rules together: whatever rests on which payments are barred says it. A rule that
/// changes changes it.
pub const RULES_VERSION: &str = "coinjoin/1";

/// Every protocol whose rule fits, in the order of precedence, each at most once.
///
/// The order is from the narrow rule to the wide one; the first verdict is the one to show:
///
/// 1. Whirlpool mix: all outputs equal, of a known pool.
/// 2. Whirlpool Tx0: exact premix values beside an `OP_RETURN`.
/// 3. Wasabi 2 by its list of denominations and its sorting.
/// 4. Wasabi 1: a base of about 0.1 BTC.
/// 5. Wasabi 2 without the list: before its time the same shape is Wasabi 1, which is why that is
///    asked first.
/// 6. JoinMarket: equal outputs and one change for nearly each.
/// 7. Any equal outputs for half of the outputs.
///
/// The last two are not asked about payments of the Stonewall shape ([`is_stonewall`]).
pub fn verdicts(payment: &Payment) -> Vec<Verdict> {
    let Some(shape) = Shape::of(payment) else { return Vec::new() };
    let narrow = [
        whirlpool::verdict,
        whirlpool_tx0::verdict,
        wasabi2::by_denominations,
        wasabi1::verdict,
        wasabi2::without_denominations,
    ];
    let wide = [joinmarket::verdict, generic::verdict];
    let wide = if stonewall::holds(&shape) { &[][..] } else { &wide[..] };
    let mut found: Vec<Verdict> = Vec::new();
    for verdict in narrow.iter().chain(wide).filter_map(|rule| rule(&shape)) {
        if found.iter().all(|earlier| earlier.protocol != verdict.protocol) {
            found.push(verdict);
        }
    }
    found
}

/// The first of [`verdicts`].
pub fn verdict(payment: &Payment) -> Option<Verdict> {
    verdicts(payment).into_iter().next()
}

/// Whether the inputs of a payment must not be taken for one owner's: the first of [`verdicts`]
/// says so. What is a Tx0 by its narrow rule has one owner, even if a wide one takes it for a round.
pub fn bars_co_spend(payment: &Payment) -> bool {
    verdict(payment).is_some_and(|found| found.bars_co_spend())
}

/// Whether a payment has the shape of a Stonewall, which one wallet can make alone to look like a
/// CoinJoin of two.
pub fn is_stonewall(payment: &Payment) -> bool {
    Shape::of(payment).is_some_and(|shape| stonewall::holds(&shape))
}

/// In how many outputs, if each of the equal outputs belongs to another participant, the accounts
/// of a participant are seen to balance: one or two inputs of nobody else pay for an equal output
/// and for one other output, and for little more. `None` where no two outputs are equal.
///
/// This is arithmetic and no rule of thumb: several accounts that balance make a CoinJoin all but
/// certain. That none balances says little, because larger sets of inputs are not tried.
pub fn balanced_accounts(payment: &Payment) -> Option<usize> {
    Shape::of(payment).and_then(|shape| accounts::balanced(&shape))
}
