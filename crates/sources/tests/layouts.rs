//! Layouts that come with the program, layouts of a user, and what each makes of a row.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use chain::{
    Account, Amount, AssetId, Chain,
    record::{Record, TransferKind, TransferRecord},
};
use sources::{Layout, Options, Row};
use support::{Outcome, builtin, read, read_with, set};

const HASH: &str = "0xabababababababababababababababababababababababababababababababab";
const A: &str = "0x00000000000000000000000000000000000000aa";
const B: &str = "0x00000000000000000000000000000000000000bb";

fn account(text: &str) -> Account {
    Account::parse_evm(text).expect("an address")
}

fn transfers(outcome: &Outcome) -> Vec<&TransferRecord> {
    assert_eq!(outcome.refused(), Vec::<String>::new());
    let transfer = |row| match row {
        &Row::Record(Record::Transfer(ref transfer)) => Some(transfer),
        _ => None,
    };
    outcome.rows.iter().filter_map(transfer).collect()
}

#[test]
fn txlist() {
    let text = format!(
        "blockNumber,timeStamp,hash,nonce,blockHash,transactionIndex,from,to,value,gas,gasPrice,isError,txreceipt_status,input,contractAddress,cumulativeGasUsed,gasUsed,confirmations,methodId,functionName\n\
         5,1500000000,{HASH},1,{HASH},7,{A},,12,90000,3,1,0,0x,{B},1,21000,9,0x,\n"
    );
    let outcome = read_with(
        "txlist.csv",
        text.as_bytes(),
        builtin("etherscan-txlist"),
        &set(&[("chain", "bsc")]),
    );
    let [Row::Record(Record::Transaction(transaction))] = outcome.rows.as_slice() else {
        panic!("{outcome:?}")
    };
    let body = transaction.body.as_ref().expect("a txlist has values");
    assert_eq!((transaction.block, transaction.index), (5, Some(7)));
    assert_eq!((body.from, body.to, body.created), (account(A), None, Some(account(B))));
    assert_eq!((body.value, body.fee), (Amount::from(12_u64), Amount::from(63_000_u64)));
    assert!(!body.succeeded);
}

#[test]
fn tokentx_names_each_token_once() {
    let header = "blockNumber,timeStamp,hash,nonce,blockHash,from,contractAddress,to,value,tokenName,tokenSymbol,tokenDecimal,transactionIndex,gas,gasPrice,gasUsed,cumulativeGasUsed,input,confirmations\n";
    let row = |token: &str, value: &str, decimals: &str| {
        format!(
            "5,1500000000,{HASH},1,{HASH},{A},{token},{B},{value},Tether USD,USDT\u{1b},{decimals},7,1,1,1,1,deprecated,1\n"
        )
    };
    let text = [header, &row(A, "5", "6"), &row(A, "0", "6"), &row(B, "1", ""), &row(A, "1", "8")]
        .concat();
    let mut outcome = read("tokentx.csv", &text, "etherscan-tokentx");
    assert_eq!(
        outcome.refused(),
        ["5 tokenDecimal: says 8 where an earlier row of the same asset said 6"]
    );
    outcome.refused.clear();
    let Row::Record(Record::Asset(asset)) = &outcome.rows[0] else { panic!("{outcome:?}") };
    assert_eq!((asset.symbol.as_str(), asset.decimals), ("USDT\u{fffd}", 6));
    assert_eq!(outcome.rows.len(), 4);
    let transfers = transfers(&outcome);
    assert_eq!(transfers[0].asset, AssetId::Token(account(A)));
    assert_eq!((transfers[0].index, transfers[0].item), (Some(7), None));
    assert!(transfers[1].amount.is_zero(), "an amount of zero is a fact too");
}

#[test]
fn txlistinternal_skips_what_moved_nothing() {
    let header = "blockNumber,timeStamp,hash,from,to,value,contractAddress,input,type,gas,gasUsed,traceId,isError,errCode\n";
    let row = |to: &str, created: &str, kind: &str, error: &str| {
        format!("5,1500000000,{HASH},{A},{to},9,{created},,{kind},1,1,0_1,{error},\n")
    };
    let text = [
        header,
        &row(B, "", "call", "0"),
        &row(B, "", "call", "1"),
        &row(B, "", "delegatecall", "0"),
        &row("", B, "create", "0"),
    ]
    .concat();
    let outcome = read("internal.csv", &text, "etherscan-txlistinternal");
    assert_eq!(outcome.skipped, 2);
    let transfers = transfers(&outcome);
    assert_eq!(transfers.len(), 2);
    for transfer in transfers {
        assert_eq!((transfer.kind, &transfer.asset), (TransferKind::Internal, &AssetId::Native));
        assert_eq!((transfer.from, transfer.to), (account(A), account(B)));
    }
}

