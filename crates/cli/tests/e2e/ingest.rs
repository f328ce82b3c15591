//! Bitcoin Core's block files.

use crate::tracewell::Tracewell;

/// The first block of Bitcoin, as it lies in `blk00000.dat`.
const FIRST: &str = "\
f9beb4d91d010000\
0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd\
7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c\
0101000000010000000000000000000000000000000000000000000000000000000000000000ffff\
ffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c\
6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73\
ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a6\
7962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f\
ac00000000";

fn first() -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&FIRST[at..at + 2], 16).expect("hex");
    (0..FIRST.len()).step_by(2).map(digit).collect()
}

const CHECK: [&str; 5] = ["ingest", "bitcoin", "--blocks", "blocks", "--check"];

#[test]
fn the_first_block_is_checked_and_not_stored() {
    let here = Tracewell::new();
    let mut bytes = first();
    bytes.resize(10_000, 0);
    here.write("blocks/blk00000.dat", bytes);
    let mut words = CHECK.to_vec();
    words.push("--quiet");
    insta::assert_snapshot!(here.run(&words), @r"
        checked                 count
        blocks                      1
        transactions                1
        inputs                      0
        outputs                     1
        value created, BTC         50
        of that to miners, BTC     50
        stale blocks                0

        tip: 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f at height 0, 2009-01-03T18:15:05Z
        clean; nothing was stored
        -- exit 0
        ");
    let answer = here.json(&CHECK);
    assert_eq!(answer["clean"], true);
    assert_eq!(answer["stored"], false);
    assert_eq!(answer["transactions"], 1);
    assert_eq!(answer["output_value"], "5000000000");
    assert_eq!(answer["tip"]["height"], 0);
    assert!(!here.data_dir().join("chains").exists());
}

#[test]
fn damage_is_exit_code_1_and_named_with_file_and_offset() {
    let here = Tracewell::new();
    let mut bytes = first();
    // A byte of the newspaper's headline.
    bytes[140] ^= 1;
    here.write("blocks/blk00000.dat", &bytes);
    let mut words = CHECK.to_vec();
    words.push("--quiet");
    insta::assert_snapshot!(here.run(&words), @r"
        checked                 count
        blocks                      0
        transactions                0
        inputs                      0
        outputs                     0
        value created, BTC          0
        of that to miners, BTC      0
        stale blocks                0

        file                 byte  finding
        blocks/blk00000.dat     8  bad merkle root: block 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f promises 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b, its transactions give 0bd788a73dbfdf7017c8b3e1338b72d60e6e499b2bf07968a08b762186c61cc8

        1 finding; nothing was stored
        -- exit 1
        ");
    bytes.truncate(200);
    here.write("blocks/blk00000.dat", &bytes);
    let run = here.run([&CHECK[..], &["--json"]].concat());
    assert_eq!(run.code, 1, "{run}");
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let finding = &answer["findings"][0];
    assert_eq!(finding["offset"], 0);
    assert_eq!(finding["what"], "truncated: a record needs 293 bytes, and the file has 200 more");
}

#[test]
fn the_first_block_is_stored_once() {
    let here = Tracewell::new();
    here.write("blocks/blk00000.dat", first());
    let words = ["ingest", "bitcoin", "--blocks", "blocks", "--quiet"];
    insta::assert_snapshot!(here.run(words), @"
    read and stored         count
    blocks                      1
    transactions                1
    inputs                      0
    outputs                     1
    value created, BTC         50
    of that to miners, BTC     50
    stale blocks                0

    in the ledger  count
    blocks             1
    transactions       1
    inputs             0
    outputs            1
    addresses          1

    tip: 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f at height 0, 2009-01-03T18:15:05Z
    -- exit 0
    ");
    let stored = here.files("chains");
    insta::assert_snapshot!(here.run(words), @"
    read and stored         count
    blocks                      0
    transactions                0
    inputs                      0
    outputs                     0
    value created, BTC          0
    of that to miners, BTC      0
    stale blocks                0

    in the ledger  count
    blocks             1
    transactions       1
    inputs             0
    outputs            1
    addresses          1

    nothing new: the ledger has all of these blocks
    -- exit 0
    ");
    assert!(here.files("chains") == stored, "a second run changes nothing");
}

#[test]
fn what_was_stored_is_verified_and_shown() {
    let here = Tracewell::new();
    here.write("blocks/blk00000.dat", first());
    here.clean(["ingest", "bitcoin", "--blocks", "blocks"]);
    insta::assert_snapshot!(here.run(["verify"]), @"
    part     files  bytes  transactions  moves or outputs  findings
    bitcoin     25  1,020             1                 1         0

    clean
    -- exit 0
    ");
    let id = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
    insta::assert_snapshot!(here.run(["show", id]), @"
    4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b on bitcoin

    block     0 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f
    index     0
    time      2009-01-03T18:15:05Z
    coinbase  yes: it makes new coins

    output  to      BTC
         0  pubkey   50
    -- exit 0
    ");
    let answer = here.json(&["show", id]);
    assert_eq!(answer["kind"], "transaction");
    assert_eq!(answer["outputs"][0]["amount"], "5000000000");
    assert_eq!(answer["outputs"][0]["spent_by"], serde_json::Value::Null);
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let here = Tracewell::new();
    here.write("blocks/blk00000.dat", first());
    here.write("empty/peers.dat", b"");
    insta::assert_snapshot!(
        here.run(["ingest", "bitcoin", "--blocks", "empty", "--check"]), @r"
        -- stderr
        error: empty: no blk*.dat in this folder

        hint: `--blocks` is the folder `blocks` in the node's data directory
        -- exit 2
        ");
    let run = here.run([&CHECK[..], &["--network", "testnet"]].concat());
    assert_eq!(run.code, 2, "{run}");
}
