//! The invariants on random chains, for every policy that has them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trace::{
    Endpoint, Guard, Policy, StopReason,
    utxo::{
        Claims, CoinJoinRule, Facts, NoClaims, OutputNo, Parameters, Run, Seed, Traced, TxNo, trace,
    },
};

use crate::made::{DATA, Known, Made, chains};

const ADDRESSES: u32 = 8;

fn conserving() -> Vec<Policy> {
    Policy::on_outputs().filter(|policy| policy.conserves()).collect()
}

fn seed(made: &Made, output: u64) -> Seed {
    let tx = made.creator(OutputNo(output));
    let index = u32::try_from(output - made.outputs(tx).start).expect("small");
    Seed::Output { tx: Made::id(tx.0), index }
}

/// Seeds at outputs that have any value.
fn seeds(made: &Made, picks: &[prop::sample::Index]) -> Vec<Seed> {
    let worth: Vec<u64> =
        (0..made.output_count()).filter(|it| made.value(OutputNo(*it)) > 0).collect();
    picks.iter().map(|pick| seed(made, worth[pick.index(worth.len())])).collect()
}

fn unguarded() -> Parameters {
    Parameters { guard: None, ..Parameters::default() }
}

fn run<C: Claims>(made: &Made, claims: &C, seeds: &[Seed], policies: &[Policy]) -> Vec<Traced> {
    trace(made, claims, seeds, policies, &unguarded(), 1).expect("traces")
}

type Key = (Endpoint, StopReason, Option<String>);

fn amounts(traced: &Traced) -> BTreeMap<Key, u128> {
    let party = |label: Option<&std::sync::Arc<trace::Label>>| label.map(|it| it.name.clone());
    let lines = traced.lines.iter();
    lines.map(|it| ((it.endpoint, it.reason, party(it.label.as_ref())), it.amount)).collect()
}

fn reached(run: &Run) -> BTreeSet<u64> {
    run.flows.iter().map(|flow| flow.output.0).collect()
}

fn a_chain() -> impl Strategy<Value = Made> {
    chains(30, ADDRESSES, 1_000)
}

fn picks() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 1..4)
}

