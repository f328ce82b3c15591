//! What a trace on a UTXO chain may be told.

use std::{fmt, str::FromStr};

use chain::Timestamp;
use serde::Serialize;

use crate::Guard;

/// What becomes of value that enters a CoinJoin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoinJoinRule {
    /// It stops there, as in any mixer.
    #[default]
    Stop,
    /// It is spread over all outputs by their value, whatever the policy.
    Haircut,
}

/// The name is not one of a rule for CoinJoins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown CoinJoin rule {0:?}; known: stop, haircut")]
pub struct UnknownCoinJoinRule(pub String);

impl FromStr for CoinJoinRule {
    type Err = UnknownCoinJoinRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "stop" => Ok(CoinJoinRule::Stop),
            "haircut" => Ok(CoinJoinRule::Haircut),
            _ => Err(UnknownCoinJoinRule(text.to_owned())),
        }
    }
}

impl fmt::Display for CoinJoinRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            CoinJoinRule::Stop => "stop",
            CoinJoinRule::Haircut => "haircut",
        })
    }
}

/// Limits and choices of a run. Together with facts and claims they determine the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// No transaction after this time is followed.
    pub until: Option<Timestamp>,
    /// Value that has made so many hops and is spent again is booked as frontier.
    pub hops_max: u32,
    /// After so many tainted outputs the rest is booked as frontier.
    pub outputs_max: usize,
    /// Tainted parts below this many base units are booked as pruned; zero keeps every unit.
    pub prune_below: u64,
    /// The guard against unlabelled services, by counterparties and transactions; `None` walks on.
    pub guard: Option<Guard>,
    /// What becomes of value that enters a CoinJoin.
    pub coinjoins: CoinJoinRule,
    /// How many of the outputs reached first the policy-free interval looks at; zero leaves it open.
    pub horizon: usize,
}

impl Default for Parameters {
    fn default() -> Self {
        Parameters {
            until: None,
            hops_max: 10_000,
            outputs_max: 10_000_000,
            prune_below: 0,
            guard: Some(Guard::default()),
            coinjoins: CoinJoinRule::Stop,
            horizon: 5_000,
        }
    }
}
