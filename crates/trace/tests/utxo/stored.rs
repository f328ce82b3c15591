//! A stored ledger and a chain in memory give the same traces.

use chain::Script;
use ledger::utxo::made::{MadeChain, MadeTx as StoredTx, owner_script};
use proptest::prelude::*;
use trace::{
    Policy,
    utxo::{Facts, NoClaims, OutputNo, Parameters, Seed, SeedOutput, TxNo, follow, resolve},
};

use crate::made::{DATA, Made, chains};

fn script(address: u32) -> Script {
    if address == DATA { Script::new([0x6a, 1, 7]) } else { owner_script(address) }
}

/// The chain as blocks of up to three transactions.
fn blocks(made: &Made) -> MadeChain {
    let place = |output: u64| {
        let tx = made.creator(OutputNo(output));
        let index = u32::try_from(output - made.outputs(tx).start).expect("small");
        (usize::try_from(tx.0).expect("small"), index)
    };
    let mut chain = MadeChain::default();
    for some in made.txs().chunks(3) {
        let stored = |tx: &crate::made::MadeTx| StoredTx {
            spends: tx.inputs.iter().map(|output| place(*output)).collect(),
            outputs: tx.outputs.iter().map(|(value, to)| (*value, script(*to))).collect(),
        };
        chain = chain.block(some.iter().map(stored).collect::<Vec<_>>());
    }
    chain
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(25) })]

    #[test]
    fn the_ledger_says_what_the_chain_says(made in chains(30, 8, 1_000), pick in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let chain = blocks(&made);
        let ledger = chain.store(folder.path()).expect("stores");
        let worth: Vec<u64> =
            (0..made.output_count()).filter(|it| made.value(OutputNo(*it)) > 0).collect();
        let output = OutputNo(worth[pick.index(worth.len())]);
        let tx = made.creator(output);
        let index = u32::try_from(output.0 - made.outputs(tx).start).expect("small");
        let id = chain.id(tx.0 as usize);
        let seeds = resolve(&ledger, &[Seed::Output { tx: id, index }]).expect("there");
        prop_assert_eq!(
            &seeds, &[SeedOutput { output, tx, tainted: made.value(output), hops: 1 }]
        );
        for policy in Policy::on_outputs() {
            let parameters = Parameters { guard: None, ..Parameters::default() };
            let stored = follow(&ledger, &NoClaims, &seeds, policy, &parameters);
            let there = follow(&made, &NoClaims, &seeds, policy, &parameters);
            prop_assert_eq!(stored, there);
        }
        for tx in 0..made.txs().len() as u32 {
            prop_assert_eq!(Facts::fee(&ledger, TxNo(tx)), Facts::fee(&made, TxNo(tx)).min(
                if made.txs()[tx as usize].inputs.is_empty() { 0 } else { u64::MAX }
            ));
        }
    }
}

#[test]
fn a_data_script_cannot_be_spent() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    made.tx(&[mined], &[(40, DATA), (60, 2)]);
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = blocks(&made).store(folder.path()).expect("stores");
    for (output, expected) in [(1, true), (2, false)] {
        let address = Facts::address(&ledger, OutputNo(output));
        assert_eq!(ledger.is_unspendable(address), expected);
        let listed: Vec<OutputNo> = Facts::outputs_of(&ledger, address).collect();
        assert_eq!(listed, [OutputNo(output)]);
        assert_eq!(Facts::first_output_of(&ledger, address), OutputNo(output));
        assert_eq!(ledger.creator(OutputNo(output)), TxNo(1));
    }
}

#[test]
fn wallets_differ_by_what_their_transactions_look_like() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    let paid = made.tx(&[mined], &[(40, 2), (60, 3)]);
    made.tx(&[paid], &[(40, 4)]);
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = blocks(&made).store(folder.path()).expect("stores");
    let wallet = |tx| ledger.wallet(TxNo(tx));
    assert_eq!(wallet(1), wallet(2));
    assert_ne!(wallet(0), wallet(1), "a coinbase has no script that it spends");
}
