//! Running a trace and putting it into the answer's shape.

use std::collections::BTreeMap;

use ::trace::{Line, Parameters, Run, Seed, StopReason};
use attribution::Store;
use chain::{Amount, Chain, Day, Family, Phase, TxId, Usd};
use graph::cluster::Clusters;
use ledger::{AssetNo, Ledger};
use rustc_hash::FxHashSet;

use super::{
    CoverageAnswer, HolderAnswer, LineAnswer, Manifest, PoolDeposits, RunAnswer, SeedAnswer,
    StopAnswer, TouchedAnswer, TraceAnswer, TraceQuestion, UnreconciledAnswer, seeds,
    stated::Stated,
    utxo::{self, OutputTrace},
};
use crate::query::{
    QueryError, Workspace, labels::StoreLabels, subject::spell, valuation::Valuation,
};

/// How many addresses a line names.
pub(super) const HOLDERS_MAX: usize = 20;

/// The parts of a trace, one a chain, before they become an answer.
#[derive(Default)]
pub(super) struct Traces {
    pub(super) accounts: Vec<ChainTrace>,
    pub(super) outputs: Vec<OutputTrace>,
    /// Chains of which only the incident speaks.
    stated: Vec<Stated>,
    /// Chains of which nothing was ever imported.
    missing: Vec<Chain>,
}

/// An account chain's part of a trace.
pub(super) struct ChainTrace {
    pub(super) ledger: Ledger,
    pub(super) runs: Vec<Run>,
}

/// Traces an incident, an address or a transaction.
///
/// # Errors
/// The target is unknown, a seed is not in the facts, or something cannot be read.
pub fn trace(workspace: &Workspace, question: &TraceQuestion) -> Result<TraceAnswer, QueryError> {
    let store = workspace.store()?;
    let target = seeds::target(workspace, question, &store)?;
    let traces = run_chains(workspace, question, &target.seeds, target.day)?;
    // Prices and pool events are asked once a chain, whatever the number of policies.
    let beside: Vec<Beside> =
        traces.accounts.iter().map(|trace| Beside::of(trace, &store)).collect();
    let valuations: Vec<Valuation> =
        traces.outputs.iter().map(|trace| Valuation::new(&store, trace.ledger.chain())).collect();
    let mut runs = Vec::new();
    for (at, policy) in question.policies.iter().enumerate() {
        let mut answer = RunAnswer {
            policy: *policy,
            direction: "forward",
            seed: Vec::new(),
            balance_sheet: Vec::new(),
            balanced: true,
            unbalanced_amount: Amount::ZERO,
            touched: TouchedAnswer::default(),
            stops: Vec::new(),
            unreconciled: Vec::new(),
            peel_chains: Vec::new(),
            peel_chain_count: 0,
        };
        for (trace, beside) in traces.accounts.iter().zip(&beside) {
            Shaper { ledger: &trace.ledger, run: &trace.runs[at], beside }.add_to(&mut answer)?;
        }
        for (trace, valuation) in traces.outputs.iter().zip(&valuations) {
            let shaper = utxo::Shaper { ledger: &trace.ledger, valuation };
            shaper.add_to(&trace.traced[at], &mut answer)?;
        }
        for stated in &traces.stated {
            stated.add_to(&mut answer);
        }
        runs.push(answer);
    }
    let of_accounts = traces.accounts.iter().map(|trace| coverage(&trace.ledger));
    let of_outputs = traces.outputs.iter().map(|trace| utxo::Shaper::coverage(&trace.ledger));
    Ok(TraceAnswer {
        incident: target.id,
        name: target.name,
        runs,
        coverage: of_accounts.chain(of_outputs).collect(),
        manifest: manifest(&traces, &store.snapshot_hash()?, question),
        missing_chains: traces.missing,
    })
}

