//! Merging what several sources say about the same transactions.
//!
//! The merge is commutative, associative and idempotent, so the order of imports cannot matter.
//! Moves without a stated place have no identity of their own: two equal ones in one file are two
//! moves, while the same pair in a second file is the same pair again. So of each content the
//! largest count that any one source lists is kept (a multiset maximum).

use std::collections::{BTreeMap, BTreeSet, hash_map::Entry};

use chain::{
    Account, Amount, Asset, AssetId, TxId,
    record::{MixerDeposit, MixerWithdrawal, TransactionBody, TransferKind},
};

use rustc_hash::FxHashMap;

use crate::{
    LedgerError,
    facts::{Facts, MoveFact, Place, TxFact},
};

/// Merges the facts of several sources into canonical order.
///
/// # Errors
/// Two sources state different facts about one transaction.
pub(crate) fn merge(sources: Vec<Facts>) -> Result<Facts, LedgerError> {
    let rows = sources.iter().map(|source| source.txs.len()).sum();
    let mut merged = Facts { txs: Vec::with_capacity(rows), ..Facts::default() };
    let mut numbers: FxHashMap<TxId, usize> = FxHashMap::default();
    numbers.reserve(rows);
    for source in sources {
        for mut tx in source.txs {
            forget_needless_listing(&mut tx.moves);
            match numbers.entry(tx.id) {
                Entry::Occupied(number) => merge_tx(&mut merged.txs[*number.get()], tx)?,
                Entry::Vacant(number) => {
                    number.insert(merged.txs.len());
                    merged.txs.push(tx);
                }
            }
        }
        merged.deposits.extend(source.deposits);
        merged.withdrawals.extend(source.withdrawals);
    }
    merged.deposits = merge_deposits(merged.deposits)?;
    merged.withdrawals = merge_withdrawals(merged.withdrawals);
    normalise(&mut merged);
    Ok(merged)
}

/// Sorts into chain order. What was in order already costs no more than a look.
fn normalise(facts: &mut Facts) {
    for tx in &mut facts.txs {
        tx.moves.sort_by(|a, b| move_order(a).cmp(&move_order(b)));
    }
    facts.txs.sort_by_key(|tx| (tx.block, tx.place, tx.id));
    facts.deposits.sort();
    facts.withdrawals.sort();
}

/// Once a source states places for a content, the order in which others list it says nothing.
fn forget_needless_listing(moves: &mut [MoveFact]) {
    if moves.iter().all(|fact| fact.place.is_stated()) {
        return;
    }
    let stated: BTreeSet<ContentKey> =
        moves.iter().filter(|fact| fact.place.is_stated()).map(key).collect();
    for fact in moves.iter_mut() {
        if !fact.place.is_stated() && stated.contains(&key(fact)) {
            fact.place = Place::listed(0);
        }
    }
}

type MoveContent<'a> = (TransferKind, &'a AssetId, Account, Account, Amount);

fn content(fact: &MoveFact) -> MoveContent<'_> {
    (fact.kind, &fact.asset, fact.from, fact.to, fact.amount)
}

fn move_order(fact: &MoveFact) -> (TransferKind, Place, MoveContent<'_>) {
    (fact.kind, fact.place, content(fact))
}

pub(crate) fn conflict<T: std::fmt::Debug>(
    tx: TxId,
    field: &'static str,
    have: &T,
    new: &T,
) -> LedgerError {
    LedgerError::Conflict { tx, field, have: format!("{have:?}"), new: format!("{new:?}") }
}

/// Merges a second statement about one transaction into the first.
pub(crate) fn merge_tx(have: &mut TxFact, new: TxFact) -> Result<(), LedgerError> {
    if have.block != new.block {
        return Err(conflict(have.id, "block", &have.block, &new.block));
    }
    if have.time != new.time {
        return Err(conflict(have.id, "time", &have.time, &new.time));
    }
    if have.place != new.place && have.place.is_stated() && new.place.is_stated() {
        return Err(conflict(have.id, "index", &have.place.number(), &new.place.number()));
    }
    have.place = have.place.min(new.place);
    merge_body(have.id, &mut have.body, new.body)?;
    // Most statements list no moves: a transfer's own row does so for every other of its kind.
    if !new.moves.is_empty() {
        have.moves = merge_moves(have.id, std::mem::take(&mut have.moves), new.moves)?;
    }
    Ok(())
}

fn merge_body(
    tx: TxId,
    have: &mut Option<TransactionBody>,
    new: Option<TransactionBody>,
) -> Result<(), LedgerError> {
    let Some(new) = new else { return Ok(()) };
    let Some(old) = have else {
        *have = Some(new);
        return Ok(());
    };
    // A dump may leave out the contract that a transaction created.
    old.created = merge_option(tx, "created contract", old.created, new.created)?;
    let same = |field, equal: bool, a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| {
        if equal { Ok(()) } else { Err(conflict(tx, field, &a, &b)) }
    };
    same("from", old.from == new.from, &old.from, &new.from)?;
    same("to", old.to == new.to, &old.to, &new.to)?;
    same("value", old.value == new.value, &old.value, &new.value)?;
    same("fee", old.fee == new.fee, &old.fee, &new.fee)?;
    same("success", old.succeeded == new.succeeded, &old.succeeded, &new.succeeded)
}

fn merge_option<T: Copy + PartialEq + std::fmt::Debug>(
    tx: TxId,
    field: &'static str,
    have: Option<T>,
    new: Option<T>,
) -> Result<Option<T>, LedgerError> {
    match (have, new) {
        (Some(a), Some(b)) if a != b => Err(conflict(tx, field, &a, &b)),
        (a, b) => Ok(a.or(b)),
    }
}

