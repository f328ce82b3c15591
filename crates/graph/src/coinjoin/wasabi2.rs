//! Wasabi Wallet 2 (WabiSabi): rounds of many denominations (2022 on).
//!
//! Idea: a round cuts everybody's coins into values from one public list, so nearly all outputs are
//! from it; the coordinator sorts both sides.
//! Rules:
//! - `wasabi2-list`: from block 741,213; inputs P2WPKH or P2TR, at least 50, from May 2024 (other
//!   coordinators) at least 20, no script with more than a tenth of them; inputs and outputs sorted, largest first; more than 80 % of the
//!   outputs from the list {2^k, 3^k, 2·3^k, 10^k, 2·10^k, 5·10^k} from 5,000 sat to 1,343.75 BTC;
//!   at least two outputs share a value. Confidence 80. The order of inputs and outputs matters.
//! - `wasabi2-repeats`: from the same block; at least 20 inputs, no script with more than a tenth
//!   of them; all outputs at least 5,000 sat; at least three values that repeat, on half of the
//!   outputs but one or more, and not on all. Confidence 60.
//!
//! Source: Dumplings and GingerWallet (the first), GraphSense (the second). That two outputs must
//! share a value, and that the list is not enough where one script brings the coins, is ours: a
//! consolidation of 101 coins into two round sums is no round, nor are 128 coins of one address cut
//! into 21 of 2,000,000 sat.
//! Known to be wrong for: rounds of fewer than 20 inputs, rounds of wallets that pay several third
//! parties, payouts in round sums sorted by value from many coins.

use chain::ScriptKind;

use super::{
    Protocol, Verdict,
    shape::{Shape, Since, satoshis},
};

/// 2022-06-17, to about a day.
const FIRST_ROUND: Since = (741_213.., 1_655_424_000..);
/// 2024-05-01, to about a day.
const SMALLER_ROUNDS: Since = (841_500.., 1_714_521_600..);
const SMALLEST: u64 = 5_000;
const LARGEST: u64 = 134_375_000_000;

/// The rule with the list.
pub(super) fn by_denominations(shape: &Shape<'_>) -> Option<Verdict> {
    let later = shape.is_within(&SMALLER_ROUNDS.0, &SMALLER_ROUNDS.1, false);
    let inputs_min = if later { 20 } else { 50 };
    if shape.inputs.len() < inputs_min
        || shape.common_count < 2
        || 10 * shape.busiest_script > shape.inputs.len()
        || !shape.is_within(&FIRST_ROUND.0, &FIRST_ROUND.1, true)
    {
        return None;
    }
    let listed = shape.values.iter().filter(|(value, _)| is_listed(**value));
    let listed: usize = listed.map(|(_, count)| count).sum();
    let sorted = shape.inputs.is_sorted_by(|first, second| first.value >= second.value)
        && shape.outputs.is_sorted_by(|first, second| first.value >= second.value);
    let fits = 5 * listed > 4 * shape.outputs.len()
        && sorted
        && shape.inputs_are(&[ScriptKind::WitnessKeyHash, ScriptKind::Taproot]);
    fits.then(|| verdict(shape, 80, "wasabi2-list/1"))
}

/// The rule without it.
pub(super) fn without_denominations(shape: &Shape<'_>) -> Option<Verdict> {
    let repeated: usize = shape.repeated().map(|one| one.1).sum();
    let fits = shape.is_within(&FIRST_ROUND.0, &FIRST_ROUND.1, true)
        && shape.inputs.len() >= 20
        && 10 * shape.busiest_script <= shape.inputs.len()
        && shape.values.keys().all(|value| *value >= SMALLEST)
        && shape.repeated().count() >= 3
        && 2 * repeated + 1 >= shape.outputs.len()
        && repeated < shape.outputs.len();
    fits.then(|| verdict(shape, 60, "wasabi2-repeats/1"))
}

fn verdict(shape: &Shape<'_>, confidence: u8, rule_version: &'static str) -> Verdict {
    Verdict {
        protocol: Protocol::Wasabi2,
        confidence,
        participants: shape.common_count,
        denominations: satoshis(shape.repeated().map(|one| one.0)),
        rule_version,
    }
}

