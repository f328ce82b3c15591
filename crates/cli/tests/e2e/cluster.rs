//! Clusters of a small Bitcoin chain that a test makes up.

use chain::{Chain, UtxoAddress};
use ledger::utxo::made::{MadeChain, MadeTx, owner_script};

use crate::tracewell::Tracewell;

/// The address of a numbered owner.
fn address(owner: u32) -> String {
    let address = UtxoAddress::of_script(Chain::Bitcoin, &owner_script(owner));
    address.expect("a P2WPKH script has an address").as_str().to_owned()
}

/// 0 and 1 spend together at height 1, 1 and 2 at height 2. At height 3 owners 3, 4 and 5 make a
/// CoinJoin, and 2 pays 12 with change to 13.
fn story() -> MadeChain {
    let coins: Vec<MadeTx> = (0..6)
        .map(|owner| MadeTx::paying(&[], &[(50_000, owner), (40_000 + u64::from(owner), owner)]))
        .collect();
    let round = [(30_000, 6), (30_000, 7), (30_000, 8), (19_001, 9), (19_002, 10), (19_003, 11)];
    MadeChain::default()
        .block(coins)
        .block([MadeTx::paying(&[(0, 0), (1, 0)], &[(90_000, 20)])])
        .block([MadeTx::paying(&[(1, 1), (2, 0)], &[(10_000, 21), (70_000, 2)])])
        .block([
            MadeTx::paying(&[(3, 0), (4, 0), (5, 0)], &round),
            MadeTx::paying(&[(2, 1)], &[(20_000, 12), (19_123, 13)]),
        ])
}

fn world() -> Tracewell {
    let here = Tracewell::new();
    story().store(&here.data_dir()).expect("stored");
    here
}

