//! The answer to a trace, in the shape of the output contract.

use ::trace::{Endpoint, Policy, StopReason};
use chain::{Amount, Chain, Timestamp, Usd, UtxoTxId};
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
    /// UTXO chains: the longest peel chains that stolen value went through, at most twenty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peel_chains: Vec<PeelChainAnswer>,
    /// How many peel chains there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub peel_chain_count: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(count: &usize) -> bool {
    *count == 0
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
    /// UTXO chains: the CoinJoins that it ended in, the largest first, at most twenty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coinjoins: Vec<CoinJoinAnswer>,
    /// How many CoinJoins there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub coinjoin_count: usize,
}

/// A CoinJoin at which value ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoinJoinAnswer {
    /// The transaction.
    pub tx: UtxoTxId,
    /// Time of its block.
    pub time: Timestamp,
    /// How it was made, such as `wasabi2`.
    pub protocol: String,
    /// How many outputs have the most common value: the crowd that one of them hides in.
    pub anonymity_set: usize,
    /// Name and version of the rule that says so.
    pub rule_version: String,
    /// The stolen value that entered, in base units.
    pub amount: Amount,
    /// The same in whole units.
    pub units: String,
}

/// A large coin that went from transaction to transaction and lost a slice each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeelChainAnswer {
    /// The chain.
    pub chain: Chain,
    /// Its first transaction.
    pub first: UtxoTxId,
    /// Its last transaction.
    pub last: UtxoTxId,
    /// How many transactions it has.
    pub hops: usize,
    /// Time of the first.
    pub start: Timestamp,
    /// Time of the last.
    pub end: Timestamp,
    /// Stolen value that entered, in base units.
    pub entered: Amount,
    /// Stolen value in the slices, in base units.
    pub peeled: Amount,
    /// Stolen value that went on from the last transaction, in base units.
    pub left: Amount,
    /// The same three in whole units.
    pub entered_units: String,
    /// See `entered_units`.
    pub peeled_units: String,
    /// See `entered_units`.
    pub left_units: String,
    /// The address that holds what is left.
    pub rest: String,
    /// The slices with stolen value, in chain order, at most a hundred.
    pub peels: Vec<PeelAnswer>,
}

/// A slice of a peel chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeelAnswer {
    /// The transaction.
    pub tx: UtxoTxId,
    /// Who got it.
    pub address: String,
    /// Its stolen part, in base units.
    pub amount: Amount,
    /// The same in whole units.
    pub units: String,
    /// Where it ended; nothing if it was followed on.
    pub endpoint: Option<Endpoint>,
    /// The party there.
    pub label: Option<String>,
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
    /// Hash of the facts that the clusters of a UTXO chain reflect; `None` where none were asked.
    pub clusters: Option<String>,
}
