//! Wasabi Wallet 1: rounds of about 0.1 BTC (2018 to 2022).
//!
//! Idea: everybody in a round gets the same sum, which starts near 0.1 BTC, some get twice or four
//! times as much too, and the rest is change. Until the end of 2019 the coordinator's fee went to
//! one of two scripts.
//! Rules, the first that holds:
//! - `wasabi1-coordinator`: block 530,500 to 609,999; at least 3 equal outputs; an output to one
//!   of the coordinator's two scripts. Confidence 95.
//! - `wasabi1-late`: everything P2WPKH; the most frequent value occurs n ≥ 10 times and is within
//!   0.02 BTC of 0.1 BTC; at least n inputs; at least two values that occur once; and not, with the outputs
//!   unsorted, exactly half of the outputs equal. Confidence 80.
//! - `wasabi1-levels`: at least 10 inputs, none of whose scripts has more than a tenth of them; the
//!   most frequent value d within 5 % of 0.1 BTC, n ≥ 3 times; n to 7n different input scripts; n (in
//!   version 1.1 plus the repeated values within 5 % of d times a power of two) is at least half
//!   of the outputs but one; with less than 20 inputs their sum is not the number of inputs times
//!   d to 0.01 %. Confidence 60.
//!
//! Source: Dumplings and Stütz (the first two), GraphSense after Schnoering & Vazirgiannis (the
//! third). The coordinator's addresses are from Wasabi's own documentation. The exception in the
//! second is ours: 10 of the 196 payments of a list of rounds are JoinMarket's by their shape; none
//! is in the coordinator's own log, and none is sorted, as all 186 others are. So is the bound of
//! n ≥ 3 in the third.
//! Known to be wrong for: rounds of fewer than 10 (before and after the crowds), rounds whose base
//! had fallen below 0.08 BTC, payouts of about 0.1 BTC from many P2WPKH addresses.

use chain::ScriptKind;

use super::{
    Protocol, Verdict, generic,
    shape::{Between, Shape, Since, satoshis},
};

const BASE: u64 = 10_000_000;

/// 2018-07-05 to 2019-12-26, to about a day.
const COORDINATOR: Between = (530_500..=609_999, 1_530_748_800..=1_577_318_400);
const FIRST_ROUND: Since = (530_500.., 1_530_748_800..);

/// The programs of `bc1qs604c7jv6amk4cxqlnvuxv26hv3e48cds4m0ew` and
/// `bc1qa24tsgchvuxsaccp8vrnkfd85hrcpafg20kmjw`, both P2WPKH.
const COORDINATOR_SCRIPTS: [[u8; 22]; 2] = [
    [
        0, 20, 0x86, 0x9f, 0x5c, 0x7a, 0x4c, 0xd7, 0x77, 0x6a, 0xe0, 0xc0, 0xfc, 0xd9, 0xc3, 0x31,
        0x5a, 0xbb, 0x23, 0x9a, 0x9f, 0x0d,
    ],
    [
        0, 20, 0xea, 0xaa, 0xb8, 0x23, 0x17, 0x67, 0x0d, 0x0e, 0xe3, 0x01, 0x3b, 0x07, 0x3b, 0x25,
        0xa7, 0xa5, 0xc7, 0x80, 0xf5, 0x28,
    ],
];

pub(super) fn verdict(shape: &Shape<'_>) -> Option<Verdict> {
    if !shape.is_within(&FIRST_ROUND.0, &FIRST_ROUND.1, true) {
        return None;
    }
    let (confidence, rule_version) = if pays_coordinator(shape) {
        (95, "wasabi1-coordinator/1")
    } else if is_late(shape) {
        (80, "wasabi1-late/1")
    } else if has_levels(shape) {
        (60, "wasabi1-levels/1")
    } else {
        return None;
    };
    Some(Verdict {
        protocol: Protocol::Wasabi1,
        confidence,
        participants: shape.common_count,
        denominations: satoshis([shape.common].into_iter().chain(levels(shape).map(|one| one.0))),
        rule_version,
    })
}

/// Whether the coordinator's scripts may count in a block.
pub(super) fn is_coordinators_time(block: Option<u64>) -> bool {
    block.is_none_or(|block| COORDINATOR.0.contains(&block))
}

fn pays_coordinator(shape: &Shape<'_>) -> bool {
    let known = |script: &[u8]| COORDINATOR_SCRIPTS.iter().any(|one| one == script);
    shape.common_count >= 3
        && shape.is_within(&COORDINATOR.0, &COORDINATOR.1, true)
        && shape.outputs.iter().any(|output| known(output.script.as_bytes()))
}

fn is_late(shape: &Shape<'_>) -> bool {
    shape.common_count >= 10
        && shape.common.abs_diff(BASE) <= 2_000_000
        && shape.inputs.len() >= shape.common_count
        && shape.unique_values() >= 2
        && !looks_like_joinmarket(shape)
        && shape.inputs_are(&[ScriptKind::WitnessKeyHash])
        && shape.outputs_are(&[ScriptKind::WitnessKeyHash])
}

/// The coordinator sorts by value, smallest first; JoinMarket shuffles. Rounds of which exactly half
/// of the outputs are equal are rare enough to ask for it.
fn looks_like_joinmarket(shape: &Shape<'_>) -> bool {
    let sorted = shape.outputs.is_sorted_by(|first, second| first.value <= second.value);
    !sorted && shape.common_count == generic::participants(shape)
}

