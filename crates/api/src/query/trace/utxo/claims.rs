//! Attribution and CoinJoin verdicts as a trace on a UTXO ledger sees them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::trace::{
    Label,
    utxo::{Claims, CoinJoin},
};
use attribution::Store;
use chain::{Address, UtxoAddress};
use graph::cluster::{Clusters, Layer, barring_verdict};
use ledger::utxo::{AddressNo, TxNo, UtxoLedger};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::query::{ClusterLabels, QueryError, labels::label_of};

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
    /// What clusters are known as, where any were built.
    clusters: Option<(&'a Clusters, ClusterLabels)>,
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
    pub(super) fn new(
        ledger: &'a UtxoLedger,
        clusters: Option<&'a Clusters>,
        store: Store,
    ) -> Result<Self, QueryError> {
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
        let clusters = match clusters {
            Some(clusters) => {
                // Guesses at change are left out, as of every count.
                let labels = ClusterLabels::load(&store, ledger, clusters, Layer::CoSpend)?;
                Some((clusters, labels))
            }
            None => None,
        };
        let state = State { store, known: FxHashMap::default(), failure: None };
        Ok(LedgerClaims { ledger, tagged, folded, clusters, state: Mutex::new(state) })
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

    /// The label of the cluster of an address that has none of its own. It names the address that
    /// is tagged, so that the reader sees on what it rests.
    fn label_of_cluster(&self, address: AddressNo) -> Option<Arc<Label>> {
        let (clusters, labels) = self.clusters.as_ref()?;
        let found = labels.label_of(clusters, address);
        let found = found.expect("the layer of co-spends is always built")?;
        let mut label = label_of(found.digest.clone());
        label.sources.push(format!("cluster of {}", found.from));
        Some(Arc::new(label))
    }

    fn is_tagged(&self, number: AddressNo) -> bool {
        if self.tagged.contains(&number) {
            return true;
        }
        let folded = |it: UtxoAddress| self.folded.contains(&it.as_str().to_ascii_lowercase());
        !self.folded.is_empty() && self.address(number).is_some_and(folded)
    }
}

impl Claims for LedgerClaims<'_> {
    /// Who holds an address does not depend on when money arrives there (`Store::digest`), so one
    /// answer an address serves a whole run.
    fn label(&self, address: AddressNo, _: TxNo) -> Option<Arc<Label>> {
        if !self.is_tagged(address) {
            return self.label_of_cluster(address);
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
        let verdict = barring_verdict(self.ledger, tx)?;
        Some(CoinJoin {
            protocol: verdict.protocol.to_string(),
            anonymity_set: verdict.participants,
            rule_version: verdict.rule_version.to_owned(),
        })
    }
}
