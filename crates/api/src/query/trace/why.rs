//! The evidence behind a line of a balance sheet: ways, transaction by transaction.

use ::trace::{Endpoint, Label, Line, Policy, Run};
use chain::{Amount, Chain, Timestamp, Usd};
use ledger::{Ledger, MovementNo};
use serde::Serialize;

use super::{TraceQuestion, run::run_chains, seeds, utxo};
use crate::query::{QueryError, Workspace, labels::name_of, subject::spell, valuation::Valuation};

/// The ways by which stolen value came to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhyAnswer {
    /// The incident, address or transaction traced.
    pub incident: String,
    /// The endpoint as asked for.
    pub endpoint: String,
    /// The policy whose figures are shown.
    pub policy: Policy,
    /// One way an arrival, the largest first.
    pub paths: Vec<PathAnswer>,
    /// How many arrivals there are in all.
    pub arrivals: usize,
}

/// One way from the theft to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathAnswer {
    /// Where it ends.
    pub endpoint: Endpoint,
    /// Name of the party there.
    pub label: Option<String>,
    /// Countries of the party, joined with a comma.
    pub jurisdiction: Option<String>,
    /// Confidence of the label.
    pub confidence: Option<String>,
    /// Sources of the label.
    pub sources: Vec<String>,
    /// The chain.
    pub chain: Chain,
    /// The asset's ticker.
    pub asset: String,
    /// The stolen value that arrived, in base units.
    pub amount: Amount,
    /// The same in whole units.
    pub units: String,
    /// US dollars at the time of arrival, where priced.
    pub usd: Option<Usd>,
    /// The moves, from the theft on.
    pub steps: Vec<StepAnswer>,
}

/// One move on a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepAnswer {
    /// The transaction, as its chain writes it.
    pub tx: String,
    /// Height of its block.
    pub block: u64,
    /// Time of its block.
    pub time: Timestamp,
    /// Who sent.
    pub from: String,
    /// What is known of the sender.
    pub from_label: Option<String>,
    /// Who received; `None` for a fee and for what enters a CoinJoin.
    pub to: Option<String>,
    /// What is known of the receiver.
    pub to_label: Option<String>,
    /// All that the move carried, in base units.
    pub carried: Amount,
    /// The stolen part of it, in base units.
    pub stolen: Amount,
    /// The stolen part in whole units.
    pub units: String,
    /// US dollars of the stolen part at the time, where priced.
    pub usd: Option<Usd>,
}

/// Explains how stolen value came to an endpoint: an actor, a label, an address, or a kind of
/// endpoint (`mixer`, `unspent`, `frontier`…). The first policy of the question is explained.
///
/// # Errors
/// The target or the endpoint is unknown, or something cannot be read.
pub fn why(
    workspace: &Workspace,
    question: &TraceQuestion,
    endpoint: &str,
    limit: usize,
) -> Result<WhyAnswer, QueryError> {
    let store = workspace.store()?;
    let target = seeds::target(workspace, question, &store)?;
    let policy = *question.policies.first().unwrap_or(&Policy::Haircut);
    let question = TraceQuestion { policies: vec![policy], ..question.clone() };
    let traces = run_chains(workspace, &question, &target.seeds, target.day)?;
    let mut paths = Vec::new();
    let mut arrivals = 0;
    for trace in &traces.accounts {
        let teller = Teller {
            ledger: &trace.ledger,
            store: &store,
            valuation: Valuation::new(&store, trace.ledger.chain()),
        };
        for run in &trace.runs {
            for line in run.lines.iter().filter(|line| teller.matches(line, endpoint)) {
                arrivals += line.arrivals.len().max(line.holders.len());
                paths.extend(teller.paths(run, line, endpoint, limit)?);
            }
        }
    }
    for trace in &traces.outputs {
        for traced in &trace.traced {
            let teller = utxo::Teller::new(trace, workspace.store()?, &store)?;
            arrivals += teller.tell(traced, &Asked { endpoint, limit }, &mut paths)?;
        }
    }
    if arrivals == 0 {
        return Err(QueryError::NotFound(format!(
            "no stolen value of {} ended at {endpoint:?} under {policy}",
            target.id
        )));
    }
    paths.sort_by_key(|path| std::cmp::Reverse(path.amount));
    paths.truncate(limit);
    Ok(WhyAnswer { incident: target.id, endpoint: endpoint.to_owned(), policy, paths, arrivals })
}

