//! Where the chain is cut into segments: a function of the blocks alone.
//!
//! A block *cuts* at a level if the number of outputs of the chain passes a multiple of two to the
//! power of the level with it. Segments reach from one cut of the highest level to the next; behind
//! the last of these, from one cut of the next level to the next, and so on; what is left behind
//! the last cut of all is the tail. So a new block rewrites a small tail, and a large segment is
//! written once, whatever the steps in which the blocks came.

/// Two to the power of these outputs, highest first: each has eight times the one below. The
/// highest holds about a hundredth of Bitcoin's chain.
pub(crate) const LEVELS: [u32; 4] = [25, 22, 19, 16];

/// A stretch that becomes one segment: how many blocks, and the level of the cut that ends it; 0
/// for the tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) blocks: usize,
    pub(crate) level: u32,
}

/// The highest level at which a block cuts that brings the outputs of the chain from `before` to
/// `after`; 0 if at none.
pub(crate) fn cut_level(before: u64, after: u64, levels: &[u32]) -> u32 {
    levels.iter().copied().find(|level| before >> level != after >> level).unwrap_or(0)
}

/// Adds blocks behind pieces. The last piece may be a tail: it grows. A piece that a higher cut
/// ends swallows the lower ones before it.
pub(crate) fn extend(pieces: &mut Vec<Piece>, blocks: &[(u64, u64)], levels: &[u32]) {
    for (before, after) in blocks {
        let open = pieces.pop_if(|last| last.level == 0).map_or(0, |tail| tail.blocks);
        let level = cut_level(*before, *after, levels);
        let mut blocks = open + 1;
        while level > 0
            && let Some(lower) = pieces.pop_if(|last| last.level < level)
        {
            blocks += lower.blocks;
        }
        pieces.push(Piece { blocks, level });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: [u32; 3] = [7, 5, 3];

    fn spans(outputs: &[u64]) -> Vec<(u64, u64)> {
        let mut sum = 0;
        outputs
            .iter()
            .map(|outputs| {
                sum += outputs;
                (sum - outputs, sum)
            })
            .collect()
    }

    fn cut(outputs: &[u64]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        extend(&mut pieces, &spans(outputs), &SMALL);
        pieces
    }

    #[test]
    fn pieces_nest_like_the_digits_of_the_count() {
        let levels = |outputs: &[u64]| -> Vec<(usize, u32)> {
            cut(outputs).iter().map(|piece| (piece.blocks, piece.level)).collect()
        };
        assert_eq!(levels(&[4]), [(1, 0)]);
        assert_eq!(levels(&[4, 4]), [(2, 3)]);
        assert_eq!(levels(&[4, 4, 4]), [(2, 3), (1, 0)]);
        assert_eq!(levels(&[4; 8]), [(8, 5)]);
        assert_eq!(levels(&[4; 11]), [(8, 5), (2, 3), (1, 0)]);
        assert_eq!(levels(&[4; 32]), [(32, 7)]);
        assert_eq!(levels(&[500]), [(1, 7)]);
    }

    proptest! {
        #[test]
        fn the_steps_do_not_matter(
            outputs in proptest::collection::vec(1..40_u64, 0..120),
            steps in proptest::collection::vec(1..9_usize, 1..120),
        ) {
            let all = spans(&outputs);
            let whole = cut(&outputs);
            let mut pieces = Vec::new();
            let mut rest = &all[..];
            for step in steps.iter().cycle() {
                let (now, later) = rest.split_at((*step).min(rest.len()));
                extend(&mut pieces, now, &SMALL);
                rest = later;
                if rest.is_empty() { break; }
            }
            prop_assert_eq!(&pieces, &whole);
            prop_assert_eq!(whole.iter().map(|piece| piece.blocks).sum::<usize>(), outputs.len());
            // Below the highest level there are few.
            let low = whole.iter().filter(|piece| piece.level < SMALL[0]).count();
            prop_assert!(low <= 3 + 3 + 1, "{:?}", whole);
            // A prefix that ends with a piece is cut as it was.
            let mut done = 0;
            for at in 0..whole.len() {
                done += whole[at].blocks;
                prop_assert_eq!(&cut(&outputs[..done])[..], &whole[..=at]);
            }
        }
    }
}
