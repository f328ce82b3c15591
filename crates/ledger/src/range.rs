//! Which blocks share a segment.
//!
//! A segment covers an aligned range of 2^k blocks. A range that would hold more rows than
//! [`ROWS_MAX`] is cut in two halves, so where the cuts fall depends on the content alone and not
//! on the order in which it arrived.

use std::ops::RangeInclusive;

/// Rows (transactions and value moves) above which a range is halved. Bounds the memory that
/// rebuilding a segment takes.
pub(crate) const ROWS_MAX: u64 = 1 << 20;
/// Heights are 32-bit: the fastest chains need centuries to get there.
pub(crate) const HEIGHT_BITS: u32 = 32;

/// Cuts `weights` (block height and rows of that block, ascending) into aligned ranges.
pub(crate) fn cut(weights: &[(u32, u64)], rows_max: u64) -> Vec<RangeInclusive<u32>> {
    let mut ranges = Vec::new();
    cut_into(weights, 0, HEIGHT_BITS, rows_max, &mut ranges);
    ranges
}

fn cut_into(
    weights: &[(u32, u64)],
    start: u32,
    bits: u32,
    rows_max: u64,
    ranges: &mut Vec<RangeInclusive<u32>>,
) {
    if weights.is_empty() {
        return;
    }
    let rows: u64 = weights.iter().map(|(_, rows)| rows).sum();
    // A single block is never cut, however full it is.
    if rows <= rows_max || bits == 0 {
        let last = start + u32::try_from((1_u64 << bits) - 1).expect("at most 32 bits");
        ranges.push(start..=last);
        return;
    }
    let middle = start + (1 << (bits - 1));
    let split = weights.partition_point(|(block, _)| *block < middle);
    cut_into(&weights[..split], start, bits - 1, rows_max, ranges);
    cut_into(&weights[split..], middle, bits - 1, rows_max, ranges);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn ranges_are_aligned_disjoint_and_hold_every_block(
            weights in prop::collection::btree_map(any::<u32>(), 1_u64..50, 1..60),
            rows_max in 1_u64..100,
        ) {
            let weights: Vec<(u32, u64)> = BTreeMap::into_iter(weights).collect();
            let ranges = cut(&weights, rows_max);
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].end() < pair[1].start());
            }
            for (block, _) in &weights {
                prop_assert!(ranges.iter().any(|range| range.contains(block)));
            }
            for range in &ranges {
                let size = u64::from(range.end() - range.start()) + 1;
                prop_assert!(size.is_power_of_two() && u64::from(*range.start()) % size == 0);
                let rows: u64 = weights.iter().filter(|(b, _)| range.contains(b)).map(|(_, r)| r).sum();
                prop_assert!(rows <= rows_max || size == 1);
            }
        }
    }
}
