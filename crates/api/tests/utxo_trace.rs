//! A theft on a made-up Bitcoin chain, end to end: blocks and labels in, balance sheet and ways out.

use api::query::{
    ClusterBuildQuestion, Endpoint, Layer, LineAnswer, Policy, RunAnswer, StopReason,
    TraceQuestion, Unwatched, Workspace, cluster_build, trace, why,
};
use chain::{Amount, Chain, UtxoAddress};
use ledger::utxo::made::{MadeChain, MadeTx, owner_script};

const COIN: u64 = 100_000_000;

fn coins(units: u64) -> Amount {
    Amount::from(units * COIN)
}

fn address(owner: u32) -> String {
    let found = UtxoAddress::of_script(Chain::Bitcoin, &owner_script(owner));
    found.expect("a P2WPKH script").as_str().to_owned()
}

fn tx(spends: &[(usize, u32)], outputs: &[(u64, u32)]) -> MadeTx {
    let outputs: Vec<(u64, u32)> = outputs.iter().map(|(value, to)| (value * COIN, *to)).collect();
    MadeTx::paying(spends, &outputs)
}

/// Owner 1 is robbed of 60 coins by 2, who pays 20 to the exchange 5, mixes 10 with four others and
/// peels the rest off in seven slices, one of which reaches the exchange.
fn blocks() -> MadeChain {
    let mut chain = MadeChain::default()
        .block([tx(&[], &[(100, 1)]), tx(&[], &[(10, 20), (10, 21), (10, 22), (10, 23)])])
        .block([tx(&[(0, 0)], &[(60, 2), (40, 1)])])
        .block([tx(&[(2, 0)], &[(20, 5), (10, 3), (30, 4)])])
        .block([tx(
            &[(1, 0), (1, 1), (3, 1), (1, 2), (1, 3)],
            &[(8, 30), (8, 31), (8, 32), (8, 33), (8, 34), (2, 35), (3, 36), (1, 37), (4, 38)],
        )]);
    let (mut coin, mut left) = ((3, 2), 30);
    for hop in 0..7 {
        left -= 2;
        let slice = if hop == 3 { 5 } else { 50 + hop };
        chain = chain.block([tx(&[coin], &[(left, 40 + hop), (2, slice)])]);
        coin = (5 + usize::try_from(hop).expect("small"), 0);
    }
    chain
}

struct Case {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    chain: MadeChain,
}

/// A pack that says that an owner's address is an exchange's.
fn pack(owner: u32) -> String {
    format!(
        "title: T\ncreator: us\nlastmod: 2024-01-01\ncurrency: BTC\nsource: a\n\
         confidence: service_data\ntags:\n- address: {}\n  label: Volga\n  category: exchange\n",
        address(owner)
    )
}

fn case() -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::new(folder.path());
    let chain = blocks();
    drop(chain.store(folder.path()).expect("stores"));
    let incident = format!(
        "[[incident]]\nid = \"heist\"\nname = \"Heist\"\ndate = \"2009-01-03\"\nsource = \"us\"\n\
         [[incident.seeds]]\nchain = \"bitcoin\"\ntx = \"{}\"\naddress = \"{}\"\namount = \"60\"\n",
        chain.id(2),
        address(2)
    );
    let mut store = workspace.store().expect("opens");
    store.import_pack("p.yaml", &pack(5), &|name| Err(format!("no {name}"))).expect("imports");
    store.import_incidents("heist.toml", &incident).expect("imports");
    Case { _folder: folder, workspace, chain }
}

fn line(run: &RunAnswer, endpoint: Endpoint) -> &LineAnswer {
    let mut lines = run.balance_sheet.iter().filter(|line| line.endpoint == endpoint);
    let found = lines.next().expect("a line of that kind");
    assert!(lines.next().is_none(), "two lines of {endpoint:?}");
    found
}

fn every_policy() -> Vec<Policy> {
    Policy::on_outputs().filter(|policy| policy.conserves()).collect()
}