fn has_levels(shape: &Shape<'_>) -> bool {
    let (inputs, equal) = (shape.inputs.len(), shape.common_count);
    let mixed: usize = equal + levels(shape).map(|level| level.1).sum::<usize>();
    inputs >= 10
        && equal >= 3
        && !looks_like_joinmarket(shape)
        && 10 * shape.busiest_script <= inputs
        && is_near(shape.common, BASE)
        && (equal..=7 * equal).contains(&shape.input_scripts)
        && 2 * mixed + 1 >= shape.outputs.len()
        && (inputs >= 20 || !is_a_multiple(shape))
}

/// Repeated values near the base times 2, 4, 8, …; ascending.
fn levels(shape: &Shape<'_>) -> impl Iterator<Item = (u64, usize)> {
    let base = shape.common;
    shape.repeated().filter(move |(value, _)| {
        *value > base && (1..32).any(|power| is_near(*value, base.saturating_mul(1 << power)))
    })
}

/// Within 5 %.
fn is_near(value: u64, of: u64) -> bool {
    value.abs_diff(of) <= of / 20
}

/// Whether the inputs bring the base each, to 0.01 %: then they come out of a mixer of that size.
fn is_a_multiple(shape: &Shape<'_>) -> bool {
    let brought: u128 = shape.inputs.iter().map(|input| u128::from(input.value.get())).sum();
    let each: u128 = shape.inputs.iter().map(|_| u128::from(shape.common)).sum();
    brought.abs_diff(each) <= brought / 10_000
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdict};
    use super::*;
    use chain::Script;

    fn rule(made: &Made) -> Option<&'static str> {
        let found = verdict(&made.payment()).filter(|one| one.protocol == Protocol::Wasabi1)?;
        Some(found.rule_version)
    }

    /// Twelve in, twelve equal out, six of change.
    fn round(base: u64) -> Made {
        let inputs: Vec<u64> = (0..12).map(|at| base + 300_000 + 7_919 * at).collect();
        Made::new().inputs(&inputs).outputs(&[base; 12]).outputs(&[11, 12, 13, 14, 15, 16])
    }

    #[test]
    fn a_late_round_is_told() {
        let made = round(8_000_000);
        let found = verdict(&made.payment()).expect("a round");
        assert_eq!((found.rule_version, found.participants), ("wasabi1-late/1", 12));
        assert_eq!(found.denominations, satoshis([8_000_000]));
        assert_eq!(rule(&round(7_999_999)), None);
        assert_eq!(rule(&round(12_000_001)), None);
        assert_eq!(rule(&round(10_000_000).at_block(500_000)), None);
    }

    #[test]
    fn joinmarket_at_the_same_sum_is_told_apart_by_its_order() {
        let inputs: Vec<u64> = (0..12).map(|at| 10_300_000 + 7_919 * at).collect();
        let changes: Vec<u64> = (0..12).map(|at| 11 + 2 * at).collect();
        let made = |one: &[u64], two: &[u64]| Made::new().inputs(&inputs).outputs(one).outputs(two);
        let equal = [10_000_000; 12];
        assert_eq!(rule(&made(&changes, &equal)), Some("wasabi1-late/1"));
        assert_eq!(rule(&made(&equal, &changes)), None);
        let found = verdict(&made(&equal, &changes).payment()).map(|found| found.protocol);
        assert_eq!(found, Some(Protocol::JoinMarket));
    }

    #[test]
    fn a_script_of_another_kind_leaves_the_rule_of_levels() {
        assert_eq!(rule(&round(10_000_000).taproot_output(0)), Some("wasabi1-levels/1"));
        assert_eq!(rule(&round(9_000_000).taproot_output(0)), None);
    }

    #[test]
    fn levels_count_among_the_mixed() {
        let inputs: Vec<u64> = (0..20).map(|at| 30_000_000 + 7_919 * at).collect();
        let made = |levels: &[u64]| {
            let changes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
            Made::new().inputs(&inputs).outputs(&[10_000_000; 4]).outputs(levels).outputs(&changes)
        };
        assert_eq!(
            rule(&made(&[20_000_000, 20_000_000, 40_000_000, 40_000_000])),
            Some("wasabi1-levels/1")
        );
        assert_eq!(rule(&made(&[20_000_000, 40_000_000])), None);
    }

    #[test]
    fn ten_coins_of_one_size_are_a_payout() {
        let made =
            Made::new().inputs(&[10_000_000; 10]).outputs(&[10_000_000; 9]).outputs(&[9_990_000]);
        assert_eq!(rule(&made.taproot_output(0)), None);
    }

    #[test]
    fn the_coordinators_scripts_tell_in_their_time() {
        let small = || {
            let made = Made::new().inputs(&[20_000_000; 3]).outputs(&[9_900_000; 3]);
            made.output(60_000, Script::new(COORDINATOR_SCRIPTS[1]))
        };
        assert_eq!(rule(&small().at_block(560_000)), Some("wasabi1-coordinator/1"));
        assert_eq!(rule(&small().at_block(610_000)), None);
        assert_eq!(rule(&small().at_time(1_577_318_401)), None);
    }
}
