//! The next value move of every account that matters, in chain order.

use std::{cmp::Reverse, collections::BinaryHeap};

use chain::Account;
use ledger::{Ledger, MovementNo};
use rustc_hash::FxHashSet;

/// A heap of value moves. Each account followed has exactly one move in it, its next; a move that
/// two followed accounts share comes out once.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<(MovementNo, usize)>>,
    cursors: Vec<Cursor>,
    followed: FxHashSet<Account>,
}

#[derive(Debug)]
struct Cursor {
    /// Moves still to come, latest first.
    rest: Vec<MovementNo>,
}

/// No cursor: a move that was pushed alone.
const ALONE: usize = usize::MAX;

impl Queue {
    /// Adds one move.
    pub(super) fn push_single(&mut self, number: MovementNo) {
        self.heap.push(Reverse((number, ALONE)));
    }

    /// Adds every move of an account after one move. Following twice is following once.
    pub(super) fn follow(&mut self, ledger: &Ledger, account: Account, after: MovementNo) {
        if !self.followed.insert(account) {
            return;
        }
        let mut rest: Vec<MovementNo> =
            ledger.postings(&account).skip_while(|number| *number <= after).collect();
        rest.reverse();
        self.cursors.push(Cursor { rest });
        self.advance(self.cursors.len() - 1);
    }

    fn advance(&mut self, cursor: usize) {
        if let Some(next) = self.cursors[cursor].rest.pop() {
            self.heap.push(Reverse((next, cursor)));
        }
    }

    /// The earliest move.
    pub(super) fn pop(&mut self) -> Option<MovementNo> {
        let Reverse((number, cursor)) = self.heap.pop()?;
        if cursor != ALONE {
            self.advance(cursor);
        }
        while let Some(Reverse((twin, cursor))) = self.heap.peek().copied() {
            if twin != number {
                break;
            }
            self.heap.pop();
            if cursor != ALONE {
                self.advance(cursor);
            }
        }
        Some(number)
    }
}
