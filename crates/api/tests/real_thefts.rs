//! Two real thefts, end to end: files of transactions, tags and pool events in, balance sheet out.
//!
//! The figures were computed independently on the same rows (`docs/methods/account_trace.md`).

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use api::query::{
    Endpoint, ImportQuestion, LineAnswer, Policy, RunAnswer, ShowAnswer, TraceQuestion, Unwatched,
    Workspace, import, show, trace, why,
};
use chain::Amount;

fn data() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("TRACEWELL_DATA").map_or(default, PathBuf::from);
    if data.join("eth-theft-crawl").is_dir() {
        return Some(data);
    }
    println!("skipped: no TRACEWELL_DATA");
    None
}

fn import_dump(workspace: &Workspace, path: PathBuf, skip_bad: u64) {
    let question = ImportQuestion {
        path,
        layout: None,
        chain: None,
        skip_bad,
        set: BTreeMap::new(),
        complete_blocks: None,
        source: None,
        holder: "a test".into(),
    };
    import(workspace, &question, &Unwatched).expect("imports");
}

fn read(path: &Path) -> String {
    sources::text::read(path, 1 << 30).expect("readable")
}

/// A workspace with everything that the two thefts need.
fn workspace(data: &Path, folder: &Path) -> Workspace {
    let workspace = Workspace::new(folder);
    let crawl = data.join("eth-theft-crawl");
    import_dump(&workspace, crawl.join("transactions_traced_addresses.csv.zst"), 0);
    import_dump(&workspace, crawl.join("transactions_hub_addresses.csv.zst"), 0);
    // Three of the 322 addresses are misspelt in the file.
    import_dump(&workspace, crawl.join("addresses.csv"), 3);
    import_dump(&workspace, data.join("tornado/deposits_ethereum_eth_100.csv.zst"), 0);
    import_dump(&workspace, data.join("prices/daily_close_usd.csv.zst"), 0);
    let mut store = workspace.store().expect("opens");
    let tags = data.join("tags");
    for pack in ["graphsense.actorpack", "etherscan-wordcloud-exchange", "tornado_cash", "lazarus"]
    {
        let path = tags.join(format!("graphsense-tagpacks/{pack}.yaml.zst"));
        let refuse = |name: &str| Err(format!("no {name}"));
        store.import_pack(pack, &read(&path), &refuse).expect("imports");
    }
    let labels = tags.join("etherscan-labels-2023-10/etherscan_all.json.zst");
    store.import_explorer("etherscan_all.json", &read(&labels), None).expect("imports");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/incidents");
    for incident in ["ronin-2022", "cryptopia-2019"] {
        let path = examples.join(format!("{incident}.toml"));
        store.import_incidents(incident, &read(&path)).expect("imports");
    }
    workspace
}

fn eth(text: &str) -> Amount {
    Amount::from_decimal(text, 18).expect("an amount")
}

fn lines<'a>(run: &'a RunAnswer, actor: &str) -> Vec<&'a LineAnswer> {
    run.balance_sheet.iter().filter(|line| line.actor.as_deref() == Some(actor)).collect()
}

fn line<'a>(run: &'a RunAnswer, actor: &str) -> &'a LineAnswer {
    let lines = lines(run, actor);
    assert_eq!(lines.len(), 1, "{actor}");
    lines[0]
}

#[test]
fn harmony_second_stage() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::new(folder.path());
    import_dump(&workspace, data.join("theft-ground-truth/HB/edges.csv.zst"), 0);
    import_dump(&workspace, data.join("prices/daily_close_usd.csv.zst"), 0);
    let mut store = workspace.store().expect("opens");
    let pack = data.join("tags/graphsense-tagpacks/graphsense.actorpack.yaml.zst");
    let refuse = |name: &str| Err(format!("no {name}"));
    store.import_pack("graphsense.actorpack", &read(&pack), &refuse).expect("imports");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/incidents");
    let incident = read(&examples.join("harmony-2023-second-stage.toml"));
    store.import_incidents("harmony", &incident).expect("imports");

    let mut question = TraceQuestion::new("harmony-2023-second-stage");
    question.policies = vec![Policy::Haircut];
    let answer = trace(&workspace, &question).expect("traces");
    let run = &answer.runs[0];
    assert!(run.balanced);
    // Every edge of this graph is stolen value by its authors' word, so what the transfers carried
    // is their figure; how much of it comes from the fourteen sources is ours.
    let carried = |actor: &str| line(run, actor).carried.to_decimal(18);
    let dollars = |actor: &str| carried(actor).split('.').next().map(str::to_owned);
    assert_eq!((line(run, "huobi").transfers, dollars("huobi")), (128, Some("40685382".into())));
    assert_eq!((line(run, "binance").transfers, dollars("binance")), (51, Some("14091651".into())));
    // The file lists thirteen transfers of 3,007,953 dollars. One of them, of 449,993, stands there
    // three times to the letter; the third copy finds no stolen value left in its sender.
    assert_eq!((line(run, "okex").transfers, dollars("okex")), (12, Some("2557960".into())));
    // Deposit addresses pass their value on to the hot wallets and are no stop themselves.
    for line in &run.balance_sheet {
        let is_service = line.endpoint == Endpoint::Service;
        let deposit = |holder: &api::query::HolderAnswer| {
            holder.label.as_ref().is_some_and(|label| label.contains("_Deposit_"))
        };
        assert!(!(is_service && line.holders.iter().any(deposit)), "{line:?}");
    }
    let contract = "0xbae578f543b036a1934b9bc75e3ac5895d051355";
    let ShowAnswer::Address(contract) = show(&workspace, contract, None).expect("shows") else {
        panic!("an address")
    };
    assert_eq!(contract.totals["USD"].transfers_in, 310);
    assert!(contract.totals["USD"].received.to_decimal(18).starts_with("42137436.06906"));
}

