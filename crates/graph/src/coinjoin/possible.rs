//! Which payments can get a verdict that bars co-spending: a look at two counts and the values.
//!
//! Every rule of that kind asks for equal outputs. Whirlpool wants five of them, Wasabi 1 and
//! JoinMarket three; the wide rule wants as many as half of the outputs, and what has only two of
//! four or fewer outputs equal is vetoed as a Stonewall; Wasabi 2 is content with two, but wants 20
//! inputs. So nothing can be barred that has neither three equal outputs nor two and 20 inputs. A
//! property test holds this against the rules, because a rule that changes may change it.

/// Below this many inputs, two equal outputs are not enough for any rule.
const INPUTS_FOR_TWO: usize = 20;

/// Whether so few outputs can be barred at all, before anybody looks at their values.
pub(crate) fn may_be_barred(inputs: usize, outputs: usize) -> bool {
    outputs >= least_equal(inputs)
}

/// Whether values repeat often enough. Sorts them.
pub(crate) fn values_may_be_barred(inputs: usize, values: &mut [u64]) -> bool {
    let least = least_equal(inputs);
    values.sort_unstable();
    values.windows(least).any(|run| run[0] == run[least - 1])
}

fn least_equal(inputs: usize) -> usize {
    if inputs >= INPUTS_FOR_TWO { 2 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_are_enough_and_two_with_many_inputs() {
        assert!(values_may_be_barred(2, &mut [5, 7, 5, 9, 5]));
        assert!(!values_may_be_barred(19, &mut [5, 7, 5, 9, 7]));
        assert!(values_may_be_barred(20, &mut [5, 7, 5]));
        assert!(!values_may_be_barred(20, &mut [5, 7, 9]));
        assert!(!may_be_barred(19, 2) && may_be_barred(20, 2) && may_be_barred(2, 3));
        assert!(!may_be_barred(20, 1) && !may_be_barred(0, 0));
    }
}
