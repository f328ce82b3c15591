//! The tasks on a ledger that is small enough to count by hand.

use benches::{
    scan,
    taint::{self, Ended},
};
use ledger::utxo::{
    OutputNo, UtxoLedger,
    made::{MadeChain, MadeTx},
};
use trace::Policy;

/// A coinbase is split in the next block, and a part of it is spent there, together with the
/// coinbase of that block, which is wider than its column.
fn ledger(folder: &std::path::Path) -> UtxoLedger {
    let chain = MadeChain::default()
        .block([MadeTx::paying(&[], &[(5_000_000_000, 0)])])
        .block([
            MadeTx::paying(&[], &[(2_000_000_000_000, 1)]),
            MadeTx::paying(&[(0, 0)], &[(1_000_000_001, 2), (3_999_990_000, 3)]),
            MadeTx::paying(&[(2, 0), (1, 0)], &[(1_000_000_000_000, 4), (500_000_000_000, 5)]),
        ])
        .block([
            MadeTx::paying(&[], &[(1, 6)]),
            MadeTx::paying(&[(3, 1)], &[(499_999_999_999, 7)]),
        ]);
    chain.store(folder).expect("each spends what is there")
}

#[test]
fn scans_count_what_is_there_also_where_values_are_wide() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = ledger(folder.path());
    let values: u128 =
        (0..ledger.counts().outputs).map(|output| u128::from(ledger.value(OutputNo(output)))).sum();
    assert_eq!(scan::outputs(&ledger), (8, values));
    // 9,999 of the split, the rest of the joint spend, and 1.
    assert_eq!(scan::fees(&ledger), 9_999 + 501_000_000_001 + 1);
    // Both inputs of the joint spend were made in its own block.
    assert_eq!(scan::zero_conf(&ledger), 2);
}

#[test]
fn the_engine_and_the_plain_program_agree_on_every_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = ledger(folder.path());
    for seed in (0..ledger.counts().outputs).map(OutputNo) {
        let run = taint::engine(&ledger, seed, Policy::Haircut);
        let ended = Ended::of(&run);
        assert_eq!(ended, taint::plainly(&ledger, seed), "{seed:?}");
        assert_eq!(ended.fees + ended.unspent, ledger.value(seed), "{seed:?}");
    }
}
