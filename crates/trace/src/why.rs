//! The way by which stolen value came to a place.

use chain::Amount;
use ledger::{Ledger, MovementNo};

use crate::{Line, Run, purse::add};

/// An account is empty when less than one part in so many of its last payment is left.
const CRUMBS: u64 = 100;

/// One way from a seed to an endpoint, move by move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The value moves, from the seed on, with the stolen part that each carried in all.
    pub moves: Vec<(MovementNo, Amount)>,
    /// What arrived at its end, stolen part only.
    pub amount: Amount,
}

/// The ways behind a line of a run's balance sheet: one for each arrival, the largest first, at
/// most `limit`. Each goes back, from the arrival, along the largest tainted move that the sender
/// had received by then and not yet passed on; a place where many came together has more ways than
/// the one shown.
pub fn why(ledger: &Ledger, run: &Run, line: &Line, limit: usize) -> Vec<Path> {
    let mut ends: Vec<(MovementNo, Amount)> =
        line.arrivals.iter().map(|arrival| (arrival.movement, arrival.amount)).collect();
    if ends.is_empty() {
        ends =
            line.holders.iter().filter_map(|holder| last_into(ledger, run, line, holder)).collect();
    }
    ends.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ends.truncate(limit);
    ends.into_iter().map(|(end, amount)| back(ledger, run, end, amount)).collect()
}

/// The largest tainted move into an address where value rests.
fn last_into(
    ledger: &Ledger,
    run: &Run,
    line: &Line,
    holder: &crate::Holder,
) -> Option<(MovementNo, Amount)> {
    let came_in = |flow: &&crate::Flow| {
        let movement = ledger.movement(flow.movement);
        movement.to == Some(holder.account) && movement.asset == line.asset
    };
    run.flows
        .iter()
        .filter(came_in)
        .max_by(|a, b| a.tainted.cmp(&b.tainted).then(b.movement.cmp(&a.movement)))
        .map(|flow| (flow.movement, holder.amount))
}

fn back(ledger: &Ledger, run: &Run, end: MovementNo, amount: Amount) -> Path {
    let mut moves = Vec::new();
    let mut at = find(run, end);
    while let Some(number) = at {
        let flow = &run.flows[number];
        moves.push((flow.movement, flow.tainted));
        if flow.seed {
            break;
        }
        at = largest_before(ledger, run, number);
    }
    moves.reverse();
    Path { moves, amount }
}

fn find(run: &Run, movement: MovementNo) -> Option<usize> {
    run.flows.binary_search_by_key(&movement, |flow| flow.movement).ok()
}

/// The largest tainted move, of the same asset, into the sender of a move, among those whose value
/// can still have been there; of equal ones the latest.
fn largest_before(ledger: &Ledger, run: &Run, number: usize) -> Option<usize> {
    let payment = ledger.movement(run.flows[number].movement);
    let mut there: Vec<usize> = Vec::new();
    let mut stolen = Amount::ZERO;
    for (at, flow) in run.flows[..number].iter().enumerate() {
        let movement = ledger.movement(flow.movement);
        if movement.asset != payment.asset {
            continue;
        }
        if movement.to == Some(payment.from) {
            there.push(at);
            stolen = add(stolen, flow.tainted);
        } else if movement.from == payment.from && !flow.seed {
            stolen = stolen.saturating_sub(flow.tainted);
            // What is left of an emptied account is crumbs: later payments come from later income.
            if stolen < flow.tainted.share(Amount::from(1_u64), Amount::from(CRUMBS)) {
                there.clear();
            }
        }
    }
    there.into_iter().max_by_key(|at| (run.flows[*at].tainted, *at))
}
