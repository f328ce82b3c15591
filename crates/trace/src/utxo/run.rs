//! The result of a run, as the engine leaves it: flows, and where each ended.

use std::sync::Arc;

use super::{CoinJoin, OutputNo, Ranges, SeedOutput, TxNo};
use crate::{Endpoint, Label, Policy, StopReason};

/// Not a place: the value went on.
pub(super) const WENT_ON: u32 = u32::MAX;

/// A tainted output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The output.
    pub output: OutputNo,
    /// Its tainted part, in base units.
    pub tainted: u64,
    /// All of it, in base units.
    pub value: u64,
    /// The transaction that made it.
    pub tx: TxNo,
    /// Hops from the seed, the transaction itself included.
    pub hops: u32,
    /// Number of the place where it ended, or that it went on.
    pub(super) place: u32,
}

impl Flow {
    /// The number of the place where it ended; `None` if it was followed into its spender.
    pub fn place(&self) -> Option<usize> {
        (self.place != WENT_ON).then(|| usize::try_from(self.place).ok()).flatten()
    }
}

/// A transaction's fee that is tainted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    /// The transaction.
    pub tx: TxNo,
    /// The tainted part, in base units.
    pub tainted: u64,
    /// All of it, in base units.
    pub value: u64,
    /// Hops from the seed, the transaction itself included.
    pub hops: u32,
}

/// Where value ends: an endpoint, a reason, a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where value ends.
    pub endpoint: Endpoint,
    /// Why the trace stopped.
    pub reason: StopReason,
    /// Whose it is, for labelled endpoints.
    pub label: Option<Arc<Label>>,
}

/// What one policy gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The policy.
    pub policy: Policy,
    /// Where value starts, in chain order.
    pub seeds: Vec<SeedOutput>,
    /// Every tainted output, in chain order. One that is a seed and was reached by the taint of
    /// another stands twice, first as reached.
    pub flows: Vec<Flow>,
    /// Every tainted fee, in chain order.
    pub fees: Vec<Fee>,
    /// The places that flows end at.
    pub places: Vec<Place>,
    /// CoinJoins that value met, in chain order.
    pub coinjoins: Vec<(TxNo, CoinJoin)>,
    /// Which units of each flow are tainted, under policies that keep their order.
    pub ranges: Ranges,
    /// Transactions that spend tainted outputs and were followed.
    pub transactions: usize,
}

impl Run {
    /// Base units that the seeds put in.
    pub fn seeded(&self) -> u128 {
        self.seeds.iter().map(|seed| u128::from(seed.tainted)).sum()
    }

    /// Base units on the balance sheet.
    pub fn booked(&self) -> u128 {
        let ended = self.flows.iter().filter(|flow| flow.place != WENT_ON);
        let ended: u128 = ended.map(|flow| u128::from(flow.tainted)).sum();
        let fees: u128 = self.fees.iter().map(|fee| u128::from(fee.tainted)).sum();
        ended + fees
    }

    /// What the balance sheet misses or has too much: zero when it balances.
    pub fn unbalanced(&self) -> u128 {
        self.booked().abs_diff(self.seeded())
    }

    /// The number of the flow that goes on from an output.
    pub fn flow_of(&self, output: OutputNo) -> Option<usize> {
        let behind = self.flows.partition_point(|flow| flow.output <= output);
        let last = behind.checked_sub(1)?;
        (self.flows[last].output == output).then_some(last)
    }

    /// Whether a flow begins at a seed, so that its taint came from nowhere else.
    pub fn is_seed(&self, flow: usize) -> bool {
        let output = self.flows[flow].output;
        let seeded = self.seeds.binary_search_by_key(&output, |seed| seed.output).is_ok();
        // Reached by another's taint, the seed stands behind in the list.
        seeded && self.flows.get(flow + 1).is_none_or(|next| next.output != output)
    }
}
