//! Which payments can get a verdict that bars co-spending: a look at counts and values.
//!
//! A verdict needs scripts, which are slow to come by, and a chain has a billion payments. Every
//! rule that bars asks for equal outputs, so counts and values rule out nearly all:
//!
//! - Wasabi 2 is content with two equal outputs, but wants 20 inputs.
//! - All others want three, since what has but two of four equal is vetoed as a Stonewall.
//! - All of these but Wasabi 1's coordinator want no more of them than there are inputs, and more in
//!   each than dust; and they want half of the outputs to be equal, or ten inputs (the late rounds
//!   and the levels of Wasabi 1).
//! - The coordinator's scripts count in their time alone.
//!
//! A property test holds this against the rules, because a rule that changes may change it.

use super::{generic::DUST_MAX, wasabi1};

/// Below this many inputs, two equal outputs are not enough for any rule.
const INPUTS_FOR_TWO: usize = 20;
/// Below this many inputs, half of the outputs must be equal.
const INPUTS_FOR_FEWER: usize = 10;

/// What a first look can see of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Inputs.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
}

impl Counts {
    /// Whether so few inputs and outputs can be barred, before anybody looks at values.
    pub fn may_be_barred(self) -> bool {
        self.outputs >= if self.inputs >= INPUTS_FOR_TWO { 2 } else { 3 }
    }

    /// Whether the values of the outputs, which it sorts, repeat as some rule wants it. `block` is
    /// asked where the height matters; it gives none where that is not known.
    pub fn values_may_be_barred(
        self,
        values: &mut [u64],
        block: impl FnOnce() -> Option<u64>,
    ) -> bool {
        let Counts { inputs, outputs } = self;
        values.sort_unstable();
        let runs = values.chunk_by(|one, other| one == other);
        // The most frequent value, of several the largest, as the rules have it.
        let most = runs.max_by_key(|run| run.len()).unwrap_or_default();
        let (equal, value) = (most.len(), most.first().copied().unwrap_or_default());
        let is_money = value > DUST_MAX;
        let is_half = 2 * equal >= outputs || inputs >= INPUTS_FOR_FEWER;
        inputs >= INPUTS_FOR_TWO && equal >= 2
            || equal >= 3
                && (is_money && is_half && equal <= inputs
                    || wasabi1::is_coordinators_time(block()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(inputs: usize, values: &[u64], block: u64) -> bool {
        let counts = Counts { inputs, outputs: values.len() };
        counts.may_be_barred() && counts.values_may_be_barred(&mut values.to_vec(), || Some(block))
    }

    #[test]
    fn equal_outputs_count_by_inputs_and_value() {
        let (early, late) = (1, 550_000);
        assert!(found(3, &[5_000, 7, 5_000, 9, 5_000], early));
        // More equal outputs than inputs, dust, too few of the outputs.
        assert!(!found(2, &[5_000, 7, 5_000, 9, 5_000], early));
        assert!(!found(3, &[2_730, 7, 2_730, 9, 2_730], early));
        assert!(!found(9, &[5_000, 7, 5_000, 9, 5_000, 1, 2], early));
        assert!(found(10, &[5_000, 7, 5_000, 9, 5_000, 1, 2], early));
        // Two are enough with 20 inputs, and anything thrice in the coordinator's time.
        assert!(!found(19, &[5, 7, 5], early) && found(20, &[5, 7, 5], early));
        assert!(found(1, &[5, 7, 5, 5], late) && !found(1, &[5, 7, 5], late));
    }

    #[test]
    fn of_values_as_frequent_the_largest_counts() {
        assert!(found(3, &[9, 9, 9, 5_000, 5_000, 5_000], 1));
    }
}