#[test]
fn the_sheet_says_where_it_went() {
    let case = case();
    let mut question = TraceQuestion::new("heist");
    question.policies = every_policy();
    let answer = trace(&case.workspace, &question).expect("an answer");
    assert!(!answer.is_incomplete());
    for run in &answer.runs {
        assert!(run.balanced);
        assert_eq!((run.seed[0].amount, run.seed[0].asset.as_str()), (coins(60), "BTC"));
        let service = line(run, Endpoint::Service);
        assert_eq!((service.amount, service.label.as_deref()), (coins(22), Some("Volga")));
        assert_eq!((service.transfers, service.min_hops), (2, 2));
        assert_eq!((service.at_least, service.at_most), (Some(coins(22)), Some(coins(22))));
        assert_eq!(service.holders[0].address, address(5));
        let mixer = line(run, Endpoint::Mixer);
        assert_eq!((mixer.amount, mixer.reason), (coins(10), StopReason::CoinJoin));
        assert_eq!((mixer.coinjoins[0].anonymity_set, mixer.coinjoin_count), (5, 1));
        assert_eq!(mixer.coinjoins[0].tx, case.chain.id(4));
        assert_eq!(line(run, Endpoint::Unspent).amount, coins(28));
        let [peel] = &run.peel_chains[..] else { panic!("one chain: {:?}", run.peel_chains) };
        assert_eq!((peel.hops, peel.entered, peel.left), (7, coins(30), coins(16)));
        assert_eq!(peel.rest, address(46));
        let ended: Vec<_> = peel.peels.iter().filter_map(|peel| peel.label.as_deref()).collect();
        assert_eq!(ended, ["Volga"]);
    }
}

#[test]
fn coinjoins_can_be_walked_through() {
    let case = case();
    let question = TraceQuestion { through_coinjoins: true, ..TraceQuestion::new("heist") };
    for run in trace(&case.workspace, &question).expect("an answer").runs {
        assert!(run.balance_sheet.iter().all(|line| line.endpoint != Endpoint::Mixer));
        assert_eq!(line(&run, Endpoint::Unspent).amount, coins(38));
    }
}

#[test]
fn outputs_transactions_and_addresses_can_be_pasted() {
    let case = case();
    let seed = |target: String| {
        let answer = trace(&case.workspace, &TraceQuestion::new(target)).expect("an answer");
        answer.runs[0].seed[0].amount
    };
    let theft = case.chain.id(2);
    assert_eq!(seed(format!("{theft}:0")), coins(60));
    // What returned to the victim is not stolen.
    assert_eq!(seed(theft.to_string()), coins(60));
    assert_eq!(seed(address(2)), coins(60));
    assert_eq!(seed(address(4)), coins(30));
    for wrong in [format!("{theft}:7"), address(99), "00".repeat(32)] {
        assert!(trace(&case.workspace, &TraceQuestion::new(wrong)).is_err());
    }
}

#[test]
fn a_whole_cluster_can_be_followed() {
    // Owners 1 and 2 pay together, so they are one; 7 coins more lie at 2.
    let folder = tempfile::tempdir().expect("a folder");
    let chain = MadeChain::default()
        .block([tx(&[], &[(5, 1)]), tx(&[], &[(6, 2)]), tx(&[], &[(7, 2)])])
        .block([tx(&[(0, 0), (1, 0)], &[(11, 3)])]);
    drop(chain.store(folder.path()).expect("stores"));
    let workspace = Workspace::new(folder.path());
    let question = |cluster| TraceQuestion { cluster, ..TraceQuestion::new(address(1)) };
    let alone = trace(&workspace, &question(false)).expect("an answer");
    assert_eq!(alone.runs[0].seed[0].amount, coins(5));
    let error = trace(&workspace, &question(true)).expect_err("refused").to_string();
    assert_eq!(error, "no clusters of bitcoin have been built");
    build_clusters(&workspace);
    let together = trace(&workspace, &question(true)).expect("an answer");
    assert_eq!(together.runs[0].seed[0].amount, coins(18));
}

