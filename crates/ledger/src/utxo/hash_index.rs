//! The index from hashes to rows: sorted, in buckets, with a short tag beside each row.
//!
//! A lookup reads one bucket of some sixteen tags and then compares the few rows whose tag fits; a
//! list of hashes in order reads the index in order.

use zerocopy::little_endian as le;

/// Rows that a bucket holds on average.
const BUCKET_ROWS: usize = 16;

/// The columns of an index while it is built.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexColumns {
    /// Rows in the order of their hashes, equal ones in their own order.
    pub(crate) rows: Vec<le::U32>,
    /// The sixteen bits of each hash that follow those of its bucket.
    pub(crate) tags: Vec<le::U16>,
    /// First entry of each bucket, and one more.
    pub(crate) buckets: Vec<le::U32>,
}

/// Sorts the hashes of rows 0, 1, 2, … into an index.
pub(crate) fn build(hashes: impl ExactSizeIterator<Item = u64>) -> IndexColumns {
    let bits = bucket_bits(hashes.len());
    let mut sorted: Vec<(u64, u32)> = hashes.zip(0_u32..).collect();
    sorted.sort_unstable();
    let mut columns = IndexColumns {
        rows: Vec::with_capacity(sorted.len()),
        tags: Vec::with_capacity(sorted.len()),
        buckets: Vec::with_capacity((1 << bits) + 1),
    };
    for ((hash, row), entry) in sorted.into_iter().zip(0_u32..) {
        let (bucket, tag) = split(hash, bits);
        while columns.buckets.len() <= bucket {
            columns.buckets.push(entry.into());
        }
        columns.rows.push(row.into());
        columns.tags.push(tag.into());
    }
    let end = u32::try_from(columns.rows.len()).expect("rows are numbered with 32 bits");
    columns.buckets.resize((1 << bits) + 1, end.into());
    columns
}

fn bucket_bits(rows: usize) -> u32 {
    (rows / BUCKET_ROWS).checked_ilog2().map_or(0, |bits| bits + 1).min(32)
}

fn split(hash: u64, bits: u32) -> (usize, u16) {
    let bucket = hash.checked_shr(u64::BITS - bits).unwrap_or(0);
    let tag = (hash << bits) >> (u64::BITS - u16::BITS);
    (usize::try_from(bucket).expect("at most 32 bits"), tag as u16)
}

/// An index over mapped columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HashIndex<'a> {
    rows: &'a [le::U32],
    tags: &'a [le::U16],
    buckets: &'a [le::U32],
}

impl<'a> HashIndex<'a> {
    pub(crate) fn new(
        rows: &'a [le::U32],
        tags: &'a [le::U16],
        buckets: &'a [le::U32],
    ) -> HashIndex<'a> {
        HashIndex { rows, tags, buckets }
    }

    /// Rows whose hash may be this one, ascending among equal hashes. Damaged columns give fewer
    /// or other rows, which the caller's comparison refuses.
    #[inline]
    pub(crate) fn candidates(self, hash: u64) -> impl Iterator<Item = u32> + 'a {
        let bits = bucket_bits(self.rows.len());
        let (bucket, tag) = split(hash, bits);
        let at = |place: usize| {
            let entry = self.buckets.get(place).map_or(0, |entry| entry.get());
            usize::try_from(entry).unwrap_or(usize::MAX).min(self.tags.len())
        };
        let (first, end) = (at(bucket), at(bucket + 1));
        let tags = self.tags.get(first..end).unwrap_or_default();
        let rows = self.rows.get(first..end).unwrap_or_default();
        tags.iter().zip(rows).filter(move |(own, _)| own.get() == tag).map(|(_, row)| row.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_row_is_among_its_candidates(hashes: Vec<u64>, few in 0..100_u64) {
            // Some equal ones and some that share a bucket.
            let hashes: Vec<u64> = hashes.iter().flat_map(|hash| [*hash, hash % few.max(1)]).collect();
            let columns = build(hashes.iter().copied());
            let index = HashIndex::new(&columns.rows, &columns.tags, &columns.buckets);
            for (row, hash) in hashes.iter().enumerate() {
                let found: Vec<u32> = index.candidates(*hash).collect();
                proptest::prop_assert!(found.contains(&u32::try_from(row).expect("few")));
                let equal: Vec<u32> = found
                    .into_iter()
                    .filter(|row| hashes[usize::try_from(*row).expect("few")] == *hash)
                    .collect();
                proptest::prop_assert!(equal.is_sorted());
            }
        }
    }
}
