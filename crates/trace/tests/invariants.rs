//! The invariants of tracing (`docs/methods/account_trace.md`) on random histories in a real ledger.

use std::collections::{BTreeMap, BTreeSet};

use chain::{
    Account, Amount, AssetId, Chain, Phase, Timestamp, TxId,
    record::{
        AddressCoverage, Record, TransactionBody, TransactionRecord, TransferKind, TransferRecord,
    },
};
use ledger::{Import, Ledger, SourceFile};
use proptest::prelude::*;
use trace::{
    Endpoint, Label, Labels, NoLabels, Parameters, Policy, Role, Run, Seed, StopReason, trace,
};

/// A plain payment: sender, receiver, value, fee.
type Payment = (u8, u8, u64, u64);

/// The account that funds all others and receives nothing.
const MINT: u8 = 200;
const ACCOUNTS: u8 = 9;

/// Not the zero address, which nobody can spend from.
fn account(number: u8) -> Account {
    Account([number + 1; 20])
}

fn tx_id(number: usize) -> TxId {
    let mut id = [7; 32];
    id[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    TxId(id)
}

fn time(number: usize) -> Timestamp {
    Timestamp::from_seconds(1_600_000_000 + i64::try_from(number).expect("small") * 13)
        .expect("a time")
}

struct History {
    _folder: tempfile::TempDir,
    ledger: Ledger,
}

/// Stores payments as transactions, one a block.
fn store(payments: &[Payment]) -> History {
    store_held(payments, None)
}

/// The same, with a range of blocks held in full.
fn store_held(payments: &[Payment], blocks: Option<(u64, u64)>) -> History {
    let folder = tempfile::tempdir().expect("a folder");
    let mut import = Import::begin(folder.path(), Chain::Ethereum, "a test").expect("free");
    for (number, (from, to, value, fee)) in payments.iter().enumerate() {
        let body = TransactionBody {
            from: account(*from),
            to: Some(account(*to)),
            created: None,
            value: Amount::from(*value),
            fee: Amount::from(*fee),
            succeeded: true,
        };
        let record = TransactionRecord {
            id: tx_id(number),
            block: number as u64,
            index: Some(0),
            time: time(number),
            body: Some(body),
        };
        import.add(Record::Transaction(record)).expect("stages");
    }
    // Half of the addresses are held completely, so that both kinds of rest occur.
    for number in 0..ACCOUNTS / 2 {
        let held = AddressCoverage { account: account(number), rows: 100, capped: false };
        import.add(Record::Coverage(held)).expect("stages");
    }
    if let Some((first, last)) = blocks {
        import.complete_blocks(first, last);
    }
    let source = SourceFile { fingerprint: "x".into(), name: "x".into(), layout: "x".into() };
    import.commit(source, 0).expect("commits");
    let ledger = Ledger::open(folder.path(), Chain::Ethereum).expect("opens").expect("imported");
    History { _folder: folder, ledger }
}

/// Some numbered accounts are services.
struct Services(BTreeSet<u8>);

impl Labels for Services {
    fn label(&self, account: &Account, _: Timestamp) -> Option<Label> {
        let number = account.0[0] - 1;
        self.0.contains(&number).then(|| Label {
            actor: Some(format!("service {number}")),
            name: format!("Service {number}"),
            category: Some("exchange".into()),
            jurisdictions: vec![],
            role: Role::Service,
            confidence: "test".into(),
            sources: vec![],
        })
    }
}

fn run(history: &History, labels: &dyn Labels, seeds: &[Seed], policies: &[Policy]) -> Vec<Run> {
    trace(&history.ledger, labels, seeds, policies, &Parameters::default(), 1).expect("traces")
}

fn conserving() -> Vec<Policy> {
    Policy::on_accounts().filter(|policy| policy.conserves()).collect()
}

type LineKey = (Endpoint, StopReason, Option<String>);

fn amounts(run: &Run) -> BTreeMap<LineKey, Amount> {
    let party = |label: &Option<Label>| label.as_ref().and_then(|label| label.actor.clone());
    run.lines
        .iter()
        .map(|line| ((line.endpoint, line.reason, party(&line.label)), line.amount))
        .collect()
}

fn seed_transfer(number: usize) -> Seed {
    Seed::Transfer { tx: tx_id(number), phase: Phase::Native, ordinal: 0 }
}

/// Funding by the mint first and in between, then payments among the others. Balances may fall
/// short, as in a ledger without internal transfers.
fn histories() -> impl Strategy<Value = Vec<Payment>> {
    let funding = (0..ACCOUNTS, 1_u64..1_000).prop_map(|(to, value)| (MINT, to, value, 0));
    let payment = (0..ACCOUNTS, 0..ACCOUNTS, 0_u64..700, 0_u64..3);
    let event = prop_oneof![1 => funding.clone(), 4 => payment];
    (prop::collection::vec(funding, 2..6), prop::collection::vec(event, 0..60))
        .prop_map(|(first, rest)| [first, rest].concat())
}

/// Cuts every payment to what its sender has.
fn solvent(payments: Vec<Payment>) -> Vec<Payment> {
    let mut balances: BTreeMap<u8, u64> = BTreeMap::from([(MINT, u64::MAX / 2)]);
    let cut = |(from, to, value, fee): Payment| {
        let balance = balances.entry(from).or_default();
        let fee = fee.min(*balance);
        let value = value.min(*balance - fee);
        *balance -= fee + value;
        *balances.entry(to).or_default() += value;
        (from, to, value, fee)
    };
    payments.into_iter().map(cut).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// I1 conservation, I2 bounds, I3 support within poison, I10 interval.
    #[test]
    fn books_balance_within_bounds(payments in histories(), stops in prop::collection::btree_set(0..ACCOUNTS, 0..3)) {
        let history = store(&payments);
        let services = Services(stops);
        let seeds = [seed_transfer(0), Seed::Address {
            account: account(payments[1].1), asset: None, from: Some(time(2)), until: None, amount: None,
        }];
        let sends = payments.iter().enumerate().any(|(n, p)| n >= 2 && p.0 == payments[1].1);
        let seeds = if sends { &seeds[..] } else { &seeds[..1] };
        let poison = &run(&history, &services, seeds, &[Policy::Poison])[0];
        let reached: BTreeSet<_> = poison.flows.iter().map(|flow| flow.movement).collect();
        for run in run(&history, &services, seeds, &conserving()) {
            for seed in &run.seeds {
                prop_assert_eq!(run.unbalanced(seed.asset), Amount::ZERO);
            }
            for flow in &run.flows {
                prop_assert!(flow.tainted <= history.ledger.movement(flow.movement).amount);
                prop_assert!(reached.contains(&flow.movement), "{} left poison", run.policy);
            }
            for line in &run.lines {
                prop_assert!(line.at_least.expect("bounded") <= line.amount, "{:?}", line);
                prop_assert!(line.amount <= line.at_most.expect("bounded"), "{:?}", line);
            }
        }
    }

    /// I1 and I10 where seeds lie on each other's way, begin and end, and are limited in amount.
    #[test]
    fn seeds_on_each_others_way_balance_within_bounds(
        payments in histories(),
        stops in prop::collection::btree_set(0..ACCOUNTS, 0..2),
        transfers in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        source in 0..ACCOUNTS,
        (from, until) in (0_usize..30, 0_usize..60),
        amount in prop::option::of(1_u64..500),
    ) {
        let history = store(&payments);
        let services = Services(stops);
        let mut seeds: Vec<Seed> =
            transfers.iter().map(|at| seed_transfer(at.index(payments.len()))).collect();
        let window = from..until;
        if payments.iter().enumerate().any(|(n, p)| window.contains(&n) && p.0 == source) {
            seeds.push(Seed::Address {
                account: account(source), asset: None, from: Some(time(from)),
                until: Some(time(until)), amount: amount.map(Amount::from),
            });
        }
        for run in run(&history, &services, &seeds, &conserving()) {
            for line in &run.lines {
                prop_assert!(line.at_least.expect("bounded") <= line.amount, "{} {:?}", run.policy, line);
                prop_assert!(line.amount <= line.at_most.expect("bounded"), "{} {:?}", run.policy, line);
            }
        }
    }

    /// I4: where everything is stolen, everything is tainted.
    #[test]
    fn all_seeds_taint_everything(payments in histories()) {
        let payments = solvent(payments);
        let history = store(&payments);
        let seeds: Vec<Seed> = (0..payments.len())
            .filter(|n| payments[*n].0 == MINT)
            .map(seed_transfer)
            .collect();
        for run in run(&history, &NoLabels, &seeds, &conserving()) {
            prop_assert!(run.unreconciled.is_empty());
            for flow in &run.flows {
                let movement = history.ledger.movement(flow.movement);
                prop_assert_eq!(flow.tainted, movement.amount);
            }
        }
    }

    /// I5: FIFO and LIFO are exactly additive over seeds, haircut within one unit a rounding.
    #[test]
    fn additive_over_seeds(payments in histories()) {
        let history = store(&payments);
        let seeds: Vec<Seed> = (0..payments.len())
            .filter(|n| payments[*n].0 == MINT)
            .map(seed_transfer)
            .collect();
        let half = seeds.len() / 2;
        for (policy, roundings) in [(Policy::Fifo, 0), (Policy::Lifo, 0), (Policy::Haircut, payments.len() * 4)] {
            let mut sum: BTreeMap<LineKey, Amount> = BTreeMap::new();
            for part in [&seeds[..half], &seeds[half..]] {
                for (key, amount) in amounts(&run(&history, &NoLabels, part, &[policy])[0]) {
                    let total = sum.entry(key).or_default();
                    *total = total.checked_add(amount).expect("small");
                }
            }
            let whole = amounts(&run(&history, &NoLabels, &seeds, &[policy])[0]);
            let keys: BTreeSet<_> = sum.keys().chain(whole.keys()).cloned().collect();
            for key in keys {
                let (a, b) = (sum.get(&key).copied().unwrap_or_default(), whole.get(&key).copied().unwrap_or_default());
                let apart = a.saturating_sub(b).max(b.saturating_sub(a));
                prop_assert!(apart <= Amount::from(roundings as u64), "{policy} {key:?}: {a} {b}");
            }
        }
    }

    /// I7: later blocks change nothing that was already booked at a stop.
    #[test]
    fn later_blocks_do_not_change_what_stopped(payments in histories(), cut in 3_usize..40) {
        let services = Services(BTreeSet::from([0, 1]));
        let cut = cut.min(payments.len());
        let (early, whole) = (store(&payments[..cut]), store(&payments));
        let seeds = [seed_transfer(0)];
        let before = run(&early, &services, &seeds, &conserving());
        let parameters = Parameters { until: Some(time(cut - 1)), ..Parameters::default() };
        let after = trace(&whole.ledger, &services, &seeds, &conserving(), &parameters, 1).expect("traces");
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(amounts(before), amounts(after));
        }
    }

    /// I8: a new stop only takes from the lines downstream of it.
    #[test]
    fn a_new_label_only_moves_value_into_its_line(payments in histories(), new in 0..ACCOUNTS) {
        let history = store(&payments);
        let seeds = [seed_transfer(0)];
        for policy in [Policy::Haircut, Policy::Fifo, Policy::Lifo] {
            let without = amounts(&run(&history, &NoLabels, &seeds, &[policy])[0]);
            let with = amounts(&run(&history, &Services(BTreeSet::from([new])), &seeds, &[policy])[0]);
            for (key, amount) in with.iter().filter(|(key, _)| key.2.is_none()) {
                let had = without.get(key).copied().unwrap_or_default();
                // Haircut rounds down at each step, so a unit may rest a step earlier.
                let slack = if policy == Policy::Haircut { payments.len() as u64 } else { 0 };
                let limit = had.checked_add(Amount::from(slack)).expect("small");
                prop_assert!(*amount <= limit, "{policy} {key:?}: {amount} > {had}");
            }
        }
    }

    /// I9: neither threads nor the order of seeds nor a second run changes anything.
    #[test]
    fn deterministic(payments in histories()) {
        let history = store(&payments);
        let mut seeds: Vec<Seed> = (0..2).map(seed_transfer).collect();
        let policies: Vec<Policy> = Policy::on_accounts().collect();
        let one = run(&history, &NoLabels, &seeds, &policies);
        seeds.reverse();
        let two = trace(&history.ledger, &NoLabels, &seeds, &policies, &Parameters::default(), 2);
        prop_assert_eq!(one, two.expect("traces"));
    }
}