fn known() -> impl Strategy<Value = Known> {
    let services = prop::collection::btree_set(0..ADDRESSES, 0..3);
    let joins = prop::collection::btree_set(0_u32..30, 0..4);
    (services, joins).prop_map(|(services, joins)| Known { services, joins })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    /// I1 conservation, I2 bounds, I3 support within poison, I10 interval; seeds may lie on each
    /// other's way, CoinJoins stop or are spread, seeds may be wallets limited in amount.
    #[test]
    fn books_balance_within_bounds(
        made in a_chain(),
        known in known(),
        picks in picks(),
        wallet in prop::option::of((0..ADDRESSES, prop::option::of(1_u64..800))),
        spread in any::<bool>(),
        horizon in prop_oneof![Just(5_000_usize), 1_usize..20],
    ) {
        let mut seeds = seeds(&made, &picks);
        if let Some((address, amount)) = wallet
            && made.outputs_of(trace::utxo::AddressNo(address)).any(|it| made.value(it) > 0)
        {
            seeds.push(Seed::Wallet {
                name: "a wallet".into(), addresses: vec![trace::utxo::AddressNo(address)],
                from: None, until: None, amount,
            });
        }
        let coinjoins = if spread { CoinJoinRule::Haircut } else { CoinJoinRule::Stop };
        let parameters = Parameters { coinjoins, horizon, ..unguarded() };
        let policies: Vec<Policy> = Policy::on_outputs().collect();
        let traced = trace(&made, &known, &seeds, &policies, &parameters, 1).expect("traces");
        let poison = traced.iter().find(|it| it.run.policy == Policy::Poison).expect("it ran");
        let reach = reached(&poison.run);
        for traced in traced.iter().filter(|traced| traced.run.policy.conserves()) {
            prop_assert_eq!(traced.run.unbalanced(), 0);
            let lines: u128 = traced.lines.iter().map(|line| line.amount).sum();
            prop_assert_eq!(lines, traced.run.seeded());
            prop_assert!(traced.run.flows.is_sorted_by_key(|flow| flow.output));
            for flow in &traced.run.flows {
                prop_assert!(flow.tainted <= flow.value && flow.tainted > 0);
                prop_assert!(reach.contains(&flow.output.0), "{} left poison", traced.run.policy);
            }
            for fee in &traced.run.fees {
                prop_assert!(fee.tainted <= fee.value);
            }
            for line in &traced.lines {
                let least = line.at_least.expect("bounded");
                let most = line.at_most.expect("bounded");
                prop_assert!(
                    (least..=most).contains(&line.amount),
                    "{} {:?}: {} not in {}..={}", traced.run.policy, line.endpoint, line.amount, least, most
                );
                let held: u128 = line.holders.iter().map(|holder| holder.amount).sum();
                let joined: u128 = line.coinjoins.iter().map(|stop| stop.amount).sum();
                let fees = if line.endpoint == Endpoint::Fees { line.amount } else { 0 };
                prop_assert_eq!(held + joined + fees, line.amount);
            }
        }
    }

    /// I4: where everything is stolen, everything is tainted.
    #[test]
    fn all_seeds_taint_everything(made in a_chain()) {
        let worth = made.mined().into_iter().filter(|it| made.value(OutputNo(*it)) > 0);
        let seeds: Vec<Seed> = worth.map(|output| seed(&made, output)).collect();
        for traced in run(&made, &NoClaims, &seeds, &conserving()) {
            let tainted = reached(&traced.run);
            for output in 0..made.output_count() {
                let value = made.value(OutputNo(output));
                prop_assert!(value == 0 || tainted.contains(&output));
            }
            for flow in &traced.run.flows {
                prop_assert_eq!(flow.tainted, flow.value, "{}", traced.run.policy);
            }
        }
    }

    /// I7: later blocks change nothing that was already booked, the guard included.
    #[test]
    fn later_blocks_do_not_change_what_was_booked(
        made in a_chain(),
        known in known(),
        picks in picks(),
        cut in 1_usize..30,
    ) {
        let cut = cut.min(made.txs().len());
        let early = Made::of(&made.txs()[..cut]);
        let seeds = seeds(&early, &picks);
        let guard = Some(Guard { counterparties_max: 3, moves_max: 5 });
        let parameters = Parameters { guard, ..Parameters::default() };
        let last = made.time(TxNo(u32::try_from(cut - 1).expect("small")));
        let until = Parameters { until: Some(last), ..parameters.clone() };
        let policies = conserving();
        let before = trace(&early, &known, &seeds, &policies, &parameters, 1).expect("traces");
        let after = trace(&made, &known, &seeds, &policies, &until, 1).expect("traces");
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(amounts(before), amounts(after));
            prop_assert_eq!(&before.run.fees, &after.run.fees);
        }
    }

    /// I8: a new stop only takes from the lines downstream of it.
    #[test]
    fn a_new_label_only_moves_value_into_its_line(
        made in a_chain(),
        picks in picks(),
        new in 0..ADDRESSES,
    ) {
        let seeds = seeds(&made, &picks);
        for policy in [Policy::Haircut, Policy::Fifo, Policy::Lifo] {
            let without = amounts(&run(&made, &NoClaims, &seeds, &[policy])[0]);
            let with = amounts(&run(&made, &Known::services([new]), &seeds, &[policy])[0]);
            for (key, amount) in with.iter().filter(|(key, _)| key.2.is_none()) {
                // Haircut rounds at each step, so a unit may end a step earlier.
                let slack = if policy == Policy::Haircut { u128::from(made.output_count()) } else { 0 };
                let had = without.get(key).copied().unwrap_or_default();
                prop_assert!(*amount <= had + slack, "{policy} {key:?}: {amount} > {had}");
            }
        }
    }

    /// I9: neither threads nor the order of seeds nor a second run changes anything.
    #[test]
    fn deterministic(made in a_chain(), known in known(), picks in picks()) {
        let mut seeds = seeds(&made, &picks);
        let policies: Vec<Policy> = Policy::on_outputs().collect();
        let one = run(&made, &known, &seeds, &policies);
        seeds.reverse();
        let two = trace(&made, &known, &seeds, &policies, &unguarded(), 3).expect("traces");
        prop_assert_eq!(one, two);
    }

    /// I11: in another unit the same shares come out; exactly but for the roundings of haircut.
    #[test]
    fn the_unit_does_not_matter(made in a_chain(), picks in picks(), factor in 2_u64..50) {
        let mut scaled = Made::new();
        for tx in made.txs() {
            let outputs: Vec<(u64, u32)> =
                tx.outputs.iter().map(|(value, address)| (value * factor, *address)).collect();
            scaled.tx(&tx.inputs, &outputs);
        }
        let seeds = seeds(&made, &picks);
        for policy in conserving() {
            let fine = amounts(&run(&scaled, &NoClaims, &seeds, &[policy])[0]);
            let coarse = amounts(&run(&made, &NoClaims, &seeds, &[policy])[0]);
            let keys: BTreeSet<&Key> = fine.keys().chain(coarse.keys()).collect();
            for key in keys {
                let of = |sheet: &BTreeMap<Key, u128>| sheet.get(key).copied().unwrap_or_default();
                let apart = of(&fine).abs_diff(of(&coarse) * u128::from(factor));
                let roundings = if policy == Policy::Haircut { made.output_count() } else { 0 };
                prop_assert!(apart <= u128::from(roundings * factor), "{policy} {key:?}");
            }
        }
    }

    /// I12: what pruning changes is at most what was pruned.
    #[test]
    fn pruning_changes_at_most_what_it_cuts(
        made in a_chain(),
        known in known(),
        picks in picks(),
        prune_below in 1_u64..100,
    ) {
        let seeds = seeds(&made, &picks);
        for policy in [Policy::Haircut, Policy::Fifo] {
            let whole = amounts(&run(&made, &known, &seeds, &[policy])[0]);
            let parameters = Parameters { prune_below, ..unguarded() };
            let cut = trace(&made, &known, &seeds, &[policy], &parameters, 1).expect("traces");
            let cut = amounts(&cut[0]);
            let pruned: u128 =
                cut.iter().filter(|(key, _)| key.0 == Endpoint::Pruned).map(|(_, amount)| amount).sum();
            let slack = if policy == Policy::Haircut { u128::from(made.output_count()) } else { 0 };
            for (key, amount) in &whole {
                let apart = cut.get(key).copied().unwrap_or_default().abs_diff(*amount);
                prop_assert!(apart <= pruned + slack, "{policy} {key:?}: {apart} of {pruned}");
            }
        }
    }

    /// A budget books what is left as frontier, and the sheet still balances.
    #[test]
    fn budgets_balance(made in a_chain(), picks in picks(), outputs_max in 1_usize..20, hops_max in 1_u32..6) {
        let seeds = seeds(&made, &picks);
        let parameters = Parameters { outputs_max, hops_max, ..unguarded() };
        let traced = trace(&made, &NoClaims, &seeds, &conserving(), &parameters, 1).expect("traces");
        for traced in traced {
            prop_assert_eq!(traced.run.unbalanced(), 0);
            let followed = |flow: &&trace::utxo::Flow| flow.place().is_none();
            prop_assert!(traced.run.flows.iter().filter(followed).all(|flow| flow.hops < hops_max));
        }
    }

    /// Ways lead from a seed to the arrival, each step an input of the next.
    #[test]
    fn ways_are_connected(made in a_chain(), known in known(), picks in picks()) {
        let seeds = seeds(&made, &picks);
        for traced in run(&made, &known, &seeds, &conserving()) {
            for line in &traced.lines {
                let ways = trace::utxo::why(&made, &traced.run, line, usize::MAX);
                prop_assert_eq!(ways.len(), line.arrivals.len());
                let sum: u128 = ways.iter().map(|way| u128::from(way.amount)).sum();
                prop_assert_eq!(sum, line.amount);
                for way in ways {
                    prop_assert!(traced.run.is_seed(way.flows[0]), "begins at a seed");
                    let outputs: Vec<OutputNo> =
                        way.flows.iter().map(|flow| traced.run.flows[*flow].output).collect();
                    for pair in outputs.windows(2) {
                        prop_assert_eq!(made.spender(pair[0]), Some(made.creator(pair[1])));
                    }
                    let last = outputs[outputs.len() - 1];
                    if let Some(into) = way.into {
                        prop_assert_eq!(made.spender(last), Some(into));
                    }
                }
            }
        }
    }
}

#[test]
fn data_outputs_burn_what_they_get() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    made.tx(&[mined], &[(40, DATA), (60, 2)]);
    let seeds = [seed(&made, mined)];
    for traced in run(&made, &NoClaims, &seeds, &[Policy::Fifo, Policy::Haircut]) {
        let line = traced.lines.iter().find(|line| line.endpoint == Endpoint::Burnt);
        assert_eq!(line.expect("burnt").amount, 40);
    }
}
