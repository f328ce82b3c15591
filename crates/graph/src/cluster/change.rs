//! Which outputs of a payment are change, and by which rule: the certain one first.

use ledger::utxo::{OutputNo, TxNo};

use super::{facts::Facts, one_time_change::one_time_change, rule::Rule, self_change::self_change};

/// The outputs of a transaction that are change, each with the rule that says so.
pub fn change(facts: &impl Facts, tx: TxNo) -> Vec<(OutputNo, Rule)> {
    let certain = self_change(facts, tx);
    if certain.is_empty() {
        let guess = one_time_change(facts, tx);
        return guess.into_iter().map(|output| (output, Rule::OneTimeChange)).collect();
    }
    certain.into_iter().map(|output| (output, Rule::SelfChange)).collect()
}
