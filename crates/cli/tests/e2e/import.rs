//! Importing dumps: what is taken, what is refused, and in which words.

use crate::tracewell::{HEADER, Tracewell, transaction, transactions};

#[test]
fn a_file_is_taken_once() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..1_200));
    insta::assert_snapshot!(here.run(["import", "a.csv"]), @r#"
        file   layout                rows  transactions  moves  state
        a.csv  explorer-txlist-csv  1,200         1,200  2,400  new

        ethereum now holds 1,200 transactions; 2,400 moves
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["import", "a.csv"]), @r#"
        file   layout               rows  state
        a.csv  explorer-txlist-csv        unchanged

        ethereum now holds 1,200 transactions; 2,400 moves
        -- exit 0
        "#);
    let before = here.files("chains");
    let again = here.json(&["import", "a.csv"]);
    assert_eq!(again["imports"][0]["changed"], false);
    assert_eq!(again["imports"][0]["total"]["transactions"], 1_200);
    assert_eq!(here.files("chains"), before);
}

#[test]
fn files_in_any_order_give_the_same_bytes() {
    let (one, other) = (Tracewell::new(), Tracewell::new());
    for here in [&one, &other] {
        here.write("a.csv", transactions(0..300));
        here.write("b.csv", transactions(200..600));
    }
    one.clean(["import", "a.csv", "b.csv"]);
    other.clean(["import", "b.csv", "a.csv"]);
    assert_eq!(one.files("chains"), other.files("chains"));
}