/// Refuses two different moves at one stated place.
pub(crate) fn check_stated_place(
    tx: TxId,
    have: &MoveFact,
    new: &MoveFact,
) -> Result<(), LedgerError> {
    let same_place = have.place == new.place && have.place.is_stated() && have.kind == new.kind;
    if same_place && content(have) != content(new) {
        return Err(conflict(tx, "transfer at one place", &content(have), &content(new)));
    }
    Ok(())
}

fn merge_moves(
    tx: TxId,
    have: Vec<MoveFact>,
    new: Vec<MoveFact>,
) -> Result<Vec<MoveFact>, LedgerError> {
    let mut stated: BTreeMap<(TransferKind, Place), MoveFact> = BTreeMap::new();
    let mut totals: Vec<BTreeMap<ContentKey, Vec<Place>>> = vec![BTreeMap::new(), BTreeMap::new()];
    for (source, moves) in [have, new].into_iter().enumerate() {
        for fact in moves {
            totals[source].entry(key(&fact)).or_default().push(fact.place);
            if fact.place.is_stated() {
                if let Some(other) = stated.get(&(fact.kind, fact.place)) {
                    check_stated_place(tx, other, &fact)?;
                }
                stated.insert((fact.kind, fact.place), fact);
            }
        }
    }
    for places in totals.iter_mut().flat_map(BTreeMap::values_mut) {
        places.sort_unstable();
    }
    let mut known: BTreeMap<ContentKey, usize> = BTreeMap::new();
    for fact in stated.values() {
        *known.entry(key(fact)).or_default() += 1;
    }
    let mut merged: Vec<MoveFact> = stated.into_values().collect();
    let keys: BTreeSet<ContentKey> =
        totals.iter().flat_map(|total| total.keys().cloned()).collect();
    for content in keys {
        let places: Vec<&Vec<Place>> = totals.iter().filter_map(|t| t.get(&content)).collect();
        let most = places.iter().map(|places| places.len()).max().unwrap_or(0);
        let known = known.get(&content).copied().unwrap_or(0);
        for copy in 0..most.saturating_sub(known) {
            // Beside stated places the order of listing is forgotten, as in `normalise`.
            let place = if known > 0 { Place::listed(0) } else { listed_place(&places, copy) };
            merged.push(unplace(&content, place));
        }
    }
    Ok(merged)
}

type ContentKey = (TransferKind, AssetId, Account, Account, Amount);

fn key(fact: &MoveFact) -> ContentKey {
    (fact.kind, fact.asset.clone(), fact.from, fact.to, fact.amount)
}

/// The earliest place at which any source lists the `copy`-th move of a content; each source's
/// places ascend.
fn listed_place(places: &[&Vec<Place>], copy: usize) -> Place {
    places.iter().filter_map(|places| places.get(copy).copied()).min().unwrap_or(Place::listed(0))
}

fn unplace(content: &ContentKey, place: Place) -> MoveFact {
    let (kind, asset, from, to, amount) = content.clone();
    MoveFact { kind, place, asset, from, to, amount }
}

/// A deposit is named by its pool and leaf.
fn merge_deposits(mut rows: Vec<MixerDeposit>) -> Result<Vec<MixerDeposit>, LedgerError> {
    rows.sort();
    let mut merged: Vec<MixerDeposit> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(last) = merged.last_mut().filter(|l| (l.pool, l.leaf) == (row.pool, row.leaf))
        else {
            merged.push(row);
            continue;
        };
        if last.tx != row.tx {
            return Err(conflict(last.tx, "mixer leaf's transaction", &last.tx, &row.tx));
        }
        if last.block != row.block {
            return Err(conflict(last.tx, "mixer deposit's block", &last.block, &row.block));
        }
        last.time = merge_option(last.tx, "mixer deposit's time", last.time, row.time)?;
        last.commitment = merge_option(last.tx, "commitment", last.commitment, row.commitment)?;
    }
    Ok(merged)
}

/// A withdrawal without a nullifier hash has no name, so equal ones count as one: a pool pays one
/// recipient twice in one transaction only with two nullifiers.
fn merge_withdrawals(mut rows: Vec<MixerWithdrawal>) -> Vec<MixerWithdrawal> {
    rows.sort_by_key(|row| (row.pool, row.tx, row.recipient, row.relayer_fee, row.nullifier));
    let mut merged: Vec<MixerWithdrawal> = Vec::with_capacity(rows.len());
    for row in rows {
        let same = |have: &MixerWithdrawal| {
            (have.pool, have.tx, have.recipient, have.relayer_fee, have.block)
                == (row.pool, row.tx, row.recipient, row.relayer_fee, row.block)
                && (have.nullifier == row.nullifier || have.nullifier.is_none())
        };
        match merged.last_mut().filter(|have| same(have)) {
            Some(have) => {
                have.nullifier = have.nullifier.or(row.nullifier);
                have.time = have.time.or(row.time);
            }
            None => merged.push(row),
        }
    }
    merged
}

/// Adds an asset; the alphabetically first symbol wins where sources spell it differently.
pub(crate) fn merge_asset(
    assets: &mut BTreeMap<AssetId, Asset>,
    new: Asset,
) -> Result<(), LedgerError> {
    let Some(have) = assets.get_mut(&new.id) else {
        assets.insert(new.id.clone(), new);
        return Ok(());
    };
    if have.decimals != new.decimals {
        let asset = match &new.id {
            AssetId::Native => new.symbol,
            AssetId::Token(contract) => Account::to_eip55(*contract),
            AssetId::Unit(name) => name.clone(),
        };
        let (have, new) = (have.decimals, new.decimals);
        return Err(LedgerError::AssetConflict { asset, have, new });
    }
    if new.symbol < have.symbol {
        have.symbol = new.symbol;
    }
    Ok(())
}
