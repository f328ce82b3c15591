//! Where did stolen value go: the balance sheet of an incident.

mod answer;
mod run;
mod seeds;
mod stated;
mod utxo;
mod why;

pub use answer::{
    CoinJoinAnswer, CoverageAnswer, HolderAnswer, LineAnswer, Manifest, PeelAnswer,
    PeelChainAnswer, PoolDeposits, RunAnswer, SeedAnswer, StopAnswer, TouchedAnswer, TraceAnswer,
    UnreconciledAnswer,
};
pub use run::trace;
pub use why::{PathAnswer, StepAnswer, WhyAnswer, why};

use ::trace::Policy;
use chain::{Chain, Timestamp};

/// What to trace and how.
#[derive(Clone, Debug)]
pub struct TraceQuestion {
    /// An incident's id, an address, a transaction id, or on UTXO chains `txid:output`.
    pub target: String,
    /// Which chain a pasted address or transaction is on; incidents say it themselves.
    pub chain: Option<Chain>,
    /// For an address: only what it sends from then on.
    pub from: Option<Timestamp>,
    /// For an address: only so much, in whole units of the native coin.
    pub amount: Option<String>,
    /// For an address of a UTXO chain: whether its whole cluster is meant.
    pub cluster: bool,
    /// Policies to run, in this order.
    pub policies: Vec<Policy>,
    /// Nothing after this time is followed.
    pub until: Option<Timestamp>,
    /// Hops after which value is booked as frontier.
    pub hops_max: Option<u32>,
    /// Stolen parts below this many base units are booked as pruned.
    pub prune_below: Option<chain::Amount>,
    /// Whether to walk through unlabelled addresses that look like services.
    pub through_probable_services: bool,
    /// UTXO chains: whether to spread value over the outputs of a CoinJoin instead of stopping there.
    pub through_coinjoins: bool,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl TraceQuestion {
    /// Haircut and FIFO from everything that the target's seeds name.
    pub fn new(target: impl Into<String>) -> TraceQuestion {
        TraceQuestion {
            target: target.into(),
            chain: None,
            from: None,
            amount: None,
            cluster: false,
            policies: vec![Policy::Haircut, Policy::Fifo],
            until: None,
            hops_max: None,
            prune_below: None,
            through_probable_services: false,
            through_coinjoins: false,
            threads: 1,
        }
    }
}