#[test]
fn a_flow_graph_is_exact_to_the_last_digit() {
    let header = "Timestamp,Block,Tx_hash,From,From_label,To,To_label,Value_in_USD\n";
    let row = |label: &str, value: &str| {
        format!("2023-01-13 20:34:11,16400290,{HASH},{A},{label},{B},,{value}\n")
    };
    let text = [
        header,
        &row("Hacker", "75996.79987999999"),
        &row("Hacker", "1e-05"),
        &row("Exchange", "1.0"),
    ]
    .concat();
    let outcome = read("edges.csv", &text, "flow-graph-usd");
    let amounts: Vec<String> =
        transfers(&outcome).iter().map(|transfer| transfer.amount.to_decimal(18)).collect();
    assert_eq!(amounts, ["75996.79987999999", "0.00001", "1"]);
    assert!(matches!(&outcome.rows[0], Row::Record(Record::Asset(asset)) if asset.symbol == "USD"));
    let labels: Vec<&str> = outcome
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Label(label) => {
                assert_eq!((label.chain, label.account), (Chain::Ethereum, account(A)));
                Some(label.label.as_str())
            }
            Row::Record(_) | Row::Price(_) => None,
        })
        .collect();
    assert_eq!(labels, ["Hacker", "Exchange"]);
}

#[test]
fn the_example_of_the_guide_reads_the_file_of_the_guide() {
    let guide = include_str!("../../../docs/formats/layouts.md");
    let block = |fence: &str| {
        let (_, rest) = guide.split_once(fence).expect("the guide has such a block");
        rest.split_once("```").expect("the block ends").0
    };
    let layout = Layout::parse("example", block("```toml\n")).unwrap_or_else(|e| panic!("{e}"));
    let csv = block("```csv\n");
    let outcome = read_with("payouts.csv", csv.as_bytes(), &layout, &Options::default());
    assert_eq!(outcome.skipped, 1);
    let transfers = transfers(&outcome);
    assert_eq!(transfers.len(), 1);
    assert_eq!(transfers[0].amount.to_decimal(6), "1250.5");
    assert_eq!(transfers[0].time.to_string(), "2023-05-02T12:19:59Z");
    assert!(outcome.rows.iter().any(|row| matches!(row, Row::Label(_))));

    for layout in Layout::built_in() {
        assert!(guide.contains(&format!("`{}`", layout.name())), "{} is listed", layout.name());
    }
    for kind in sources::RecordKind::all() {
        assert!(guide.contains(&format!("`{kind}`")), "{kind} is listed");
        for field in kind.required().iter().chain(kind.optional()) {
            assert!(guide.contains(&format!("`{field}`")), "{field} is listed");
        }
    }
}

#[test]
fn a_wrong_layout_names_the_field() {
    let good = "description = \"d\"\nrecord = \"coverage\"\nchain = \"ethereum\"\n[columns]\naddress = \"a\"\nrows = \"r\"\ncapped = \"c\"\n";
    Layout::parse("x", good).expect("it is good");
    for (from, to, message) in [
        (
            "capped = \"c\"\n",
            "",
            "layout x: capped: a coverage needs it, from a column or a constant",
        ),
        (
            "rows = \"r\"",
            "rows = []",
            "layout x: rows: needs at least one column name, and none of them empty",
        ),
        (
            "rows = \"r\"",
            "row = \"r\"",
            "layout x: row: a coverage has no such field; it has address, rows, capped",
        ),
        (
            "\"coverage\"",
            "\"cover\"",
            "layout x: record: \"cover\" is no kind of record; there are transaction, transaction-id, internal-transfer, token-transfer, unit-transfer, mixer-deposit, mixer-withdrawal, coverage, price",
        ),
        ("\"ethereum\"", "\"ether\"", "layout x: chain: unknown chain \"ether\""),
        (
            "rows = \"r\"",
            "rows = { column = \"r\", unit = \"decimal\" }",
            "layout x: rows: `unit` belongs to a field that is an amount as text, integer or exact decimal",
        ),
        (
            "capped = \"c\"",
            "capped = { column = \"c\", yes = [\"y\"] }",
            "layout x: capped: `yes` and `no` come together",
        ),
        (
            "capped = \"c\"",
            "capped = \"c\"\n[constants]\nrows = \"1\"",
            "layout x: rows: has both a column and a constant",
        ),
    ] {
        let error = Layout::parse("x", &good.replace(from, to)).expect_err(to);
        assert_eq!(error.to_string(), message);
    }
    for (from, to, part) in [
        ("record", "colour = 1\nrecord", "unknown field `colour`"),
        ("capped = \"c\"", "capped = { column = \"c\", colour = 1 }", "unknown field `colour`"),
        ("capped = \"c\"", "capped = 1", "a column name, a list of column names or a table"),
        ("description = \"d\"", "", "missing field `description`"),
    ] {
        let error = Layout::parse("x", &good.replacen(from, to, 1)).expect_err(to);
        assert!(error.to_string().contains(part), "{error}");
    }
    let fee = good.replace("coverage", "transaction").replace(
        "address = \"a\"\nrows = \"r\"\ncapped = \"c\"",
        "id=\"a\"\nblock=\"b\"\ntime=\"t\"\nfrom=\"f\"\nvalue=\"v\"\nsucceeded=\"s\"\ngas_used=\"g\"",
    );
    let error = Layout::parse("x", &fee).expect_err("no fee").to_string();
    assert_eq!(error, "layout x: fee: a transaction needs `fee`, or `gas_used` and `gas_price`");
}
