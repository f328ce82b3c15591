//! Peel chains: a large coin that goes from transaction to transaction and loses a slice each time.
//!
//! Rule and thresholds: `docs/methods/utxo_trace.md`.

use chain::Timestamp;
use rustc_hash::FxHashMap;

use super::{Facts, OutputNo, Run, TxNo};

/// Fewest transactions of a chain.
const HOPS_MIN: usize = 5;
/// Most inputs of one of its transactions.
const INPUTS_MAX: usize = 2;
/// The larger output goes on with at least and at most so many thousandths.
const GOES_ON: std::ops::RangeInclusive<u128> = 600..=999;
/// The median of the times between its transactions is below so many seconds.
const MEDIAN_GAP_MAX: i64 = 24 * 3_600;

/// What a chain loses at one of its transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peel {
    /// The transaction.
    pub tx: TxNo,
    /// The smaller output.
    pub output: OutputNo,
    /// All of it, in base units.
    pub value: u64,
    /// Its stolen part, in base units.
    pub tainted: u64,
    /// The number of its flow, where any of it is stolen.
    pub flow: Option<usize>,
}

/// A peel chain that stolen value went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeelChain {
    /// Its transactions.
    pub txs: Vec<TxNo>,
    /// What it lost, one a transaction.
    pub peels: Vec<Peel>,
    /// The output that goes on from its last transaction.
    pub rest: OutputNo,
    /// Stolen value that entered at its first transaction, in base units.
    pub entered: u64,
    /// Stolen value in the slices, in base units.
    pub peeled: u64,
    /// Stolen value in what goes on from the last transaction, in base units.
    pub left: u64,
    /// Time of the first transaction.
    pub start: Timestamp,
    /// Time of the last transaction.
    pub end: Timestamp,
}

/// A transaction of the shape of a peel.
#[derive(Clone, Copy)]
struct Link {
    wallet: u64,
    larger: OutputNo,
    smaller: OutputNo,
    value: u64,
}

/// The peel chains among the transactions that a run followed, the longest first.
pub fn peel_chains<F: Facts>(facts: &F, run: &Run) -> Vec<PeelChain> {
    let mut links: FxHashMap<TxNo, Link> = FxHashMap::default();
    let went_on = run.flows.iter().filter(|flow| flow.place().is_none());
    let mut txs: Vec<TxNo> = went_on.filter_map(|flow| facts.spender(flow.output)).collect();
    txs.sort_unstable();
    txs.dedup();
    links.extend(txs.iter().filter_map(|tx| Some((*tx, link(facts, *tx)?))));
    let next = |tx: TxNo| {
        let link = links.get(&tx)?;
        let next = facts.spender(link.larger)?;
        links.get(&next).filter(|other| other.wallet == link.wallet).map(|_| next)
    };
    // Where two chains run into one, the larger coin's goes on.
    let mut before: FxHashMap<TxNo, TxNo> = FxHashMap::default();
    for tx in txs.iter().filter(|tx| links.contains_key(tx)) {
        let Some(next) = next(*tx) else { continue };
        let held = before.get(&next).map_or(0, |other| links[other].value);
        if links[tx].value > held {
            before.insert(next, *tx);
        }
    }
    let mut chains = Vec::new();
    for first in txs.iter().filter(|tx| links.contains_key(tx) && !before.contains_key(tx)) {
        let mut members = vec![*first];
        let mut at = *first;
        while let Some(following) = next(at).filter(|next| before.get(next) == Some(&at)) {
            members.push(following);
            at = following;
        }
        if members.len() >= HOPS_MIN && median_gap(facts, &members) < MEDIAN_GAP_MAX {
            chains.push(chain(facts, run, &links, members));
        }
    }
    chains.sort_by_key(|chain| (std::cmp::Reverse(chain.txs.len()), chain.txs[0]));
    chains
}

fn link<F: Facts>(facts: &F, tx: TxNo) -> Option<Link> {
    let inputs = facts.inputs(tx).len();
    let outputs = facts.outputs(tx);
    if !(1..=INPUTS_MAX).contains(&inputs) || outputs.end - outputs.start != 2 {
        return None;
    }
    let [first, second] = [OutputNo(outputs.start), OutputNo(outputs.start + 1)];
    let [a, b] = [first, second].map(|output| facts.value(output));
    let (larger, smaller, value) = if a >= b { (first, second, a) } else { (second, first, b) };
    let thousandths = u128::from(value) * 1_000;
    let sum = u128::from(a) + u128::from(b);
    let goes_on = GOES_ON.start() * sum <= thousandths && thousandths <= GOES_ON.end() * sum;
    (sum > 0 && goes_on).then(|| Link { wallet: facts.wallet(tx), larger, smaller, value })
}

/// The median of the times between transactions, in seconds. Times of blocks may go back.
fn median_gap<F: Facts>(facts: &F, txs: &[TxNo]) -> i64 {
    let times: Vec<i64> = txs.iter().map(|tx| facts.time(*tx).seconds()).collect();
    let mut gaps: Vec<i64> = times.windows(2).map(|pair| (pair[1] - pair[0]).max(0)).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied().unwrap_or(0)
}

fn chain<F: Facts>(
    facts: &F,
    run: &Run,
    links: &FxHashMap<TxNo, Link>,
    txs: Vec<TxNo>,
) -> PeelChain {
    let tainted = |output| run.flow_of(output).map_or(0, |flow| run.flows[flow].tainted);
    let peels: Vec<Peel> = txs
        .iter()
        .map(|tx| {
            let output = links[tx].smaller;
            let value = facts.value(output);
            Peel { tx: *tx, output, value, tainted: tainted(output), flow: run.flow_of(output) }
        })
        .collect();
    let (first, last) = (txs[0], txs[txs.len() - 1]);
    let rest = links[&last].larger;
    PeelChain {
        entered: facts.inputs(first).map(tainted).sum(),
        peeled: peels.iter().map(|peel| peel.tainted).sum(),
        left: tainted(rest),
        start: facts.time(first),
        end: facts.time(last),
        rest,
        txs,
        peels,
    }
}
