//! Self-change: an output that goes back to an address that the payment spends from.
//!
//! Rule: an output whose script is among the scripts of the inputs. It joins nothing, because the
//! address is already in the cluster; it tells which output is change.
//! Source: GraphSense, with the highest confidence. Page: `docs/methods/change.md`.

use ledger::utxo::{OutputNo, TxNo};

use super::{co_spend::input_addresses, facts::Facts};

/// The outputs of a transaction that go back to where its inputs come from.
pub fn self_change(facts: &impl Facts, tx: TxNo) -> Vec<OutputNo> {
    let inputs = input_addresses(facts, tx);
    facts.outputs(tx).filter(|output| inputs.contains(&facts.address(*output))).collect()
}
