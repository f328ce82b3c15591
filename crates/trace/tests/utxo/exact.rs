//! Haircut in rationals: additivity and duality hold there exactly, and integers stay close.
//!
//! Every share has a denominator that divides the product of the values of all transactions, so
//! numerators over that product are whole numbers.

use proptest::prelude::*;
use trace::{
    Policy,
    utxo::{Facts, NoClaims, OutputNo, Parameters, Seed, SeedOutput, TxNo, follow, resolve},
};

use crate::made::{Made, chains};

/// What each output of a chain has of something, in parts of `whole`.
struct Exact {
    whole: u128,
    parts: Vec<u128>,
}

fn paid_in(made: &Made, tx: TxNo) -> u128 {
    made.inputs(tx).map(|input| u128::from(made.value(input))).sum()
}

fn whole(made: &Made) -> u128 {
    (0..made.txs().len()).map(|tx| paid_in(made, TxNo(tx as u32)).max(1)).product()
}

/// Taint of each output, forward from some outputs that are stolen.
fn forward(made: &Made, stolen: &[u64]) -> Exact {
    let whole = whole(made);
    let mut parts = vec![0; made.output_count() as usize];
    for number in 0..made.txs().len() {
        let tx = TxNo(number as u32);
        let taint: u128 = made.inputs(tx).map(|input| parts[input.0 as usize]).sum();
        let total = paid_in(made, tx);
        for output in made.outputs(tx) {
            let value = u128::from(made.value(OutputNo(output)));
            parts[output as usize] = if stolen.contains(&output) {
                value * whole
            } else if total == 0 {
                0
            } else {
                assert_eq!(taint * value % total, 0, "the product is a common denominator");
                taint * value / total
            };
        }
    }
    Exact { whole, parts }
}

/// Where the value of one output was before, backward to the outputs that it began with.
fn backward(made: &Made, end: u64, stolen: &[u64]) -> Exact {
    let whole = whole(made);
    let mut parts = vec![0; made.output_count() as usize];
    parts[end as usize] = u128::from(made.value(OutputNo(end))) * whole;
    for number in (0..made.txs().len()).rev() {
        let tx = TxNo(number as u32);
        let total = paid_in(made, tx);
        // What was stolen there came from nowhere.
        let from_inputs = |output: &u64| !stolen.contains(output);
        let sought: u128 = made.outputs(tx).filter(from_inputs).map(|it| parts[it as usize]).sum();
        for input in made.inputs(tx).filter(|_| total > 0) {
            let value = u128::from(made.value(input));
            assert_eq!(sought * value % total, 0, "the product is a common denominator");
            parts[input.0 as usize] += sought * value / total;
        }
    }
    Exact { whole, parts }
}

fn integer(made: &Made, stolen: &[u64]) -> Vec<u64> {
    let seeds: Vec<SeedOutput> = stolen
        .iter()
        .map(|output| SeedOutput {
            output: OutputNo(*output),
            tx: made.creator(OutputNo(*output)),
            tainted: made.value(OutputNo(*output)),
            hops: 1,
        })
        .filter(|seed| seed.tainted > 0)
        .collect();
    let run = follow(made, &NoClaims, &seeds, Policy::Haircut, &Parameters::default());
    let mut taint = vec![0; made.output_count() as usize];
    for flow in &run.flows {
        // Of what reached a seed and the seed itself, the seed stands later.
        taint[flow.output.0 as usize] = flow.tainted;
    }
    taint
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// I5 for haircut: in rationals, the taint of two seeds is the sum of their taints.
    #[test]
    fn haircut_is_additive_in_rationals(made in chains(11, 6, 60)) {
        let mined = made.mined();
        let half = mined.len() / 2;
        let [first, second, all] = [&mined[..half], &mined[half..], &mined[..]]
            .map(|stolen| forward(&made, stolen).parts);
        for at in 0..all.len() {
            prop_assert_eq!(first[at] + second[at], all[at]);
        }
    }

    /// I6: what ends at an output and began at a seed, forward, is what began at the seed and ends
    /// at the output, backward.
    #[test]
    fn forward_and_backward_agree(made in chains(11, 6, 60), at in any::<prop::sample::Index>()) {
        let mined = made.mined();
        let seed = mined[at.index(mined.len())];
        let there = forward(&made, &[seed]);
        for end in 0..made.output_count() {
            let back = backward(&made, end, &mined);
            prop_assert_eq!(there.parts[end as usize], back.parts[seed as usize]);
        }
    }

    /// The integers of the engine differ from the rationals by less than one unit for each
    /// output that was rounded on the way.
    #[test]
    fn integers_stay_close(made in chains(11, 6, 60), at in any::<prop::sample::Index>()) {
        let mined = made.mined();
        let seed = mined[at.index(mined.len())];
        let exact = forward(&made, &[seed]);
        let rounding = u128::from(made.output_count()) * exact.whole;
        for (output, taint) in integer(&made, &[seed]).into_iter().enumerate() {
            let apart = (u128::from(taint) * exact.whole).abs_diff(exact.parts[output]);
            prop_assert!(apart <= rounding, "output {}: {} of {:?}", output, taint, exact.parts[output]);
        }
    }
}

#[test]
fn thirds_are_thirds() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(1, 0), (2, 0)]);
    let paid = made.tx(&[mined, mined + 1], &[(1, 1), (1, 1), (1, 1)]);
    let exact = forward(&made, &[mined]);
    assert_eq!(exact.parts[paid as usize] * 3, exact.whole);
    let seeds = resolve(&made, &[Seed::Output { tx: Made::id(0), index: 0 }]).expect("there");
    let run = follow(&made, &NoClaims, &seeds, Policy::Haircut, &Parameters::default());
    let ended: Vec<(u64, u64)> =
        run.flows[1..].iter().map(|flow| (flow.output.0, flow.tainted)).collect();
    assert_eq!(ended, [(paid + 2, 1)]);
}
