//! Ways on a UTXO chain, transaction by transaction.

use ::trace::utxo::{Claims, Line, Path, Traced};
use chain::{Amount, Asset};
use ledger::utxo::{AddressNo, OutputNo, TxNo, UtxoLedger};

use super::{OutputTrace, claims::LedgerClaims, spell};
use crate::query::{
    QueryError,
    trace::{
        PathAnswer, StepAnswer,
        why::{Asked, countries, is_named},
    },
    valuation::Valuation,
};

/// What a transaction spends and makes of a way.
#[derive(Clone, Copy)]
struct Ends {
    spent: Option<OutputNo>,
    made: Option<OutputNo>,
}

/// Tells the ways of one chain.
pub(in crate::query::trace) struct Teller<'a> {
    ledger: &'a UtxoLedger,
    claims: LedgerClaims<'a>,
    valuation: Valuation<'a>,
}

impl<'a> Teller<'a> {
    pub(in crate::query::trace) fn new(
        trace: &'a OutputTrace,
        own_store: attribution::Store,
        store: &'a attribution::Store,
    ) -> Result<Teller<'a>, QueryError> {
        let ledger = &trace.ledger;
        Ok(Teller {
            ledger,
            claims: LedgerClaims::new(ledger, trace.clusters.as_ref(), own_store)?,
            valuation: Valuation::new(store, ledger.chain()),
        })
    }

    /// Adds the ways to an endpoint, and returns how many there are in all.
    pub(in crate::query::trace) fn tell(
        self,
        traced: &Traced,
        asked: &Asked<'_>,
        paths: &mut Vec<PathAnswer>,
    ) -> Result<usize, QueryError> {
        let mut arrivals = 0;
        for line in &traced.lines {
            let address = self.address_asked(line, asked.endpoint);
            if address.is_none() && !is_named(line.endpoint, line.label.as_deref(), asked.endpoint)
            {
                continue;
            }
            let mut line = line.clone();
            // Asked for one address of a party, only what came there is explained.
            if let Some(address) = address {
                let here = |output: Option<OutputNo>| {
                    output.is_some_and(|output| self.ledger.address(output) == address)
                };
                line.arrivals.retain(|arrival| here(arrival.output));
            }
            arrivals += line.arrivals.len();
            for way in ::trace::utxo::why(self.ledger, &traced.run, &line, asked.limit) {
                paths.push(self.path(traced, &line, &way)?);
            }
        }
        match self.claims.into_failure() {
            Some(failure) => Err(failure),
            None => Ok(arrivals),
        }
    }

    fn address_asked(&self, line: &Line, text: &str) -> Option<AddressNo> {
        let addresses = line.holders.iter().map(|holder| holder.address);
        let mut named = addresses.filter(|it| spell(self.ledger, *it).eq_ignore_ascii_case(text));
        named.next()
    }

    fn path(&self, traced: &Traced, line: &Line, way: &Path) -> Result<PathAnswer, QueryError> {
        let mut steps = Vec::new();
        let mut spent: Option<OutputNo> = None;
        for number in &way.flows {
            let flow = &traced.run.flows[*number];
            let ends = Ends { spent, made: Some(flow.output) };
            steps.push(self.step(flow.tx, ends, flow.value, flow.tainted)?);
            spent = Some(flow.output);
        }
        if let Some(into) = way.into {
            let carried = way.flows.last().map_or(0, |last| traced.run.flows[*last].value);
            steps.push(self.step(into, Ends { spent, made: None }, carried, way.amount)?);
        }
        let asset = Asset::native(self.ledger.chain());
        let amount = Amount::from(way.amount);
        let usd = match steps.last() {
            Some(last) => self.valuation.usd(&asset, amount, last.time)?,
            None => None,
        };
        let label = line.label.as_deref();
        Ok(PathAnswer {
            endpoint: line.endpoint,
            label: label.map(|label| label.name.clone()),
            jurisdiction: label.and_then(countries),
            confidence: label.map(|label| label.confidence.clone()),
            sources: label.map(|label| label.sources.clone()).unwrap_or_default(),
            chain: self.ledger.chain(),
            units: amount.to_decimal(asset.decimals),
            asset: asset.symbol,
            amount,
            usd,
            steps,
        })
    }

    /// One transaction of a way. At its beginning, where no output of the way is spent yet, the
    /// sender is the owner of the first input; a coinbase has none.
    fn step(
        &self,
        tx: TxNo,
        ends: Ends,
        carried: u64,
        stolen: u64,
    ) -> Result<StepAnswer, QueryError> {
        let asset = Asset::native(self.ledger.chain());
        let time = self.ledger.time_of(tx);
        let first = || self.ledger.inputs(tx).next();
        let from = ends.spent.or_else(first).map(|input| self.ledger.address(input));
        let to = ends.made.map(|output| self.ledger.address(output));
        let text = |address: AddressNo| spell(self.ledger, address);
        let label =
            |address: AddressNo| self.claims.label(address, tx).map(|label| label.name.clone());
        let amount = Amount::from(stolen);
        Ok(StepAnswer {
            tx: self.ledger.tx_id(tx).to_string(),
            block: u64::from(self.ledger.height_of(tx)),
            time,
            from: from.map_or_else(|| "coinbase".to_owned(), text),
            from_label: from.and_then(label),
            to: to.map(text),
            to_label: to.and_then(label),
            carried: Amount::from(carried),
            stolen: amount,
            units: amount.to_decimal(asset.decimals),
            usd: self.valuation.usd(&asset, amount, time)?,
        })
    }
}
