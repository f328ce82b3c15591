//! What is wrong with a file is said with file, line and column.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use sources::{Layout, Limits, Options, SourceError, detect};
use support::{builtin, read, read_with, set};

const HEADER: &str = "hash,block,timestamp,tx_index,nonce,from,to,value_wei,gas_used,gas_price_wei,is_error,method_id,created_contract\n";
const LAYOUT: &str = "explorer-txlist-csv";
const TWO_POW_256: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639936";

/// A good row, one cell of which can be replaced.
fn row(replaced: Option<(usize, &str)>) -> String {
    let hash = format!("0x{}", "ab".repeat(32));
    let from = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let mut cells = [
        hash.as_str(),
        "46468",
        "1438923669",
        "0",
        "0",
        from,
        from,
        "10",
        "21000",
        "500000000000",
        "0",
        "0x",
        "",
    ];
    if let Some((at, text)) = replaced {
        cells[at] = text;
    }
    cells.join(",") + "\n"
}

/// A good row, a bad one, a good one: the bad one is refused and the others are read.
fn one_bad(bad: &str) -> String {
    let text = format!("{HEADER}{}{bad}{}", row(None), row(None));
    let outcome = read("a.csv", &text, LAYOUT);
    let refused = outcome.refused();
    assert_eq!((outcome.rows.len(), refused.len()), (2, 1), "{outcome:?}");
    refused[0].clone()
}

#[test]
fn cells_that_are_wrong() {
    let checks = [
        (
            7,
            TWO_POW_256,
            "3 value_wei: amount 115792089237316195423570985008687907853269984665640564039457584007913129639936 does not fit: the largest is 2^256 - 1 base units",
        ),
        (
            5,
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "3 from: EIP-55 checksum is wrong: the case of the letters says another address (expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)",
        ),
        (5, "", "3 from: is empty"),
        (0, "0x12", "3 hash: expected 64 hex digits, found 2"),
        (1, "-1", "3 block: \"-1\" is not a whole number"),
        (3, "4294967296", "3 tx_index: 4294967296 is too large"),
        (
            2,
            "yesterday",
            "3 timestamp: \"yesterday\" is not a time: expected seconds since 1970, YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339",
        ),
        (10, "maybe", "3 is_error: \"maybe\" is none of 0, 1"),
        (10, "", "3 is_error: is empty"),
        (7, "1\x002", "3 value_wei: holds a NUL byte"),
        (11, "\0", "3 method_id: holds a NUL byte"),
    ];
    for (at, text, message) in checks {
        assert_eq!(one_bad(&row(Some((at, text)))), message);
    }
    let most = format!("{}5", &TWO_POW_256[..77]);
    assert_eq!(
        one_bad(&row(Some((9, &most)))),
        "3 gas_price_wei: gas used times gas price exceeds 256 bits"
    );
}

#[test]
fn a_ragged_row_is_counted() {
    assert_eq!(one_bad("1,2,3\n"), "3 3 cells where the header has 13 columns");
    assert_eq!(one_bad("one\n"), "3 1 cells where the header has 13 columns");
    let long = row(None).replace("21000", "21000,7");
    assert_eq!(one_bad(&long), "3 14 cells where the header has 13 columns");
}

#[test]
fn text_that_is_not_utf_8() {
    let mut bytes = [HEADER, &row(None), &row(Some((11, "@"))), &row(None)].concat().into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').expect("it is there");
    bytes[at] = 0xff;
    let outcome = read("a.csv", &bytes, LAYOUT);
    assert_eq!(outcome.rows.len(), 2);
    assert_eq!(outcome.refused(), ["3 method_id: not UTF-8 after 0 bytes of the cell"]);
    let outcome = read("a.csv", b"date,asset,\xff\n", "prices-csv");
    assert_eq!(outcome.stopped(), "a.csv: header: not UTF-8 after 0 bytes of the cell");
}

#[test]
fn lines_are_counted_the_same_with_every_line_end() {
    let bad = row(Some((1, "x")));
    for text in [
        [HEADER, &row(None), &bad, &row(None)].concat(),
        [HEADER, "\n\n", &bad].concat().replacen("\n\n\n", "\n\n", 1),
    ] {
        for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
            let outcome = read("a.csv", &text, LAYOUT);
            assert_eq!(outcome.refused(), ["3 block: \"x\" is not a whole number"], "{text:?}");
        }
    }
    // A byte order mark is no part of the first name, and a cell may hold a line end.
    let text = format!("\u{feff}{HEADER}{}{bad}", row(Some((11, "\"a\nb\""))));
    let outcome = read("a.csv", &text, LAYOUT);
    assert_eq!(outcome.refused(), ["4 block: \"x\" is not a whole number"]);
}