/// Runs the seeds of each chain on its ledger.
pub(super) fn run_chains(
    workspace: &Workspace,
    question: &TraceQuestion,
    seeds: &[attribution::Seed],
    day: Option<Day>,
) -> Result<Traces, QueryError> {
    let mut traces = Traces::default();
    for (chain, seeds) in seeds::by_chain(seeds) {
        let found = match chain.family() {
            Family::Utxo => run_outputs(workspace, question, chain, &seeds, &mut traces)?,
            Family::Evm | Family::Tron => {
                run_accounts(workspace, question, chain, &seeds, &mut traces)?
            }
        };
        if !found {
            traces.missing.push(chain);
            let store = workspace.store()?;
            let stated = Stated::of(chain, &seeds, day, &Valuation::new(&store, chain))?;
            traces.stated.extend(stated);
        }
    }
    if traces.accounts.is_empty() && traces.outputs.is_empty() && traces.stated.is_empty() {
        let names: Vec<&str> = traces.missing.iter().map(|chain| chain.slug()).collect();
        return Err(QueryError::NotFound(format!(
            "nothing was imported on {}, where the seeds are",
            names.join(", ")
        )));
    }
    Ok(traces)
}

/// Whether there is a ledger. A whole chain of blocks is not read through for every trace: its
/// checksums are a matter of `verify`.
fn run_outputs(
    workspace: &Workspace,
    question: &TraceQuestion,
    chain: Chain,
    seeds: &[attribution::Seed],
    traces: &mut Traces,
) -> Result<bool, QueryError> {
    let Some(ledger) = workspace.utxo_ledger(chain)? else { return Ok(false) };
    // Clusters of another branch say nothing of this one.
    let clusters = Clusters::open(workspace.data_dir(), chain)?;
    let clusters = clusters.filter(|clusters| clusters.is_on_branch(&ledger));
    let store = workspace.store()?;
    traces.outputs.push(OutputTrace::run(ledger, clusters, store, question, seeds)?);
    Ok(true)
}

/// Whether there is a ledger.
fn run_accounts(
    workspace: &Workspace,
    question: &TraceQuestion,
    chain: Chain,
    seeds: &[attribution::Seed],
    traces: &mut Traces,
) -> Result<bool, QueryError> {
    let Some(ledger) = workspace.ledger(chain)? else { return Ok(false) };
    // What a trace says is evidence: it never rests on a damaged fact.
    ledger.check()?;
    let seeds: Vec<Seed> =
        seeds.iter().map(|seed| seeds::resolve(&ledger, seed)).collect::<Result<_, _>>()?;
    let labels = StoreLabels::new(chain, workspace.store()?);
    let parameters = parameters(question);
    let policies = &question.policies;
    let runs = ::trace::trace(&ledger, &labels, &seeds, policies, &parameters, question.threads);
    if let Some(failure) = labels.into_failure() {
        return Err(failure);
    }
    traces.accounts.push(ChainTrace { ledger, runs: runs? });
    Ok(true)
}

fn parameters(question: &TraceQuestion) -> Parameters {
    let default = Parameters::default();
    Parameters {
        until: question.until,
        hops_max: question.hops_max.unwrap_or(default.hops_max),
        prune_below: question.prune_below.unwrap_or(default.prune_below),
        guard: default.guard.filter(|_| !question.through_probable_services),
        ..default
    }
}

fn coverage(ledger: &Ledger) -> CoverageAnswer {
    let (addresses, capped_addresses) = ledger.listed_addresses();
    CoverageAnswer {
        chain: ledger.chain(),
        blocks: ledger.complete_blocks().to_vec(),
        addresses,
        capped_addresses,
        internal_transfers: ledger.has_phase(Phase::Internal),
    }
}

fn manifest(traces: &Traces, tags: &[u8; 32], question: &TraceQuestion) -> Manifest {
    let of_accounts = traces.accounts.iter().map(|trace| trace.ledger.facts_hash());
    let of_outputs = traces.outputs.iter().map(|trace| trace.ledger.facts_hash());
    let facts: Vec<String> = of_accounts.chain(of_outputs).collect();
    let facts = match &facts[..] {
        [one] => one.clone(),
        several => blake3::hash(several.join(" ").as_bytes()).to_hex().to_string(),
    };
    // The number of threads is no part of the question.
    let question = TraceQuestion { threads: 1, ..question.clone() };
    Manifest {
        facts,
        tags: blake3::Hash::from_bytes(*tags).to_hex().to_string(),
        parameters: blake3::hash(format!("{question:?}").as_bytes()).to_hex().to_string(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        clusters: traces.outputs.iter().find_map(|trace| {
            trace.clusters.as_ref().map(|clusters| clusters.reflects().facts.clone())
        }),
    }
}

/// What stands beside the runs of one chain.
struct Beside<'a> {
    valuation: Valuation<'a>,
    /// Transactions that are deposits of a pool; not read where no line is a mixer's.
    pool_deposits: FxHashSet<TxId>,
}