fn build_clusters(workspace: &Workspace) {
    let build = ClusterBuildQuestion {
        chain: None,
        layer: Layer::CoSpend,
        without_same_key: false,
        holder: "a test".into(),
    };
    cluster_build(workspace, &build, &Unwatched).expect("builds");
}

#[test]
fn the_label_of_a_cluster_stops_a_trace_and_says_so() {
    // The exchange is known by 5, who once paid together with 6; stolen coins come to 6.
    let folder = tempfile::tempdir().expect("a folder");
    let chain = MadeChain::default()
        .block([tx(&[], &[(5, 5), (6, 6)]), tx(&[], &[(9, 1)])])
        .block([tx(&[(0, 0), (0, 1)], &[(11, 3)]), tx(&[(1, 0)], &[(9, 6)])]);
    drop(chain.store(folder.path()).expect("stores"));
    let workspace = Workspace::new(folder.path());
    let mut store = workspace.store().expect("opens");
    let refuse = |name: &str| Err(format!("no {name}"));
    store.import_pack("p.yaml", &pack(5), &refuse).expect("imports");
    let question = TraceQuestion::new(format!("{}:0", chain.id(1)));
    let alone = trace(&workspace, &question).expect("an answer");
    assert_eq!(line(&alone.runs[0], Endpoint::Unspent).amount, coins(9));
    build_clusters(&workspace);
    let together = trace(&workspace, &question).expect("an answer");
    let service = line(&together.runs[0], Endpoint::Service);
    assert_eq!((service.amount, service.label.as_deref()), (coins(9), Some("Volga")));
    assert!(service.sources.contains(&format!("cluster of {}", address(5))));
}

#[test]
fn why_shows_each_transaction() {
    let case = case();
    let question = TraceQuestion::new("heist");
    let answer = why(&case.workspace, &question, "volga", 10).expect("an answer");
    assert_eq!((answer.arrivals, answer.paths.len()), (2, 2));
    let direct = &answer.paths[0];
    assert_eq!((direct.amount, direct.label.as_deref()), (coins(20), Some("Volga")));
    let steps: Vec<String> = direct.steps.iter().map(|step| step.tx.clone()).collect();
    assert_eq!(steps, [case.chain.id(2).to_string(), case.chain.id(3).to_string()]);
    let [theft, deposit] = &direct.steps[..] else { panic!("two steps") };
    assert_eq!((theft.from.as_str(), theft.to.clone()), (&*address(1), Some(address(2))));
    assert_eq!(deposit.to_label.as_deref(), Some("Volga"));
    assert_eq!((deposit.block, deposit.carried, deposit.stolen), (2, coins(20), coins(20)));
    assert_eq!(answer.paths[1].steps.len(), 6);
    // A CoinJoin is the last step, and goes to nobody.
    let mixed = why(&case.workspace, &question, "mixer", 10).expect("an answer");
    let last = mixed.paths[0].steps.last().expect("steps");
    assert_eq!((last.tx.clone(), last.to.clone()), (case.chain.id(4).to_string(), None));
    assert_eq!(last.from, address(3));
    let resting = why(&case.workspace, &question, &address(46), 10).expect("an answer");
    assert_eq!(resting.paths[0].amount, coins(16));
    assert!(why(&case.workspace, &question, "nobody", 10).is_err());
}

