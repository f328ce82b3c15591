//! The clusters of `graphsense-clustering`, a Python package with the union-find that GraphSense
//! uses: it is given the same lists of input addresses and no word about CoinJoins.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use graph::cluster::{Facts, Partition};
use ledger::utxo::{TxNo, UtxoLedger};

/// The package and the version that is compared.
pub(super) const NAME: &str = "graphsense-clustering 0.2.0";
const PACKAGE: &str = "graphsense-clustering==0.2.0";

/// Reads lines of address numbers, writes a line `address cluster` for each address.
const SCRIPT: &str = "\
import sys
from gs_clustering import Clustering
source, target, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
clustering = Clustering(last)
with open(source) as lines:
    clustering.process_transactions([[int(word) for word in line.split()] for line in lines])
mapping = clustering.get_mapping()
columns = [column.to_pylist() for column in mapping.columns]
with open(target, 'w') as out:
    for address, cluster in zip(*columns):
        out.write(f'{address} {cluster}\\n')
";

/// Installs the package into an environment of its own and lets it cluster.
pub(super) fn partition(scratch: &Path, ledger: &UtxoLedger) -> Result<Partition, String> {
    let environment = scratch.join("python");
    let python = environment.join("bin/python");
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
    let (source, target) = (scratch.join("joint-spends.txt"), scratch.join("mapping.txt"));
    fs::write(&source, joint_spends(ledger)).map_err(|why| why.to_string())?;
    let addresses = ledger.counts().addresses;
    run(Command::new(&python)
        .args(["-c", SCRIPT])
        .args([&source, &target])
        .arg(addresses.to_string()))?;
    let text = fs::read_to_string(&target).map_err(|why| why.to_string())?;
    by_smallest(&text, addresses).ok_or_else(|| "its mapping cannot be read".to_owned())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|why| why.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.lines().last().unwrap_or("it failed and said nothing").to_owned())
}

fn joint_spends(ledger: &UtxoLedger) -> String {
    let mut text = String::new();
    ledger.joint_spends(TxNo(0), |spends, addresses| {
        let mut rest = addresses;
        for spend in spends {
            let (own, behind) = rest.split_at(spend.counts.inputs);
            rest = behind;
            for address in own {
                // A String takes whatever is written to it.
                let _ = write!(text, "{} ", address.0);
            }
            text.push('\n');
        }
    });
    text
}

/// A partition by smallest members, whatever numbers the clusters have; addresses that are not
/// mentioned are alone.
fn by_smallest(text: &str, addresses: u32) -> Option<Partition> {
    let mut clusters = vec![None; addresses as usize];
    for line in text.lines() {
        let (address, cluster) = line.split_once(' ')?;
        let (address, cluster): (usize, u64) = (address.parse().ok()?, cluster.parse().ok()?);
        if let Some(place) = clusters.get_mut(address) {
            *place = Some(cluster);
        }
    }
    let mut smallest = std::collections::BTreeMap::new();
    let roots = (0_u32..).zip(clusters).map(|(address, cluster)| match cluster {
        Some(cluster) => *smallest.entry(cluster).or_insert(address),
        None => address,
    });
    Some(Partition::new(roots.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_named_by_their_smallest_member() {
        let partition = by_smallest("3 9\n1 9\n2 4\n7 4\n", 5).expect("readable");
        assert_eq!(partition.roots(), [0, 1, 2, 1, 4]);
        assert_eq!(by_smallest("3", 5), None);
    }
}