impl<'a> Beside<'a> {
    fn of(trace: &ChainTrace, store: &'a Store) -> Beside<'a> {
        let mut lines = trace.runs.iter().flat_map(|run| &run.lines);
        let mixed = lines.any(|line| line.endpoint == ::trace::Endpoint::Mixer);
        let deposits = mixed.then(|| trace.ledger.mixer_deposits());
        Beside {
            valuation: Valuation::new(store, trace.ledger.chain()),
            pool_deposits: deposits.into_iter().flatten().map(|deposit| deposit.tx).collect(),
        }
    }
}

/// Puts one chain's run into the answer.
struct Shaper<'a> {
    ledger: &'a Ledger,
    run: &'a Run,
    beside: &'a Beside<'a>,
}

impl Shaper<'_> {
    fn add_to(&self, answer: &mut RunAnswer) -> Result<(), QueryError> {
        let chain = self.ledger.chain();
        for seed in &self.run.seeds {
            answer.seed.push(self.seed(seed.asset, seed.amount)?);
            let apart = self.run.unbalanced(seed.asset);
            answer.balanced &= apart.is_zero();
            answer.unbalanced_amount = answer.unbalanced_amount.max(apart);
        }
        for line in &self.run.lines {
            answer.balance_sheet.push(self.line(line)?);
        }
        answer.stops.extend(self.stops());
        answer.touched.transactions += self.run.transactions;
        answer.touched.addresses += self.run.addresses;
        answer.unreconciled.extend(self.run.unreconciled.iter().map(|row| UnreconciledAnswer {
            chain,
            address: spell(chain, row.account),
            asset: self.ledger.asset(row.asset).symbol.clone(),
            missing: row.missing,
        }));
        Ok(())
    }

    fn units(&self, asset: AssetNo, amount: Amount) -> String {
        amount.to_decimal(self.ledger.asset(asset).decimals)
    }

    fn seed(&self, asset: AssetNo, amount: Amount) -> Result<SeedAnswer, QueryError> {
        let mut parts = Vec::new();
        for flow in self.run.flows.iter().filter(|flow| flow.seed) {
            let movement = self.ledger.movement(flow.movement);
            if movement.asset == asset {
                parts.push((flow.tainted, self.ledger.tx_time(movement.tx)));
            }
        }
        let (usd, unpriced) = self.usd(asset, parts.into_iter())?;
        Ok(SeedAnswer {
            chain: self.ledger.chain(),
            asset: self.ledger.asset(asset).symbol.clone(),
            amount,
            units: self.units(asset, amount),
            usd: usd.filter(|_| unpriced.is_zero()),
        })
    }

    /// The value of some amounts at their times, and what of them has no price.
    fn usd(
        &self,
        asset: AssetNo,
        parts: impl Iterator<Item = (Amount, chain::Timestamp)>,
    ) -> Result<(Option<Usd>, Amount), QueryError> {
        let asset = self.ledger.asset(asset);
        let mut sum: Option<Usd> = None;
        let mut unpriced = Amount::ZERO;
        for (amount, time) in parts {
            match self.beside.valuation.usd(asset, amount, time)? {
                Some(usd) => sum = Some(sum.unwrap_or_default().saturating_add(usd)),
                None => unpriced = unpriced.checked_add(amount).unwrap_or(Amount::MAX),
            }
        }
        Ok((sum, unpriced))
    }

    /// The value of a line: of each arrival at its time, or where value rests, at the last arrival
    /// of each holder. What has no such time (stolen value that a seed found at its own address) is
    /// unpriced.
    fn line_usd(&self, line: &Line) -> Result<(Option<Usd>, Amount), QueryError> {
        let parts: Vec<(Amount, chain::Timestamp)> = if line.arrivals.is_empty() {
            let resting = line.holders.iter();
            resting.filter_map(|holder| holder.last.map(|last| (holder.amount, last))).collect()
        } else {
            line.arrivals.iter().map(|arrival| (arrival.amount, arrival.time)).collect()
        };
        let timed = parts
            .iter()
            .fold(Amount::ZERO, |sum, (amount, _)| sum.checked_add(*amount).unwrap_or(Amount::MAX));
        let (usd, unpriced) = self.usd(line.asset, parts.into_iter())?;
        let untimed = line.amount.saturating_sub(timed);
        Ok((usd, unpriced.checked_add(untimed).unwrap_or(Amount::MAX)))
    }

    fn line(&self, line: &Line) -> Result<LineAnswer, QueryError> {
        let (usd, unpriced) = self.line_usd(line)?;
        let label = line.label.as_ref();
        let seed = self.run.seeds.iter().find(|seed| seed.asset == line.asset);
        let joined = |arrival: &&::trace::Arrival| {
            self.beside
                .pool_deposits
                .contains(&self.ledger.tx_id(self.ledger.movement(arrival.movement).tx))
        };
        let is_mixer = line.endpoint == ::trace::Endpoint::Mixer;
        let last_rest = line.holders.iter().filter_map(|holder| holder.last).max();
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
            asset: self.ledger.asset(line.asset).symbol.clone(),
            amount: line.amount,
            units: self.units(line.asset, line.amount),
            usd,
            unpriced,
            share: share(line.amount, seed.map_or(Amount::ZERO, |seed| seed.amount)),
            at_most: line.at_most,
            at_least: line.at_least,
            carried: line.carried,
            transfers: line.arrivals.len(),
            min_hops: line.min_hops,
            first: line.first,
            last: line.last.or(last_rest),
            confidence: label.map(|label| label.confidence.clone()),
            sources: label.map(|label| label.sources.clone()).unwrap_or_default(),
            pool_deposits: is_mixer.then(|| PoolDeposits {
                joined: line.arrivals.iter().filter(joined).count(),
                of: line.arrivals.len(),
            }),
            holders: line.holders.iter().take(HOLDERS_MAX).map(|h| self.holder(line, h)).collect(),
            holder_count: line.holders.len(),
            coinjoins: Vec::new(),
            coinjoin_count: 0,
        })
    }

    fn holder(&self, line: &Line, holder: &::trace::Holder) -> HolderAnswer {
        HolderAnswer {
            address: spell(self.ledger.chain(), holder.account),
            label: holder.label.as_ref().map(|label| label.name.clone()),
            amount: holder.amount,
            units: self.units(line.asset, holder.amount),
            min_hops: holder.hops,
        }
    }

    fn stops(&self) -> Vec<StopAnswer> {
        let mut stops: BTreeMap<(StopReason, AssetNo), (usize, Amount)> = BTreeMap::new();
        for line in &self.run.lines {
            let stop = stops.entry((line.reason, line.asset)).or_default();
            // Fees go to nobody in particular; they are counted by transfer.
            stop.0 +=
                if line.holders.is_empty() { line.arrivals.len() } else { line.holders.len() };
            stop.1 = stop.1.checked_add(line.amount).unwrap_or(Amount::MAX);
        }
        let chain = self.ledger.chain();
        let symbol = |asset| self.ledger.asset(asset).symbol.clone();
        stops
            .into_iter()
            .map(|((reason, asset), (count, amount))| StopAnswer {
                reason,
                chain,
                asset: symbol(asset),
                count,
                amount,
            })
            .collect()
    }
}

/// A part of a whole with four places, rounded to the nearest.
pub(super) fn share(part: Amount, whole: Amount) -> String {
    const STEPS: u64 = 10_000;
    let half = Amount::from(5_u64);
    let fine = Amount::from(STEPS * 10).share(part, whole).checked_add(half).unwrap_or_default();
    let steps = fine.to_u128().unwrap_or_default() / 10;
    format!("{}.{:04}", steps / u128::from(STEPS), steps % u128::from(STEPS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_four_places() {
        let share = |part: u64, whole: u64| share(Amount::from(part), Amount::from(whole));
        assert_eq!(share(1, 3), "0.3333");
        assert_eq!(share(2, 3), "0.6667");
        assert_eq!(share(5, 5), "1.0000");
        assert_eq!(share(0, 0), "0.0000");
    }
}
