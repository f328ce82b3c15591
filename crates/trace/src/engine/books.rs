//! Booking: what ended where, added up by endpoint, party and asset.

use std::collections::{BTreeMap, hash_map::Entry};

use chain::{Account, Amount};
use ledger::{AssetNo, Movement};
use rustc_hash::FxHashMap;

use crate::{
    Arrival, Endpoint, Holder, Label, Line, SeedTotal, StopReason, purse::add, sheet::LineKey,
};

#[derive(Debug, Default)]
pub(super) struct Books {
    seeds: BTreeMap<AssetNo, Amount>,
    lines: BTreeMap<LineKey, Line>,
    /// Place of each holder in its line; a busy line has a hundred thousand.
    places: FxHashMap<(LineKey, Account), usize>,
}

impl Books {
    /// Stolen value begins.
    pub(super) fn seed(&mut self, asset: AssetNo, amount: Amount) {
        let sum = self.seeds.entry(asset).or_insert(Amount::ZERO);
        *sum = add(*sum, amount);
    }

    /// Value that is at an address when that address's own seed begins.
    pub(super) fn absorb(&mut self, asset: AssetNo, account: Account, amount: Amount) {
        if !amount.is_zero() {
            let holder = Holder { account, amount, hops: 0, last: None, label: None };
            self.rest(Endpoint::Absorbed, StopReason::Seed, asset, holder);
        }
    }

    /// A value move brings stolen value to where it stops.
    pub(super) fn arrive(
        &mut self,
        endpoint: Endpoint,
        reason: StopReason,
        label: Option<Label>,
        movement: &Movement,
        arrival: Arrival,
    ) {
        let key = (endpoint, reason, movement.asset, label.as_ref().map(Label::party));
        let line = Books::line(&mut self.lines, key.clone(), label.as_ref());
        line.amount = add(line.amount, arrival.amount);
        line.carried = add(line.carried, arrival.carried);
        line.min_hops = line.min_hops.min(arrival.hops);
        line.first = line.first.or(Some(arrival.time));
        line.last = Some(arrival.time);
        line.arrivals.push(arrival);
        let Some(account) = movement.to else { return };
        match self.places.entry((key, account)) {
            Entry::Occupied(at) => {
                let holder = &mut line.holders[*at.get()];
                holder.amount = add(holder.amount, arrival.amount);
                holder.hops = holder.hops.min(arrival.hops);
                holder.last = Some(arrival.time);
            }
            Entry::Vacant(free) => {
                free.insert(line.holders.len());
                line.holders.push(Holder {
                    account,
                    amount: arrival.amount,
                    hops: arrival.hops,
                    last: Some(arrival.time),
                    label,
                });
            }
        }
    }

    /// Value lies at an address at the end.
    pub(super) fn rest(
        &mut self,
        endpoint: Endpoint,
        reason: StopReason,
        asset: AssetNo,
        holder: Holder,
    ) {
        let line = Books::line(&mut self.lines, (endpoint, reason, asset, None), None);
        line.amount = add(line.amount, holder.amount);
        line.min_hops = line.min_hops.min(holder.hops);
        line.holders.push(holder);
    }

    fn line<'a>(
        lines: &'a mut BTreeMap<LineKey, Line>,
        key: LineKey,
        label: Option<&Label>,
    ) -> &'a mut Line {
        let (endpoint, reason, asset, _) = key;
        lines.entry(key).or_insert_with(|| Line {
            endpoint,
            reason,
            label: label.cloned(),
            asset,
            amount: Amount::ZERO,
            carried: Amount::ZERO,
            min_hops: u32::MAX,
            first: None,
            last: None,
            arrivals: Vec::new(),
            holders: Vec::new(),
            at_most: None,
            at_least: None,
        })
    }

    /// The totals: seeds by asset; lines by endpoint, the largest first.
    pub(super) fn close(self) -> (Vec<SeedTotal>, Vec<Line>) {
        let seeds = self.seeds.into_iter().map(|(asset, amount)| SeedTotal { asset, amount });
        let mut lines: Vec<Line> = self.lines.into_values().collect();
        for line in &mut lines {
            line.holders.sort_by(|a, b| b.amount.cmp(&a.amount).then(a.account.cmp(&b.account)));
        }
        // Stable, so that equal amounts keep the order of their keys.
        lines.sort_by(|a, b| a.endpoint.cmp(&b.endpoint).then(b.amount.cmp(&a.amount)));
        (seeds.collect(), lines)
    }
}