/// What is to be explained, and how many ways.
pub(super) struct Asked<'a> {
    pub(super) endpoint: &'a str,
    pub(super) limit: usize,
}

/// Whether a text names the kind of an endpoint, its party or the party's label.
pub(super) fn is_named(endpoint: Endpoint, label: Option<&Label>, text: &str) -> bool {
    let kind = serde_json::to_value(endpoint).ok();
    let kind = kind.as_ref().and_then(|kind| kind.as_str()) == Some(text);
    let named = label.is_some_and(|label| {
        label.name.eq_ignore_ascii_case(text)
            || label.actor.as_ref().is_some_and(|actor| actor.eq_ignore_ascii_case(text))
    });
    kind || named
}

/// The countries of a party, joined with a comma.
pub(super) fn countries(label: &Label) -> Option<String> {
    Some(label.jurisdictions.join(",")).filter(|countries| !countries.is_empty())
}

struct Teller<'a> {
    ledger: &'a Ledger,
    store: &'a attribution::Store,
    valuation: Valuation<'a>,
}

impl Teller<'_> {
    fn is_address_of(&self, line: &Line, text: &str) -> bool {
        let chain = self.ledger.chain();
        line.holders.iter().any(|h| spell(chain, h.account).eq_ignore_ascii_case(text))
    }

    fn matches(&self, line: &Line, text: &str) -> bool {
        is_named(line.endpoint, line.label.as_ref(), text) || self.is_address_of(line, text)
    }

    fn paths(
        &self,
        run: &Run,
        line: &Line,
        text: &str,
        limit: usize,
    ) -> Result<Vec<PathAnswer>, QueryError> {
        let mut line = line.clone();
        // Asked for one address of a party, only what came there is explained.
        if self.is_address_of(&line, text) {
            let here = |account: chain::Account| {
                spell(self.ledger.chain(), account).eq_ignore_ascii_case(text)
            };
            line.holders.retain(|holder| here(holder.account));
            line.arrivals
                .retain(|arrival| self.ledger.movement(arrival.movement).to.is_some_and(here));
        }
        let ways = ::trace::why(self.ledger, run, &line, limit);
        ways.iter().map(|way| self.path(&line, way)).collect()
    }

    fn path(&self, line: &Line, way: &::trace::Path) -> Result<PathAnswer, QueryError> {
        let asset = self.ledger.asset(line.asset);
        let steps: Vec<StepAnswer> = way
            .moves
            .iter()
            .map(|(number, stolen)| self.step(*number, *stolen))
            .collect::<Result<_, _>>()?;
        let usd = match steps.last() {
            Some(last) => self.valuation.usd(asset, way.amount, last.time)?,
            None => None,
        };
        let label = line.label.as_ref();
        Ok(PathAnswer {
            endpoint: line.endpoint,
            label: label.map(|label| label.name.clone()),
            jurisdiction: label.and_then(countries),
            confidence: label.map(|label| label.confidence.clone()),
            sources: label.map(|label| label.sources.clone()).unwrap_or_default(),
            chain: self.ledger.chain(),
            asset: asset.symbol.clone(),
            amount: way.amount,
            units: way.amount.to_decimal(asset.decimals),
            usd,
            steps,
        })
    }

    fn step(&self, number: MovementNo, stolen: Amount) -> Result<StepAnswer, QueryError> {
        let movement = self.ledger.movement(number);
        let transaction = self.ledger.transaction(movement.tx);
        let asset = self.ledger.asset(movement.asset);
        let chain = self.ledger.chain();
        let label = |account| name_of(self.store, chain, account);
        Ok(StepAnswer {
            tx: transaction.id.to_string(),
            block: transaction.block,
            time: transaction.time,
            from: spell(chain, movement.from),
            from_label: label(movement.from)?,
            to: movement.to.map(|to| spell(chain, to)),
            to_label: movement.to.map(label).transpose()?.flatten(),
            carried: movement.amount,
            stolen,
            units: stolen.to_decimal(asset.decimals),
            usd: self.valuation.usd(asset, stolen, transaction.time)?,
        })
    }
}
