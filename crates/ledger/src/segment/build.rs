//! From facts in canonical order to columns.

use std::collections::BTreeSet;

use chain::{
    Account, Amount, AssetId, Phase,
    record::{MixerDeposit, MixerWithdrawal, TransferKind},
};
use rustc_hash::{FxHashMap, FxHashSet};
use zerocopy::little_endian as le;

use super::{
    Columns, DepositRow, HAS_BODY, HAS_HASH, NO_TIME, NOBODY, SUCCEEDED, WIDE_FEE, WIDE_MOVE,
    WIDE_VALUE, Wide, WithdrawalRow,
};
use crate::{
    facts::{Facts, Place, TxFact},
    flow_order::flow_order,
};

/// Builds the columns and the asset list of a segment. `facts` must be canonical.
pub(crate) fn build(facts: &Facts) -> (Columns, Vec<AssetId>) {
    let addresses = addresses(facts);
    let numbers = addresses.iter().enumerate().map(|(number, id)| (*id, row(number))).collect();
    let assets = assets(facts);
    let mut builder = Builder { addresses, numbers, assets, columns: Columns::default() };
    for tx in &facts.txs {
        builder.transaction(tx);
    }
    builder.columns.tx_moves.push(row(builder.columns.move_tx.len()));
    builder.finish_indexes();
    builder.columns.deposits = facts.deposits.iter().map(deposit_row).collect();
    builder.columns.withdrawals = facts.withdrawals.iter().map(withdrawal_row).collect();
    (builder.columns, builder.assets)
}

struct Builder {
    addresses: Vec<[u8; 20]>,
    numbers: FxHashMap<[u8; 20], le::U32>,
    assets: Vec<AssetId>,
    columns: Columns,
}

/// Row numbers fit 32 bits because a range is cut long before (`range::ROWS_MAX`), and one block
/// cannot hold four billion rows.
fn row(number: usize) -> le::U32 {
    u32::try_from(number).expect("a segment has fewer than 2^32 rows").into()
}

fn addresses(facts: &Facts) -> Vec<[u8; 20]> {
    let mut all: FxHashSet<[u8; 20]> = FxHashSet::default();
    for tx in &facts.txs {
        if let Some(body) = &tx.body {
            all.insert(body.from.0);
            all.extend(body.to.iter().chain(&body.created).map(|account| account.0));
        }
        all.extend(tx.moves.iter().flat_map(|fact| [fact.from.0, fact.to.0]));
    }
    let mut all: Vec<[u8; 20]> = all.into_iter().collect();
    all.sort_unstable();
    all
}

fn assets(facts: &Facts) -> Vec<AssetId> {
    // The native coin is always number 0, since every fee is in it.
    let others = facts.txs.iter().flat_map(|tx| tx.moves.iter().map(|fact| &fact.asset));
    let others: BTreeSet<&AssetId> = others.filter(|asset| **asset != AssetId::Native).collect();
    std::iter::once(AssetId::Native).chain(others.into_iter().cloned()).collect()
}

impl Builder {
    fn address(&self, account: Option<Account>) -> le::U32 {
        match account {
            None => NOBODY.into(),
            Some(account) => {
                *self.numbers.get(&account.0).expect("every account of the facts was collected")
            }
        }
    }

    /// The list is sorted behind the native coin, which is number 0.
    fn asset(&self, asset: &AssetId) -> le::U32 {
        if *asset == AssetId::Native {
            return row(0);
        }
        let at = self.assets[1..].binary_search(asset);
        row(1 + at.expect("every asset of the facts was collected"))
    }

    fn amount(&mut self, column: u8, at: usize, amount: Amount) -> le::U128 {
        let (low, high) = amount.to_halves();
        if high != 0 {
            self.columns.wide.push(Wide { column, row: row(at), high: high.into() });
        }
        low.into()
    }

    fn transaction(&mut self, tx: &TxFact) {
        let number = self.columns.tx_id.len();
        let body = tx.body.as_ref();
        let from = self.address(body.map(|body| body.from));
        let to = self.address(body.and_then(|body| body.to));
        let created = self.address(body.and_then(|body| body.created));
        let value = self.amount(WIDE_VALUE, number, body.map_or(Amount::ZERO, |b| b.value));
        let fee = self.amount(WIDE_FEE, number, body.map_or(Amount::ZERO, |b| b.fee));
        let columns = &mut self.columns;
        columns.tx_id.push(tx.id.0);
        columns.tx_block.push(tx.block.into());
        columns.tx_place.push(tx.place.to_raw().into());
        columns.tx_time.push(tx.time.seconds().unsigned_abs().into());
        columns.tx_from.push(from);
        columns.tx_to.push(to);
        columns.tx_created.push(created);
        columns.tx_value.push(value);
        columns.tx_fee.push(fee);
        let succeeded = body.is_some_and(|body| body.succeeded);
        columns.tx_flags.push(
            if body.is_some() { HAS_BODY } else { 0 } | if succeeded { SUCCEEDED } else { 0 },
        );
        columns.tx_moves.push(row(columns.move_tx.len()));
        self.moves(number, tx);
    }

