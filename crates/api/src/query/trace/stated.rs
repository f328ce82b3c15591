//! Seeds on a chain without facts: what the incident's source says of them, and no more.

use std::collections::BTreeMap;

use ::trace::{Endpoint, StopReason};
use chain::{Amount, Asset, Chain, Day, Usd};

use super::{
    HolderAnswer, LineAnswer, RunAnswer, SeedAnswer, StopAnswer,
    run::{HOLDERS_MAX, share},
};
use crate::query::{QueryError, incidents::stated_amount, valuation::Valuation};

/// The stated seeds of one chain. All of it ends right where it was stolen: at the edge of what we
/// hold.
pub(super) struct Stated {
    chain: Chain,
    seeds: usize,
    amount: Amount,
    /// Of the payments that name an address, what each got.
    holders: Vec<(String, Amount)>,
    unnamed: usize,
    usd: Option<Usd>,
}

impl Stated {
    /// `None` where a seed does not say how much it is.
    pub(super) fn of(
        chain: Chain,
        seeds: &[attribution::Seed],
        day: Option<Day>,
        valuation: &Valuation<'_>,
    ) -> Result<Option<Stated>, QueryError> {
        let mut sum = Amount::ZERO;
        let mut holders: BTreeMap<String, Amount> = BTreeMap::new();
        let mut unnamed = 0;
        for seed in seeds {
            let Some(amount) = stated_amount(seed) else { return Ok(None) };
            let add = |to: Amount| to.checked_add(amount).unwrap_or(Amount::MAX);
            sum = add(sum);
            match seed {
                attribution::Seed::Outputs { address: Some(address), .. }
                | attribution::Seed::Address { address, .. } => {
                    let held = holders.entry(address.to_string()).or_default();
                    *held = add(*held);
                }
                _ => unnamed += 1,
            }
        }
        let usd = match day {
            Some(day) => valuation.usd(&Asset::native(chain), sum, day.start())?,
            None => None,
        };
        let mut holders: Vec<(String, Amount)> = holders.into_iter().collect();
        holders.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(Some(Stated { chain, seeds: seeds.len(), amount: sum, holders, unnamed, usd }))
    }

    pub(super) fn add_to(&self, answer: &mut RunAnswer) {
        let asset = Asset::native(self.chain);
        let units = |amount: Amount| amount.to_decimal(asset.decimals);
        answer.seed.push(SeedAnswer {
            chain: self.chain,
            asset: asset.symbol.clone(),
            amount: self.amount,
            units: units(self.amount),
            usd: self.usd,
        });
        let holder = |(address, amount): &(String, Amount)| HolderAnswer {
            address: address.clone(),
            label: None,
            amount: *amount,
            units: units(*amount),
            min_hops: 1,
        };
        answer.balance_sheet.push(LineAnswer {
            endpoint: Endpoint::Frontier,
            reason: StopReason::Coverage,
            actor: None,
            label: None,
            category: None,
            jurisdiction: None,
            chain: self.chain,
            asset: asset.symbol.clone(),
            amount: self.amount,
            units: units(self.amount),
            usd: self.usd,
            unpriced: if self.usd.is_some() { Amount::ZERO } else { self.amount },
            share: share(self.amount, self.amount),
            at_most: Some(self.amount),
            at_least: Some(self.amount),
            carried: self.amount,
            transfers: self.seeds,
            min_hops: 1,
            first: None,
            last: None,
            confidence: None,
            sources: Vec::new(),
            pool_deposits: None,
            holders: self.holders.iter().take(HOLDERS_MAX).map(holder).collect(),
            holder_count: self.holders.len(),
            coinjoins: Vec::new(),
            coinjoin_count: 0,
        });
        answer.stops.push(StopAnswer {
            reason: StopReason::Coverage,
            chain: self.chain,
            asset: asset.symbol,
            count: self.holders.len() + self.unnamed,
            amount: self.amount,
        });
    }
}
