//! The story from theft to country, on a scripted theft whose truth is known.

use super::tracewell::{HEADER, Tracewell};

/// A place with the data of the demo, as a user would have imported it.
fn told(seed: &str) -> (Tracewell, serde_json::Value) {
    let place = Tracewell::new();
    let keep = place.path("kept");
    let keep = keep.to_str().expect("UTF-8");
    let answer = place.json(&["demo", "--seed", seed, "--keep", keep]);
    std::fs::rename(place.path("kept/data"), place.data_dir()).expect("moved");
    (place, answer)
}

#[test]
fn the_demo_equals_the_truth_whatever_the_seed() {
    for seed in ["0", "1", "2024"] {
        let (_, answer) = told(seed);
        assert_eq!(answer["simulated"], true);
        assert_eq!(answer["matches"], true, "{seed}: {}", answer["comparison"]);
        assert_eq!(answer["comparison"].as_array().map(Vec::len), Some(16));
        let russian = answer["comparison"].as_array().expect("an array").iter();
        let russian = russian.filter(|one| one["country"] == "RU");
        assert_eq!(russian.count(), 2, "one exchange, two policies");
    }
}

#[test]
fn the_demo_leaves_nothing_behind_and_says_that_it_is_made_up() {
    let place = Tracewell::new();
    let scratch = place.path("scratch");
    std::fs::create_dir(&scratch).expect("made");
    let run = place.finish(place.command(["demo"]).env("TMPDIR", &scratch));
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("simulated") && run.stdout.contains("Nobody was robbed."));
    assert_eq!(std::fs::read_dir(scratch).expect("readable").count(), 0);
    assert!(!place.data_dir().exists());
}

#[test]
fn a_trace_is_the_same_bytes_on_any_number_of_threads() {
    let (place, _) = told("1");
    let ask = |threads| {
        let run = place.run(["trace", "harbour-bridge-2024", "--json", "--threads", threads]);
        // Some of the value goes to a wallet that no file covers.
        assert_eq!(run.code, 3, "{run}");
        run.stdout
    };
    let one = ask("1");
    assert_eq!(one, ask("2"));
    assert_eq!(one, ask("7"));
    let answer: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    for run in answer["runs"].as_array().expect("an array") {
        assert_eq!(run["balanced"], true);
        let amounts = run["balance_sheet"].as_array().expect("an array").iter();
        let sum: u128 = amounts
            .map(|line| line["amount"].as_str().expect("a text").parse::<u128>().expect("units"))
            .sum();
        assert_eq!(run["seed"][0]["amount"], sum.to_string());
    }
}

#[test]
fn why_leads_back_to_the_theft() {
    let (place, answer) = told("1");
    let why = place.json(&["why", "harbour-bridge-2024", "volga", "--policy", "fifo"]);
    let theft = &answer["truth"]["theft"];
    for path in why["paths"].as_array().expect("an array") {
        assert_eq!(&path["steps"][0]["tx"], theft);
        assert_eq!(path["jurisdiction"], "RU");
    }
    // The label is a claim: the page says whose.
    let source = why["paths"][0]["sources"][0].as_str().expect("a source");
    let page = place.clean(["why", "harbour-bridge-2024", "volga"]).stdout;
    assert!(page.contains("is the word of") && page.contains(source), "{page}");
    let nobody = place.run(["why", "harbour-bridge-2024", "nobody"]);
    assert_eq!(nobody.code, 2);
    insta::assert_snapshot!(nobody.to_string(), @r#"
    -- stderr
    error: no stolen value of harbour-bridge-2024 ended at "nobody" under haircut

    hint: `tracewell doctor` shows what is here and what is missing
    -- exit 2
    "#);
}

#[test]
fn what_cannot_be_traced_is_said() {
    let (place, _) = told("1");
    let said = |words: &[&str]| {
        let run = place.run([&["trace"], words].concat());
        assert_eq!(run.code, 2, "{run}");
        run.stderr
    };
    insta::assert_snapshot!(said(&["nothing-2020"]), @r#"
    error: "nothing-2020" is no incident, address or transaction that is known

    hint: `tracewell doctor` shows what is here and what is missing
    "#);
    insta::assert_snapshot!(said(&["0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"]), @"error: 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed: not an address of ethereum: EIP-55 checksum is wrong: the case of the letters says another address (expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)");
    insta::assert_snapshot!(said(&["harbour-bridge-2024", "--policy", "tiho"]), @"error: policy tiho is defined on the outputs of one transaction; account chains have none. Use one of: haircut, fifo, lifo, seniority, juniority, poison");
    assert!(said(&["harbour-bridge-2024", "--policy", "vibes"]).contains("unknown policy"));
}

#[test]
fn anything_can_be_shown() {
    let (place, answer) = told("1");
    let thief = answer["truth"]["thief"].as_str().expect("an address");
    let address = place.json(&["show", thief]);
    assert_eq!(address["kind"], "address");
    assert_eq!(address["coverage"]["held"], "complete");
    assert!(!address["tags"].as_array().expect("an array").is_empty());
    let theft = answer["truth"]["theft"].as_str().expect("an id");
    let transaction = place.json(&["show", theft]);
    assert_eq!(transaction["kind"], "transaction");
    assert_eq!(transaction["succeeded"], true);
    assert_eq!(place.json(&["show", "volga"])["kind"], "actor");
    assert_eq!(place.json(&["show", "harbour-bridge-2024"])["kind"], "incident");
    for what in [thief, theft, "volga", "harbour-bridge-2024"] {
        place.clean(["show", what]);
        place.clean(["show", what, "--format", "md"]);
    }
    assert_eq!(place.run(["show", "nobody-at-all"]).code, 2);
}

/// 0x1 is robbed of 5, which reach 0x2; then 0x2's own wealth is stolen too.
#[test]
fn value_that_a_seed_finds_at_its_address_counts_as_unpriced() {
    let here = Tracewell::new();
    let row = |number: u64, from: u64, to: u64| {
        format!(
            "0x{number:064x},{number},{},0,0,0x{from:040x},0x{to:040x},5,0,0,0,0x,\n",
            1_600_000_000 + number
        )
    };
    here.write("a.csv", format!("{HEADER}{}{}", row(1, 1, 2), row(2, 2, 3)));
    here.write(
        "i.toml",
        format!(
            r#"[[incident]]
id = "two-in-one"
name = "Two in one"
date = "2020-09-13"
source = "a test"
[[incident.seeds]]
chain = "ethereum"
tx = "0x{:064x}"
[[incident.seeds]]
chain = "ethereum"
address = "0x{:040x}"
from = "2020-09-13T12:26:42Z"
"#,
            1, 2
        ),
    );
    here.clean(["import", "a.csv"]);
    here.clean(["incidents", "import", "i.toml"]);
    let run = here.run(["trace", "two-in-one", "--json", "--policy", "fifo"]);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let lines = answer["runs"][0]["balance_sheet"].as_array().expect("lines");
    let absorbed = lines.iter().find(|line| line["endpoint"] == "absorbed").expect("absorbed");
    assert_eq!((&absorbed["amount"], &absorbed["unpriced"]), (&"5".into(), &"5".into()), "{run}");
}