#[test]
fn a_budget_ends_in_the_frontier_and_still_balances() {
    let payments = [(MINT, 1, 100, 0), (1, 2, 90, 1), (2, 3, 80, 1), (3, 4, 70, 1)];
    let history = store(&payments);
    for parameters in [
        Parameters { hops_max: 2, ..Parameters::default() },
        Parameters { moves_max: 2, ..Parameters::default() },
    ] {
        let seeds = [seed_transfer(0)];
        let runs = trace(&history.ledger, &NoLabels, &seeds, &[Policy::Fifo], &parameters, 1);
        let run = &runs.expect("traces")[0];
        let frontier = run.lines.iter().find(|line| line.reason == StopReason::Budget);
        assert!(frontier.is_some_and(|line| line.endpoint == Endpoint::Frontier));
        assert_eq!(run.unbalanced(run.seeds[0].asset), Amount::ZERO);
    }
}

#[test]
fn a_block_range_speaks_for_an_address_only_to_the_end_of_the_ledger() {
    let payments = [(MINT, 8, 100, 0), (MINT, 7, 1, 0), (MINT, 7, 1, 0)];
    for (blocks, endpoint) in [
        (None, Endpoint::Frontier),
        (Some((0, 1)), Endpoint::Frontier),
        (Some((1, 2)), Endpoint::Frontier),
        (Some((0, 2)), Endpoint::Unspent),
    ] {
        let history = store_held(&payments, blocks);
        let run = &run(&history, &NoLabels, &[seed_transfer(0)], &[Policy::Fifo])[0];
        assert_eq!(run.lines[0].endpoint, endpoint, "{blocks:?}");
    }
}