#[test]
fn what_is_wrong_is_named_by_line_and_column() {
    let here = Tracewell::new();
    let max = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
    here.write("amount.csv", [HEADER, &transaction(1, "5"), &transaction(2, max)].concat());
    insta::assert_snapshot!(here.run(["import", "amount.csv"]), @r#"
        -- stderr
        error: amount.csv: 1 row is bad; nothing of the file was taken
          line 3: column "value_wei": amount 115792089237316195423570985008687907853269984665640564039457584007913129639936 does not fit: the largest is 2^256 - 1 base units

        hint: `--skip-bad 1` takes the file without them; the wrong layout also looks like this, see `tracewell import --list-layouts`
        -- exit 2
        "#);
    // The letters of this address say that one of them was mistyped.
    let typo = transaction(1, "5").replace(
        "0x0000000000000000000000000000000000000002",
        "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    );
    here.write("typo.csv", [HEADER, &typo].concat());
    insta::assert_snapshot!(here.run(["import", "typo.csv"]), @r#"
        -- stderr
        error: typo.csv: 1 row is bad; nothing of the file was taken
          line 2: column "from": EIP-55 checksum is wrong: the case of the letters says another address (expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)

        hint: `--skip-bad 1` takes the file without them; the wrong layout also looks like this, see `tracewell import --list-layouts`
        -- exit 2
        "#);
    here.write("column.csv", transactions(0..2).replace("value_wei", "value"));
    insta::assert_snapshot!(
        here.run(["import", "column.csv", "--layout", "explorer-txlist-csv"]), @r#"
        -- stderr
        error: column.csv: layout explorer-txlist-csv needs column "value_wei" for value, nearest is "value"

        hint: name another layout (`tracewell import --list-layouts`), or write one of your own as a small TOML file: `--layout FILE.toml`
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["import", "column.csv", "--layout", "blockscout"]), @r#"
        -- stderr
        error: no layout is called "blockscout"; there are coverage-csv, ethereum-etl-token-transfers, ethereum-etl-transaction-ids, ethereum-etl-transactions, etherscan-tokentx, etherscan-txlist, etherscan-txlistinternal, explorer-txlist-csv, flow-graph-usd, prices-csv, tornado-deposits, tornado-withdrawals

        hint: `tracewell import --list-layouts` shows them all
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["import", "absent.csv"]), @r#"
        -- stderr
        error: absent.csv: No such file or directory (os error 2)
        -- exit 2
        "#);
    let folder = here.run(["import", "."]);
    assert_eq!((folder.code, folder.stderr.as_str()), (2, "error: .: not a regular file\n"));
    insta::assert_snapshot!(here.run(["doctor"]), @"
    version      0.1.0
    data folder  [folder]/data

    missing: no facts: `tracewell import FILE` or `tracewell ingest bitcoin --blocks DIR`
    missing: no prices, so nothing is valued in dollars: `tracewell import PRICES`
    missing: no tags, so no service is known: `tracewell tags import PACK`
    missing: no actors, so no country is known: `tracewell tags import ACTORPACK`
    missing: no incidents: `tracewell incidents import FILE`
    -- exit 0
    ");
}

#[test]
fn an_unknown_table_names_the_nearest_layouts() {
    let here = Tracewell::new();
    here.write("list.csv", "date,asset,close\n2020-01-01,ETH,1\n");
    insta::assert_snapshot!(here.run(["import", "list.csv"]), @r#"
        -- stderr
        error: list.csv: no built-in layout fits its columns; nearest: prices-csv (misses close_usd, source); coverage-csv (misses address, rows_answered, capped_at_10000); ethereum-etl-transaction-ids (misses hash, block_number, transaction_index, block_timestamp)

        hint: `tracewell import --list-layouts` shows them all; one of your own is a small TOML file: `--layout FILE.toml`
        -- exit 2
        "#);
}

#[test]
fn a_broken_download_is_refused_and_the_others_are_taken() {
    let here = Tracewell::new();
    let whole = zstd::encode_all(transactions(0..2_000).as_bytes(), 3).expect("compresses");
    here.write("cut.csv.zst", &whole[..whole.len() / 2]);
    here.write("whole.csv.zst", &whole);
    here.write("empty.csv", "");
    let run = here.run(["import", "cut.csv.zst", "empty.csv", "whole.csv.zst"]);
    let text = run.to_string().replace(&(whole.len() / 2).to_string(), "[half]");
    insta::assert_snapshot!(text, @r#"
        file           layout                rows  transactions  moves  state
        whole.csv.zst  explorer-txlist-csv  2,000         2,000  4,000  new

        ethereum now holds 2,000 transactions; 4,000 moves
        -- stderr
        error: cut.csv.zst: compressed data ends too early, at byte [half]: the file is truncated

        hint: the download broke off; fetch the file again

        error: empty.csv: the file is empty
        -- exit 2
        "#);
}

#[test]
fn bad_rows_are_left_out_only_by_permission() {
    let here = Tracewell::new();
    let mut text = transactions(0..20);
    for number in 20..27 {
        text.push_str(&transaction(number, "much"));
    }
    // The same transaction with another value contradicts the first.
    text.push_str(&transaction(3, "7"));
    here.write("a.csv", &text);
    insta::assert_snapshot!(here.run(["import", "a.csv"]), @r#"
        -- stderr
        error: a.csv: 8 rows are bad; nothing of the file was taken
          line 22: column "value_wei": "much" is not an amount
          line 23: column "value_wei": "much" is not an amount
          line 24: column "value_wei": "much" is not an amount
          line 25: column "value_wei": "much" is not an amount
          line 26: column "value_wei": "much" is not an amount
          line 27: column "value_wei": "much" is not an amount
          line 28: column "value_wei": "much" is not an amount
          line 29: conflict in transaction 0x0000000000000000000000000000000000000000000000000000000000000003: value is 1000000000000000000 in the ledger or earlier in the file, and 7 here

        hint: `--skip-bad 8` takes the file without them; the wrong layout also looks like this, see `tracewell import --list-layouts`
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["import", "a.csv", "--skip-bad", "7"]), @r#"
        -- stderr
        error: a.csv: 8 rows are bad, 7 allowed; nothing of the file was taken
          line 22: column "value_wei": "much" is not an amount
          line 23: column "value_wei": "much" is not an amount
          line 24: column "value_wei": "much" is not an amount
          line 25: column "value_wei": "much" is not an amount
          line 26: column "value_wei": "much" is not an amount
          line 27: column "value_wei": "much" is not an amount
          line 28: column "value_wei": "much" is not an amount
          line 29: conflict in transaction 0x0000000000000000000000000000000000000000000000000000000000000003: value is 1000000000000000000 in the ledger or earlier in the file, and 7 here

        hint: `--skip-bad 8` takes the file without them; the wrong layout also looks like this, see `tracewell import --list-layouts`
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["import", "a.csv", "--skip-bad", "8"]), @r#"
        file   layout               rows  bad  transactions  moves  state
        a.csv  explorer-txlist-csv    28    8            20     40  new

        ethereum now holds 20 transactions; 40 moves
        -- stderr
        warning: a.csv: 8 bad rows left out
          line 22: column "value_wei": "much" is not an amount
          line 23: column "value_wei": "much" is not an amount
          line 24: column "value_wei": "much" is not an amount
          line 25: column "value_wei": "much" is not an amount
          line 26: column "value_wei": "much" is not an amount
          and 3 more
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["doctor", "--imports", "--format", "csv"]), @r#"
        chain,file,layout,records,bad
        ethereum,a.csv,explorer-txlist-csv,20,8
        -- exit 0
        "#);
}

#[test]
fn a_file_that_contradicts_the_ledger_is_refused() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..10));
    here.write("b.csv", [HEADER, &transaction(3, "7")].concat());
    here.clean(["import", "a.csv"]);
    let before = here.files("chains");
    insta::assert_snapshot!(here.run(["import", "b.csv"]), @r#"
        -- stderr
        error: b.csv: conflict in transaction 0x0000000000000000000000000000000000000000000000000000000000000003: value is 1000000000000000000 in the ledger or earlier in the file, and 7 here; nothing of it was taken
        -- exit 2
        "#);
    assert_eq!(here.files("chains"), before);
}

#[test]
fn settings_chain_and_complete_blocks() {
    let here = Tracewell::new();
    let hash = format!("0x{:064x}", 5);
    here.write(
        "pool.csv",
        format!("leaf_index,block_number,timestamp,tx_hash\n0,1000000,1500000000,{hash}\n"),
    );
    insta::assert_snapshot!(here.run(["import", "pool.csv"]), @r#"
        -- stderr
        error: pool.csv: field pool: has no value; set pool=VALUE (it is known for files called deposits_ethereum_eth_0.1, deposits_ethereum_eth_1, deposits_ethereum_eth_10, deposits_ethereum_eth_100)

        hint: give it with `--set FIELD=VALUE`
        -- exit 2
        "#);
    let pool = "pool=0xa160cdab225685da1d56aa342ad8841c3b53f291";
    here.clean(["import", "pool.csv", "--set", pool]);
    here.write("a.csv", transactions(0..10));
    here.clean(["import", "a.csv", "--chain", "polygon", "--complete-blocks", "1M:1.0001M"]);
    let doctor = here.json(&["doctor"]);
    assert_eq!(doctor["chains"][0]["chain"], "ethereum");
    assert_eq!(doctor["chains"][0]["counts"]["mixer_deposits"], 1);
    assert_eq!(doctor["chains"][1]["chain"], "polygon");
    assert_eq!(doctor["chains"][1]["complete_blocks"][0][1], 1_000_100);
}

#[test]
fn labels_and_prices_go_into_the_store() {
    let here = Tracewell::new();
    let row = |hash: u64| {
        format!(
            "0x{hash:064x},1000000,2020-01-01 00:00:00,0x{:040x},0x{:040x},12.5,Thief,Shop\n",
            1, 2
        )
    };
    let header = "Tx_hash,Block,Timestamp,From,To,Value_in_USD,From_label,To_label\n";
    here.write("graph.csv", [header, &row(1), &row(2)].concat());
    here.write("prices.csv", "date,asset,close_usd,source\n2020-01-01,ETH,130.5,me\n");
    insta::assert_snapshot!(here.run(["import", "graph.csv", "prices.csv"]), @r#"
        file        layout          rows  transactions  moves  labels  prices  state
        graph.csv   flow-graph-usd     2             2      2       2       0  new
        prices.csv  prices-csv         1             0      0       0       1  new

        ethereum now holds 2 transactions; 2 moves
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["import", "graph.csv", "prices.csv"]), @r#"
        file        layout          rows  state
        graph.csv   flow-graph-usd     2  unchanged
        prices.csv  prices-csv         1  unchanged

        ethereum now holds 2 transactions; 2 moves
        -- exit 0
        "#);
    // A kill between facts and labels leaves facts alone; the next import adds the labels.
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(here.data_dir().join(format!("tracewell.sqlite{ending}")));
    }
    let again = here.json(&["import", "graph.csv"]);
    assert_eq!(again["imports"][0]["new"]["transactions"], 0);
    assert_eq!(again["imports"][0]["labels"]["new"], 2);
}

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..10));
    here.write("b.csv", transactions(10..20));
    here.clean(["import", "a.csv"]);
    let first = ledger::Import::begin(
        &here.data_dir(),
        "ethereum".parse().expect("a chain"),
        "process 7, \"tracewell import big.csv\"",
    )
    .expect("free");
    insta::assert_snapshot!(here.run(["import", "b.csv"]), @r#"
        -- stderr
        error: the ledger of ethereum is locked by process 7, "tracewell import big.csv"

        hint: wait until it has finished, then run this again
        -- exit 2
        "#);
    assert_eq!(
        here.json(&["doctor"])["chains"][0]["locked_by"],
        "process 7, \"tracewell import big.csv\""
    );
    here.clean(["verify"]);
    drop(first);
    here.clean(["import", "b.csv"]);
}

#[test]
fn a_layout_of_ones_own() {
    let here = Tracewell::new();
    here.write(
        "mine.toml",
        "description = \"closes\"\nrecord = \"price\"\n[columns]\nday = \"d\"\nprice = \"p\"\n[constants]\nasset = \"ETH\"\nsource = \"me\"\n",
    );
    here.write("p.csv", "d,p\n2020-01-01,130.5\n");
    insta::assert_snapshot!(here.run(["import", "p.csv", "--layout", "mine.toml"]), @r#"
        file   layout     rows  prices  state
        p.csv  mine.toml     1       1  new
        -- exit 0
        "#);
    here.write("wrong.toml", "record = \"price\"\n[columns]\nday = \"d\"\nprise = \"p\"\n");
    insta::assert_snapshot!(here.run(["import", "p.csv", "--layout", "wrong.toml"]), @r#"
        -- stderr
        error: layout wrong.toml: TOML parse error at line 1, column 1
          |
        1 | record = "price"
          | ^
        missing field `description`
        -- exit 2
        "#);
}
