//! Clusters of a made-up chain against its owners, and against another program's.
//!
//! Pairs of addresses are counted: of those in one cluster, how many have one owner (precision); of
//! those with one owner, how many are in one cluster (recall).

use std::{collections::BTreeMap, fs, path::Path};

use api::query::Layer;
use chain::Chain;
use graph::cluster::{self, Clusters, Facts, Forest, Partition, Plan, is_barred};
use ledger::utxo::{AddressNo, TxNo};

use super::{line::Line, made_chain::MadeChain, peer};
use crate::step::Failure;

const TRUTH: &str = "made-up chain of 20 MB, its owners";

/// Makes the chain, clusters it, and compares.
pub(super) fn score(root: &Path, data: &Path) -> Result<Vec<Line>, Failure> {
    let scratch = root.join("target/score");
    fs::create_dir_all(&scratch)
        .map_err(|why| Failure::Write { path: scratch.display().to_string(), why })?;
    let made = MadeChain::ready(root, data, &scratch)?;
    let failed = |why: String| Failure::Truth { path: scratch.display().to_string(), why };
    let folder = made.workspace.data_dir();
    let plan = Plan { without_same_key: false, change: Some(Vec::new()) };
    cluster::build(folder, Chain::Bitcoin, &made.ledger, &plan, "cargo xtask score")
        .map_err(|error| failed(error.to_string()))?;
    let clusters = Clusters::open(folder, Chain::Bitcoin)
        .and_then(|clusters| clusters.ok_or(graph::GraphError::NotBuilt { chain: Chain::Bitcoin }));
    let clusters = clusters.map_err(|error| failed(error.to_string()))?;
    let layer = |layer| clusters.partition(layer).map_err(|error| failed(error.to_string()));
    let every_joint_spend = without_verdicts(&made);
    let mut lines = pairs("co-spend", &layer(Layer::CoSpend)?, &made.owners);
    lines.extend(pairs("co-spend without CoinJoin verdicts", &every_joint_spend, &made.owners));
    lines.extend(pairs("one-time change", &layer(Layer::Change)?, &made.owners));
    lines.push(barred(&made));
    match peer::partition(&scratch, &made.ledger) {
        Ok(theirs) => lines.push(agreement(&every_joint_spend, &theirs)),
        Err(why) => println!("skipped: {}: {why}", peer::NAME),
    }
    Ok(lines)
}

/// Co-spend of all transactions, CoinJoins too: what the other program does.
fn without_verdicts(made: &MadeChain) -> Partition {
    let mut forest = Forest::new(made.ledger.counts().addresses);
    made.ledger.joint_spends(TxNo(0), |spends, addresses| {
        let mut rest = addresses;
        for spend in spends {
            let (own, behind) = rest.split_at(spend.counts.inputs);
            rest = behind;
            own.iter().for_each(|address| {
                forest.join(own[0].0, address.0);
            });
        }
    });
    Partition::new(forest.into_roots())
}

fn line(method: &'static str, metric: &'static str, hits: u64, n: u64) -> Line {
    Line { method, truth: TRUTH, metric, hits, n, target: None, exceptions: Vec::new() }
}

fn pairs(method: &'static str, partition: &Partition, owners: &[(AddressNo, u32)]) -> Vec<Line> {
    let (mut cells, mut clusters, mut parties) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (address, owner) in owners {
        let cluster = partition.cluster_of(*address);
        *cells.entry((cluster, *owner)).or_default() += 1;
        *clusters.entry(cluster).or_default() += 1;
        *parties.entry(*owner).or_default() += 1;
    }
    let (both, together, owned) =
        (pairs_in(cells.values()), pairs_in(clusters.values()), pairs_in(parties.values()));
    vec![
        line(method, "precision of pairs", both, together),
        line(method, "recall of pairs", both, owned),
    ]
}

/// Pairs within groups of so many.
fn pairs_in<'a>(groups: impl Iterator<Item = &'a u64>) -> u64 {
    groups.map(|count| count * (count - 1) / 2).sum()
}

/// The chain has no CoinJoin, so whatever is barred is barred wrongly.
fn barred(made: &MadeChain) -> Line {
    let (mut hits, mut n) = (0, 0);
    made.ledger.joint_spends(TxNo(0), |spends, addresses| {
        let mut rest = addresses;
        for spend in spends {
            let (own, behind) = rest.split_at(spend.counts.inputs);
            rest = behind;
            if own.iter().any(|address| *address != own[0]) {
                n += 1;
                hits += u64::from(is_barred(&made.ledger, spend.tx));
            }
        }
    });
    line("any verdict of 50 or more", "payments barred, none of them a CoinJoin", hits, n)
}

/// How many addresses two partitions put with the same others.
fn agreement(ours: &Partition, theirs: &Partition) -> Line {
    let equal = ours.roots().iter().zip(theirs.roots()).filter(|(one, other)| one == other);
    let (hits, n) = (equal.count() as u64, ours.roots().len() as u64);
    Line {
        truth: peer::NAME,
        ..line("co-spend without CoinJoin verdicts", "same cluster", hits, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_by_hand() {
        // Two clusters {0, 1, 2} and {3, 4}; owners 7 of 0, 1, 3 and 8 of 2, 4.
        let partition = Partition::new(vec![0, 0, 0, 3, 3]);
        let owners = [7, 7, 8, 7, 8];
        let owners: Vec<_> = (0..).map(AddressNo).zip(owners).collect();
        let found: Vec<_> =
            pairs("a", &partition, &owners).iter().map(|line| (line.hits, line.n)).collect();
        // In one cluster: 01 02 12 34. Of one owner: 01 03 13 24. In both: 01.
        assert_eq!(found, [(1, 4), (1, 4)]);
    }
}
