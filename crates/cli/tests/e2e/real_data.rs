//! The published files, imported as a user does, with the counts that their `SOURCE.md` gives.

#![allow(clippy::print_stdout, reason = "a test without its data says so")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::tracewell::Tracewell;

fn data() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = env::var_os("TRACEWELL_DATA").map_or(default, PathBuf::from);
    if root.join("eth-theft-crawl").is_dir() {
        return Some(fs::canonicalize(root).expect("it is there"));
    }
    println!("skipped: no TRACEWELL_DATA");
    None
}

fn paths(root: &Path, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| root.join(name).display().to_string()).collect()
}

fn words<'a>(first: &[&'a str], files: &'a [String]) -> Vec<&'a str> {
    first.iter().copied().chain(files.iter().map(String::as_str)).collect()
}

/// What each file of an answer says under a key.
fn by_file<'a>(answer: &'a Value, list: &str, name: &str, key: &str) -> Vec<(&'a str, u64)> {
    let files = answer[list].as_array().expect("a list");
    let one = |file: &'a Value| {
        let path = Path::new(file[name].as_str().expect("a name"));
        let value = key.split('.').fold(file, |value, part| &value[part]);
        (
            path.file_name().and_then(|name| name.to_str()).expect("UTF-8"),
            value.as_u64().unwrap_or(0),
        )
    };
    files.iter().map(one).collect()
}

#[test]
fn chain_data_mixer_events_and_prices() {
    let Some(root) = data() else { return };
    let here = Tracewell::new();
    let crawl = paths(
        &root.join("eth-theft-crawl"),
        &["transactions_traced_addresses.csv.zst", "transactions_hub_addresses.csv.zst"],
    );
    let answer = here.json(&words(&["import"], &crawl));
    assert_eq!(
        by_file(&answer, "imports", "file", "new.transactions"),
        [
            ("transactions_traced_addresses.csv.zst", 37_487),
            ("transactions_hub_addresses.csv.zst", 331_061),
        ]
    );
    assert_eq!(answer["imports"][1]["total"]["transactions"], 368_548);

    // Three rows of the list of addresses hold what is no address, and one address stands twice.
    let list = paths(&root.join("eth-theft-crawl"), &["addresses.csv"]);
    assert_eq!(here.run(words(&["import"], &list)).code, 2);
    let answer = here.json(&words(&["import", "--skip-bad", "3"], &list));
    assert_eq!(answer["imports"][0]["rows"], 322);
    assert_eq!(answer["imports"][0]["bad_rows"]["count"], 3);
    assert_eq!(answer["imports"][0]["listed_addresses"], 318);

    let pools = ["0.1", "1", "10", "100"];
    let names: Vec<String> = ["deposits", "withdrawals"]
        .iter()
        .flat_map(|kind| pools.map(|pool| format!("{kind}_ethereum_eth_{pool}.csv.zst")))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let tornado = paths(&root.join("tornado"), &names);
    let answer = here.json(&words(&["import"], &tornado));
    let rows: Vec<u64> =
        by_file(&answer, "imports", "file", "rows").iter().map(|(_, n)| *n).collect();
    assert_eq!(rows, [29_732, 51_691, 50_572, 47_568, 25_556, 37_139, 44_163, 45_028]);
    let deposits = by_file(&answer, "imports", "file", "new.mixer_deposits");
    let withdrawals = by_file(&answer, "imports", "file", "new.mixer_withdrawals");
    let new: Vec<u64> = deposits.iter().zip(&withdrawals).map(|(a, b)| a.1 + b.1).collect();
    assert_eq!(new, rows);

    let prices = paths(&root.join("prices"), &["daily_close_usd.csv.zst"]);
    let answer = here.json(&words(&["import"], &prices));
    assert_eq!(answer["imports"][0]["prices"]["stated"], 80_584);
    assert_eq!(answer["imports"][0]["prices"]["new"], 80_584);

    let before = here.files("chains");
    let answer = here.json(&words(&["import"], &crawl));
    assert_eq!(answer["imports"][0]["changed"], false);
    assert_eq!(here.files("chains"), before);
    assert_eq!(here.json(&["verify"])["clean"], true);
}

