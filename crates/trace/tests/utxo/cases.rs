//! Single cases, figures by hand.

use trace::{
    Endpoint, Guard, Policy, StopReason, TraceError,
    utxo::{
        AddressNo, CoinJoinRule, Facts, NoClaims, OutputNo, Parameters, Seed, Traced, TxNo,
        peel_chains, resolve, trace, why,
    },
};

use crate::made::{Known, Made};

fn output(tx: u32, index: u32) -> Seed {
    Seed::Output { tx: Made::id(tx), index }
}

fn wallet(addresses: &[u32]) -> Seed {
    Seed::Wallet {
        name: "a wallet".into(),
        addresses: addresses.iter().map(|address| AddressNo(*address)).collect(),
        from: None,
        until: None,
        amount: None,
    }
}

fn booked(traced: &Traced, endpoint: Endpoint) -> u128 {
    traced.lines.iter().filter(|line| line.endpoint == endpoint).map(|line| line.amount).sum()
}

fn one(made: &Made, known: &Known, seeds: &[Seed], policy: Policy) -> Traced {
    let traced = trace(made, known, seeds, &[policy], &Parameters::default(), 1).expect("traces");
    traced.into_iter().next().expect("one policy")
}

/// 100 stolen and 300 clean coins: 200 to a service, 150 away, 50 to the miner.
fn mixture() -> Made {
    let mut made = Made::new();
    let clean = made.tx(&[], &[(300, 9)]);
    let stolen = made.tx(&[], &[(100, 1)]);
    made.tx(&[stolen, clean], &[(200, 5), (150, 2)]);
    made
}

#[test]
fn each_policy_shares_a_transaction_in_its_own_way() {
    let made = mixture();
    for (policy, service, fees, unspent) in [
        (Policy::Haircut, 50, 13, 37),
        (Policy::Fifo, 100, 0, 0),
        (Policy::Lifo, 0, 50, 50),
        (Policy::Seniority, 100, 0, 0),
        (Policy::Juniority, 0, 50, 50),
        (Policy::Tiho, 100, 0, 0),
        (Policy::Poison, 200, 50, 150),
    ] {
        let traced = one(&made, &Known::services([5]), &[output(1, 0)], policy);
        let found = [Endpoint::Service, Endpoint::Fees, Endpoint::Unspent]
            .map(|endpoint| booked(&traced, endpoint));
        assert_eq!(found, [service, fees, unspent], "{policy}");
    }
}

#[test]
fn the_interval_holds_for_every_policy_of_the_mixture() {
    let traced = one(&mixture(), &Known::services([5]), &[output(1, 0)], Policy::Haircut);
    let bounds: Vec<_> =
        traced.lines.iter().map(|line| (line.endpoint, line.at_least, line.at_most)).collect();
    assert_eq!(
        bounds,
        [
            (Endpoint::Service, Some(0), Some(100)),
            (Endpoint::Unspent, Some(0), Some(100)),
            (Endpoint::Fees, Some(0), Some(50)),
        ]
    );
}

#[test]
fn what_lies_behind_the_horizon_can_have_ended_anywhere() {
    // 20 reach the service at once; what becomes of the other 79 is too far away to look at, but for one.
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    let mut coin = made.tx(&[mined], &[(20, 5), (80, 2)]) + 1;
    for step in 0..6 {
        let value = made.value(OutputNo(coin));
        coin = made.tx(&[coin], &[(value - 1, 10 + step), (1, 20)]);
    }
    made.tx(&[coin], &[(74, 6)]);
    let known = Known::services([5, 6]);
    for (horizon, near, far) in [
        (5_000, Some((20, 20)), Some((74, 74))),
        (4, Some((20, 99)), Some((0, 79))),
        (0, None, None),
    ] {
        let parameters = Parameters { horizon, ..Parameters::default() };
        let traced = trace(&made, &known, &[output(0, 0)], &[Policy::Fifo], &parameters, 1);
        let bounds = |amount| {
            let lines = &traced.as_ref().expect("traces")[0].lines;
            let line = lines.iter().find(|line| line.amount == amount).expect("a line");
            line.at_least.zip(line.at_most)
        };
        assert_eq!((bounds(20), bounds(74)), (near, far), "{horizon}");
    }
}

