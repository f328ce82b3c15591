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
    unhex(FIRST)
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

/// The first block of Dogecoin, as it lies in its file.
const FIRST_OF_DOGECOIN: &str = "\
c0c0c0c0e0000000\
010000000000000000000000000000000000000000000000000000000000000000000000696ad20e\
2dd4365c7459b4a4a5af743d5e92c6da3229e6532cd605f6533f2a5b24a6a152f0ff0f1e67860100\
0101000000010000000000000000000000000000000000000000000000000000000000000000ffff\
ffff1004ffff001d0104084e696e746f6e646fffffffff010058850c020000004341040184710fa6\
89ad5023690c80f3a49c8f13f8d45b8c857fbcbc8bc4a8e4d3eb4b10f4d4604fa08dce601aaf0f47\
0216fe1b51850b4acf21b179c45070ac7b03a9ac00000000";

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn the_first_block_of_another_coin_is_stored_in_a_ledger_of_its_own() {
    let here = Tracewell::new();
    here.write("blocks/blk00000.dat", unhex(FIRST_OF_DOGECOIN));
    let words = ["ingest", "bitcoin", "--blocks", "blocks", "--network", "dogecoin", "--quiet"];
    insta::assert_snapshot!(here.run(words), @"");
    assert!(here.data_dir().join("chains/dogecoin").is_dir());
    let id = "5b2a3f53f605d62c53e62932dac6925e3d74afa5a4b459745c36d42d0ed26a69";
    insta::assert_snapshot!(here.run(["show", id]), @"");
}

#[test]
fn blocks_that_the_ledger_cannot_keep_are_refused_with_the_reason() {
    let here = Tracewell::new();
    // The first block of Zcash's private chain.
    let head = "04000000\
        0000000000000000000000000000000000000000000000000000000000000000\
        db4d7a85b768123f1dff1d4c4cece70083b2d27e117b4ac2e31d087988a5eac4\
        0000000000000000000000000000000000000000000000000000000000000000\
        dae5494d0f0f0f20\
        0900000000000000000000000000000000000000000000000000000000000000\
        2401936b7db1eb4ac39f151b8704642d0a8bda13ec547d54cd5e43ba142fc6d8877cab07b3";
    let body = "01\
        01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff\
        4d04ffff071f0104455a6361736830623963346565663862376363343137656535303031653335303039\
        383462366665613335363833613763616331343161303433633432303634383335643334ffffffff\
        010000000000000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61\
        deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";
    let block = unhex(&[head, body].concat());
    let length = u32::try_from(block.len()).expect("short").to_le_bytes();
    let magic = [0xaa, 0xe8, 0x3f, 0x5f];
    here.write("blocks/blk00000.dat", [&magic[..], &length, &block].concat());
    let words =
        ["ingest", "bitcoin", "--blocks", "blocks", "--network", "zcash-regtest", "--quiet"];
    insta::assert_snapshot!(here.run(words), @"");
    assert!(!here.data_dir().join("chains/zcash-regtest").exists());
    insta::assert_snapshot!(here.run([&words[..], &["--check"]].concat()), @"");
}