#[test]
fn why_walks_back_to_the_seed() {
    let payments = [(MINT, 1, 100, 0), (1, 2, 60, 0), (1, 2, 30, 0), (2, 3, 90, 0)];
    let history = store(&payments);
    let services = Services(BTreeSet::from([3]));
    let run = &run(&history, &services, &[seed_transfer(0)], &[Policy::Fifo])[0];
    let paths = trace::why(&history.ledger, run, &run.lines[0], 5);
    assert_eq!(paths.len(), 1);
    assert_eq!(paths[0].amount, Amount::from(90_u64));
    let ids: Vec<TxId> = paths[0]
        .moves
        .iter()
        .map(|(number, _)| history.ledger.tx_id(history.ledger.movement(*number).tx))
        .collect();
    assert_eq!(ids, [tx_id(0), tx_id(1), tx_id(3)]);
}

#[test]
fn why_does_not_name_income_that_was_passed_on() {
    // 900 came and went; the 50 that reached the service came later.
    let payments =
        [(MINT, 1, 1_000, 0), (1, 2, 900, 0), (2, 4, 899, 0), (1, 2, 50, 0), (2, 3, 50, 0)];
    let history = store(&payments);
    let services = Services(BTreeSet::from([3]));
    let run = &run(&history, &services, &[seed_transfer(0)], &[Policy::Haircut])[0];
    let paths = trace::why(&history.ledger, run, &run.lines[0], 5);
    let ids: Vec<TxId> = paths[0]
        .moves
        .iter()
        .map(|(number, _)| history.ledger.tx_id(history.ledger.movement(*number).tx))
        .collect();
    assert_eq!(ids, [tx_id(0), tx_id(3), tx_id(4)]);
}