#[test]
fn before_they_are_built_it_says_how() {
    let here = world();
    insta::assert_snapshot!(here.run(["cluster", "show", &address(0)]), @"
    -- stderr
    error: no clusters of bitcoin have been built

    hint: `tracewell cluster build` builds them
    -- exit 2
    ");
    let nothing = Tracewell::new();
    insta::assert_snapshot!(nothing.run(["cluster", "build"]), @"
    -- stderr
    error: no block of a UTXO chain is stored here

    hint: `tracewell doctor` shows what is here and what is missing
    -- exit 2
    ");
}

#[test]
fn clusters_are_built_shown_and_explained() {
    let here = world();
    insta::assert_snapshot!(here.clean(["cluster", "build", "--quiet"]), @"
    Clusters of bitcoin

    up to              block 3
    rules              same-key/1 coinjoin/1 co-spend/1
    transactions read  10 of 10
    addresses          16
    in a cluster       3
    clusters           1
    pairs of one key   0
    largest            3 addresses, bc1qas4aqwlcdwf4lg6dwxkhawcynu03p7raklx2r9
    -- exit 0
    ");
    insta::assert_snapshot!(here.clean(["cluster", "show", &address(1)]), @"
    Cluster 0 on bitcoin

    address    bc1qccgws5sj6p5hevtp6jayxxaxq0e88lhwf92tkf
    addresses  3
    rules      same-key/1 coinjoin/1 co-spend/1
    up to      block 3

    address
    bc1qas4aqwlcdwf4lg6dwxkhawcynu03p7raklx2r9
    bc1qccgws5sj6p5hevtp6jayxxaxq0e88lhwf92tkf
    bc1q7qalsmme6ysuhlthfhky5ev396vltutu4w68h2

    3 of 3 addresses, in the order in which they appeared.
    -- exit 0
    ");
    insta::assert_snapshot!(here.clean(["cluster", "why", &address(0), &address(2)]), @"
    rule        address                                     address                                     block  transaction                                                       score
    co-spend/1  bc1qas4aqwlcdwf4lg6dwxkhawcynu03p7raklx2r9  bc1qccgws5sj6p5hevtp6jayxxaxq0e88lhwf92tkf      1  c989e031e3859b36f224c49bfc904ba29d9b882c0d58d77489a062eef58997ea     90
    co-spend/1  bc1qccgws5sj6p5hevtp6jayxxaxq0e88lhwf92tkf  bc1q7qalsmme6ysuhlthfhky5ev396vltutu4w68h2      2  bfd1c4aa2bfe82b05259385a7d928525fa8e82a6f8655792c2b7dddf96691aed     90

    In one cluster by 2 links, as of block 3.
    -- exit 0
    ");
    // Before block 2, and after a CoinJoin.
    let earlier = ["cluster", "why", &address(0), &address(2), "--as-of", "1"];
    insta::assert_snapshot!(here.run(earlier), @"
    Not in one cluster by block 1.
    -- exit 1
    ");
    let run = here.run(["cluster", "why", &address(3), &address(4), "--json"]);
    assert_eq!(run.code, 1, "{run}");
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        (&answer["same"], answer["links"].as_array().map(Vec::len)),
        (&false.into(), Some(0))
    );
}

#[test]
fn a_transaction_shows_its_change_and_whether_it_is_a_coinjoin() {
    let here = world();
    let show = |place: usize| here.json(&["show", &story().id(place).to_string()]);
    let changes = |answer: &serde_json::Value| -> Vec<serde_json::Value> {
        let outputs = answer["outputs"].as_array().expect("outputs");
        outputs.iter().map(|output| output["change"].clone()).collect()
    };
    let (back, round, guess) = (show(7), show(8), show(9));
    assert_eq!(changes(&back), [serde_json::Value::Null, "self-change/1".into()]);
    assert_eq!(changes(&guess), [serde_json::Value::Null, "one-time-change/1".into()]);
    assert_eq!(back["coinjoin"], serde_json::Value::Null);
    assert_eq!(round["coinjoin"]["bars_co_spend"], true);
    assert_eq!(round["coinjoin"]["participants"], 3);
    assert_eq!(changes(&round), vec![serde_json::Value::Null; 6]);
}

#[test]
fn verify_reads_them_and_names_what_is_damaged() {
    let here = world();
    here.clean(["cluster", "build"]);
    let answer = here.json(&["verify"]);
    assert_eq!(answer["clusters"], serde_json::json!([{"chain": "bitcoin", "findings": []}]));
    let files = here.files("chains/bitcoin/clusters");
    let (name, mut bytes) =
        files.into_iter().find(|file| file.0.to_string_lossy().contains("root.")).expect("a piece");
    bytes[40] ^= 1;
    here.write(&name.display().to_string(), bytes);
    let run = here.run(["verify"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("the values do not match their checksum"), "{run}");
}

#[test]
fn leaving_any_link_out_parts_the_two() {
    let here = world();
    here.clean(["cluster", "build"]);
    let (a, b) = (address(0), address(2));
    let answer = here.json(&["cluster", "why", &a, &b]);
    assert_eq!(answer["same"], true);
    assert_eq!(answer["weakest"], "co-spend/1");
    let links = answer["links"].as_array().expect("links");
    assert_eq!(links.len(), 2);
    for link in links {
        let tx = link["tx"].as_str().expect("a transaction");
        assert_eq!(here.run(["cluster", "why", &a, &b, "--without", tx]).code, 1);
    }
    assert_eq!(here.run(["cluster", "why", &a, &b, "--without", "co-spend"]).code, 1);
    assert_eq!(here.run(["cluster", "why", &a, &b, "--without", "same-key"]).code, 0);
    let run = here.run(["cluster", "why", &a, &b, "--without", "hunch"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("same-key, co-spend, self-change, one-time-change"), "{run}");
}

#[test]
fn guesses_are_a_layer_that_nobody_sees_unasked() {
    let here = world();
    here.clean(["cluster", "build"]);
    let (a, b) = (address(0), address(13));
    let asked = ["cluster", "why", &a, &b, "--layer", "change"];
    insta::assert_snapshot!(here.run(asked), @"
    -- stderr
    error: the clusters of bitcoin were built without one-time-change

    hint: `tracewell cluster build --layer change` builds that layer too
    -- exit 2
    ");
    here.clean(["cluster", "build", "--layer", "change"]);
    assert_eq!(here.run(["cluster", "why", &a, &b]).code, 1);
    let answer = here.json(&asked);
    assert_eq!(answer["weakest"], "one-time-change/1");
    assert_eq!(here.json(&["cluster", "show", &b])["size"], 1);
    assert_eq!(here.json(&["cluster", "show", &b, "--layer", "change"])["size"], 4);
}

#[test]
fn a_tag_speaks_for_the_cluster_and_a_second_service_is_a_conflict() {
    let here = world();
    let tag = |owner: u32, actor: &str| {
        format!(
            "  - {{address: {}, label: {actor}, actor: {actor}, category: exchange, \
             confidence: ownership}}\n",
            address(owner)
        )
    };
    let head = "title: t\ncreator: c\ncurrency: BTC\ntags:\n";
    here.write("one.yaml", format!("{head}{}", tag(0, "alpha")));
    here.clean(["tags", "import", "one.yaml"]);
    here.clean(["cluster", "build"]);
    let answer = here.json(&["cluster", "show", &address(2)]);
    assert_eq!(answer["label"]["digest"]["label"], "alpha");
    assert_eq!(answer["label"]["from"], address(0));
    assert_eq!(answer["label"]["conflict"], serde_json::json!([]));
    let shown = here.json(&["show", &address(2)]);
    assert_eq!((&shown["cluster"]["id"], &shown["cluster"]["size"]), (&0.into(), &3.into()));
    assert_eq!(shown["cluster"]["rule_version"], "same-key/1 coinjoin/1 co-spend/1");
    assert_eq!(shown["cluster"]["label"]["digest"]["label"], "alpha");
    assert_eq!(here.json(&["cluster", "show", &address(3)])["label"], serde_json::Value::Null);

    here.write("two.yaml", format!("{head}{}", tag(2, "beta")));
    here.clean(["tags", "import", "two.yaml"]);
    let answer = here.json(&["cluster", "show", &address(1)]);
    assert_eq!(answer["label"]["conflict"], serde_json::json!(["alpha", "beta"]));
    let run = here.run(["cluster", "monitor"]);
    insta::assert_snapshot!(run, @"
    cluster  first address                               addresses  payments of 2 outputs  both inside
          0  bc1qas4aqwlcdwf4lg6dwxkhawcynu03p7raklx2r9          3                      2            0

    Addresses of cluster 0 are tagged with several: alpha, beta.
    Up to block 3.
    -- exit 1
    ");
}

#[test]
fn every_address_is_exported_with_its_cluster() {
    let here = world();
    here.clean(["cluster", "build"]);
    let run = here.clean(["cluster", "export", "--csv"]);
    let mut lines = run.stdout.lines();
    assert_eq!(lines.next(), Some("address,cluster"));
    let owners = [0, 1, 2, 3, 4, 5, 20, 21, 6, 7, 8, 9, 10, 11, 12, 13];
    let expected: Vec<String> = (0_u32..)
        .zip(owners)
        .map(|(number, owner)| {
            format!("{},{}", address(owner), if number < 3 { 0 } else { number })
        })
        .collect();
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    let run = here.clean(["cluster", "export", "--scripts", "--json"]);
    let first: serde_json::Value =
        serde_json::from_str(run.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["address"], owner_script(0).to_string());
}
