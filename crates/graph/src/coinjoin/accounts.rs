//! Whose accounts balance.
//!
//! Idea: in a CoinJoin each participant pays for his own outputs. Where an input alone, or two of
//! them, pay for one equal output and one change and a trifle more or less, this is no accident.
//! Rule: for each output of another value, ascending, look for one unused input, else for two,
//! whose sum is at most (equal + change) and falls short of it by at most 0.1 % of the equal value
//! or 1,500 sat (a maker is paid for his service, so he gets more than he brings). Two are tried
//! up to 40 inputs only: among more, sums meet by accident.
//! Source: a bounded form of BlockSci's `isCoinjoinExtra` (subset sums), ours.

use super::shape::Shape;

const PAIRS_MAX: usize = 40;
const TRIFLE_MIN: u64 = 1_500;

/// How many changes are explained; `None` where no two outputs are equal.
pub(super) fn balanced(shape: &Shape<'_>) -> Option<usize> {
    if shape.common_count < 2 {
        return None;
    }
    let mut free: Vec<u64> = shape.inputs.iter().map(|input| input.value.get()).collect();
    free.sort_unstable();
    let trifle = TRIFLE_MIN.max(shape.common / 1_000);
    let changes = shape.values.iter().filter(|(value, _)| **value != shape.common);
    let mut balanced = 0;
    for (change, count) in changes {
        for _ in 0..*count {
            let most = shape.common.saturating_add(*change);
            balanced += usize::from(take_payer(&mut free, most.saturating_sub(trifle), most));
        }
    }
    Some(balanced)
}

/// Takes one input, or two, whose sum lies between the bounds out of the sorted list.
fn take_payer(free: &mut Vec<u64>, least: u64, most: u64) -> bool {
    let at = free.partition_point(|value| *value < least);
    if free.get(at).is_some_and(|value| *value <= most) {
        free.remove(at);
        return true;
    }
    if free.len() > PAIRS_MAX {
        return false;
    }
    for second in 1..free.len() {
        for first in 0..second {
            let sum = free[first].saturating_add(free[second]);
            if (least..=most).contains(&sum) {
                free.remove(second);
                free.remove(first);
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{balanced_accounts, made::Made};

    fn balanced(inputs: &[u64], outputs: &[u64]) -> Option<usize> {
        balanced_accounts(&Made::new().inputs(inputs).outputs(outputs).payment())
    }

    #[test]
    fn each_input_pays_once() {
        let outputs = [500_000, 500_000, 500_000, 100_500, 100_600];
        assert_eq!(balanced(&[600_000, 600_000, 300_000], &outputs), Some(2));
        assert_eq!(balanced(&[600_000, 300_000, 300_001], &outputs), Some(2));
        assert_eq!(balanced(&[600_000, 900_000], &outputs), Some(1));
    }

    #[test]
    fn a_trifle_is_small_and_goes_to_the_participant() {
        let outputs = [500_000, 500_000, 100_000];
        assert_eq!(balanced(&[598_500], &outputs), Some(1));
        assert_eq!(balanced(&[598_499], &outputs), Some(0));
        assert_eq!(balanced(&[600_001], &outputs), Some(0));
        assert_eq!(balanced(&[600_000], &[1, 2, 3]), None);
    }
}
