//! Putting a run on a UTXO chain into the answer's shape.

use std::collections::BTreeMap;

use ::trace::{
    Endpoint, StopReason,
    utxo::{Holder, Line, Run, Traced, address_count},
};
use chain::{Amount, Asset, Timestamp, Usd};
use ledger::utxo::UtxoLedger;

use super::{peel, spell};
use crate::query::{
    QueryError,
    trace::{
        CoinJoinAnswer, CoverageAnswer, HolderAnswer, LineAnswer, RunAnswer, SeedAnswer,
        StopAnswer,
        run::{HOLDERS_MAX, share},
    },
    valuation::Valuation,
};

/// How many CoinJoins a line names.
const COINJOINS_MAX: usize = 20;

/// Puts one chain's run into the answer.
pub(in crate::query::trace) struct Shaper<'a> {
    pub(in crate::query::trace) ledger: &'a UtxoLedger,
    pub(in crate::query::trace) valuation: &'a Valuation<'a>,
}

impl Shaper<'_> {
    pub(in crate::query::trace) fn add_to(
        &self,
        traced: &Traced,
        answer: &mut RunAnswer,
    ) -> Result<(), QueryError> {
        let run = &traced.run;
        answer.seed.push(self.seed(run)?);
        let apart = Amount::from(run.unbalanced());
        answer.balanced &= apart.is_zero();
        answer.unbalanced_amount = answer.unbalanced_amount.max(apart);
        for line in &traced.lines {
            answer.balance_sheet.push(self.line(run, line)?);
        }
        answer.stops.extend(self.stops(&traced.lines));
        answer.touched.transactions += run.transactions;
        answer.touched.addresses += address_count(self.ledger, run);
        peel::add_to(self, run, answer)
    }

    /// How completely the chain is held: every block up to the last.
    pub(in crate::query::trace) fn coverage(ledger: &UtxoLedger) -> CoverageAnswer {
        let tip = ledger.tip().map(|tip| u64::from(tip.height));
        CoverageAnswer {
            chain: ledger.chain(),
            blocks: tip.map(|tip| (0, tip)).into_iter().collect(),
            addresses: 0,
            capped_addresses: 0,
            internal_transfers: true,
        }
    }

    fn asset(&self) -> Asset {
        Asset::native(self.ledger.chain())
    }

    pub(super) fn units(&self, amount: Amount) -> String {
        amount.to_decimal(self.ledger.chain().native_decimals())
    }

    fn seed(&self, run: &Run) -> Result<SeedAnswer, QueryError> {
        let parts = run.seeds.iter().map(|seed| (seed.tainted, self.ledger.time_of(seed.tx)));
        let (usd, unpriced) = self.usd(parts)?;
        let amount = Amount::from(run.seeded());
        Ok(SeedAnswer {
            chain: self.ledger.chain(),
            asset: self.asset().symbol,
            amount,
            units: self.units(amount),
            usd: usd.filter(|_| unpriced.is_zero()),
        })
    }

    /// The value of some amounts at their times, and what of them has no price.
    fn usd(
        &self,
        parts: impl Iterator<Item = (u64, Timestamp)>,
    ) -> Result<(Option<Usd>, Amount), QueryError> {
        let asset = self.asset();
        let mut sum: Option<Usd> = None;
        let mut unpriced: u128 = 0;
        for (amount, time) in parts {
            match self.valuation.usd(&asset, Amount::from(amount), time)? {
                Some(usd) => sum = Some(sum.unwrap_or_default().saturating_add(usd)),
                None => unpriced += u128::from(amount),
            }
        }
        Ok((sum, Amount::from(unpriced)))
    }

    fn line(&self, run: &Run, line: &Line) -> Result<LineAnswer, QueryError> {
        let arrivals = line.arrivals.iter();
        let (usd, unpriced) = self.usd(arrivals.map(|arrival| (arrival.amount, arrival.time)))?;
        let label = line.label.as_deref();
        let amount = Amount::from(line.amount);
        Ok(LineAnswer {
            endpoint: line.endpoint,
            reason: line.reason,
            actor: label.and_then(|label| label.actor.clone()),
            label: label.map(|label| label.name.clone()),
            category: label.and_then(|label| label.category.clone()),
            jurisdiction: label
                .map(|label| label.jurisdictions.join(","))
                .filter(|countries| !countries.is_empty()),
            chain: self.ledger.chain(),
            asset: self.asset().symbol,
            amount,
            units: self.units(amount),
            usd,
            unpriced,
            share: share(amount, Amount::from(run.seeded())),
            at_most: line.at_most.map(Amount::from),
            at_least: line.at_least.map(Amount::from),
            carried: Amount::from(line.carried),
            transfers: line.arrivals.len(),
            min_hops: line.min_hops,
            first: line.first,
            last: line.last,
            confidence: label.map(|label| label.confidence.clone()),
            sources: label.map(|label| label.sources.clone()).unwrap_or_default(),
            pool_deposits: None,
            holders: line.holders.iter().take(HOLDERS_MAX).map(|h| self.holder(h)).collect(),
            holder_count: line.holders.len(),
            coinjoins: self.coinjoins(line),
            coinjoin_count: line.coinjoins.len(),
        })
    }

    fn holder(&self, holder: &Holder) -> HolderAnswer {
        let amount = Amount::from(holder.amount);
        HolderAnswer {
            address: spell(self.ledger, holder.address),
            label: holder.label.as_ref().map(|label| label.name.clone()),
            amount,
            units: self.units(amount),
            min_hops: holder.hops,
        }
    }

    fn coinjoins(&self, line: &Line) -> Vec<CoinJoinAnswer> {
        let mut stops: Vec<_> = line.coinjoins.iter().collect();
        stops.sort_by_key(|stop| (std::cmp::Reverse(stop.amount), stop.tx));
        stops.truncate(COINJOINS_MAX);
        let answer = |stop: &::trace::utxo::CoinJoinStop| CoinJoinAnswer {
            tx: self.ledger.tx_id(stop.tx),
            time: self.ledger.time_of(stop.tx),
            protocol: stop.coinjoin.protocol.clone(),
            anonymity_set: stop.coinjoin.anonymity_set,
            rule_version: stop.coinjoin.rule_version.clone(),
            amount: Amount::from(stop.amount),
            units: self.units(Amount::from(stop.amount)),
        };
        stops.into_iter().map(answer).collect()
    }

    fn stops(&self, lines: &[Line]) -> Vec<StopAnswer> {
        let mut stops: BTreeMap<StopReason, (usize, u128)> = BTreeMap::new();
        for line in lines {
            let stop = stops.entry(line.reason).or_default();
            // Fees go to nobody in particular; they are counted by transaction.
            stop.0 += match (line.endpoint, line.reason) {
                (Endpoint::Fees, _) => line.arrivals.len(),
                (_, StopReason::CoinJoin) => line.coinjoins.len(),
                _ => line.holders.len(),
            };
            stop.1 += line.amount;
        }
        let answer = |(reason, (count, amount)): (StopReason, (usize, u128))| StopAnswer {
            reason,
            chain: self.ledger.chain(),
            asset: self.asset().symbol,
            count,
            amount: Amount::from(amount),
        };
        stops.into_iter().map(answer).collect()
    }
}
