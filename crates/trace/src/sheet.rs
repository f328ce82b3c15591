//! The result of a run: the balance sheet and the flows behind it.

use chain::{Account, Amount, Timestamp};
use ledger::{AssetNo, MovementNo};
use serde::Serialize;

use crate::{Label, Policy};

/// Where value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// At a service.
    Service,
    /// In a mixer.
    Mixer,
    /// At a bridge that is not decoded.
    Bridge,
    /// At an address with the habits of a service that nobody has labelled.
    ProbableService,
    /// Where it still lies, as far as the ledger holds the address.
    Unspent,
    /// Paid to miners and validators.
    Fees,
    /// At an address that nobody can spend from.
    Burnt,
    /// Too small to follow, by the parameters.
    Pruned,
    /// Where the trace could not look on; see [`StopReason`].
    Frontier,
    /// Came back to an address that is a seed itself, and is counted again from there.
    Absorbed,
}

/// Why a trace stopped at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// A label says that it is a service, mixer, bridge or grave.
    Label,
    /// The guard against unlabelled services.
    Guard,
    /// The ledger does not hold what the address did next.
    Coverage,
    /// The limit on hops or on value moves.
    Budget,
    /// The ledger holds the address, and it did nothing more.
    Rest,
    /// Fees end where they are paid.
    Fee,
    /// Below the limit on tiny parts.
    Pruned,
    /// A seed address or output.
    Seed,
    /// A transaction in which several owners mix their coins.
    #[serde(rename = "coinjoin")]
    CoinJoin,
    /// A script that nobody can ever satisfy.
    Unspendable,
}

/// A tainted value move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The value move.
    pub movement: MovementNo,
    /// Its tainted part, in base units.
    pub tainted: Amount,
    /// Hops from the seed, the move itself included.
    pub hops: u32,
    /// Whether it leaves a seed, so that its taint begins here.
    pub seed: bool,
}

/// Stolen value entering the place where it is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The value move that brought it.
    pub movement: MovementNo,
    /// Its stolen part.
    pub amount: Amount,
    /// All that the move carried, stolen or not.
    pub carried: Amount,
    /// Hops from the seed.
    pub hops: u32,
    /// Time of the block.
    pub time: Timestamp,
}

/// An address at which value rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The address.
    pub account: Account,
    /// How much of the stolen value lies there.
    pub amount: Amount,
    /// Fewest hops from the seed.
    pub hops: u32,
    /// When stolen value last came in.
    pub last: Option<Timestamp>,
    /// What is known of it, although it is no stop.
    pub label: Option<Label>,
}

/// A line of the balance sheet: one endpoint, one party, one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where value ends.
    pub endpoint: Endpoint,
    /// Why the trace stopped.
    pub reason: StopReason,
    /// Whose address it is, for labelled endpoints; the addresses of one actor share a line.
    pub label: Option<Label>,
    /// What it is.
    pub asset: AssetNo,
    /// The stolen value that ended here, in base units.
    pub amount: Amount,
    /// What the arriving transfers carried in all, stolen or not.
    pub carried: Amount,
    /// Fewest hops of an arrival.
    pub min_hops: u32,
    /// First arrival.
    pub first: Option<Timestamp>,
    /// Last arrival.
    pub last: Option<Timestamp>,
    /// Each arrival, in chain order. Empty where value rests: see `holders`.
    pub arrivals: Vec<Arrival>,
    /// The addresses where it rests or was stopped, most first.
    pub holders: Vec<Holder>,
    /// The most of the seed that can have ended here under any policy that conserves value.
    pub at_most: Option<Amount>,
    /// The least of the seed that must have ended here under any such policy.
    pub at_least: Option<Amount>,
}

/// What makes two arrivals one line: the same endpoint, reason, asset and party.
pub(crate) type LineKey = (Endpoint, StopReason, AssetNo, Option<String>);

impl Line {
    pub(crate) fn key(&self) -> LineKey {
        let party = self.label.as_ref().map(Label::party);
        (self.endpoint, self.reason, self.asset, party)
    }
}

/// How much of one asset the seeds put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedTotal {
    /// The asset.
    pub asset: AssetNo,
    /// Base units.
    pub amount: Amount,
}

/// An account that paid more than the ledger shows it received: its other income is not in the
/// ledger, so the taint of what it paid is less certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreconciled {
    /// The account.
    pub account: Account,
    /// The asset.
    pub asset: AssetNo,
    /// Base units that came by a way not shown.
    pub missing: Amount,
}

/// What one policy gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The policy.
    pub policy: Policy,
    /// What the seeds put in, by asset.
    pub seeds: Vec<SeedTotal>,
    /// Where it ended. Sums to the seeds, asset by asset, under every policy that conserves value.
    pub lines: Vec<Line>,
    /// Every tainted value move, in chain order.
    pub flows: Vec<Flow>,
    /// Accounts whose income is not all in the ledger.
    pub unreconciled: Vec<Unreconciled>,
    /// Transactions with a tainted value move.
    pub transactions: usize,
    /// Addresses that tainted value reached.
    pub addresses: usize,
}

impl Run {
    /// What the balance sheet misses or has too much of an asset: zero when it balances.
    pub fn unbalanced(&self, asset: AssetNo) -> Amount {
        let lines = self.lines.iter().filter(|line| line.asset == asset);
        let booked = crate::purse::sum(lines.map(|line| line.amount));
        let seeds = self.seeds.iter().filter(|seed| seed.asset == asset);
        let seeded = crate::purse::sum(seeds.map(|seed| seed.amount));
        if booked > seeded { booked.saturating_sub(seeded) } else { seeded.saturating_sub(booked) }
    }
}
