//! Disjoint sets of addresses.
//!
//! A union-find whose root is the smallest number of its set, so that the sets alone decide what is
//! stored: whatever the order of the unions, the same evidence gives the same bytes. Linking by
//! number instead of by size costs O(log n) a step with path halving, and in practice little more
//! than one.

/// Disjoint sets of the numbers below a count.
#[derive(Clone, Debug)]
pub struct Forest {
    /// The parent of each number, never above it; a root is its own.
    parents: Vec<u32>,
}

impl Forest {
    /// Every number alone.
    pub fn new(count: u32) -> Forest {
        Forest { parents: (0..count).collect() }
    }

    /// The sets of a partition, and numbers up to a count alone.
    pub fn resume(mut roots: Vec<u32>, count: u32) -> Forest {
        let known = u32::try_from(roots.len()).expect("a partition is counted in 32 bits");
        roots.extend(known..count);
        Forest { parents: roots }
    }

    /// A member of the set that a number is in, nearer to its root.
    #[inline]
    pub fn parent(&self, number: u32) -> u32 {
        self.parents[number as usize]
    }

    /// The smallest number of the set that a number is in.
    pub fn find(&mut self, mut number: u32) -> u32 {
        loop {
            let parent = self.parents[number as usize];
            if parent == number {
                return number;
            }
            let above = self.parents[parent as usize];
            self.parents[number as usize] = above;
            number = above;
        }
    }

    /// Joins two sets. Tells which root stays and which one is no root any more; `None` where both
    /// numbers were together already.
    pub fn join(&mut self, one: u32, other: u32) -> Option<(u32, u32)> {
        let (one, other) = (self.find(one), self.find(other));
        if one == other {
            return None;
        }
        let (stays, goes) = (one.min(other), one.max(other));
        self.parents[goes as usize] = stays;
        Some((stays, goes))
    }

    /// The root of every number.
    pub fn into_roots(mut self) -> Vec<u32> {
        // A parent is never above its child, so it has its root already when its child is reached.
        for number in 0..self.parents.len() {
            self.parents[number] = self.parents[self.parents[number] as usize];
        }
        self.parents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_root_is_the_smallest_of_all_that_are_connected(
            (joins, order) in proptest::collection::vec((0_u32..60, 0_u32..60), 0..80)
                .prop_flat_map(|joins| (Just(joins.clone()), Just(joins).prop_shuffle()))
        ) {
            let roots = |joins: &[(u32, u32)]| {
                let mut forest = Forest::new(60);
                for (one, other) in joins {
                    forest.join(*one, *other);
                }
                forest.into_roots()
            };
            let found = roots(&joins);
            prop_assert_eq!(&found, &roots(&order));
            // Spread the smallest number along the joins until nothing changes.
            let mut expected: Vec<u32> = (0..60).collect();
            for _ in 0..60 {
                for (one, other) in &joins {
                    let least = expected[*one as usize].min(expected[*other as usize]);
                    expected[*one as usize] = least;
                    expected[*other as usize] = least;
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
