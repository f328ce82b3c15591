//! What a node would not have written is named with file and offset.

use sources::bitcoin::{
    Damage, FileKind, Hash, Network,
    block::{self, BlockVisitor},
    check,
};

use crate::{
    made_up::{block as mine, chain, coinbase, hash, header, transaction},
    node::{Folder, Node},
};

struct Nobody;

impl BlockVisitor for Nobody {}

/// What is wrong with a block, if anything.
fn check_block(bytes: &[u8]) -> Result<(), Damage> {
    let mut txids = Vec::new();
    let header = block::decode(bytes, &mut txids, &mut Nobody)?;
    check::transactions(&header, &mut txids)
}

/// Two files of three blocks, and the offset of the last record of each.
fn six() -> (Folder, Vec<Vec<u8>>, [usize; 2]) {
    let blocks = chain(Hash::default(), 0, 6);
    let files = vec![blocks[..3].to_vec(), blocks[3..].to_vec()];
    let last = |blocks: &[Vec<u8>]| blocks[..2].iter().map(|block| block.len() + 8).sum();
    let offsets = [last(&blocks[..3]), last(&blocks[3..])];
    (Node::of(Network::Regtest, files).write(), blocks, offsets)
}

#[test]
fn a_truncated_file_is_named_wherever_it_was_cut() {
    for file in [0, 1] {
        let (folder, blocks, offsets) = six();
        let (offset, length) = (offsets[file as usize], blocks[2].len());
        for left in (1..length + 8).rev() {
            folder.change(file, |bytes| bytes.truncate(offset + left));
            let needed = if left < 8 { 8 } else { length + 8 };
            let expected = format!(
                "blk0000{file}.dat: byte {offset}: truncated: a record needs {needed} bytes, and \
                 the file has {left} more"
            );
            assert_eq!(folder.refusal(), expected);
        }
    }
}

#[test]
fn a_wrong_magic_is_named() {
    let (folder, _, offsets) = six();
    folder.change(0, |bytes| bytes[offsets[0]] ^= 1);
    let offset = offsets[0];
    let expected = format!(
        "blk00000.dat: byte {offset}: wrong magic fbbfb5da; a record of regtest begins with fabfb5da"
    );
    assert_eq!(folder.refusal(), expected);
}

#[test]
fn zeros_with_data_behind_them_are_no_tail() {
    for file in [0, 1] {
        let (folder, _, _) = six();
        let mut data = 0;
        folder.change(file, |bytes| {
            bytes[..100].fill(0);
            data = bytes.iter().position(|byte| *byte != 0).expect("the rest of the file");
        });
        let expected = format!(
            "blk0000{file}.dat: byte 0: zeros instead of a record, and data after them at byte \
             {data}"
        );
        assert_eq!(folder.refusal(), expected);
    }
}

#[test]
fn a_length_that_no_block_has_is_named() {
    for length in [0, 80, 4_000_001, u32::MAX] {
        let (folder, _, offsets) = six();
        let at = offsets[1] + 4;
        folder.change(1, |bytes| bytes[at..at + 4].copy_from_slice(&length.to_le_bytes()));
        let refusal = folder.refusal();
        let expected = format!("blk00001.dat: byte {}: a record of {length} bytes", offsets[1]);
        assert!(refusal.starts_with(&expected), "{refusal}");
    }
}

#[test]
fn a_missing_parent_is_named() {
    let blocks = chain(Hash::default(), 0, 6);
    for gone in 0..5 {
        let mut left = blocks.clone();
        left.remove(gone);
        let before: usize = left[..gone].iter().map(|block| block.len() + 8).sum();
        let (block, parent) = (hash(&blocks[gone + 1]), hash(&blocks[gone]));
        let expected = format!(
            "blk00000.dat: byte {}: the parent {parent} of block {block} is missing",
            before + 8
        );
        assert_eq!(Node::of(Network::Regtest, vec![left]).write().refusal(), expected);
    }
}

