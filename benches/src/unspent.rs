//! The values of outputs by the id of their transaction, in memory, for chains read in order.
//!
//! A record of each transaction lies in one arena, so that its id and its values share cache lines;
//! a table of open addressing leads to it. A slot holds 32 bits of the id beside the place of the
//! record, so that a wrong record is hardly ever touched; the whole id is compared on a hit, so
//! that a wrong one is never believed.

use sources::bitcoin::Hash;

/// Stands in the place of a value once it is spent. No amount is as large: there are 2.1e15 satoshi.
const SPENT: u64 = u64::MAX;

/// Words of a record before its values: four of the id, one for the count of outputs.
const HEAD_WORDS: usize = 5;

/// Slots of an empty table.
const SLOTS_FIRST: usize = 1 << 16;

/// Where the record of a transaction may lie: the result of the first, cheap step of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location(Option<u32>);

/// Outputs that have not been spent, and the holes that spent ones leave.
#[derive(Debug)]
pub struct UnspentValues {
    /// Records, one after the other: id, count of outputs, values.
    arena: Vec<u64>,
    /// High half: bits of the id; low half: place in the arena, plus one. Zero is empty.
    slots: Vec<u64>,
    transactions: usize,
}

impl Default for UnspentValues {
    fn default() -> UnspentValues {
        UnspentValues { arena: Vec::new(), slots: vec![0; SLOTS_FIRST], transactions: 0 }
    }
}

impl UnspentValues {
    /// Takes a transaction with the values of its outputs. The later of two with one id wins, as on
    /// the chain before BIP 30.
    ///
    /// Returns whether there was room: an arena has place for 32 GiB.
    #[must_use]
    pub fn insert(&mut self, id: &Hash, values: &[u64]) -> bool {
        if self.transactions >= self.slots.len() / 2 {
            self.grow();
        }
        let place = self.arena.len();
        let Some(entry) = u32::try_from(place).ok().and_then(|place| place.checked_add(1)) else {
            return false;
        };
        let words = words(id);
        self.arena.extend_from_slice(&words);
        self.arena.push(values.len() as u64);
        self.arena.extend_from_slice(values);
        self.enter(words, entry);
        self.transactions += 1;
        true
    }

    /// The first step of a look-up. Many of them side by side wait for memory together, where each
    /// followed by its second step would wait alone.
    pub fn locate(&self, id: &Hash) -> Location {
        let words = words(id);
        let mark = mark(words);
        let mut at = self.start(words);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Location(None);
            }
            if slot & MARK_BITS == mark {
                return Location(Some(entry_of(slot)));
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The second step: takes the value of an output, which is spent from then on; `None` where
    /// there is no such output, or no longer.
    pub fn spend(&mut self, location: Location, id: &Hash, output: u32) -> Option<u64> {
        let place = self.place(location, words(id))?;
        let count = self.arena[place + HEAD_WORDS - 1];
        if u64::from(output) >= count {
            return None;
        }
        let at = place + HEAD_WORDS + usize::try_from(output).ok()?;
        let value = std::mem::replace(&mut self.arena[at], SPENT);
        (value != SPENT).then_some(value)
    }

    /// The record with this very id, from the one that the marks point at onwards.
    fn place(&self, location: Location, words: [u64; 4]) -> Option<usize> {
        let place = place_of(location.0?);
        if self.arena[place..place + 4] == words {
            return Some(place);
        }
        let mark = mark(words);
        let mut at = self.start(words);
        while self.slots[at] != 0 {
            let place = place_of(entry_of(self.slots[at]));
            if self.slots[at] & MARK_BITS == mark && self.arena[place..place + 4] == words {
                return Some(place);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    fn start(&self, [first, ..]: [u64; 4]) -> usize {
        let low = usize::try_from(first & !MARK_BITS).expect("32 bits");
        low & (self.slots.len() - 1)
    }

    fn enter(&mut self, words: [u64; 4], entry: u32) {
        let mut at = self.start(words);
        while self.slots[at] != 0 {
            let known = place_of(entry_of(self.slots[at]));
            if self.slots[at] & MARK_BITS == mark(words) && self.arena[known..known + 4] == words {
                break;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = mark(words) | u64::from(entry);
    }

    /// Twice the slots, filled again in the order of the arena, which is read in one go.
    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        let mut place = 0;
        while let Some(&[a, b, c, d, count]) = self.arena[place..].first_chunk::<HEAD_WORDS>() {
            let entry = u32::try_from(place + 1).expect("it was a place when it came in");
            self.enter([a, b, c, d], entry);
            place += HEAD_WORDS + usize::try_from(count).expect("as many as came in");
        }
    }
}

/// The half of a slot that holds bits of the id.
const MARK_BITS: u64 = 0xffff_ffff_0000_0000;

fn mark([first, ..]: [u64; 4]) -> u64 {
    first & MARK_BITS
}

fn entry_of(slot: u64) -> u32 {
    u32::try_from(slot & !MARK_BITS).expect("32 bits")
}

fn place_of(entry: u32) -> usize {
    usize::try_from(entry - 1).expect("a place in memory")
}

fn words(id: &Hash) -> [u64; 4] {
    let (chunks, _) = id.0.as_chunks::<8>();
    std::array::from_fn(|at| u64::from_le_bytes(chunks[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> Hash {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
        Hash(bytes)
    }

    fn take(values: &mut UnspentValues, id: &Hash, output: u32) -> Option<u64> {
        values.spend(values.locate(id), id, output)
    }

    #[test]
    fn every_output_is_found_once_also_after_growing() {
        let mut values = UnspentValues::default();
        let many = u64::try_from(SLOTS_FIRST).expect("small") * 3;
        for number in 0..many {
            assert!(values.insert(&id(number), &[number, number + 1]));
        }
        for number in (0..many).rev() {
            assert_eq!(take(&mut values, &id(number), 1), Some(number + 1));
            assert_eq!(take(&mut values, &id(number), 1), None, "spent twice");
            assert_eq!(take(&mut values, &id(number), 2), None, "there are two");
        }
        assert_eq!(take(&mut values, &id(many), 0), None, "no such transaction");
    }

    #[test]
    fn ids_that_share_their_first_bytes_are_told_apart() {
        let mut values = UnspentValues::default();
        let ids: Vec<Hash> = (0..4)
            .map(|last| Hash([[9; 31].as_slice(), &[last]].concat().try_into().expect("32 bytes")))
            .collect();
        for (id, value) in ids.iter().zip(100..).take(3) {
            assert!(values.insert(id, &[value]));
        }
        let [first, second, third, absent] = ids.as_slice() else { panic!("four") };
        assert_eq!(take(&mut values, third, 0), Some(102));
        assert_eq!(take(&mut values, first, 0), Some(100));
        assert_eq!(take(&mut values, second, 0), Some(101));
        assert_eq!(take(&mut values, absent, 0), None);
    }

    #[test]
    fn the_later_of_two_equal_ids_wins() {
        let mut values = UnspentValues::default();
        assert!(values.insert(&id(1), &[5]) && values.insert(&id(1), &[6]));
        assert_eq!(take(&mut values, &id(1), 0), Some(6));
    }
}