    /// Fee first, then the value field, then the listed moves: the order of `chain::Phase`.
    fn moves(&mut self, number: usize, tx: &TxFact) {
        let first = Place::from_raw(0);
        if let Some(body) = &tx.body {
            let fee = (body.from, None, body.fee);
            self.push_move(number, Phase::Fee, first, &AssetId::Native, fee);
            if let Some(receiver) = body.receiver() {
                // A failed transaction moves nothing, but its recipient still sees it listed.
                let moved = if body.succeeded { body.value } else { Amount::ZERO };
                let native = (body.from, Some(receiver), moved);
                self.push_move(number, Phase::Native, first, &AssetId::Native, native);
            }
        }
        // Internal transfers before tokens: the order of `chain::Phase`.
        let of_a_kind = tx.moves.chunk_by(|one, next| one.kind == next.kind);
        for fact in of_a_kind.flat_map(flow_order) {
            let phase = match fact.kind {
                TransferKind::Internal => Phase::Internal,
                TransferKind::Token => Phase::Token,
            };
            let moved = (fact.from, Some(fact.to), fact.amount);
            self.push_move(number, phase, fact.place, &fact.asset, moved);
        }
    }

    fn push_move(
        &mut self,
        tx: usize,
        phase: Phase,
        place: Place,
        asset: &AssetId,
        (from, to, amount): (Account, Option<Account>, Amount),
    ) {
        let number = self.columns.move_tx.len();
        let asset = self.asset(asset);
        let from = self.address(Some(from));
        let to = self.address(to);
        let amount = self.amount(WIDE_MOVE, number, amount);
        let columns = &mut self.columns;
        columns.move_tx.push(row(tx));
        columns.move_phase.push(phase as u8);
        columns.move_place.push(place.to_raw().into());
        columns.move_asset.push(asset);
        columns.move_from.push(from);
        columns.move_to.push(to);
        columns.move_amount.push(amount);
    }

    /// The txid index and the posting lists.
    fn finish_indexes(&mut self) {
        let columns = &mut self.columns;
        // Ids are hashes: the first eight bytes nearly always decide.
        let head = |id: &[u8; 32]| u64::from_be_bytes(std::array::from_fn(|at| id[at]));
        let mut by_id: Vec<(u64, usize)> =
            columns.tx_id.iter().enumerate().map(|(number, id)| (head(id), number)).collect();
        by_id.sort_unstable_by_key(|(head, number)| (*head, columns.tx_id[*number]));
        columns.tx_by_id = by_id.into_iter().map(|(_, number)| row(number)).collect();
        columns.wide.sort_by_key(|wide| (wide.column, wide.row.get()));

        let mut posts: Vec<(u32, u32)> = Vec::with_capacity(columns.move_tx.len() * 2);
        for number in 0..columns.move_tx.len() {
            let (from, to) = (columns.move_from[number].get(), columns.move_to[number].get());
            posts.push((from, row(number).get()));
            if to != NOBODY && to != from {
                posts.push((to, row(number).get()));
            }
        }
        posts.sort_unstable();
        let mut start = 0;
        for address in 0..self.addresses.len() {
            columns.address_posts.push(row(start));
            while posts.get(start).is_some_and(|(owner, _)| row(address).get() == *owner) {
                start += 1;
            }
        }
        columns.address_posts.push(row(start));
        columns.posting_move = posts.into_iter().map(|(_, number)| number.into()).collect();
        columns.address_id.clone_from(&self.addresses);
    }
}

fn deposit_row(deposit: &MixerDeposit) -> DepositRow {
    DepositRow {
        pool: deposit.pool.0,
        leaf: deposit.leaf.into(),
        tx: deposit.tx.0,
        block: row(usize::try_from(deposit.block).unwrap_or(usize::MAX)),
        time: deposit.time.map_or(NO_TIME, |time| time.seconds().unsigned_abs()).into(),
        flags: if deposit.commitment.is_some() { HAS_HASH } else { 0 },
        commitment: deposit.commitment.map_or([0; 32], |hash| hash.0),
    }
}

fn withdrawal_row(withdrawal: &MixerWithdrawal) -> WithdrawalRow {
    WithdrawalRow {
        pool: withdrawal.pool.0,
        tx: withdrawal.tx.0,
        block: row(usize::try_from(withdrawal.block).unwrap_or(usize::MAX)),
        time: withdrawal.time.map_or(NO_TIME, |time| time.seconds().unsigned_abs()).into(),
        recipient: withdrawal.recipient.0,
        relayer_fee: withdrawal.relayer_fee.to_be_bytes(),
        flags: if withdrawal.nullifier.is_some() { HAS_HASH } else { 0 },
        nullifier: withdrawal.nullifier.map_or([0; 32], |hash| hash.0),
    }
}
