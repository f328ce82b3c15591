//! Which units of an output are tainted, for the policies that keep their order.
//!
//! FIFO and LIFO map each unit that a transaction takes in to exactly one that it pays out, so taint
//! is a set of units: for each output an ordered list of ranges. Nothing is lost or rounded, and
//! the map can be walked in both directions.

use std::ops::Range;

/// Units from `start` on, up to before `end`, counted from 0 within an output or a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// The first.
    pub start: u64,
    /// The one behind the last.
    pub end: u64,
}

impl Units {
    fn count(self) -> u64 {
        self.end - self.start
    }
}

/// The tainted ranges of numbered flows, side by side in one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    units: Vec<Units>,
    /// For each flow the end of its ranges; they begin where those of the flow before end.
    ends: Vec<usize>,
}

impl Ranges {
    /// The tainted units of a flow, ascending and apart.
    pub fn of(&self, flow: usize) -> &[Units] {
        let start = if flow == 0 { 0 } else { self.ends[flow - 1] };
        &self.units[start..self.ends[flow]]
    }

    /// Adds the ranges of the next flow.
    pub(super) fn push(&mut self, units: &[Units]) {
        self.units.extend_from_slice(units);
        self.ends.push(self.units.len());
    }
}

/// The tainted units that a transaction takes in, in the order in which it pays them out.
#[derive(Debug, Default)]
pub(super) struct Stream {
    units: Vec<Units>,
    /// Units taken in so far, tainted or not.
    length: u64,
    /// The first range that is not yet paid out in full.
    next: usize,
    /// Units paid out so far.
    paid: u64,
    /// Ranges of the output that was paid last.
    part: Vec<Units>,
}

impl Stream {
    pub(super) fn clear(&mut self) {
        self.units.clear();
        (self.length, self.next, self.paid) = (0, 0, 0);
    }

    /// An input with no tainted units.
    pub(super) fn take_clean(&mut self, value: u64) {
        self.length += value;
    }

    /// The next input, with its tainted units.
    pub(super) fn take(&mut self, value: u64, tainted: &[Units]) {
        for units in tainted {
            let moved = Units { start: self.length + units.start, end: self.length + units.end };
            match self.units.last_mut() {
                Some(last) if last.end == moved.start => last.end = moved.end,
                _ => self.units.push(moved),
            }
        }
        self.length += value;
    }

    /// Lets the unit that came last leave first.
    pub(super) fn turn(&mut self) {
        self.units.reverse();
        for units in &mut self.units {
            *units = Units { start: self.length - units.end, end: self.length - units.start };
        }
    }

    /// Pays an output or the fee; returns its tainted ranges, counted from its own first unit.
    pub(super) fn pay(&mut self, value: u64) -> &[Units] {
        let slot = Units { start: self.paid, end: self.paid + value };
        self.paid = slot.end;
        self.part.clear();
        while let Some(units) = self.units.get(self.next) {
            if units.start >= slot.end {
                break;
            }
            let start = units.start.max(slot.start) - slot.start;
            let end = units.end.min(slot.end) - slot.start;
            if start < end {
                self.part.push(Units { start, end });
            }
            if units.end > slot.end {
                break;
            }
            self.next += 1;
        }
        &self.part
    }
}

/// How many units some ranges have.
pub(super) fn count(units: &[Units]) -> u64 {
    units.iter().map(|units| units.count()).sum()
}

/// Where a slot's units come from among what a transaction takes in: the same stretch for FIFO, its
/// mirror image for LIFO.
pub(super) fn origin(slot: Range<u64>, length: u64, mirrored: bool) -> Units {
    let (start, end) =
        if mirrored { (length - slot.end, length - slot.start) } else { (slot.start, slot.end) };
    Units { start, end }
}

/// The units of an input that are among those of a transaction: the input begins at `offset`, and
/// the result counts from its first unit.
pub(super) fn shared(input: &[Units], offset: u64, among: &[Units]) -> Vec<Units> {
    let mut found = Vec::new();
    for own in input {
        for other in among {
            let start = (own.start + offset).max(other.start);
            let end = (own.end + offset).min(other.end);
            if start < end {
                found.push(Units { start: start - offset, end: end - offset });
            }
        }
    }
    found.sort_by_key(|units| units.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(ranges: &[(u64, u64)]) -> Vec<Units> {
        ranges.iter().map(|(start, end)| Units { start: *start, end: *end }).collect()
    }

    /// 10 units of which 2 to 5 are tainted, 10 clean ones, 5 tainted ones.
    fn stream() -> Stream {
        let mut stream = Stream::default();
        stream.take(10, &units(&[(2, 5)]));
        stream.take_clean(10);
        stream.take(5, &units(&[(0, 5)]));
        stream
    }

    #[test]
    fn the_first_in_leave_first() {
        let mut stream = stream();
        assert_eq!(stream.pay(4), units(&[(2, 4)]));
        assert_eq!(stream.pay(17), units(&[(0, 1), (16, 17)]));
        assert_eq!(stream.pay(4), units(&[(0, 4)]));
    }

    #[test]
    fn the_last_in_leave_first_when_turned() {
        let mut stream = stream();
        stream.turn();
        assert_eq!(stream.pay(4), units(&[(0, 4)]));
        assert_eq!(stream.pay(17), units(&[(0, 1), (16, 17)]));
        assert_eq!(stream.pay(4), units(&[(0, 2)]));
    }

    #[test]
    fn neighbours_become_one_and_nothing_pays_for_nothing() {
        let mut stream = Stream::default();
        stream.take(5, &units(&[(0, 5)]));
        stream.take(5, &units(&[(0, 5)]));
        assert_eq!(stream.pay(0), []);
        assert_eq!(stream.pay(10), units(&[(0, 10)]));
    }

    #[test]
    fn a_slot_knows_where_it_comes_from() {
        assert_eq!(origin(3..7, 10, false), Units { start: 3, end: 7 });
        assert_eq!(origin(3..7, 10, true), Units { start: 3, end: 7 });
        assert_eq!(origin(0..3, 10, true), Units { start: 7, end: 10 });
        let among = units(&[(5, 8), (9, 30)]);
        assert_eq!(shared(&units(&[(0, 3), (4, 6)]), 4, &among), units(&[(1, 3), (5, 6)]));
    }
}
