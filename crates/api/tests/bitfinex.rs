//! The Bitfinex theft of 2016: a table of payments becomes an incident, to the last satoshi.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use api::query::{
    Endpoint, ImportQuestion, Seed, StopReason, TraceQuestion, Unwatched, Workspace, import,
    import_incidents, incident, trace,
};
use chain::{Amount, Chain};

fn data() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("TRACEWELL_DATA").map_or(default, PathBuf::from);
    if data.join("bitfinex-2016").is_dir() && data.join("prices").is_dir() {
        return Some(data);
    }
    println!("skipped: no TRACEWELL_DATA");
    None
}

fn workspace(data: &Path, folder: &Path) -> Workspace {
    let workspace = Workspace::new(folder);
    let prices = ImportQuestion {
        path: data.join("prices/daily_close_usd.csv.zst"),
        layout: None,
        chain: None,
        skip_bad: 0,
        set: BTreeMap::new(),
        complete_blocks: None,
        source: None,
        holder: "a test".into(),
    };
    import(&workspace, &prices, &Unwatched).expect("imports");
    let example =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/incidents/bitfinex-2016.toml");
    let tables = data.join("bitfinex-2016");
    let answer = import_incidents(&workspace, &[example], Some(&tables), &Unwatched);
    assert_eq!(answer.expect("imports").refused, []);
    workspace
}

#[test]
fn the_seeds_are_the_published_loss() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = workspace(&data, folder.path());
    let found = incident(&workspace, "bitfinex-2016").expect("stored");
    assert_eq!(found.incident.seeds.len(), 2_072);
    let transactions: std::collections::BTreeSet<String> = found
        .incident
        .seeds
        .iter()
        .map(|seed| match seed {
            Seed::Outputs { tx, address: Some(_), .. } => tx.to_string(),
            other => panic!("not a payment: {other:?}"),
        })
        .collect();
    assert_eq!(transactions.len(), 2_072);
    let [total] = &found.seed_totals[..] else { panic!("one chain: {:?}", found.seed_totals) };
    assert_eq!((total.chain, total.seeds), (Chain::Bitcoin, 2_072));
    assert_eq!(total.amount, Amount::from(SATOSHI));
    assert_eq!(total.units, UNITS);
    assert_eq!(total.usd.map(|usd| usd.to_string()).as_deref(), Some(USD));
}

const SATOSHI: u64 = 11_975_662_032_288;
const UNITS: &str = "119756.62032288";
const USD: &str = "65562561.36";

#[test]
fn without_the_facts_it_ends_where_it_was_stolen() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = workspace(&data, folder.path());
    let answer = trace(&workspace, &TraceQuestion::new("bitfinex-2016")).expect("an answer");
    assert!(answer.is_incomplete());
    assert_eq!(answer.missing_chains, [Chain::Bitcoin]);
    for run in &answer.runs {
        let [line] = &run.balance_sheet[..] else { panic!("one line: {run:?}") };
        assert_eq!((line.endpoint, line.reason), (Endpoint::Frontier, StopReason::Coverage));
        assert_eq!(line.amount, Amount::from(SATOSHI));
        assert_eq!(line.usd.map(|usd| usd.to_string()).as_deref(), Some(USD));
        assert_eq!((line.transfers, line.holder_count), (2_072, 2_072));
        assert_eq!(run.seed[0].amount, line.amount);
        assert!(run.balanced);
    }
}
