//! A theft on a made-up Bitcoin chain, end to end: blocks and labels in, balance sheet and ways out.

use api::query::{
    Endpoint, LineAnswer, Policy, RunAnswer, StopReason, TraceQuestion, Workspace, trace, why,
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

fn case() -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::new(folder.path());
    let chain = blocks();
    drop(chain.store(folder.path()).expect("stores"));
    let pack = format!(
        "title: T\ncreator: us\nlastmod: 2024-01-01\ncurrency: BTC\nsource: a\n\
         confidence: service_data\ntags:\n- address: {}\n  label: Volga\n  category: exchange\n",
        address(5)
    );
    let incident = format!(
        "[[incident]]\nid = \"heist\"\nname = \"Heist\"\ndate = \"2009-01-03\"\nsource = \"us\"\n\
         [[incident.seeds]]\nchain = \"bitcoin\"\ntx = \"{}\"\naddress = \"{}\"\namount = \"60\"\n",
        chain.id(2),
        address(2)
    );
    let mut store = workspace.store().expect("opens");
    store.import_pack("p.yaml", &pack, &|name| Err(format!("no {name}"))).expect("imports");
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
    let answer = trace(&case.workspace, &TraceQuestion::new("both")).expect("an answer");
    assert_eq!(answer.missing_chains, [Chain::Ethereum]);
    assert!(answer.is_incomplete());
    for run in &answer.runs {
        let assets: Vec<&str> = run.seed.iter().map(|seed| seed.asset.as_str()).collect();
        assert_eq!(assets, ["BTC", "ETH"]);
        let edge = line(run, Endpoint::Frontier);
        assert_eq!((edge.units.as_str(), edge.asset.as_str()), ("5", "ETH"));
    }
}
