//! Co-spending: whoever signs for several inputs of one payment owns their addresses.
//!
//! Rule: the addresses of all inputs of a transaction are joined, unless its CoinJoin verdict bars
//! it. A coinbase has no inputs.
//! Paper: Nakamoto (2008), section 10; Meiklejohn et al. (IMC 2013), heuristic 1. Known to be wrong
//! for: CoinJoins that no rule knows (of two, PayJoins), payments that several people fund on
//! purpose, keys imported from another owner. Page: `docs/methods/co_spend.md`.

use ledger::utxo::{AddressNo, TxNo};

use super::{facts::Facts, forest::Forest};
use crate::coinjoin::{self, Counts, Verdict};

/// Joins what the transactions from a number on join.
pub(super) fn join(facts: &impl Facts, from: TxNo, forest: &mut Forest) {
    let (mut members, mut values) = (Vec::new(), Vec::new());
    facts.joint_spends(from, |spends, addresses| {
        // Any member of a set stands for it, and one step on the way to the root is looked up here
        // for all, so that the memory for it is at hand when they are joined.
        members.clear();
        members.extend(addresses.iter().map(|address| forest.parent(address.0)));
        let mut rest = members.as_slice();
        for spend in spends {
            let (own, behind) = rest.split_at(spend.counts.inputs);
            rest = behind;
            let Some((first, others)) = own.split_first() else { continue };
            // Who is together already is not joined, so nobody need ask whether that is allowed.
            if others.iter().all(|member| member == first)
                || bars(facts, spend.tx, spend.counts, &mut values)
            {
                continue;
            }
            for member in others {
                forest.join(*first, *member);
            }
        }
    });
}

/// Whether a transaction's verdict bars the joining of its inputs.
pub fn is_barred(facts: &impl Facts, tx: TxNo) -> bool {
    barring_verdict(facts, tx).is_some()
}

/// The verdict that bars the joining of a transaction's inputs, if there is one.
pub fn barring_verdict(facts: &impl Facts, tx: TxNo) -> Option<Verdict> {
    let counts = Counts { inputs: facts.inputs(tx).len(), outputs: facts.outputs(tx).len() };
    if !may_be_barred(facts, tx, counts, &mut Vec::new()) {
        return None;
    }
    coinjoin::verdict(&facts.payment(tx)).filter(Verdict::bars_co_spend)
}

/// As [`is_barred`], with the counts known and the memory for values lent.
fn bars(facts: &impl Facts, tx: TxNo, counts: Counts, values: &mut Vec<u64>) -> bool {
    may_be_barred(facts, tx, counts, values) && coinjoin::bars_co_spend(&facts.payment(tx))
}

/// A first look, which reads no script.
fn may_be_barred(facts: &impl Facts, tx: TxNo, counts: Counts, values: &mut Vec<u64>) -> bool {
    if !counts.may_be_barred() {
        return false;
    }
    values.clear();
    values.extend(facts.outputs(tx).map(|output| facts.value(output)));
    counts.values_may_be_barred(values, || Some(u64::from(facts.height_of(tx))))
}

/// The different addresses that a transaction spends from, in the order of its inputs.
pub(super) fn input_addresses(facts: &impl Facts, tx: TxNo) -> Vec<AddressNo> {
    let mut seen = rustc_hash::FxHashSet::default();
    let inputs = facts.inputs(tx).map(|output| facts.address(output));
    inputs.filter(|address| seen.insert(*address)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made::{MadeChain, a_script};
    use super::*;

    /// Five coins of five owners, and one transaction that spends some of them.
    fn roots(spends: &[u64], makes: &[u64]) -> Vec<u32> {
        let mut chain = MadeChain::default();
        let coins: Vec<_> = (0..5).map(|at| (a_script(5 * at), 60_000 + u64::from(at))).collect();
        chain.add(&[], &coins);
        let makes: Vec<_> =
            makes.iter().zip(0..).map(|(value, at)| (a_script(1 + 5 * at), *value)).collect();
        chain.add(spends, &makes);
        let mut forest = Forest::new(5);
        join(&chain, TxNo(0), &mut forest);
        forest.into_roots()
    }

    #[test]
    fn inputs_of_a_payment_are_joined() {
        assert_eq!(roots(&[3, 1, 4], &[70_000, 110_000]), [0, 1, 2, 1, 1]);
        assert_eq!(roots(&[3], &[59_000]), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn inputs_of_a_coinjoin_are_not() {
        let alone = [0, 1, 2, 3, 4];
        assert_eq!(roots(&[0, 1, 2], &[50_000, 50_000, 50_000, 9_001, 9_002]), alone);
        assert_eq!(roots(&[0, 1, 2], &[50_000, 50_000, 50_001, 9_001, 9_002]), [0, 0, 0, 3, 4]);
    }
}
