//! Laws of every scripted theft.

use std::collections::BTreeMap;

use chain::{Account, Amount};

use super::*;

const SEEDS: [u64; 4] = [0, 1, 2024, u64::MAX];

fn text(scenario: &Scenario, name: &str) -> String {
    let file = scenario.files.iter().find(|file| file.name == name).expect(name);
    String::from_utf8(file.bytes.clone()).expect("the files are text")
}

fn sum(endpoints: &[Endpoint], of: impl Fn(&Endpoint) -> Amount) -> Amount {
    endpoints.iter().map(of).fold(Amount::ZERO, |sum, part| sum.checked_add(part).expect("fits"))
}

#[test]
fn one_seed_gives_one_story_and_two_seeds_give_two() {
    let (first, again, other) = (theft(7), theft(7), theft(8));
    assert_eq!(first.files, again.files);
    assert_eq!(first.truth, again.truth);
    for (left, right) in first.files.iter().zip(&other.files) {
        assert_eq!(left.name, right.name);
        // The parties have the same names in every story.
        assert_eq!(left.bytes == right.bytes, left.kind == FileKind::ActorPack, "{}", left.name);
    }
}

#[test]
fn every_unit_is_booked_under_both_policies() {
    for seed in SEEDS {
        let truth = theft(seed).truth;
        assert_eq!(truth.stolen.to_decimal(18), "12000");
        assert_eq!(sum(&truth.endpoints, |endpoint| endpoint.haircut.amount), truth.stolen);
        assert_eq!(sum(&truth.endpoints, |endpoint| endpoint.fifo.amount), truth.stolen);
    }
}

#[test]
fn where_the_loot_met_no_honest_money_both_policies_see_what_the_script_sent() {
    for seed in SEEDS {
        let truth = theft(seed).truth;
        for (actor, ether) in [("fogbank", "2000"), ("strait", "1500")] {
            let endpoint = truth.of_actor(actor).expect(actor);
            let certain = endpoint.certain.expect("the script keeps account of services");
            assert_eq!(certain.to_decimal(18), ether);
            assert_eq!((endpoint.haircut.amount, endpoint.fifo.amount), (certain, certain));
        }
        assert_eq!(truth.of_actor("fogbank").map(|mixer| mixer.haircut.transfers), Some(20));
        for (kind, ether) in
            [(EndpointKind::ProbableService, "400"), (EndpointKind::Frontier, "150")]
        {
            let endpoint = truth.unnamed(kind).expect("stolen value got there");
            assert_eq!(endpoint.haircut.amount.to_decimal(18), ether);
            assert_eq!(endpoint.fifo.amount.to_decimal(18), ether);
        }
    }
}

#[test]
fn where_it_did_the_policies_differ_and_neither_falls_below_the_certain_part() {
    for seed in SEEDS {
        let truth = theft(seed).truth;
        for (actor, country) in [("meridian", "SG"), ("volga", "RU")] {
            let endpoint = truth.of_actor(actor).expect(actor);
            assert_eq!(endpoint.jurisdiction.as_deref(), Some(country));
            let certain = endpoint.certain.expect("the script keeps account of services");
            assert!(!certain.is_zero());
            assert!(endpoint.haircut.amount > certain && endpoint.fifo.amount >= certain);
            assert_ne!(endpoint.haircut.amount, endpoint.fifo.amount);
        }
        // 800 of the shared wallet's 2,400 and half of what the dealer holds: FIFO calls all of it
        // honest, haircut 500 + 125, but for fees and dust.
        let volga = truth.of_actor("volga").expect("volga");
        assert_eq!(volga.fifo.amount, volga.certain.expect("kept"));
        let more = volga.haircut.amount.saturating_sub(volga.fifo.amount);
        let ether = |count: u64| Amount::from(count).checked_mul(10_u64.pow(18)).expect("fits");
        assert!(more > ether(624) && more < ether(626), "{more}");
    }
}