#[test]
fn work_that_is_not_there_is_named() {
    let blocks = chain(Hash::default(), 0, 2);
    let mut lazy = mine(hash(&blocks[1]), &[coinbase(9)]);
    // A target of the real network, which this block does not meet.
    lazy[72..76].copy_from_slice(&0x1d00_ffff_u32.to_le_bytes());
    let mut easy = lazy.clone();
    easy[72..76].copy_from_slice(&0x2100_ffff_u32.to_le_bytes());
    let offset = blocks.iter().map(|block| block.len() + 8).sum::<usize>() + 8;
    for (bad, what) in [
        (&lazy, "does not meet its own target 0x1d00ffff"),
        (&easy, "has the target 0x2100ffff, which regtest never has"),
    ] {
        let files = vec![[&blocks[..], std::slice::from_ref(bad)].concat()];
        let expected =
            format!("blk00000.dat: byte {offset}: insufficient work: block {} {what}", hash(bad));
        assert_eq!(Node::of(Network::Regtest, files).write().refusal(), expected);
    }
}

/// Each byte of a block decides: flipping any is seen by hash, tree or decoder.
#[test]
fn no_flipped_byte_of_a_block_goes_unseen() {
    let parent = Hash([7; 32]);
    let spend = transaction(Hash([1; 32]), 0, b"abc", &[1, 2]);
    let whole = mine(parent, &[coinbase(1), spend]);
    assert_eq!(check_block(&whole), Ok(()));
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        let seen = check_block(&flipped).is_err() || hash(&flipped) != hash(&whole);
        assert!(seen, "byte {at}");
        if at >= 80 {
            assert!(check_block(&flipped).is_err(), "byte {at}");
        }
    }
}

#[test]
fn a_bad_merkle_root_and_a_repeated_end_are_named() {
    let transactions = [coinbase(1), transaction(Hash([1; 32]), 0, b"", &[5]), coinbase(3)];
    let honest = mine(Hash::default(), &transactions);
    let block = hash(&honest);
    let mut repeated = honest.clone();
    repeated[80] = 4;
    repeated.extend(&transactions[2]);
    assert_eq!(check_block(&repeated), Err(Damage::MutatedTree { block }));
    let mut other = honest.clone();
    *other.last_mut().expect("not empty") = 1;
    let found = check_block(&other);
    let promised = header(&honest).merkle_root;
    assert!(
        matches!(found, Err(Damage::MerkleRoot { block: named, promised: root, .. })
            if named == block && root == promised),
        "{found:?}"
    );
}

#[test]
fn a_block_is_neither_longer_nor_shorter_than_its_record() {
    let whole = mine(Hash::default(), &[coinbase(1)]);
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(check_block(&longer), Err(Damage::TrailingBytes { left: 1 }));
    for length in 0..whole.len() {
        let found = check_block(&whole[..length]);
        assert!(matches!(found, Err(Damage::Undecodable { what: "a block", .. })), "{length}");
    }
    let no_coinbase = mine(Hash::default(), &[transaction(Hash([1; 32]), 0, b"", &[5])]);
    let error = check_block(&no_coinbase).expect_err("refused").to_string();
    assert_eq!(error, "not a block: its first transaction is no coinbase");
}

#[test]
fn a_file_that_shrank_since_it_was_listed_is_named() {
    let (folder, blocks, offsets) = six();
    let best = folder.best().expect("a chain");
    let files = folder.open().expect("opens");
    folder.change(1, |bytes| bytes.truncate(bytes.len() - 1));
    let mut reader = files.reader(FileKind::Blocks);
    let tip = best.blocks.last().expect("six blocks").place;
    let error = reader.read(tip).expect_err("a byte is missing").to_string();
    let length = blocks[5].len();
    let expected = format!(
        "blk00001.dat: byte {}: truncated: a record needs {length} bytes, and the file has {} more",
        offsets[1] + 8,
        length - 1
    );
    assert!(error.ends_with(&expected), "{error}");
    std::fs::remove_file(folder.file(0)).expect("removed");
    let error = reader.read(best.blocks[0].place).expect_err("the file is gone").to_string();
    assert!(error.contains("blk00000.dat: "), "{error}");
}