#[test]
fn a_quote_that_is_never_closed() {
    for bad in [row(Some((11, "\"0x"))), row(Some((12, "\""))), "\"".to_owned()] {
        for tail in ["", "\n", "\n\n"] {
            let text = format!("{HEADER}{}{}{tail}", row(None), bad.trim_end());
            let outcome = read("a.csv", &text, LAYOUT);
            assert_eq!(outcome.rows.len(), 1);
            assert_eq!(
                outcome.stopped(),
                "a.csv:3: a quote is opened in this row and never closed",
                "{text:?}"
            );
        }
    }
    let closed = format!("{HEADER}{}", row(Some((11, "\"0x\"\"\"")))).trim_end().to_owned();
    assert_eq!(read("a.csv", &closed, LAYOUT).rows.len(), 1);
    let text = format!("{HEADER}{}{}", row(Some((11, "\"0x"))), row(None).repeat(2_000));
    let limits = Limits { row_bytes: 10_000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let outcome = read_with("a.csv", text.as_bytes(), builtin(LAYOUT), &options);
    assert!(outcome.rows.is_empty());
    assert_eq!(
        outcome.stopped(),
        "a.csv: size in bytes of one row (or a quote that is never closed) exceeds the limit of 10000"
    );
}

#[test]
fn files_without_rows() {
    for text in ["", "\n", "  \n\n"] {
        assert_eq!(read("a.csv", text, LAYOUT).stopped(), "a.csv: the file is empty", "{text:?}");
    }
    for text in [HEADER, HEADER.trim_end()] {
        let outcome = read("a.csv", text, LAYOUT);
        assert!(outcome.rows.is_empty() && outcome.refused().is_empty());
    }
    let empty = zstd::encode_all(&b""[..], 1).expect("compresses");
    assert_eq!(read("a.csv.zst", empty, LAYOUT).stopped(), "a.csv.zst: the file is empty");
}

#[test]
fn headers_that_do_not_fit() {
    let text = HEADER.replace("value_wei", "Value Wei").replace("is_error,", "");
    assert_eq!(
        read("a.csv", text, LAYOUT).stopped(),
        "a.csv: layout explorer-txlist-csv needs column \"value_wei\" for value, nearest is \"Value Wei\"; column \"is_error\" for succeeded"
    );
    let text = HEADER.replace("nonce", "hash");
    assert_eq!(
        read("a.csv", text, LAYOUT).stopped(),
        "a.csv: header: two columns are called \"hash\""
    );
    let text = (0..2_000).map(|at| at.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(
        read("a.csv", text, LAYOUT).stopped(),
        "a.csv: number of columns exceeds the limit of 1024"
    );
}

#[test]
fn a_truncated_dump_gives_its_rows_and_then_the_offset() {
    let rows: String = (0..5_000).map(|at| row(Some((4, &at.to_string())))).collect();
    let whole = zstd::encode_all(format!("{HEADER}{rows}").as_bytes(), 3).expect("compresses");
    let cut = &whole[..whole.len() - 5];
    let outcome = read("a.csv.zst", cut, LAYOUT);
    assert!(outcome.refused.is_empty());
    assert_eq!(
        outcome.stopped(),
        format!(
            "a.csv.zst: compressed data ends too early, at byte {}: the file is truncated",
            cut.len()
        )
    );
}

#[test]
fn a_layout_is_found_by_columns_or_the_nearest_ones_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, HEADER).expect("written");
    assert_eq!(detect(&path, Limits::default()).expect("it fits").name(), LAYOUT);
    std::fs::write(&path, "date,asset,close\n").expect("written");
    let Err(SourceError::NoLayout { nearest, .. }) = detect(&path, Limits::default()) else {
        panic!("no layout fits");
    };
    assert_eq!(nearest[0], ("prices-csv".into(), vec!["close_usd".into(), "source".into()]));
    assert_eq!(nearest.len(), 3);
    let Err(error) = Layout::named("txlist") else { panic!("there is none") };
    assert!(error.to_string().contains("etherscan-txlist"), "{error}");
}

#[test]
fn settings_that_are_missing_or_wrong() {
    let text = format!("leaf_index,block_number,timestamp,tx_hash\n0,1,,0x{}\n", "ab".repeat(32));
    let layout = builtin("tornado-deposits");
    let outcome = |options: &Options| read_with("events.csv", text.as_bytes(), layout, options);
    let known = "deposits_ethereum_eth_0.1, deposits_ethereum_eth_1, deposits_ethereum_eth_10, deposits_ethereum_eth_100";
    assert_eq!(
        outcome(&set(&[])).stopped(),
        format!(
            "events.csv: field pool: has no value; set pool=VALUE (it is known for files called {known})"
        )
    );
    for (key, value, message) in [
        ("pool", "0x12", "pool: not an EVM address: expected 40 hex digits, found 2"),
        ("chain", "bitcoin", "chain: bitcoin has no accounts"),
        ("chain", "dogechain", "chain: unknown chain \"dogechain\""),
        ("poool", "1", "poool: a mixer-deposit has no such field"),
    ] {
        let found = outcome(&set(&[(key, value)])).stopped();
        assert_eq!(found, format!("events.csv: field {message}"));
    }
    let pool = "0x12d66f87a04a9e220743712ce6d9bb1b5616b8fc";
    assert_eq!(outcome(&set(&[("pool", pool)])).rows.len(), 1);
}

#[test]
fn json_lines_that_are_wrong() {
    let good =
        "{\"date\": \"2020-01-01\", \"asset\": \"ETH\", \"close_usd\": 1.5, \"source\": null}\n";
    let text = [
        good,
        "{\"date\": \"2020-01-01\"",
        "\n\n[1]\n",
        &good.replace("1.5", "[1]"),
        &good.replace("\"ETH\"", "\"ETH\", \"asset\": \"BTC\""),
        &good.replace("\"asset\": \"ETH\", ", ""),
        good,
    ]
    .concat();
    let outcome = read("a.jsonl", &text, "prices-csv");
    assert_eq!(outcome.rows.len(), 2);
    let lines: Vec<u64> = outcome.refused.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7]);
    assert_eq!(outcome.refused()[4], "7 asset: is empty");
    assert!(outcome.refused()[3].contains("\"asset\" stands twice"), "{:?}", outcome.refused());
    assert!(read("a.jsonl", "{\"date\"", "prices-csv").stopped().contains("header: line 1"));
}
