//! One-time change: the output that looks like what a wallet gives back to itself.
//!
//! Idea: wallets send change to an address made for it, of the kind that they spend from; people pay
//! round sums, and more than the smallest coin that they bring.
//! Rule: no coinbase, no CoinJoin, no self-change; 2 to 10 outputs; all inputs of one kind of
//! script; exactly one output is of that kind, not a multiple of 1,000 sat, smaller than the
//! smallest input, and goes to an address that first appears with it. Score 50.
//! Source: GraphSense. That the address is new, and not that it is used never again, is ours: what
//! comes later must not change what is said of a payment.
//! Known to be wrong for: payments of odd sums to a new address that leave no change or leave it to
//! an old one, wallets that change their kind of script. By itself such a rule put 166 of 273 named
//! services into one cluster (Möser & Narayanan, FC 2022), so it is a layer of its own that nothing
//! counts unasked. Page: `docs/methods/change.md`.

use ledger::utxo::{OutputNo, TxNo};

use super::{
    co_spend::{input_addresses, is_barred},
    facts::Facts,
    self_change::self_change,
};

const OUTPUTS_MAX: usize = 10;
const ROUND: u64 = 1_000;

/// The output that is change by this rule.
pub fn one_time_change(facts: &impl Facts, tx: TxNo) -> Option<OutputNo> {
    let outputs = facts.outputs(tx);
    if !(2..=OUTPUTS_MAX).contains(&outputs.len()) {
        return None;
    }
    // `None` for a coinbase.
    let least = facts.inputs(tx).map(|input| facts.value(input)).min()?;
    let looks_right = |output: &OutputNo| {
        let value = facts.value(*output);
        value < least
            && !value.is_multiple_of(ROUND)
            && facts.first_output_of(facts.address(*output)) == *output
    };
    let candidates: Vec<OutputNo> = outputs.filter(looks_right).collect();
    if candidates.is_empty() {
        return None;
    }
    let inputs = input_addresses(facts, tx);
    let kind = facts.script_kind(*inputs.first()?);
    if inputs.iter().any(|address| facts.script_kind(*address) != kind) {
        return None;
    }
    let mut of_kind =
        candidates.iter().filter(|output| facts.script_kind(facts.address(**output)) == kind);
    let (Some(change), None) = (of_kind.next(), of_kind.next()) else { return None };
    (self_change(facts, tx).is_empty() && !is_barred(facts, tx)).then_some(*change)
}

#[cfg(test)]
mod tests {
    use super::super::made::{MadeChain, a_script};
    use super::*;

    /// One coin of P2WPKH in, what is given out; the place of the output that is change.
    fn change(outputs: &[(u8, u64)]) -> Option<u64> {
        let mut chain = MadeChain::default();
        chain.add(&[], &[(a_script(1), 90_000), (a_script(36), 500)]);
        let makes: Vec<_> =
            outputs.iter().map(|(script, value)| (a_script(*script), *value)).collect();
        let tx = chain.add(&[0], &makes);
        one_time_change(&chain, tx).map(|output| output.0 - 2)
    }

    #[test]
    fn one_odd_sum_to_a_new_address_is_change() {
        assert_eq!(change(&[(6, 50_000), (11, 39_123)]), Some(1));
        assert_eq!(change(&[(11, 39_123), (6, 50_000)]), Some(0));
        // The other is of another kind, or old.
        assert_eq!(change(&[(7, 50_123), (11, 39_123)]), Some(1));
        assert_eq!(change(&[(36, 50_123), (11, 39_123)]), Some(1));
    }

    #[test]
    fn one_thing_off_is_no_change() {
        // Two that fit, none that does, self-change, one output, too large.
        assert_eq!(change(&[(6, 50_123), (11, 39_123)]), None);
        assert_eq!(change(&[(6, 50_000), (11, 39_000)]), None);
        assert_eq!(change(&[(1, 50_000), (11, 39_123)]), None);
        assert_eq!(change(&[(11, 39_123)]), None);
        assert_eq!(change(&[(6, 50_000), (11, 90_123)]), None);
        // Of another kind, or an old address.
        assert_eq!(change(&[(6, 50_000), (12, 39_123)]), None);
        assert_eq!(change(&[(6, 50_000), (36, 39_123)]), None);
        let many: Vec<(u8, u64)> = (0..11).map(|at| (41 + 5 * at, 1_000)).collect();
        assert_eq!(change(&[&many[..9], &[(11, 123)]].concat()), Some(9));
        assert_eq!(change(&[&many[..10], &[(11, 123)]].concat()), None);
    }
}