#[test]
fn a_coinjoin_is_a_mixer_with_its_crowd_unless_asked_otherwise() {
    let mut made = Made::new();
    let stolen = made.tx(&[], &[(100, 1)]);
    let clean = made.tx(&[], &[(100, 9), (100, 9)]);
    made.tx(&[clean, stolen, clean + 1], &[(90, 2), (90, 3), (90, 4), (30, 5)]);
    let known = Known { joins: [2].into(), ..Known::default() };
    for policy in [Policy::Haircut, Policy::Fifo] {
        let traced = one(&made, &known, &[output(0, 0)], policy);
        let [line] = &traced.lines[..] else { panic!("one line: {:?}", traced.lines) };
        assert_eq!((line.endpoint, line.reason), (Endpoint::Mixer, StopReason::CoinJoin));
        assert_eq!((line.amount, line.min_hops), (100, 2));
        assert_eq!(line.coinjoins[0].coinjoin.anonymity_set, 3);
        assert_eq!((line.coinjoins[0].tx, line.coinjoins[0].amount), (TxNo(2), 100));
    }
    let parameters = Parameters { coinjoins: CoinJoinRule::Haircut, ..Parameters::default() };
    for policy in [Policy::Haircut, Policy::Fifo, Policy::Tiho] {
        let traced =
            trace(&made, &known, &[output(0, 0)], &[policy], &parameters, 1).expect("traces");
        let parts: Vec<u64> = traced[0].run.flows[1..].iter().map(|flow| flow.tainted).collect();
        assert_eq!(parts, [30, 30, 30, 10], "{policy}");
    }
}

#[test]
fn a_seed_on_the_way_of_another_is_stolen_once() {
    let mut made = Made::new();
    let first = made.tx(&[], &[(100, 1)]);
    let second = made.tx(&[first], &[(80, 2), (20, 3)]);
    made.tx(&[second], &[(80, 4)]);
    for policy in [Policy::Haircut, Policy::Fifo, Policy::Lifo, Policy::Tiho] {
        let traced = one(&made, &Known::default(), &[output(0, 0), output(1, 0)], policy);
        assert_eq!(traced.run.seeded(), 180);
        assert_eq!(booked(&traced, Endpoint::Absorbed), 80, "{policy}");
        assert_eq!(booked(&traced, Endpoint::Unspent), 100, "{policy}");
    }
}

#[test]
fn a_seed_that_pays_a_service_ends_there_and_a_wallet_of_the_case_does_not() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    let paid = made.tx(&[mined], &[(100, 5)]);
    made.tx(&[paid], &[(100, 6)]);
    let known = Known::services([5]);
    let traced = one(&made, &known, &[output(1, 0)], Policy::Fifo);
    assert_eq!(booked(&traced, Endpoint::Service), 100);
    assert_eq!(traced.lines[0].min_hops, 1);
    let traced = one(&made, &known, &[wallet(&[5])], Policy::Fifo);
    assert_eq!(booked(&traced, Endpoint::Unspent), 100);
    assert_eq!(traced.lines[0].min_hops, 1);
}

#[test]
fn change_is_no_new_wealth() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    let change = made.tx(&[mined], &[(30, 2), (70, 1)]);
    made.tx(&[change + 1], &[(20, 3), (50, 1)]);
    let seeds = resolve(&made, &[wallet(&[1])]).expect("resolves");
    assert_eq!(seeds.iter().map(|seed| seed.output.0).collect::<Vec<_>>(), [mined]);
    let traced = one(&made, &Known::default(), &[wallet(&[1])], Policy::Haircut);
    assert_eq!(booked(&traced, Endpoint::Unspent), 100);
}

