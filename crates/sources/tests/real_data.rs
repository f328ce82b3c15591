//! Counts of the real files, as their descriptions state them.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and says aloud that it was skipped"
)]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use chain::{
    Amount, AssetId,
    record::{MixerEvent, Record},
};
use sources::{Dump, Limits, Options, Row, SourceError, detect};

/// The folder of real data, or a line that says that there is none.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TRACEWELL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no TRACEWELL_DATA");
    None
}

/// Every row of a file, read through the layout that its columns call for; no row may be bad.
fn rows(path: &Path, layout: &str) -> Vec<Row> {
    let found = detect(path, Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.name(), layout, "{}", path.display());
    let mut dump = Dump::open(path, found, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let rows: Result<Vec<Row>, SourceError> = dump.by_ref().collect();
    let rows = rows.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(dump.bytes_read(), dump.bytes_total());
    assert_eq!(dump.rejected(), 0);
    rows
}

fn records(path: &Path, layout: &str) -> Vec<Record> {
    let only_records = |row| match row {
        Row::Record(record) => record,
        other @ (Row::Label(_) | Row::Price(_)) => panic!("{other:?}"),
    };
    rows(path, layout).into_iter().map(only_records).collect()
}

#[test]
fn theft_crawl() {
    let Some(data) = data() else { return };
    let folder = data.join("eth-theft-crawl");
    let mut ids = BTreeSet::new();
    let mut thief_out = Amount::ZERO;
    for (name, count) in [
        ("transactions_traced_addresses.csv.zst", 37_487),
        ("transactions_hub_addresses.csv.zst", 331_061),
    ] {
        let records = records(&folder.join(name), "explorer-txlist-csv");
        assert_eq!(records.len(), count);
        for record in records {
            let Record::Transaction(transaction) = record else { panic!("{record:?}") };
            ids.insert(transaction.id);
            let body = transaction.body.expect("a txlist has values");
            assert!(transaction.index.is_some() && body.receiver().is_some());
            // From 2022-03-22 on.
            let in_time = transaction.time.seconds() >= 1_647_907_200;
            if body.from.to_hex() == "0x098b716b8aaf21512996dc57eb0615e2383e2f96" && in_time {
                let moved = if body.succeeded { body.value } else { Amount::ZERO };
                let sum = moved.checked_add(body.fee).and_then(|sum| thief_out.checked_add(sum));
                thief_out = sum.expect("far below the limit");
            }
        }
    }
    assert_eq!(ids.len(), 368_548);
    // 182,166.11 ETH with fees.
    assert_eq!(&thief_out.to_decimal(18)[..9], "182166.11");
}

#[test]
fn theft_crawl_coverage_has_three_addresses_that_are_none() {
    let Some(data) = data() else { return };
    let path = data.join("eth-theft-crawl/addresses.csv");
    let layout = detect(&path, Limits::default()).expect("a built-in layout fits");
    assert_eq!(layout.name(), "coverage-csv");
    let mut dump = Dump::open(&path, layout, &Options::default()).expect("it opens");
    let (mut held, mut capped, mut refused) = (0, 0, Vec::new());
    for item in dump.by_ref() {
        match item {
            Ok(Row::Record(Record::Coverage(one))) => {
                held += 1;
                capped += usize::from(one.capped);
            }
            Ok(other) => panic!("{other:?}"),
            Err(SourceError::Row(bad)) => refused.push((bad.line, bad.column)),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((held, capped, dump.rows()), (319, 27, 322));
    // The crawler asked for three misspelt addresses: one digit too many, an escaped slash in front.
    let address = Some("address".to_owned());
    assert_eq!(refused, [321, 322, 323].map(|line| (line, address.clone())));
}

#[test]
fn tornado_pools() {
    let Some(data) = data() else { return };
    for (pool, deposits, withdrawals) in [
        ("0.1", 29_732, 25_556),
        ("1", 51_691, 37_139),
        ("10", 50_572, 44_163),
        ("100", 47_568, 45_028),
    ] {
        let path = data.join(format!("tornado/deposits_ethereum_eth_{pool}.csv.zst"));
        let events = records(&path, "tornado-deposits");
        assert_eq!(events.len(), deposits);
        let mut untimed = 0;
        for (leaf, record) in events.iter().enumerate() {
            let Record::Mixer(MixerEvent::Deposit(deposit)) = record else { panic!("{record:?}") };
            assert_eq!(deposit.leaf as usize, leaf);
            assert_eq!(deposit.commitment.is_some(), pool == "100");
            untimed += usize::from(deposit.time.is_none());
        }
        assert_eq!(untimed, if pool == "100" { 5_168 } else { 0 });
        let path = data.join(format!("tornado/withdrawals_ethereum_eth_{pool}.csv.zst"));
        let events = records(&path, "tornado-withdrawals");
        assert_eq!(events.len(), withdrawals);
        let untimed = events.iter().filter(|record| {
            matches!(record, Record::Mixer(MixerEvent::Withdrawal(one)) if one.time.is_none())
        });
        let expected = match pool {
            "100" => 7_645,
            _ => withdrawals,
        };
        assert_eq!(untimed.count(), expected, "{pool}");
    }
}

#[test]
fn prices() {
    let Some(data) = data() else { return };
    let rows = rows(&data.join("prices/daily_close_usd.csv.zst"), "prices-csv");
    let mut assets = BTreeSet::new();
    for row in &rows {
        let Row::Price(price) = row else { panic!("{row:?}") };
        assets.insert(price.asset.as_str());
        assert!(!price.source.is_empty());
    }
    assert_eq!((rows.len(), assets.len()), (80_584, 26));
}

#[test]
fn flow_graphs() {
    let Some(data) = data() else { return };
    for (case, edges) in [("HB", 3_887), ("LIFI", 135), ("XScam", 1_307)] {
        let path = data.join(format!("theft-ground-truth/{case}/edges.csv.zst"));
        let rows = rows(&path, "flow-graph-usd");
        let mut transfers = 0;
        let mut labels = BTreeSet::new();
        for (at, row) in rows.iter().enumerate() {
            match row {
                Row::Record(Record::Asset(asset)) => {
                    assert_eq!((at, &asset.id), (0, &AssetId::Unit("USD".into())));
                }
                Row::Record(Record::Transfer(transfer)) => {
                    assert_eq!(transfer.asset, AssetId::Unit("USD".into()));
                    transfers += 1;
                }
                Row::Label(label) => assert!(labels.insert(label.clone())),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(transfers, edges);
        assert!(!labels.is_empty());
    }
}

#[test]
fn ethereum_etl() {
    let Some(data) = data() else { return };
    let folder = data.join("ethereum");
    let stream = folder.join("blocks_17173049_17173050.transactions.jsonl.zst");
    let with_receipts = records(&stream, "ethereum-etl-transactions");
    let table = folder.join("withdrawals_era.transactions.csv.zst");
    let without = records(&table, "ethereum-etl-transaction-ids");
    // The two blocks hold 116 and 182 transactions.
    assert_eq!((with_receipts.len(), without.len()), (298, 298));
    for (full, bare) in with_receipts.iter().zip(&without) {
        let (Record::Transaction(full), Record::Transaction(bare)) = (full, bare) else {
            panic!("{full:?} {bare:?}")
        };
        assert_eq!(
            (full.id, full.block, full.index, full.time),
            (bare.id, bare.block, bare.index, bare.time)
        );
        assert!(full.body.is_some() && bare.body.is_none());
    }
    let Record::Transaction(first) = &with_receipts[0] else { panic!("a transaction") };
    let body = first.body.as_ref().expect("receipts are there");
    assert_eq!(body.fee, Amount::from(85_143_u128 * 80_869_370_967));

    let stream = folder.join("blocks_17173049_17173050.token_transfers.jsonl.zst");
    let transfers = records(&stream, "ethereum-etl-token-transfers");
    let Record::Transfer(second) = &transfers[1] else { panic!("a transfer") };
    // Beyond 64 bits, so it would be rounded if a number of JSON went through a float.
    assert_eq!(second.amount.to_string(), "150188698577042438264952193024");
    assert_eq!(second.item, Some(1));
}
