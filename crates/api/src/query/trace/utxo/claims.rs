//! Attribution and CoinJoin verdicts as a trace on a UTXO ledger sees them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::trace::{
    Label,
    utxo::{Claims, CoinJoin},
};
use attribution::Store;
use chain::{
    Address, Satoshis, UtxoAddress,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};
use graph::coinjoin;
use ledger::utxo::{AddressNo, OutputNo, TxNo, UtxoLedger};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::query::{QueryError, labels::label_of};

/// Fewest equal outputs of a CoinJoin with few inputs. Every rule of `graph` asks for equal
/// outputs, so counts and values show most payments to be none before any script is read.
const EQUAL_MIN: usize = 3;
/// From so many inputs on two equal outputs are enough for one of the rules.
const INPUTS_FOR_TWO: usize = 20;

/// Labels from a store of claims, verdicts from `graph`.
///
/// A trace asks about each address that it reaches, and most have no label: which ones have is
/// found out once. A failing store is remembered and reported at the end: a trace that lost its
/// labels half-way must not be shown.
pub(super) struct LedgerClaims<'a> {
    ledger: &'a UtxoLedger,
    tagged: FxHashSet<AddressNo>,
    /// What sources wrote that is no address as it stands: lists that lost the letter case.
    folded: FxHashSet<String>,
    state: Mutex<State>,
}

struct State {
    store: Store,
    known: FxHashMap<AddressNo, Option<Arc<Label>>>,
    failure: Option<QueryError>,
}

impl<'a> LedgerClaims<'a> {
    /// Takes a connection of its own: it may be used by one thread at a time, which the mutex sees
    /// to.
    pub(super) fn new(ledger: &'a UtxoLedger, store: Store) -> Result<Self, QueryError> {
        let chain = ledger.chain();
        let mut tagged = FxHashSet::default();
        let mut folded = FxHashSet::default();
        for text in store.tagged(chain)? {
            match UtxoAddress::parse(chain, &text).ok().and_then(|it| it.to_script(chain)) {
                Some(script) => tagged.extend(ledger.find_address(&script)),
                None => {
                    folded.insert(text.to_ascii_lowercase());
                }
            }
        }
        let state = State { store, known: FxHashMap::default(), failure: None };
        Ok(LedgerClaims { ledger, tagged, folded, state: Mutex::new(state) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error that an earlier question met, if any.
    pub(super) fn into_failure(self) -> Option<QueryError> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failure
    }

    fn address(&self, number: AddressNo) -> Option<UtxoAddress> {
        UtxoAddress::of_script(self.ledger.chain(), &self.ledger.script(number))
    }

    fn is_tagged(&self, number: AddressNo) -> bool {
        if self.tagged.contains(&number) {
            return true;
        }
        let folded = |it: UtxoAddress| self.folded.contains(&it.as_str().to_ascii_lowercase());
        !self.folded.is_empty() && self.address(number).is_some_and(folded)
    }

    fn may_be_coinjoin(&self, tx: TxNo) -> bool {
        let (inputs, outputs) = (self.ledger.inputs(tx).len(), self.ledger.outputs(tx));
        let least = if inputs >= INPUTS_FOR_TWO { 2 } else { EQUAL_MIN };
        if inputs < 2 || outputs.len() < least {
            return false;
        }
        let mut values: Vec<u64> = outputs.map(|output| self.ledger.value(output)).collect();
        values.sort_unstable();
        values.windows(least).any(|run| run[0] == run[least - 1])
    }

    fn payment(&self, tx: TxNo) -> Payment {
        let ledger = self.ledger;
        // The ledger holds what a node has accepted, and no node accepts more than the supply.
        let value = |output| Satoshis::new(ledger.value(output)).unwrap_or(Satoshis::MAX);
        let script = |output| ledger.script(ledger.address(output));
        let spent = |output: OutputNo| {
            let maker = ledger.tx_of_output(output);
            let index = output.0 - ledger.first_output(maker).0;
            let index = u32::try_from(index).expect("a transaction has less than 2^32 outputs");
            let spends = Outpoint { tx: ledger.tx_id(maker), index };
            PaymentInput { spends, value: value(output), script: script(output) }
        };
        let made =
            |output: OutputNo| PaymentOutput { value: value(output), script: script(output) };
        Payment {
            id: ledger.tx_id(tx),
            block: Some(u64::from(ledger.height_of(tx))),
            time: Some(ledger.time_of(tx)),
            inputs: ledger.inputs(tx).map(spent).collect(),
            outputs: ledger.outputs(tx).map(made).collect(),
        }
    }
}

impl Claims for LedgerClaims<'_> {
    /// Who holds an address does not depend on when money arrives there (`Store::digest`), so one
    /// answer an address serves a whole run.
    fn label(&self, address: AddressNo, _: TxNo) -> Option<Arc<Label>> {
        if !self.is_tagged(address) {
            return None;
        }
        let mut state = self.lock();
        if let Some(known) = state.known.get(&address) {
            return known.clone();
        }
        let text = Address::Utxo(self.address(address)?);
        let label = match state.store.digest(self.ledger.chain(), &text, None) {
            Ok(digest) => digest.map(|digest| Arc::new(label_of(digest))),
            Err(error) => {
                state.failure.get_or_insert(error.into());
                None
            }
        };
        state.known.insert(address, label.clone());
        label
    }

    fn coinjoin(&self, tx: TxNo) -> Option<CoinJoin> {
        if !self.may_be_coinjoin(tx) {
            return None;
        }
        let verdicts = coinjoin::verdicts(&self.payment(tx));
        let verdict = verdicts.into_iter().find(coinjoin::Verdict::bars_co_spend)?;
        Some(CoinJoin {
            protocol: verdict.protocol.to_string(),
            anonymity_set: verdict.participants,
            rule_version: verdict.rule_version.to_owned(),
        })
    }
}