fn is_listed(value: u64) -> bool {
    (SMALLEST..=LARGEST).contains(&value)
        && (without(value, 2) == 1
            || matches!(without(value, 3), 1 | 2)
            || matches!(without(value, 10), 1 | 2 | 5))
}

/// What is left when a factor is divided out; `value` is not zero.
fn without(mut value: u64, factor: u64) -> u64 {
    while value.is_multiple_of(factor) {
        value /= factor;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdict};
    use super::*;

    const JUNE_2022: i64 = 1_656_000_000;
    const JUNE_2024: i64 = 1_717_200_000;

    fn round(inputs: u64) -> Made {
        let values: Vec<u64> = (0..inputs).rev().map(|at| 300_000 + 7_919 * at).collect();
        Made::new()
            .inputs(&values)
            .outputs(&[1_048_576, 531_441, 531_441, 354_294, 200_000, 100_000, 100_000, 50_000])
            .outputs(&[23_456])
    }

    fn rule(made: &Made) -> Option<&'static str> {
        let found = verdict(&made.payment()).filter(|one| one.protocol == Protocol::Wasabi2)?;
        Some(found.rule_version)
    }

    #[test]
    fn values_of_the_list_and_their_neighbours() {
        for value in [8_192, 6_561, 13_122, 10_000, 20_000, 5_000, 134_217_728] {
            assert!(is_listed(value), "{value}");
            assert!(!is_listed(value + 1), "{value} and one");
        }
        assert!(!is_listed(4_374));
        assert!(!is_listed(200_000_000_000));
    }

    #[test]
    fn rounds_may_be_smaller_from_may_2024() {
        assert_eq!(rule(&round(50).at_time(JUNE_2022)), Some("wasabi2-list/1"));
        assert_eq!(rule(&round(49).at_time(JUNE_2022)), None);
        assert_eq!(rule(&round(20).at_time(JUNE_2024)), Some("wasabi2-list/1"));
        assert_eq!(rule(&round(19).at_time(JUNE_2024)), None);
        assert_eq!(rule(&round(50).at_block(741_212)), None);
        let found = verdict(&round(50).payment()).expect("a round, if its time is not known");
        assert_eq!(found.denominations, satoshis([100_000, 531_441]));
    }

    #[test]
    fn order_list_and_script_matter() {
        // Sorted, 9 of 11 listed; one more that is not, 8 of 10; 9 of 10, but not sorted.
        assert_eq!(rule(&round(50).outputs(&[20_000, 19_000])), Some("wasabi2-list/1"));
        assert_eq!(rule(&round(50).outputs(&[19_000])), None);
        assert_eq!(rule(&round(50).outputs(&[50_000])), Some("wasabi2-repeats/1"));
        assert_eq!(rule(&round(50).outputs(&[5_000; 9])), Some("wasabi2-list/1"));
        let legacy = round(50).outputs(&[5_000; 9]).legacy_input(3);
        assert_eq!(rule(&legacy), Some("wasabi2-repeats/1"));
    }

    #[test]
    fn a_consolidation_into_two_round_sums_is_no_round() {
        let made = Made::new().inputs(&[100_000; 101]).outputs(&[10_000_000, 50_000]);
        assert_eq!(rule(&made.at_time(JUNE_2024)), None);
        let made = Made::new().inputs(&[400_000; 128]).outputs(&[2_000_000; 21]).outputs(&[51_500]);
        assert_eq!(rule(&made.one_input_script().at_time(JUNE_2024)), None);
    }

    #[test]
    fn repeats_tell_without_the_list() {
        let inputs: Vec<u64> = (0..20).map(|at| 300_000 + 7_919 * at).collect();
        let made = |rest: &[u64]| {
            let equal = [70_001, 70_001, 80_001, 80_001, 90_001, 90_001];
            Made::new().inputs(&inputs).outputs(&equal).outputs(rest).at_time(JUNE_2022)
        };
        assert_eq!(rule(&made(&[6_001, 6_002])), Some("wasabi2-repeats/1"));
        assert_eq!(rule(&made(&[])), None);
        assert_eq!(rule(&made(&[6_001, 6_002, 6_003, 6_004, 6_005, 6_006, 6_007, 6_008])), None);
        assert_eq!(rule(&made(&[4_999])), None);
        assert_eq!(rule(&made(&[6_001]).at_time(1_600_000_000)), None);
    }
}
