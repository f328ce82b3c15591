//! FIFO and LIFO read backward: I6 unit by unit, and I5 as sets of units.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trace::{
    Policy,
    utxo::{Facts, NoClaims, OutputNo, Parameters, Run, SeedOutput, TxNo, follow},
};

use crate::made::{Made, chains};

/// Where a unit of an output was before, walked back alone to the coin that it was mined in.
fn origin(made: &Made, policy: Policy, mut output: OutputNo, mut unit: u64) -> (OutputNo, u64) {
    loop {
        let tx: TxNo = made.creator(output);
        if made.inputs(tx).len() == 0 {
            return (output, unit);
        }
        let before: u64 = made
            .outputs(tx)
            .take_while(|it| *it < output.0)
            .map(|it| made.value(OutputNo(it)))
            .sum();
        let paid_in: u64 = made.inputs(tx).map(|input| made.value(input)).sum();
        let mut at = before + unit;
        if policy == Policy::Lifo {
            at = paid_in - 1 - at;
        }
        for input in made.inputs(tx) {
            if at < made.value(input) {
                output = input;
                break;
            }
            at -= made.value(input);
        }
        unit = at;
    }
}

fn run(made: &Made, policy: Policy, stolen: &[u64]) -> Run {
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
    follow(made, &NoClaims, &seeds, policy, &Parameters::default())
}

fn units(run: &Run) -> BTreeSet<(u64, u64)> {
    let mut found = BTreeSet::new();
    for (number, flow) in run.flows.iter().enumerate() {
        let mut count = 0;
        for units in run.ranges.of(number) {
            assert!(units.start < units.end && units.end <= flow.value);
            found.extend((units.start..units.end).map(|unit| (flow.output.0, unit)));
            count += units.end - units.start;
        }
        assert_eq!(count, flow.tainted);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// I6: a unit is tainted exactly if, walked back alone, it comes from a stolen coin.
    #[test]
    fn every_unit_walks_back_to_its_coin(
        made in chains(25, 6, 80),
        stolen in prop::collection::vec(any::<prop::sample::Index>(), 1..3),
    ) {
        let mined = made.mined();
        let stolen: BTreeSet<u64> = stolen.iter().map(|at| mined[at.index(mined.len())]).collect();
        let list: Vec<u64> = stolen.iter().copied().collect();
        for policy in [Policy::Fifo, Policy::Lifo] {
            let found = units(&run(&made, policy, &list));
            for output in 0..made.output_count() {
                for unit in 0..made.value(OutputNo(output)) {
                    let (coin, _) = origin(&made, policy, OutputNo(output), unit);
                    prop_assert_eq!(
                        found.contains(&(output, unit)), stolen.contains(&coin.0),
                        "{} output {} unit {}", policy, output, unit
                    );
                }
            }
        }
    }

    /// I5: the units of two seeds are the units of the one and of the other, and no unit is of both.
    #[test]
    fn units_add_up(made in chains(25, 6, 500)) {
        let mined = made.mined();
        let half = mined.len() / 2;
        for policy in [Policy::Fifo, Policy::Lifo] {
            let [first, second, all] = [&mined[..half], &mined[half..], &mined[..]]
                .map(|stolen| units(&run(&made, policy, stolen)));
            prop_assert!(first.is_disjoint(&second));
            let both: BTreeSet<_> = first.union(&second).copied().collect();
            prop_assert_eq!(both, all);
        }
    }
}
