//! The answer to a trace, in the shape of the output contract.

use ::trace::{Endpoint, Policy, StopReason};
use chain::{Amount, Chain, Timestamp, Usd};
use serde::Serialize;

/// The answer to a trace: one run a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceAnswer {
    /// The incident, or the address or transaction asked for.
    pub incident: String,
    /// Its name, for people.
    pub name: String,
    /// One run a policy, in the order asked for.
    pub runs: Vec<RunAnswer>,
    /// How completely the facts are held.
    pub coverage: Vec<CoverageAnswer>,
    /// Chains of the seeds of which nothing was ever imported.
    pub missing_chains: Vec<Chain>,
    /// What the answer depends on: equal manifests, equal bytes.
    pub manifest: Manifest,
}

impl TraceAnswer {
    /// Whether the answer is cut short by coverage, budget or a missing chain.
    pub fn is_incomplete(&self) -> bool {
        let cut = |run: &RunAnswer| {
            run.balance_sheet.iter().any(|line| line.endpoint == Endpoint::Frontier)
        };
        !self.missing_chains.is_empty() || self.runs.iter().any(cut)
    }
}

/// What one policy gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunAnswer {
    /// The policy.
    pub policy: Policy,
    /// `forward`: from the theft to where value ended.
    pub direction: &'static str,
    /// What the seeds put in.
    pub seed: Vec<SeedAnswer>,
    /// Where it ended.
    pub balance_sheet: Vec<LineAnswer>,
    /// Whether the sheet sums to the seed exactly. Always true for a policy that conserves value;
    /// reachability (poison) counts the same unit in several places.
    pub balanced: bool,
    /// What it misses or has too much, in base units.
    pub unbalanced_amount: Amount,
    /// How much of the chain it went through.
    pub touched: TouchedAnswer,
    /// Why value stopped, added up.
    pub stops: Vec<StopAnswer>,
    /// Accounts that paid more than the ledger shows they received.
    pub unreconciled: Vec<UnreconciledAnswer>,
}

/// Stolen value where it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeedAnswer {
    /// The chain.
    pub chain: Chain,
    /// The asset's ticker.
    pub asset: String,
    /// Base units.
    pub amount: Amount,
    /// The same in whole units, for people.
    pub units: String,
    /// US dollars at the time of each theft transfer, where priced.
    pub usd: Option<Usd>,
}

/// A line of the balance sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineAnswer {
    /// Where value ended.
    pub endpoint: Endpoint,
    /// Why the trace stopped there.
    pub reason: StopReason,
    /// Identifier of the actor, where a source names one.
    pub actor: Option<String>,
    /// Name to show.
    pub label: Option<String>,
    /// Category of the taxonomy.
    pub category: Option<String>,
    /// Country of the actor; several are joined with a comma, in the source's order.
    pub jurisdiction: Option<String>,
    /// The chain.
    pub chain: Chain,
    /// The asset's ticker.
    pub asset: String,
    /// The stolen value, in base units.
    pub amount: Amount,
    /// The same in whole units, for people.
    pub units: String,
    /// US dollars at the time of each arrival, as far as priced.
    pub usd: Option<Usd>,
    /// Base units that no price of their day was found for.
    pub unpriced: Amount,
    /// Share of the seed of the same asset, four places.
    pub share: String,
    /// The most that can have ended here under any policy, in base units.
    pub at_most: Option<Amount>,
    /// The least that must have.
    pub at_least: Option<Amount>,
    /// What the arriving transfers carried in all, stolen or not, in base units.
    pub carried: Amount,
    /// How many transfers brought it.
    pub transfers: usize,
    /// Fewest hops from the seed.
    pub min_hops: u32,
    /// First arrival.
    pub first: Option<Timestamp>,
    /// Last arrival.
    pub last: Option<Timestamp>,
    /// Confidence of the label.
    pub confidence: Option<String>,
    /// Sources of the label.
    pub sources: Vec<String>,
    /// For a pool mixer: how many of the transfers are deposits known from the pool's own events.
    pub pool_deposits: Option<PoolDeposits>,
    /// The addresses where it lies, the largest first, at most twenty.
    pub holders: Vec<HolderAnswer>,
    /// How many addresses there are.
    pub holder_count: usize,
}

/// Transfers into a mixer, joined with the pool's events by transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PoolDeposits {
    /// Transfers whose transaction is a deposit event of a pool.
    pub joined: usize,
    /// Transfers in all.
    pub of: usize,
}

/// An address where value lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderAnswer {
    /// The address.
    pub address: String,
    /// What is known of it.
    pub label: Option<String>,
    /// Stolen value there, in base units.
    pub amount: Amount,
    /// The same in whole units.
    pub units: String,
    /// Fewest hops from the seed.
    pub min_hops: u32,
}

/// Transactions and addresses that stolen value went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TouchedAnswer {
    /// Transactions with a tainted value move.
    pub transactions: usize,
    /// Addresses reached.
    pub addresses: usize,
}

/// Why value stopped, added up over the balance sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StopAnswer {
    /// The reason.
    pub reason: StopReason,
    /// The chain.
    pub chain: Chain,
    /// The asset's ticker.
    pub asset: String,
    /// How many addresses it concerns.
    pub count: usize,
    /// Base units.
    pub amount: Amount,
}

/// An account whose income is not all in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreconciledAnswer {
    /// The chain.
    pub chain: Chain,
    /// The address.
    pub address: String,
    /// The asset's ticker.
    pub asset: String,
    /// Base units that came by a way not shown.
    pub missing: Amount,
}

/// How completely a chain is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageAnswer {
    /// The chain.
    pub chain: Chain,
    /// Block ranges held in full.
    pub blocks: Vec<(u64, u64)>,
    /// Addresses that a source listed.
    pub addresses: u64,
    /// How many of these lists ended at a cap.
    pub capped_addresses: u64,
    /// Whether value moves inside transactions are in the ledger at all.
    pub internal_transfers: bool,
}

/// What an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// BLAKE3 over the facts.
    pub facts: String,
    /// BLAKE3 over all statements of attribution.
    pub tags: String,
    /// BLAKE3 over the question.
    pub parameters: String,
    /// Version of the program.
    pub engine: String,
}