/// Replays the files as an outsider would, with no access to the script.
fn replay(scenario: &Scenario) -> BTreeMap<String, u128> {
    let mut inner: BTreeMap<String, Vec<(String, String, u128)>> = BTreeMap::new();
    for row in text(scenario, "internal.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let value = cells[5].parse().expect("wei");
        let moves = inner.entry(cells[2].to_owned()).or_default();
        moves.push((cells[3].to_owned(), cells[4].to_owned(), value));
    }
    let zero = Account::ZERO.to_hex();
    let mut balances: BTreeMap<String, u128> = BTreeMap::new();
    for row in text(scenario, "transactions.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let number = |at: usize| cells[at].parse::<u128>().expect("a number");
        let to = if cells[6].is_empty() { cells[12] } else { cells[6] };
        let mut moves = vec![(cells[5].to_owned(), String::new(), number(8) * number(9))];
        if cells[10] == "0" {
            moves.push((cells[5].to_owned(), to.to_owned(), number(7)));
            moves.extend(inner.remove(cells[0]).unwrap_or_default());
        }
        for (from, to, wei) in moves {
            if from != zero {
                let balance = balances.entry(from.clone()).or_default();
                *balance = balance.checked_sub(wei).unwrap_or_else(|| panic!("{from}: {row}"));
            }
            *balances.entry(to).or_default() += wei;
        }
    }
    assert!(inner.is_empty(), "internal transfers of transactions that are not in the file");
    balances
}

#[test]
fn nobody_spends_what_he_has_not_got() {
    for seed in SEEDS {
        let balances = replay(&theft(seed));
        assert_eq!(balances.values().sum::<u128>(), 1_000_000 * entry::ETHER);
    }
}

#[test]
fn rows_stand_in_chain_order_with_one_hash_each() {
    let scenario = theft(3);
    let transactions = text(&scenario, "transactions.csv");
    let mut last = (0, -1_i64);
    let mut hashes = std::collections::BTreeSet::new();
    for row in transactions.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let place = (cells[1].parse::<u64>().expect("block"), cells[3].parse().expect("index"));
        assert!(place > last, "{row}");
        last = place;
        assert!(hashes.insert(cells[0].to_owned()), "{row}");
    }
    assert!((2_000..6_000).contains(&hashes.len()), "{}", hashes.len());
    assert_eq!(u64::try_from(hashes.len()), Ok(scenario.truth.transactions));
}

#[test]
fn the_hub_is_known_by_more_than_a_thousand_before_stolen_value_reaches_it() {
    let mut rng = rng::Rng::new(5);
    let cast = cast::Cast::draw(&mut rng);
    let agenda = story::write(&cast, &mut rng);
    let book = book::Book::run(agenda, &mut rng);
    let hub = cast.hub;
    let arrival = book
        .entries
        .iter()
        .position(|entry| entry.from == cast.split[3] && entry.to.account() == hub)
        .expect("the thief pays the hub");
    let partners = |of: Account| {
        let pairs = book.entries[..arrival].iter().flat_map(entry::Entry::moves);
        let mut partners: Vec<Account> = pairs
            .filter(|(from, to, _)| *from == of || *to == of)
            .map(|(from, to, _)| if from == of { to } else { from })
            .collect();
        partners.sort_unstable();
        partners.dedup();
        partners.len()
    };
    assert!(partners(hub) > 1_000, "{}", partners(hub));
    assert!(partners(cast.merge) < 100 && partners(cast.dealer) < 100);
}

#[test]
fn the_story_has_the_noise_it_promises() {
    let scenario = theft(11);
    let transactions = text(&scenario, "transactions.csv");
    let column = |row: &str, at: usize| row.split(',').nth(at).expect("a cell").to_owned();
    let rows = || transactions.lines().skip(1);
    assert_eq!(rows().filter(|row| column(row, 10) == "1").count(), 2, "failed");
    assert_eq!(rows().filter(|row| !column(row, 12).is_empty()).count(), 1, "creations");
    assert!(rows().any(|row| column(row, 5) == column(row, 6)), "a payment to oneself");
    assert!(rows().filter(|row| column(row, 7) == "0").count() > 30, "zero value");
    assert_eq!(text(&scenario, "fogbank_deposits_eth_100.csv").lines().count(), 1 + 20 + 18);
    assert!(text(&scenario, "tokens.csv").lines().count() > 30, "counterfeit tokens");
    let coverage = text(&scenario, "addresses.csv");
    assert_eq!(u64::try_from(coverage.lines().count() - 1), Ok(scenario.truth.covered_addresses));
}
