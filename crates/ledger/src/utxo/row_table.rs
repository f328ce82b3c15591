//! An open-addressing table from hashes to rows, for the rows of one batch.

/// Slots are a 32-bit tag, the top of the hash, beside a row number; the caller compares the rest.
/// Half of the slots stay free, so a search ends soon.
#[derive(Debug)]
pub(crate) struct RowTable {
    /// `tag << 32 | row + 1`, or zero.
    slots: Vec<u64>,
    used: usize,
    shift: u32,
}

const FIRST_BITS: u32 = 10;

impl RowTable {
    pub(crate) fn new() -> RowTable {
        RowTable { slots: vec![0; 1 << FIRST_BITS], used: 0, shift: u32::BITS - FIRST_BITS }
    }

    fn start(&self, tag: u32) -> usize {
        // At most 32 bits, which every machine that this runs on can address.
        usize::try_from(tag >> self.shift).expect("a table has at most 2^32 slots")
    }

    /// The row of a hash for which `is_it` holds.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let (tag, mask) = (tag(hash), self.slots.len() - 1);
        let mut at = self.start(tag);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == u64::from(tag) && is_it(row(slot)) {
                return Some(row(slot));
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a row that is not there.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u64, row: u32) {
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow();
        }
        self.place(u64::from(tag(hash)) << 32 | (u64::from(row) + 1));
        self.used += 1;
    }

    /// Puts a new row in the place of an old one of the same hash.
    pub(crate) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        let (tag, mask) = (tag(hash), self.slots.len() - 1);
        let wanted = u64::from(tag) << 32 | (u64::from(old) + 1);
        let mut at = self.start(tag);
        while self.slots[at] != 0 {
            if self.slots[at] == wanted {
                self.slots[at] = u64::from(tag) << 32 | (u64::from(new) + 1);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    fn place(&mut self, slot: u64) {
        let mask = self.slots.len() - 1;
        let mut at = self.start(tag(slot));
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    fn grow(&mut self) {
        let doubled = self.slots.len() * 2;
        let old = std::mem::replace(&mut self.slots, vec![0; doubled]);
        self.shift = self.shift.checked_sub(1).expect("fewer than 2^31 rows in a batch");
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            self.place(slot);
        }
    }
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half of a slot has 32 bits")]
fn row(slot: u64) -> u32 {
    (slot as u32).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_through_growth_and_equal_tags() {
        let mut table = RowTable::new();
        // A thousand rows share each tag: the comparison alone tells them apart.
        let hash = |row: u32| u64::from(row % 7) << 60 | u64::from(row);
        for row in 0..5_000 {
            assert_eq!(table.find(hash(row), |at| at == row), None);
            table.insert(hash(row), row);
        }
        for row in 0..5_000 {
            assert_eq!(table.find(hash(row), |at| at == row), Some(row));
        }
        table.replace(hash(4_321), 4_321, 9_999);
        assert_eq!(table.find(hash(4_321), |at| at == 9_999), Some(9_999));
        assert_eq!(table.find(hash(4_321), |at| at == 4_321), None);
    }
}