#[test]
fn a_wallet_is_limited_in_time_and_amount() {
    let mut made = Made::new();
    let first = made.tx(&[], &[(100, 1)]);
    let second = made.tx(&[], &[(50, 1)]);
    made.tx(&[first], &[(100, 2)]);
    made.tx(&[second], &[(50, 2)]);
    let third = made.tx(&[], &[(7, 1)]);
    let outputs = |from: Option<u32>, until: Option<u32>, amount| {
        let time = |tx: Option<u32>| tx.map(|tx| made.time(TxNo(tx)));
        let (from, until) = (time(from), time(until));
        let seed = Seed::Wallet {
            name: "a wallet".into(),
            addresses: vec![AddressNo(1)],
            from,
            until,
            amount,
        };
        let found = resolve(&made, &[seed]).unwrap_or_default();
        found.iter().map(|seed| (seed.output.0, seed.tainted)).collect::<Vec<_>>()
    };
    assert_eq!(outputs(None, None, None), [(first, 100), (second, 50), (third, 7)]);
    assert_eq!(outputs(Some(3), None, None), [(second, 50), (third, 7)]);
    assert_eq!(outputs(Some(2), Some(3), None), [(first, 100)]);
    assert_eq!(outputs(None, None, Some(120)), [(first, 100), (second, 20)]);
    assert_eq!(outputs(Some(4), Some(4), None), []);
}

#[test]
fn a_transaction_as_seed_leaves_out_what_returns() {
    let mut made = Made::new();
    let mined = made.tx(&[], &[(100, 1)]);
    let paid = made.tx(&[mined], &[(60, 2), (30, 1), (10, 3)]);
    let outputs = |seed| {
        let found = resolve(&made, &[seed]).expect("resolves");
        found.iter().map(|seed| seed.output.0).collect::<Vec<_>>()
    };
    assert_eq!(outputs(Seed::Transaction(Made::id(1))), [paid, paid + 2]);
    assert_eq!(outputs(Seed::Payment { tx: Made::id(1), to: AddressNo(1) }), [paid + 1]);
}

#[test]
fn seeds_that_are_not_there_are_named() {
    let made = mixture();
    let refused = |seed| resolve(&made, &[seed]).expect_err("refused");
    let [known, unknown] = [Made::id(2), Made::id(77)];
    assert_eq!(refused(Seed::Transaction(unknown)), TraceError::UnknownUtxoTransaction(unknown));
    let past = TraceError::UnknownOutput { tx: known, index: 2, have: 2 };
    assert_eq!(refused(output(2, 2)), past);
    let elsewhere = Seed::Payment { tx: known, to: AddressNo(77) };
    assert_eq!(refused(elsewhere), TraceError::NothingPaid(known));
    assert_eq!(refused(wallet(&[77])), TraceError::NothingThere("a wallet".into()));
    assert_eq!(resolve(&made, &[]).expect_err("refused"), TraceError::NoSeed);
    let until = Some(made.time(TxNo(0)));
    let parameters = Parameters { until, ..Parameters::default() };
    let early = trace(&made, &NoClaims, &[output(1, 0)], &[Policy::Fifo], &parameters, 1);
    assert!(matches!(early, Err(TraceError::NothingStolenYet(_))));
}

/// Address 5 pays ten others, one after the other, and receives from 1 in between.
fn busy() -> Made {
    let mut made = Made::new();
    let stolen = made.tx(&[], &[(10, 1), (10, 1)]);
    let mut coin = made.tx(&[], &[(1_000, 5)]);
    made.tx(&[stolen], &[(10, 5)]);
    for payee in 10..20 {
        let value = made.value(OutputNo(coin)) - 10;
        coin = made.tx(&[coin], &[(value, 5), (10, payee)]);
    }
    made.tx(&[stolen + 1], &[(10, 5)]);
    made
}

#[test]
fn a_busy_address_is_a_service_from_then_on() {
    let made = busy();
    let guard = Some(Guard { counterparties_max: 8, moves_max: 1_000 });
    let parameters = Parameters { guard, ..Parameters::default() };
    let seeds = [output(0, 0), output(0, 1)];
    let traced = trace(&made, &NoClaims, &seeds, &[Policy::Fifo], &parameters, 1).expect("traces");
    assert_eq!(booked(&traced[0], Endpoint::ProbableService), 10);
    assert_eq!(booked(&traced[0], Endpoint::Unspent), 10);
    let by_count = Some(Guard { counterparties_max: 1_000, moves_max: 5 });
    let parameters = Parameters { guard: by_count, ..Parameters::default() };
    let traced = trace(&made, &NoClaims, &seeds, &[Policy::Fifo], &parameters, 1).expect("traces");
    assert_eq!(booked(&traced[0], Endpoint::ProbableService), 10);
}