#[test]
fn unknown_seeds_are_named() {
    let history = store(&[(MINT, 1, 100, 0)]);
    let refused = |seed| {
        trace(&history.ledger, &NoLabels, &[seed], &[Policy::Fifo], &Parameters::default(), 1)
            .expect_err("refused")
            .to_string()
    };
    let parameters = Parameters {
        until: Some(chain::Timestamp::from_seconds(1).expect("a time")),
        ..Parameters::default()
    };
    let early =
        trace(&history.ledger, &NoLabels, &[seed_transfer(0)], &[Policy::Fifo], &parameters, 1);
    assert!(early.expect_err("refused").to_string().starts_with("nothing is stolen yet"));
    assert!(refused(Seed::Transaction(tx_id(9))).contains("is not in the ledger"));
    assert!(
        refused(Seed::Transfer { tx: tx_id(0), phase: Phase::Token, ordinal: 0 })
            .contains("has no such transfer")
    );
    let nobody =
        Seed::Address { account: account(77), asset: None, from: None, until: None, amount: None };
    assert!(refused(nobody).contains("sent nothing"));
}

fn booked(run: &Run, endpoint: Endpoint) -> Amount {
    let lines = run.lines.iter().filter(|line| line.endpoint == endpoint);
    lines.fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount).expect("small"))
}

#[test]
fn what_a_seed_pays_out_no_longer_lies_there() {
    // 1 holds 10 stolen units when its own seed begins, pays all it has, and gets 10 others later.
    let payments =
        [(MINT, 1, 10, 0), (1, 5, 10, 0), (MINT, 2, 10, 0), (2, 1, 10, 0), (1, 4, 10, 0)];
    let history = store(&payments);
    let own = Seed::Address {
        account: account(1),
        asset: None,
        from: Some(time(1)),
        until: Some(time(2)),
        amount: None,
    };
    let seeds = [seed_transfer(0), seed_transfer(2), own];
    for run in run(&history, &Services(BTreeSet::from([4])), &seeds, &conserving()) {
        assert_eq!(booked(&run, Endpoint::Service), Amount::from(10_u64), "{}", run.policy);
        assert_eq!(booked(&run, Endpoint::Absorbed), Amount::from(10_u64), "{}", run.policy);
    }
}

