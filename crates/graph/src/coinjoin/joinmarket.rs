//! JoinMarket: a taker pays makers to mix a sum of his choice with theirs.
//!
//! Idea: everybody gets the same sum and, except perhaps the taker, one output of change.
//! Rule: the most frequent value is above 2,730 sat and occurs n times, 3 ≤ n ≤ different input
//! scripts, n at least half of the outputs; at least one other value; with 50 inputs or more at
//! most 20 inputs and at least 1.7 outputs to each n. Not asked about the Stonewall shape.
//! Confidence 49; 60 where exactly half of the outputs are equal (the wide rule holds as well);
//! 80 where besides the accounts of at least two participants and of a third of them balance.
//! Source: GraphSense, with 49; the two steps above it are ours.
//! Known to be wrong for: payouts of equal sums; CoinJoins of two; there is no list of JoinMarket
//! payments that does not come from a rule like this one.

use super::{
    Protocol, Verdict, accounts, generic,
    shape::{Shape, satoshis},
};

pub(super) fn verdict(shape: &Shape<'_>) -> Option<Verdict> {
    let equal = shape.common_count;
    let (inputs, outputs) = (shape.inputs.len(), shape.outputs.len());
    let fits = shape.common > generic::DUST_MAX
        && (3..=shape.input_scripts).contains(&equal)
        && 2 * equal >= outputs
        && shape.values.len() >= 2;
    let crowded = inputs >= 50 && (inputs > 20 * equal || 10 * outputs < 17 * equal);
    if !fits || crowded {
        return None;
    }
    let confidence = if equal != generic::participants(shape) {
        49
    } else if accounts::balanced(shape).is_some_and(|count| count >= 2 && 3 * count >= equal) {
        80
    } else {
        60
    };
    Some(Verdict {
        protocol: Protocol::JoinMarket,
        confidence,
        participants: equal,
        denominations: satoshis([shape.common]),
        rule_version: "joinmarket/1",
    })
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdict};
    use super::*;

    fn found(inputs: &[u64], outputs: &[u64]) -> Option<u8> {
        let found = verdict(&Made::new().inputs(inputs).outputs(outputs).payment())?;
        (found.protocol == Protocol::JoinMarket).then_some(found.confidence)
    }

    #[test]
    fn the_better_the_accounts_the_higher_the_confidence() {
        let inputs = [1_000_000, 2_000_000, 3_000_000];
        // Two makers' accounts balance: 500,000 for each, and the rest but 100 sat back.
        assert_eq!(found(&inputs, &[500_000, 500_000, 500_000, 500_100, 1_500_100, 7]), Some(80));
        assert_eq!(found(&inputs, &[500_000, 500_000, 500_000, 11_000, 12_000, 13_000]), Some(60));
        assert_eq!(found(&inputs, &[500_000, 500_000, 500_000, 11_000]), Some(49));
    }

    #[test]
    fn two_equal_or_nothing_else_or_dust_is_none() {
        assert_eq!(found(&[9_000, 9_000, 9_000], &[5_000, 5_000, 1, 2, 3]), None);
        assert_eq!(found(&[9_000, 9_000, 9_000], &[5_000, 5_000, 5_000]), None);
        assert_eq!(found(&[9_000, 9_000, 9_000], &[2_730, 2_730, 2_730, 1]), None);
        assert_eq!(found(&[9_000, 9_000], &[5_000, 5_000, 5_000, 1]), None);
    }

    #[test]
    fn a_consolidation_with_a_few_equal_outputs_is_none() {
        assert_eq!(found(&[9_000; 80], &[100_000, 100_000, 100_000, 1]), None);
    }
}