#[test]
fn one_batch_of_a_payer_is_one_counterparty() {
    let mut made = Made::new();
    let many: Vec<(u64, u32)> = (100..120).map(|address| (10, address)).collect();
    let coins = made.tx(&[], &many);
    let inputs: Vec<u64> = (coins..coins + 20).collect();
    made.tx(&inputs, &[(200, 5)]);
    let stolen = made.tx(&[], &[(10, 1)]);
    made.tx(&[stolen], &[(10, 5)]);
    let guard = Some(Guard { counterparties_max: 8, moves_max: 1_000 });
    let parameters = Parameters { guard, ..Parameters::default() };
    let traced =
        trace(&made, &NoClaims, &[output(2, 0)], &[Policy::Fifo], &parameters, 1).expect("traces");
    assert_eq!(booked(&traced[0], Endpoint::Unspent), 10);
}

#[test]
fn fifo_goes_back_along_the_very_units() {
    // The clean coin is larger, and the smaller stolen one is what the service gets.
    let mut made = Made::new();
    let big = made.tx(&[], &[(500, 1)]);
    let small = made.tx(&[], &[(100, 1)]);
    made.tx(&[small, big], &[(100, 5), (500, 2)]);
    let seeds = [output(0, 0), output(1, 0)];
    for (policy, expected) in [(Policy::Fifo, small), (Policy::Lifo, big), (Policy::Haircut, big)] {
        let traced = one(&made, &Known::services([5]), &seeds, policy);
        let ways = why(&made, &traced.run, &traced.lines[0], 5);
        assert_eq!(traced.lines[0].endpoint, Endpoint::Service);
        let first = traced.run.flows[ways[0].flows[0]].output;
        assert_eq!((first.0, ways[0].amount), (expected, 100), "{policy}");
    }
}

/// A coin of 10,000 that loses 500 in each of `hops` transactions, to addresses 20, 21…
fn peeling(hops: u32, gap: i64) -> Made {
    let mut made = Made::new();
    made.gap = gap;
    let mut coin = made.tx(&[], &[(10_000, 1)]);
    for hop in 0..hops {
        let value = made.value(OutputNo(coin)) - 500;
        coin = made.tx(&[coin], &[(value, 100 + hop), (500, 20 + hop)]);
    }
    made
}

#[test]
fn a_peel_chain_is_told_with_its_slices() {
    let made = peeling(7, 600);
    let traced = one(&made, &Known::services([22]), &[output(0, 0)], Policy::Haircut);
    let [chain] = &peel_chains(&made, &traced.run)[..] else { panic!("one chain") };
    assert_eq!(chain.txs, (1..=7).map(TxNo).collect::<Vec<_>>());
    assert_eq!((chain.entered, chain.peeled, chain.left), (10_000, 3_500, 6_500));
    let slice = chain.peels[2];
    assert_eq!((slice.tx, slice.value, slice.tainted), (TxNo(3), 500, 500));
    let flow = traced.run.flows[slice.flow.expect("stolen")];
    let place = &traced.run.places[flow.place().expect("ended")];
    assert_eq!(place.endpoint, Endpoint::Service);
    assert_eq!((chain.start, chain.end), (made.time(TxNo(1)), made.time(TxNo(7))));
}

#[test]
fn short_and_slow_chains_are_none() {
    for (hops, gap) in [(4, 600), (7, 25 * 3_600)] {
        let made = peeling(hops, gap);
        let traced = one(&made, &Known::default(), &[output(0, 0)], Policy::Haircut);
        assert!(peel_chains(&made, &traced.run).is_empty(), "{hops} hops");
    }
}
