//! What a trace may be told.

use chain::{Amount, Timestamp};

use crate::Guard;

/// Limits and choices of a run. Together with facts and labels they determine the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Nothing after this time is followed.
    pub until: Option<Timestamp>,
    /// Value that has made so many hops is booked as frontier.
    pub hops_max: u32,
    /// After so many tainted value moves the rest is booked as frontier.
    pub moves_max: usize,
    /// Tainted parts below this many base units are booked as pruned; zero keeps every unit.
    pub prune_below: Amount,
    /// The guard against unlabelled services; `None` walks on.
    pub guard: Option<Guard>,
}

impl Default for Parameters {
    fn default() -> Self {
        Parameters {
            until: None,
            hops_max: 1_000,
            moves_max: 5_000_000,
            prune_below: Amount::ZERO,
            guard: Some(Guard::default()),
        }
    }
}
