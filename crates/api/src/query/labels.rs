//! Attribution as a trace sees it: the digest of each address, asked once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use attribution::{Digest, Store};
use chain::{Account, Address, Chain, Timestamp};
use rustc_hash::FxHashMap;
use trace::{Label, Labels, Role};

use super::QueryError;

/// The labels of one chain's addresses, from a store of claims.
///
/// Who holds an address does not depend on when money arrives there (`Store::digest`), so one
/// answer an address serves a whole run. A failing store is remembered and reported at the end: a
/// trace that lost its labels half-way must not be shown.
pub(crate) struct StoreLabels {
    chain: Chain,
    state: Mutex<State>,
}

struct State {
    store: Store,
    known: FxHashMap<Account, Option<Label>>,
    failure: Option<QueryError>,
}

impl StoreLabels {
    /// Takes a connection of its own: it may be used by one thread at a time, which the mutex sees
    /// to.
    pub(crate) fn new(chain: Chain, store: Store) -> StoreLabels {
        let state = State { store, known: FxHashMap::default(), failure: None };
        StoreLabels { chain, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error that an earlier question met, if any.
    pub(crate) fn into_failure(self) -> Option<QueryError> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failure
    }
}

impl Labels for StoreLabels {
    fn label(&self, account: &Account, _: Timestamp) -> Option<Label> {
        let mut state = self.lock();
        if let Some(known) = state.known.get(account) {
            return known.clone();
        }
        let address = Address::of_account(self.chain, *account)?;
        let label = match state.store.digest(self.chain, &address, None) {
            Ok(digest) => digest.map(label_of),
            Err(error) => {
                state.failure.get_or_insert(error.into());
                None
            }
        };
        state.known.insert(*account, label.clone());
        label
    }
}

/// What a digest means for a trace.
pub(crate) fn label_of(digest: Digest) -> Label {
    let role = match digest.role {
        attribution::Role::Service => Role::Service,
        attribution::Role::Mixer => Role::Mixer,
        attribution::Role::Bridge => Role::Bridge,
        attribution::Role::Burn => Role::Burn,
        attribution::Role::Illicit | attribution::Role::Sanctioned => Role::Passage,
        attribution::Role::Other => Role::Unsettled,
    };
    let name = digest.actor.as_ref().map_or(digest.label, |actor| actor.label.clone());
    Label {
        actor: digest.actor.map(|actor| actor.id),
        name,
        category: digest.category.map(|category| category.slug().to_owned()),
        jurisdictions: digest.jurisdictions,
        role,
        confidence: digest.confidence.slug().to_owned(),
        sources: digest.sources,
    }
}

/// The name to show for an account, where anything is known of it.
pub(crate) fn name_of(
    store: &Store,
    chain: Chain,
    account: Account,
) -> Result<Option<String>, QueryError> {
    let Some(address) = Address::of_account(chain, account) else { return Ok(None) };
    Ok(store.digest(chain, &address, None)?.map(|digest| digest.label))
}
