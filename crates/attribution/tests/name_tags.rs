//! Whose wallet a name tag says it is, and what only looks like a service.

use attribution::{Category, Confidence, Digest, LabelRow, Role, Store};
use chain::{Address, Chain};

const ACTORS: &str = "
title: Actors
creator: us
lastmod: 2024-01-01
actors:
- {id: huobi, label: Huobi, uri: huobi.com, categories: [exchange], aliases: [htx], jurisdictions: [SC]}
- {id: okex, label: OKX, uri: okx.com, categories: [exchange], jurisdictions: [SC]}
- {id: unknown, label: Unknown, uri: unknown.org, categories: [exchange], jurisdictions: []}
- {id: twin-a, label: The Twin, uri: a.org, categories: [exchange], jurisdictions: []}
- {id: twin-b, label: The Twin, uri: b.org, categories: [exchange], jurisdictions: []}
";

fn address(number: usize) -> Address {
    let text = format!("0x{:040x}", number + 1);
    Address::parse(Chain::Ethereum, &text).expect("an address")
}

fn import_actors(store: &mut Store) {
    let no_include = |name: &str| Err(format!("{name}: no file beside it"));
    store.import_pack("actors.yaml", ACTORS, &no_include).expect("imports");
}

fn digests(labels: &[&str]) -> Vec<Digest> {
    let mut store = Store::in_memory().expect("opens");
    import_actors(&mut store);
    let rows = labels.iter().enumerate().map(|(number, label)| LabelRow {
        chain: Chain::Ethereum,
        address: address(number),
        label: (*label).to_owned(),
    });
    store.import_labels("dump.csv", rows).expect("imports");
    let digest = |number| store.digest(Chain::Ethereum, &address(number), None);
    (0..labels.len()).map(|number| digest(number).expect("reads").expect("known")).collect()
}

#[test]
fn a_services_own_wallets_are_the_services() {
    let labels = ["HTX 33", "huobi 1", "OKX: Hot Wallet", "OKX: Cold Wallet 2"];
    let expected = ["huobi", "huobi", "okex", "okex"];
    for (digest, actor) in digests(&labels).into_iter().zip(expected) {
        assert_eq!(digest.actor.as_ref().map(|actor| actor.id.as_str()), Some(actor), "{digest:?}");
        assert_eq!((digest.category, digest.role), (Some(Category::Exchange), Role::Service));
        assert_eq!(digest.confidence, Confidence::Unknown);
        assert_eq!(digest.jurisdictions, ["SC"]);
        assert!(digest.why.contains("the name tag names the actor"), "{}", digest.why);
    }
}

#[test]
fn what_only_bears_a_services_name_is_not_the_service() {
    for digest in digests(&[
        "Huobi",
        "Huobi_Deposit_0x09c9",
        "Huobi: Deployer",
        "Huobi: Deployer 2",
        "Huobi: Old Address 16",
        "Huobi Hacker 3",
        "Unknown 7",
        "The Twin 1",
    ]) {
        assert_eq!((digest.actor.as_ref(), digest.role), (None, Role::Other), "{digest:?}");
    }
}

#[test]
fn an_accused_address_is_not_the_service_whose_name_it_bears() {
    let mut store = Store::in_memory().expect("opens");
    import_actors(&mut store);
    let text = format!(
        r#"{{"{}": {{"name": "OKX 3", "labels": ["phish-hack"]}},
            "{}": {{"name": "OKX 4", "labels": ["hot-wallet"]}}}}"#,
        address(0),
        address(1)
    );
    store.import_explorer("etherscan.json", &text, None).expect("imports");
    let tags = |number| store.tags(Chain::Ethereum, &address(number)).expect("reads");
    let (thief, okx) = (&tags(0)[0], &tags(1)[0]);
    assert_eq!((thief.actor.as_deref(), thief.role), (None, Role::Illicit));
    assert_eq!((okx.actor.as_deref(), okx.role), (Some("okex"), Role::Service));
    assert!(okx.actor_by_name && okx.confidence == Confidence::WebCrawl);
}

#[test]
fn a_currencys_contract_is_no_till_and_a_bridge_stays_one() {
    let mut store = Store::in_memory().expect("opens");
    import_actors(&mut store);
    let pack = format!(
        "title: T\ncreator: us\nlastmod: 2024-01-01\ncurrency: ETH\nsource: a\ntags:\n\
         - {{address: '{}', label: Dollar, actor: okex}}\n\
         - {{address: '{}', label: Bridged, category: defi_bridge}}\n\
         - {{address: '{}', label: Pool, actor: okex}}\n",
        address(0),
        address(1),
        address(2)
    );
    store.import_pack("t.yaml", &pack, &|name| Err(name.to_owned())).expect("imports");
    let text = format!(
        r#"{{"{}": {{"name": "Dollar (USD)", "labels": ["stablecoin"]}},
            "{}": {{"name": "anyUSD", "labels": ["stablecoin"]}},
            "{}": {{"name": "Pool (LP)", "labels": ["token-contract"]}}}}"#,
        address(0),
        address(1),
        address(2)
    );
    store.import_explorer("etherscan.json", &text, None).expect("imports");
    let digest = |number| {
        let digest = store.digest(Chain::Ethereum, &address(number), None);
        digest.expect("reads").expect("known")
    };
    let dollar = digest(0);
    assert_eq!((dollar.category, dollar.role), (Some(Category::Exchange), Role::Other));
    assert!(dollar.why.contains("a currency's contract"), "{}", dollar.why);
    let tags = store.tags(Chain::Ethereum, &address(1)).expect("reads");
    assert_eq!(digest(1).role, Role::Bridge, "{tags:?}");
    assert_eq!(digest(2).role, Role::Service);
}
