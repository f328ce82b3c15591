//! Traces on UTXO chains.

mod claims;
mod peel;
mod seeds;
mod shape;
mod why;

use ::trace::utxo::{CoinJoinRule, Parameters, Traced, trace};
use attribution::Store;
use chain::{Chain, UtxoAddress};
use graph::cluster::Clusters;
use ledger::utxo::{AddressNo, UtxoLedger};

pub(super) use seeds::pasted_outputs;
pub(super) use shape::Shaper;
pub(super) use why::Teller;

use self::claims::LedgerClaims;
use super::TraceQuestion;
use crate::query::QueryError;

/// A UTXO chain's part of a trace, before it becomes an answer.
pub(super) struct OutputTrace {
    pub(super) ledger: UtxoLedger,
    /// The clusters whose labels were asked, if any were built.
    pub(super) clusters: Option<Clusters>,
    /// One for each policy.
    pub(super) traced: Vec<Traced>,
}

impl OutputTrace {
    /// Runs the seeds of a chain on its ledger.
    pub(super) fn run(
        ledger: UtxoLedger,
        clusters: Option<Clusters>,
        store: Store,
        question: &TraceQuestion,
        seeds: &[attribution::Seed],
    ) -> Result<OutputTrace, QueryError> {
        let seeds = seeds::resolve(&ledger, seeds)?;
        let claims = LedgerClaims::new(&ledger, clusters.as_ref(), store)?;
        let (policies, parameters) = (&question.policies, parameters(question));
        let traced = trace(&ledger, &claims, &seeds, policies, &parameters, question.threads);
        if let Some(failure) = claims.into_failure() {
            return Err(failure);
        }
        Ok(OutputTrace { traced: traced?, ledger, clusters })
    }
}

fn parameters(question: &TraceQuestion) -> Parameters {
    let default = Parameters::default();
    let prune_below = question.prune_below.and_then(chain::Amount::to_u128);
    Parameters {
        until: question.until,
        hops_max: question.hops_max.unwrap_or(default.hops_max),
        prune_below: prune_below.map_or(0, |least| u64::try_from(least).unwrap_or(u64::MAX)),
        guard: default.guard.filter(|_| !question.through_probable_services),
        coinjoins: if question.through_coinjoins {
            CoinJoinRule::Haircut
        } else {
            CoinJoinRule::Stop
        },
        ..default
    }
}

/// The spelling of an address; of a script that has none, its bytes in hex.
pub(super) fn spell(ledger: &UtxoLedger, address: AddressNo) -> String {
    let script = ledger.script(address);
    let text = UtxoAddress::of_script(ledger.chain(), &script);
    text.map_or_else(|| script.to_string(), |it| it.as_str().to_owned())
}

/// The number of an address in the ledger; `None` where it never had an output.
pub(super) fn number_of(
    ledger: &UtxoLedger,
    chain: Chain,
    address: &chain::Address,
) -> Option<AddressNo> {
    let chain::Address::Utxo(address) = address else { return None };
    ledger.find_address(&address.to_script(chain)?)
}