#[test]
fn tags_actors_and_lists() {
    let Some(root) = data() else { return };
    let here = Tracewell::new();
    let packs = paths(&root.join("tags"), &["graphsense-tagpacks"]);
    let answer = here.json(&words(&["tags", "import"], &packs));
    let rows = by_file(&answer, "files", "name", "rows");
    let tags: u64 =
        rows.iter().filter(|(name, _)| !name.contains("actorpack")).map(|row| row.1).sum();
    assert_eq!((rows.len(), tags), (68, 137_438));
    assert!(rows.contains(&("graphsense.actorpack.yaml", 3_813)));
    assert_eq!(answer["passed_over"].as_array().expect("a list").len(), 1);
    assert_eq!(answer["refused"], Value::Array(Vec::new()));

    let lists = paths(
        &root.join("authority-lists"),
        &[
            "fbi_dprk_addresses.csv",
            "israel_mod_seizure_wallets.csv",
            "ofac_digital_currency_2024-09-27.csv",
            "ofac_digital_currency_2025-11-27.csv",
            "ofac_entities_2026-08-20.lowercased.json.gz",
        ],
    );
    let answer = here.json(&words(&["tags", "import"], &lists));
    let rows: Vec<u64> =
        by_file(&answer, "files", "name", "rows").iter().map(|row| row.1).collect();
    // One row of the Israeli table holds two addresses; the JSON lists 961 addresses 977 times.
    assert_eq!(rows, [102, 896, 654, 756, 977]);
    let raw =
        ["add", "alt", "sdn", "sdn_comments"].map(|part| format!("ofac_raw_2021_{part}.csv.gz"));
    let raw = paths(&root.join("authority-lists"), &raw.each_ref().map(String::as_str));
    let undated = here.run(words(&["tags", "import"], &raw));
    assert_eq!(undated.code, 2, "{undated}");
    let answer = here.json(&words(&["tags", "ofac", "--date", "2021-06-30"], &raw));
    assert_eq!(by_file(&answer, "files", "name", "rows"), [("ofac_raw_2021", 97)]);

    let russian = here.json(&["actors", "list", "--jurisdiction", "RU"]);
    assert_eq!(russian["actors"].as_array().expect("a list").len(), 13);

    assert_eq!(here.json(&["verify"])["clean"], true);
}

#[test]
fn labels_and_incidents() {
    let Some(root) = data() else { return };
    let here = Tracewell::new();
    let labels = root.join("tags/etherscan-labels-2023-10");
    let names = [
        "arbiscan_accounts",
        "avalanche_accounts",
        "bscscan_accounts",
        "etherscan_accounts",
        "etherscan_all",
        "ftmscan_accounts",
        "optimism_accounts",
        "polygonscan_accounts",
    ];
    let names = names.map(|name| format!("{name}.json.zst"));
    let labels = paths(&labels, &names.each_ref().map(String::as_str));
    let answer = here.json(&words(&["tags", "labels"], &labels));
    let rows: Vec<u64> =
        by_file(&answer, "files", "name", "rows").iter().map(|row| row.1).collect();
    assert_eq!(rows, [507, 618, 2_875, 23_288, 29_945, 534, 470, 4_724]);

    let feeds = [
        "defihacklabs_incidents",
        "defillama_hacks_2016_2026",
        "dprk_incidents_tayvano_2017_2024",
        "dprk_official_attributions_2024_2025",
    ];
    let feeds = feeds.map(|name| format!("{name}.csv"));
    let feeds = paths(&root.join("incidents"), &feeds.each_ref().map(String::as_str));
    let answer = here.json(&words(&["incidents", "import"], &feeds));
    let rows: Vec<u64> =
        by_file(&answer, "files", "name", "rows").iter().map(|row| row.1).collect();
    assert_eq!(rows, [793, 449, 84, 6]);
    let mine = here.json(&["incidents", "list", "--year", "2022", "--group", "dprk"]);
    assert!(!mine["incidents"].as_array().expect("a list").is_empty());
    assert_eq!(here.json(&["verify"])["clean"], true);
}

#[test]
fn the_first_439_blocks_of_bitcoin_are_a_chain() {
    let Some(root) = data() else { return };
    let here = Tracewell::new();
    let packed = fs::read(root.join("bitcoin/mainnet_blocks_0_438.blk.zst")).expect("it is there");
    here.write("blocks/blk00000.dat", zstd::decode_all(&packed[..]).expect("zstd"));
    let answer = here.json(&["ingest", "bitcoin", "--blocks", "blocks"]);
    let now = &answer["ledger"]["now"];
    assert_eq!(now["blocks"], 439);
    assert_eq!(now["transactions"], 446);
    let height = &answer["tip"]["height"];
    assert_eq!(height, 438);
    let verified = here.json(&["verify"]);
    assert_eq!(verified["clean"], true, "{verified}");
    // The first payment of all: Nakamoto's to Finney, of 10 of 50 coins.
    let id = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16";
    let payment = here.json(&["show", id]);
    assert_eq!(payment["block"], 170);
    let amounts: Vec<&Value> =
        payment["outputs"].as_array().expect("a list").iter().map(|it| &it["amount"]).collect();
    assert_eq!(amounts, ["1000000000", "4000000000"]);
    let trace = here.json(&["trace", &format!("{id}:1"), "--policy", "haircut,fifo"]);
    for run in trace["runs"].as_array().expect("a list") {
        assert_eq!(run["balanced"], true, "{run}");
        assert_eq!(run["seed"][0]["amount"], "4000000000");
    }
}