/// The amount within a ten-thousandth of a unit: the independent figures have four places.
fn assert_near(line: &LineAnswer, expected: &str) {
    let expected = eth(expected);
    let apart = line.amount.saturating_sub(expected).max(expected.saturating_sub(line.amount));
    assert!(apart < eth("0.0001"), "{:?}: {} is not {expected}", line.label, line.amount);
}

#[test]
fn ronin_2022_and_cryptopia_2019() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = workspace(&data, folder.path());
    ronin(&workspace);
    cryptopia(&workspace);
}

fn ronin(workspace: &Workspace) {
    let question = TraceQuestion::new("ronin-2022");
    let answer = trace(workspace, &question).expect("traces");
    for run in &answer.runs {
        assert!(run.balanced);
        assert_eq!(run.seed[0].amount, eth("182166.110533098258739344"), "{}", run.policy);
        let tornado = line(run, "tornado");
        assert_eq!(tornado.endpoint, Endpoint::Mixer);
        assert_eq!((tornado.transfers, tornado.carried), (1_751, eth("175100")));
        let pools = tornado.pool_deposits.expect("a mixer");
        assert_eq!((pools.joined, pools.of), (1_751, 1_751));
        let ftx = line(run, "ftx");
        assert_eq!((ftx.endpoint, ftx.transfers), (Endpoint::Service, 23));
        assert_near(ftx, "1219.9617");
        let huobi = line(run, "huobi");
        assert_eq!((huobi.transfers, huobi.min_hops), (4, 3));
        for line in [tornado, ftx, huobi] {
            assert!(line.at_least <= Some(line.amount) && Some(line.amount) <= line.at_most);
            assert!(line.usd.is_some() && line.unpriced.is_zero());
        }
    }
    let haircut = &answer.runs[0];
    assert_near(line(haircut, "tornado"), "175099.9966");
    assert_near(line(haircut, "huobi"), "4983.9052");

    // The same bytes on one thread, on two, and again.
    let two = TraceQuestion { threads: 2, ..question.clone() };
    let bytes = |question| serde_json::to_vec(&trace(workspace, question).expect("traces"));
    let once = bytes(&question).expect("serialises");
    assert_eq!(once, bytes(&two).expect("serialises"));
    assert_eq!(once, bytes(&question).expect("serialises"));
}

fn cryptopia(workspace: &Workspace) {
    let mut question = TraceQuestion::new("cryptopia-2019");
    question.policies = Policy::on_accounts().filter(|policy| policy.conserves()).collect();
    let answer = trace(workspace, &question).expect("traces");
    for run in &answer.runs {
        assert!(run.balanced);
        let yobit = line(run, "yobit");
        assert_eq!(yobit.jurisdiction.as_deref(), Some("RU"));
        assert_eq!((yobit.transfers, yobit.min_hops), (6, 4), "{}", run.policy);
        assert_eq!(yobit.carried, eth("1419.9645668"));
        let day = |time: Option<chain::Timestamp>| time.map(|time| time.day().to_string());
        assert_eq!(day(yobit.first).as_deref(), Some("2019-09-22"));
        assert_eq!(day(yobit.last).as_deref(), Some("2019-09-23"));
        assert_eq!(line(run, "okex").endpoint, Endpoint::Service);
        if matches!(run.policy, Policy::Haircut | Policy::Fifo) {
            assert_eq!(line(run, "binance").endpoint, Endpoint::Service);
        }
        let delta = |line: &&LineAnswer| line.label.as_deref() == Some("EtherDelta 2");
        assert_eq!(run.balance_sheet.iter().filter(delta).count(), 1);
    }
    let paths = why(workspace, &question, "yobit", 10).expect("explains");
    assert_eq!((paths.paths.len(), paths.arrivals), (6, 6));
    for path in &paths.paths {
        assert_eq!(path.steps.len(), 4);
        assert_eq!(path.steps[0].from, "0xd4E79226F1E5A7a28Abb58F4704E53cd364e8D11");
        assert!(path.steps.iter().all(|step| step.usd.is_some()));
    }
}