/// Account 1 becomes a service at a time.
struct OpensAt(Timestamp);

impl Labels for OpensAt {
    fn label(&self, account: &Account, at: Timestamp) -> Option<Label> {
        Services(BTreeSet::from([1])).label(account, at).filter(|_| at >= self.0)
    }
}

#[test]
fn what_was_booked_at_an_account_still_lies_there() {
    let payments = [(MINT, 1, 10, 0), (MINT, 1, 10, 0), (1, 4, 20, 0)];
    let history = store(&payments);
    let seeds = [seed_transfer(0), seed_transfer(1)];
    for run in run(&history, &OpensAt(time(1)), &seeds, &conserving()) {
        assert_eq!(booked(&run, Endpoint::Service), Amount::from(10_u64));
        assert!(run.unreconciled.is_empty(), "{}: {:?}", run.policy, run.unreconciled);
    }
}

#[test]
fn seeds_of_one_address_add_up() {
    let history = store(&[(MINT, 1, 100, 0), (1, 2, 100, 0)]);
    let seed = |amount: u64| Seed::Address {
        account: account(1),
        asset: None,
        from: None,
        until: None,
        amount: Some(Amount::from(amount)),
    };
    let run = &run(&history, &NoLabels, &[seed(30), seed(50)], &[Policy::Fifo])[0];
    assert_eq!(run.seeds[0].amount, Amount::from(80_u64));
}

#[test]
fn pruning_leaves_the_interval_open() {
    // The small parts are too small under haircut, and large enough for reachability, by which all
    // must end at the service.
    let mut payments = vec![(MINT, 1, 100, 0), (MINT, 1, 100, 0), (1, 3, 50, 0)];
    payments.extend([(1, 2, 10, 0); 15]);
    payments.push((2, 3, 150, 0));
    let history = store(&payments);
    let parameters = Parameters { prune_below: Amount::from(10_u64), ..Parameters::default() };
    let seeds = [seed_transfer(0)];
    let services = Services(BTreeSet::from([3]));
    let policies = [Policy::Haircut, Policy::Seniority];
    let runs = trace(&history.ledger, &services, &seeds, &policies, &parameters, 1).expect("runs");
    assert_eq!(booked(&runs[0], Endpoint::Pruned), Amount::from(75_u64));
    assert!(runs[0].lines.iter().all(|line| line.at_least.is_none() && line.at_most.is_none()));
    assert!(runs[1].lines.iter().all(|line| line.at_least <= Some(line.amount)));
}

#[test]
fn why_stays_with_the_asset_of_the_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut import = Import::begin(folder.path(), Chain::Ethereum, "a test").expect("free");
    let token = AssetId::Token(account(99));
    for (block, asset, amount) in [(1, AssetId::Native, 900_u64), (2, token.clone(), 5)] {
        let transfer = TransferRecord {
            tx: tx_id(block),
            block: block as u64,
            index: Some(0),
            time: time(block),
            kind: TransferKind::Token,
            item: Some(0),
            asset,
            from: account(1),
            to: account(2),
            amount: Amount::from(amount),
        };
        import.add(Record::Transfer(transfer)).expect("stages");
    }
    let source = SourceFile { fingerprint: "x".into(), name: "x".into(), layout: "x".into() };
    import.commit(source, 0).expect("commits");
    let ledger = Ledger::open(folder.path(), Chain::Ethereum).expect("opens").expect("imported");
    let history = History { _folder: folder, ledger };
    let seed =
        Seed::Address { account: account(1), asset: None, from: None, until: None, amount: None };
    let run = &run(&history, &NoLabels, &[seed], &[Policy::Fifo])[0];
    let asset = history.ledger.asset_no(&token).expect("imported");
    let line = run.lines.iter().find(|line| line.asset == asset).expect("it rests");
    let paths = trace::why(&history.ledger, run, line, 5);
    let moved = history.ledger.movement(paths[0].moves[0].0);
    assert_eq!((moved.asset, moved.amount), (asset, Amount::from(5_u64)));
}