#[test]
fn what_the_incident_says_must_agree_with_the_facts() {
    let case = case();
    let seed = |rest: &str| {
        format!(
            "[[incident]]\nid = \"other\"\nname = \"O\"\ndate = \"2009-01-03\"\nsource = \"us\"\n\
             [[incident.seeds]]\nchain = \"bitcoin\"\ntx = \"{}\"\n{rest}\n",
            case.chain.id(2)
        )
    };
    for (rest, reason) in [
        ("amount = \"61\"".to_owned(), "the incident says 61, the facts 60"),
        (format!("output = 1\naddress = \"{}\"", address(2)), "pays another address"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        drop(case.chain.store(folder.path()).expect("stores"));
        let workspace = Workspace::new(folder.path());
        let mut store = workspace.store().expect("opens");
        store.import_incidents("o.toml", &seed(&rest)).expect("imports");
        let error = trace(&workspace, &TraceQuestion::new("other")).expect_err("refused");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn an_incident_may_lie_on_chains_of_both_kinds() {
    let case = case();
    let incident = format!(
        "[[incident]]\nid = \"both\"\nname = \"B\"\ndate = \"2009-01-03\"\nsource = \"us\"\n\
         [[incident.seeds]]\nchain = \"bitcoin\"\ntx = \"{}:0\"\n\
         [[incident.seeds]]\nchain = \"ethereum\"\namount = \"5\"\n\
         address = \"0x098b716b8aaf21512996dc57eb0615e2383e2f96\"\n",
        case.chain.id(2)
    );
    case.workspace.store().expect("opens").import_incidents("b.toml", &incident).expect("imports");
    // Of Ethereum nothing is known yet but what the incident says.
    let answer = trace(&case.workspace, &TraceQuestion::new("both")).expect("an answer");
    assert_eq!(answer.missing_chains, [Chain::Ethereum]);
    assert!(answer.is_incomplete());
    for run in &answer.runs {
        let edge = line(run, Endpoint::Frontier);
        assert_eq!((edge.units.as_str(), edge.asset.as_str()), ("5", "ETH"));
    }
    pay_on_ethereum(&case.workspace);
    let answer = trace(&case.workspace, &TraceQuestion::new("both")).expect("an answer");
    assert_eq!(answer.missing_chains, []);
    let held: Vec<Chain> = answer.coverage.iter().map(|one| one.chain).collect();
    assert_eq!(held, [Chain::Ethereum, Chain::Bitcoin]);
    for run in &answer.runs {
        let seeds: Vec<_> =
            run.seed.iter().map(|seed| (seed.asset.as_str(), seed.units.as_str())).collect();
        assert_eq!(seeds, [("ETH", "5"), ("BTC", "60")]);
        let mut rest = run.balance_sheet.iter().filter(|line| line.asset == "ETH");
        let (rest, none) = (rest.next().expect("a line"), rest.next());
        assert_eq!((rest.endpoint, rest.units.as_str(), none), (Endpoint::Unspent, "5", None));
        assert_eq!(line_of(run, Endpoint::Service, "BTC").amount, coins(22));
        assert!(run.balanced);
    }
}

fn line_of<'a>(run: &'a RunAnswer, endpoint: Endpoint, asset: &str) -> &'a LineAnswer {
    let mut lines =
        run.balance_sheet.iter().filter(|line| line.endpoint == endpoint && line.asset == asset);
    lines.next().expect("a line of that kind")
}

/// Stores one payment of 5 ether from the seed's address, in a block that is held in full.
fn pay_on_ethereum(workspace: &Workspace) {
    let mut import =
        ledger::Import::begin(workspace.data_dir(), Chain::Ethereum, "a test").expect("free");
    let parse = |text: &str| chain::Account::parse_evm(text).expect("an address");
    let body = chain::record::TransactionBody {
        from: parse("0x098b716b8aaf21512996dc57eb0615e2383e2f96"),
        to: Some(parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")),
        created: None,
        value: Amount::from_decimal("5", 18).expect("an amount"),
        fee: Amount::ZERO,
        succeeded: true,
    };
    let record = chain::record::TransactionRecord {
        id: chain::TxId([7; 32]),
        block: 1,
        index: Some(0),
        time: chain::Timestamp::from_seconds(1_600_000_000).expect("a time"),
        body: Some(body),
    };
    import.add(chain::record::Record::Transaction(record)).expect("stages");
    import.complete_blocks(1, 1);
    let name = || "x".to_owned();
    let source = ledger::SourceFile { fingerprint: name(), name: name(), layout: name() };
    import.commit(source, 0).expect("commits");
}
