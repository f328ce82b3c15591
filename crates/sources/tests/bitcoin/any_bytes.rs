//! Whatever the bytes, every decoder ends and none panics.

use proptest::prelude::*;
use sources::bitcoin::{
    BlockFiles, ChainOfHeaders, FileKind, Hash, Network,
    block::{self, BlockVisitor, Input, Output, Transaction},
    check, coins, undo,
};

use crate::{
    made_up::{block as mine, chain, coinbase, transaction},
    node::{record, xor},
};

/// Looks at everything and counts the bytes that it was shown.
#[derive(Default)]
struct Curious {
    shown: usize,
}

impl BlockVisitor for Curious {
    fn input(&mut self, input: Input<'_>) {
        self.shown += input.script.len();
    }

    fn output(&mut self, output: Output<'_>) {
        self.shown += output.script.len();
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        let _ = (transaction.wtxid(), transaction.version(), transaction.lock_time());
        assert!(transaction.weight() >= transaction.bytes().len() as u64);
    }
}

fn try_block(bytes: &[u8]) {
    let (mut txids, mut visitor) = (Vec::new(), Curious::default());
    if let Ok(header) = block::decode(bytes, &mut txids, &mut visitor) {
        assert!(!txids.is_empty());
        let _ = check::proof_of_work(&header, Network::Regtest);
        let _ = check::transactions(&header, &mut txids);
    }
    assert!(visitor.shown <= bytes.len());
}

/// The same as a block of each coin.
fn try_coins(bytes: &[u8]) {
    for network in Network::all() {
        let (mut txids, mut visitor) = (Vec::new(), Curious::default());
        if let Ok(header) = coins::decode(network, bytes, &mut txids, &mut visitor) {
            assert!(!txids.is_empty());
            let _ = check::proof_of_work(&header, network);
            let _ = check::transactions(&header, &mut txids);
        }
        assert!(visitor.shown <= bytes.len());
    }
}

fn try_undo(bytes: &[u8]) {
    let mut inputs = 0_u32;
    let counted = undo::decode(bytes, |_| inputs += 1);
    assert!(counted.is_err() || counted.is_ok_and(|counts| counts.inputs == inputs));
    let _ = undo::of_child(Hash::default(), bytes);
}

fn try_files(bytes: &[u8], key: Option<&[u8]>) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    };
    for name in ["blk00000.dat", "blk00001.dat", "rev00000.dat"] {
        write(name, bytes);
    }
    if let Some(key) = key {
        write("xor.dat", key);
    }
    let Ok(files) = BlockFiles::open(folder.path(), Network::Regtest) else { return };
    let mut chain = ChainOfHeaders::new(Network::Regtest, false);
    for (header, place) in files.headers().flatten() {
        let _ = chain.add(&header, place);
    }
    let _ = chain.best(&files);
    for kind in [FileKind::Blocks, FileKind::Undo] {
        let mut reader = files.reader(kind);
        for place in files.records(kind).flatten() {
            let bytes = reader.read(place).expect("it was there a moment ago");
            assert_eq!(bytes.len() as u64, u64::from(place.length));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        try_block(&bytes);
        try_coins(&bytes);
        try_undo(&bytes);
        try_files(&bytes, bytes.get(..8));
        try_files(&bytes, bytes.get(..3));
    }

    #[test]
    fn bytes_behind_a_header(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        try_block(&[&[0; 80][..], &bytes].concat());
        try_block(&[&[0; 80][..], &[1, 2, 0, 0, 0, 0, 1], &bytes].concat());
    }

    #[test]
    fn blocks_with_a_wrong_part(
        at in any::<proptest::sample::Index>(),
        part in proptest::collection::vec(any::<u8>(), 1..12),
    ) {
        let mut block = mine(Hash::default(), &[coinbase(1), transaction(Hash([1; 32]), 3, b"x", &[7, 8])]);
        let at = at.index(block.len());
        let end = block.len().min(at + part.len());
        block.splice(at..end, part);
        try_block(&block);
    }

    #[test]
    fn files_with_a_wrong_part(
        at in any::<proptest::sample::Index>(),
        part in proptest::collection::vec(any::<u8>(), 1..12),
        key in any::<[u8; 8]>(),
    ) {
        let mut bytes: Vec<u8> = chain(Hash::default(), 0, 3)
            .iter()
            .flat_map(|block| record(Network::Regtest, block))
            .collect();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + part.len());
        bytes.splice(at..end, part);
        xor(&mut bytes, key);
        try_files(&bytes, Some(&key));
    }

    #[test]
    fn blocks_of_coins_with_a_wrong_part(
        name in proptest::sample::select(vec![
            "dogecoin_auxpow_6", "litecoin_regtest_439", "litecoin_regtest_peg_out", "zcash_396", "zcash_949496",
            "zcash_1687121",
        ]),
        at in any::<proptest::sample::Index>(),
        part in proptest::collection::vec(any::<u8>(), 1..12),
    ) {
        let mut block = crate::coins::block(name);
        let at = at.index(block.len());
        let end = block.len().min(at + part.len());
        block.splice(at..end, part);
        try_coins(&block);
    }
}
