//! With which output each address appears: one bit an output instead of a number an address.
//!
//! Addresses are numbered in the order of first appearance, so the n-th bit that is set belongs to
//! the n-th address.

use zerocopy::little_endian as le;

use super::SCRIPTS_BETWEEN_MARKS;
use crate::utxo::rows::{place, row32};

const WORD_BITS: usize = 64;

/// Sets the bits of ascending rows among so many; marks the row of every thirty-second.
pub(super) fn build(firsts: &[u32], outputs: usize) -> (Vec<le::U64>, Vec<le::U32>) {
    let mut words = vec![0_u64; outputs.div_ceil(WORD_BITS)];
    for row in firsts {
        words[place(*row) / WORD_BITS] |= 1 << (place(*row) % WORD_BITS);
    }
    let marks = firsts.iter().step_by(SCRIPTS_BETWEEN_MARKS).map(|row| (*row).into());
    (words.into_iter().map(le::U64::new).collect(), marks.collect())
}

/// The row of the n-th bit that is set; `None` where the columns are damaged.
pub(super) fn find(words: &[le::U64], marks: &[le::U32], number: usize) -> Option<u32> {
    let mark = place(marks.get(number / SCRIPTS_BETWEEN_MARKS)?.get());
    // Bits before the mark do not count.
    let mut at = mark / WORD_BITS;
    let mut word = words.get(at)?.get() >> (mark % WORD_BITS) << (mark % WORD_BITS);
    let mut left = number % SCRIPTS_BETWEEN_MARKS;
    loop {
        let set = usize::try_from(word.count_ones()).expect("at most 64");
        if left < set {
            break;
        }
        left -= set;
        at += 1;
        word = words.get(at)?.get();
    }
    for _ in 0..left {
        word &= word - 1;
    }
    Some(row32(at * WORD_BITS) + word.trailing_zeros())
}

/// All rows whose bits are set, ascending.
pub(super) fn all(words: &[le::U64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut word = word.get();
        std::iter::from_fn(move || {
            let bit = (word != 0).then(|| word.trailing_zeros())?;
            word &= word - 1;
            Some(row32(at * WORD_BITS) + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_bit_is_found(gaps in proptest::collection::vec(1..90_u32, 0..300)) {
            let mut row = 0;
            let firsts: Vec<u32> = gaps.iter().map(|gap| { row += gap; row - 1 }).collect();
            let outputs = place(row) + 3;
            let (words, marks) = build(&firsts, outputs);
            for (number, row) in firsts.iter().enumerate() {
                proptest::prop_assert_eq!(find(&words, &marks, number), Some(*row));
            }
            proptest::prop_assert_eq!(all(&words).collect::<Vec<_>>(), firsts);
            proptest::prop_assert_eq!(find(&[], &marks, 0), None);
        }
    }
}
