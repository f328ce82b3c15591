//! Equal outputs, whatever made them.
//!
//! Idea: each participant takes one equal output and, all but one or all, one of change.
//! Rule: p = ⌈outputs / 2⌉ is at least 2, at most the number of inputs and of their different
//! scripts; the most frequent value occurs exactly p times and is above 2,730 sat. Not asked about
//! the Stonewall shape. Confidence 50, the least that bars the joining of inputs.
//! Source: BlockSci's `isCoinjoin`, which leaves out the values 546 and 2,730 only. Sales of
//! inscriptions use other dust too (330, 555, 1,000), so ours leaves out everything up to 2,730.
//! Known to be wrong for: a payout of several equal sums from as many addresses; rounds in which
//! somebody has two outputs of change or none.

use super::{
    Protocol, Verdict,
    shape::{Shape, satoshis},
};

/// Outputs up to this are padding of some protocol and no money to mix.
pub(super) const DUST_MAX: u64 = 2_730;

/// Half of the outputs, rounded up.
pub(super) fn participants(shape: &Shape<'_>) -> usize {
    shape.outputs.len().div_ceil(2)
}

pub(super) fn verdict(shape: &Shape<'_>) -> Option<Verdict> {
    let participants = participants(shape);
    // Different scripts are never more than inputs.
    let fits = participants >= 2
        && participants <= shape.input_scripts
        && shape.common_count == participants
        && shape.common > DUST_MAX;
    fits.then(|| Verdict {
        protocol: Protocol::EqualOutputs,
        confidence: 50,
        participants,
        denominations: satoshis([shape.common]),
        rule_version: "equal-outputs/1",
    })
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdicts};
    use super::*;

    fn found(inputs: &[u64], outputs: &[u64]) -> bool {
        let payment = Made::new().inputs(inputs).outputs(outputs).payment();
        verdicts(&payment).iter().any(|verdict| verdict.protocol == Protocol::EqualOutputs)
    }

    #[test]
    fn half_of_the_outputs_are_equal() {
        assert!(found(&[60_000, 70_000, 80_000], &[50_000, 50_000, 50_000, 1, 2]));
        assert!(found(&[60_000, 70_000, 80_000], &[50_000, 50_000, 50_000, 1, 2, 3]));
    }

    #[test]
    fn more_less_or_dust_is_none() {
        assert!(!found(&[60_000, 70_000, 80_000], &[50_000, 50_000, 50_000, 1]));
        assert!(!found(&[60_000, 70_000, 80_000], &[50_000, 50_000, 50_000, 1, 2, 3, 4]));
        assert!(!found(&[60_000, 70_000], &[50_000, 50_000, 50_000, 1, 2]));
        assert!(!found(&[60_000, 70_000, 80_000], &[2_730, 2_730, 2_730, 1, 2]));
        assert!(!found(&[60_000], &[50_000]));
    }

    #[test]
    fn one_owner_with_many_coins_under_one_script_is_none() {
        let made =
            Made::new().inputs(&[60_000, 70_000, 80_000]).outputs(&[50_000, 50_000, 50_000, 1, 2]);
        assert_eq!(verdicts(&made.one_input_script().payment()), []);
    }
}
