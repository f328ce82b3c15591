//! How a policy shares taint among the outputs of one transaction.
//!
//! Places to share among come as slots: the values of the outputs in vout order, and the fee last.
//! All arithmetic is on integers; every rule but poison hands out exactly what came in
//! (`docs/methods/utxo_trace.md`).

use crate::Policy;

/// Shares `taint` among the slots, for the policies that know only how much came in. `parts` is
/// cleared first and has the length of `slots` afterwards.
pub(super) fn assign(policy: Policy, taint: u64, slots: &[u64], parts: &mut Vec<u64>) {
    parts.clear();
    match policy {
        Policy::Haircut => haircut(taint, slots, parts),
        Policy::Poison => parts.extend(slots.iter().map(|slot| if taint > 0 { *slot } else { 0 })),
        Policy::Seniority => parts.extend(pour(taint, slots.iter())),
        Policy::Juniority => {
            parts.extend(pour(taint, slots.iter().rev()));
            parts.reverse();
        }
        Policy::Tiho => tiho(taint, slots, parts),
        Policy::Fifo | Policy::Lifo => {
            debug_assert!(false, "policies of order share ranges, not sums");
        }
    }
}

/// By running sums, so that the rounded parts add up: the part of a slot is what all slots up to it
/// get together, less what those before it got.
fn haircut(taint: u64, slots: &[u64], parts: &mut Vec<u64>) {
    let total: u128 = slots.iter().map(|slot| u128::from(*slot)).sum();
    if u128::from(taint) >= total {
        parts.extend_from_slice(slots);
        return;
    }
    let mut running: u128 = 0;
    let mut given: u64 = 0;
    for slot in slots {
        running += u128::from(*slot);
        let up_to = u64::try_from(u128::from(taint) * running / total)
            .expect("a share of a taint is not larger than the taint");
        parts.push(up_to - given);
        given = up_to;
    }
}

/// Fills one slot after the other.
fn pour<'a>(taint: u64, slots: impl Iterator<Item = &'a u64>) -> impl Iterator<Item = u64> {
    let mut left = taint;
    slots.map(move |slot| {
        let part = left.min(*slot);
        left -= part;
        part
    })
}

/// Fills the largest output first; of equal ones the earlier; the fee after all outputs.
fn tiho(taint: u64, slots: &[u64], parts: &mut Vec<u64>) {
    let Some((fee, outputs)) = slots.split_last() else { return };
    let mut order: Vec<usize> = (0..outputs.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(outputs[*at]), *at));
    parts.resize(slots.len(), 0);
    let mut left = taint;
    for at in order {
        parts[at] = left.min(outputs[at]);
        left -= parts[at];
        if left == 0 {
            return;
        }
    }
    parts[outputs.len()] = left.min(*fee);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assigned(policy: Policy, taint: u64, slots: &[u64]) -> Vec<u64> {
        let mut parts = Vec::new();
        assign(policy, taint, slots, &mut parts);
        parts
    }

    const SUMS: [Policy; 5] =
        [Policy::Haircut, Policy::Seniority, Policy::Juniority, Policy::Tiho, Policy::Poison];

    #[test]
    fn each_policy_fills_its_own_slots() {
        for (policy, expected) in [
            (Policy::Haircut, [10, 20, 20, 1, 1]),
            (Policy::Seniority, [20, 32, 0, 0, 0]),
            (Policy::Juniority, [0, 8, 40, 2, 2]),
            (Policy::Tiho, [0, 40, 12, 0, 0]),
            (Policy::Poison, [20, 40, 40, 2, 2]),
        ] {
            assert_eq!(assigned(policy, 52, &[20, 40, 40, 2, 2]), expected, "{policy}");
        }
    }

    #[test]
    fn the_fee_is_the_last_that_the_largest_first_reaches() {
        assert_eq!(assigned(Policy::Tiho, 8, &[3, 4, 9]), [3, 4, 1]);
    }

    #[test]
    fn the_whole_supply_does_not_overflow() {
        let slots = [u64::MAX / 2, u64::MAX / 2 - 1];
        let parts = assigned(Policy::Haircut, u64::MAX - 5, &slots);
        assert_eq!(parts.iter().sum::<u64>(), u64::MAX - 5);
    }

    proptest! {
        /// I1, I2 and I4 in one transaction.
        #[test]
        fn shares_add_up_and_fit(
            slots in prop::collection::vec(0_u64..1_000_000, 1..12),
            portion in 0_u64..=1_000,
        ) {
            let total: u64 = slots.iter().sum();
            for taint in [u64::try_from(u128::from(total) * u128::from(portion) / 1_000).expect("a part"), total] {
                for policy in SUMS {
                    let parts = assigned(policy, taint, &slots);
                    prop_assert_eq!(parts.len(), slots.len());
                    prop_assert!(parts.iter().zip(&slots).all(|(part, slot)| part <= slot));
                    if policy.conserves() {
                        prop_assert_eq!(parts.iter().sum::<u64>(), taint, "{}", policy);
                    }
                    if taint == total && total > 0 {
                        prop_assert_eq!(&parts, &slots);
                    }
                }
            }
        }
    }
}
