//! Task P7: clusters by co-spending, CoinJoins left out, written to the data directory.

use std::{fs, io, path::Path};

use chain::Chain;
use graph::cluster::{Built, Clusters, Facts, Layer, Plan, build, is_barred};
use ledger::utxo::{TxNo, UtxoLedger};

use crate::{Answer, BenchError};

/// Forgets the clusters of a data directory, so that they are built from nothing.
///
/// # Errors
/// They cannot be deleted.
pub fn forget(data_dir: &Path) -> Result<(), BenchError> {
    let folder = ledger::chain_folder(data_dir, Chain::Bitcoin).join("clusters");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(BenchError::Write { path: folder, error })
        }
        _ => Ok(()),
    }
}

/// Builds the layer of co-spending alone: what the peer does, too.
///
/// # Errors
/// The facts are damaged, or the clusters cannot be written.
pub fn co_spend(data_dir: &Path, ledger: &UtxoLedger) -> Result<Built, BenchError> {
    let plan = Plan { without_same_key: true, change: None };
    Ok(build(data_dir, Chain::Bitcoin, ledger, &plan, "a benchmark")?)
}

/// What was written, in three numbers.
///
/// # Errors
/// Nothing was, or it is damaged.
pub fn answer(data_dir: &Path) -> Result<Answer, BenchError> {
    let clusters = Clusters::open(data_dir, Chain::Bitcoin)?
        .ok_or_else(|| BenchError::NoLedger { folder: data_dir.to_owned() })?;
    let partition = clusters.partition(Layer::CoSpend)?;
    let roots = partition.roots();
    let mut answer = Answer::default();
    answer.set("addresses", roots.len() as u64);
    let alone = (0..).zip(roots).filter(|(one, root)| one == *root);
    answer.set("clusters", alone.count() as u64);
    answer.set("partition_sum", partition_sum(roots));
    Ok(answer)
}

/// A sum that hardly any other partition of as many addresses has: of low halves of products, so
/// that every language can add it up.
fn partition_sum(roots: &[u32]) -> u64 {
    let pairs = (1_u64..).zip(roots);
    pairs.map(|(one, root)| (one * (u64::from(*root) + 1)) & 0xffff_ffff).sum()
}

/// Writes what the peer reads: for each transaction that may join, the addresses of its inputs.
/// `members` has them one after the other, `ends` where each transaction's begin and the last end,
/// both in four bytes, little-endian; `addresses` says how many there are.
///
/// # Errors
/// The files cannot be written.
pub fn write_joint_spends(ledger: &UtxoLedger, folder: &Path) -> Result<Answer, BenchError> {
    let (mut ends, mut members) = (0_u32.to_le_bytes().to_vec(), Vec::new());
    let mut count = 0_u32;
    ledger.joint_spends(TxNo(0), |spends, addresses| {
        let mut rest = addresses;
        for spend in spends {
            let (own, behind) = rest.split_at(spend.counts.inputs);
            rest = behind;
            if is_barred(ledger, spend.tx) {
                continue;
            }
            members.extend(own.iter().flat_map(|address| address.0.to_le_bytes()));
            count += u32::try_from(own.len()).expect("a transaction has fewer");
            ends.extend_from_slice(&count.to_le_bytes());
        }
    });
    let addresses = ledger.counts().addresses.to_string();
    fs::create_dir_all(folder)
        .map_err(|error| BenchError::Write { path: folder.to_owned(), error })?;
    for (name, bytes) in
        [("ends", ends.as_slice()), ("members", &members), ("addresses", addresses.as_bytes())]
    {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| BenchError::Write { path, error })?;
    }
    let mut answer = Answer::default();
    answer.set("members", count.into());
    Ok(answer)
}
