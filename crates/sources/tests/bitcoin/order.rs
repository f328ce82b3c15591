//! The order of the chain out of the order of the files.

use sources::bitcoin::{FileKind, Hash, Network, Tail};

use crate::{
    made_up::{chain, hash},
    node::{Folder, Node, hashes},
};

fn write(files: Vec<Vec<Vec<u8>>>) -> Folder {
    Node::of(Network::Regtest, files).write()
}

#[test]
fn the_branch_with_most_work_wins_and_the_other_is_stale() {
    let trunk = chain(Hash::default(), 0, 5);
    let short = chain(hash(&trunk[4]), 1, 2);
    let long = chain(hash(&trunk[4]), 2, 3);
    let best = [&trunk[..], &long].concat();
    let expected: Vec<Hash> = best.iter().map(|block| hash(block)).collect();
    // The short branch came first; order of files must not matter.
    let mut shuffled = [&long[..], &trunk, &short].concat();
    shuffled.swap(0, 7);
    shuffled.swap(2, 9);
    for files in [
        vec![trunk.clone(), short.clone(), long.clone()],
        vec![[&trunk[..], &short, &long].concat()],
        shuffled.into_iter().map(|block| vec![block]).collect(),
    ] {
        let folder = write(files);
        let found = folder.best().expect("a chain");
        assert!(found.whole);
        assert_eq!(hashes(&found), expected);
        let depths: Vec<u32> = found.blocks.iter().map(|block| block.depth).collect();
        assert_eq!(depths, [0, 1, 2, 3, 4, 5, 6, 7]);
        let mut stale: Vec<(Hash, u32)> =
            found.stale.iter().map(|block| (block.hash, block.depth)).collect();
        stale.sort_by_key(|(_, depth)| *depth);
        assert_eq!(stale, [(hash(&short[0]), 5), (hash(&short[1]), 6)]);
        let files = folder.open().expect("opens");
        let mut reader = files.reader(FileKind::Blocks);
        for (at, block) in found.blocks.iter().zip(&best) {
            assert_eq!(reader.read(at.place).expect("readable"), block);
        }
    }
}

#[test]
fn of_two_with_equal_work_the_first_to_arrive_stays() {
    let trunk = chain(Hash::default(), 0, 2);
    let (one, two) = (chain(hash(&trunk[1]), 1, 2), chain(hash(&trunk[1]), 2, 2));
    for (first, second) in [(&one, &two), (&two, &one)] {
        let found = write(vec![trunk.clone(), first.clone(), second.clone()]).best();
        assert_eq!(hashes(&found.expect("a chain"))[3], hash(&first[1]));
    }
}

#[test]
fn a_block_that_comes_again_counts_once() {
    let blocks = chain(Hash::default(), 0, 3);
    let files = vec![blocks.clone(), vec![blocks[1].clone(), blocks[2].clone()]];
    let found = write(files).best().expect("a chain");
    assert_eq!((found.blocks.len(), found.stale.len()), (3, 0));
    assert!(found.blocks.iter().all(|block| block.place.file == 0));
    assert!(found.repeated.len() == 2 && found.repeated.iter().all(|place| place.file == 1));
}

#[test]
fn a_pruned_node_begins_where_its_files_do() {
    let blocks = chain(Hash::default(), 0, 10);
    let mut node = Node::of(Network::Regtest, vec![blocks[5..].to_vec()]);
    node.first_file = 3;
    let found = node.write().best().expect("a chain");
    assert!(!found.whole);
    assert_eq!(hashes(&found)[..], blocks[5..].iter().map(|block| hash(block)).collect::<Vec<_>>());
    // A block that had arrived early hangs on one that lay in a deleted file.
    node.files = vec![vec![blocks[2].clone()], blocks[5..].to_vec()];
    let found = node.write().best().expect("a chain");
    assert_eq!((found.blocks.len(), found.detached.len()), (5, 1));
    assert_eq!(found.detached[0].hash, hash(&blocks[2]));
    // The file of the first blocks is there, so nothing was pruned.
    node.first_file = 0;
    let missing = format!("the parent {} of block", hash(&blocks[1]));
    assert!(node.write().refusal().contains(&missing));
}

#[test]
fn the_unused_tail_is_no_record_whatever_the_key() {
    let blocks = chain(Hash::default(), 0, 4);
    for key in [None, Some([0; 8]), Some([0xa5, 1, 2, 3, 4, 5, 6, 7])] {
        for tail in [0, 1, 3, 7, 8, 100, 200_000] {
            let mut node = Node::of(Network::Regtest, vec![blocks.clone()]);
            (node.key, node.tail) = (key, tail);
            let folder = node.write();
            let files = folder.open().expect("opens");
            let mut records = files.records(FileKind::Blocks);
            assert_eq!(records.by_ref().filter(Result::is_ok).count(), 4, "{key:?} {tail}");
            let offset = blocks.iter().map(|block| block.len() as u64 + 8).sum();
            assert_eq!(records.tail(), Some(Tail { file: 0, offset, being_written: false }));
        }
    }
}

#[test]
fn a_block_that_is_being_written_is_left_for_the_next_look() {
    let blocks = chain(Hash::default(), 0, 3);
    let end: usize = blocks[..2].iter().map(|block| block.len() + 8).sum();
    for key in [None, Some([0xa5, 1, 2, 3, 4, 5, 6, 7])] {
        let mut node = Node::of(Network::Regtest, vec![blocks.clone()]);
        (node.key, node.tail) = (key, 500);
        // The node has come to this point of the third record.
        for there in [8, 9, 60, 90] {
            let folder = node.write();
            folder.change(0, |bytes| bytes[end + there..].fill(0));
            let files = folder.open().expect("opens");
            let mut headers = files.headers();
            assert_eq!(headers.by_ref().filter(Result::is_ok).count(), 2, "{there}");
            let tail = Tail { file: 0, offset: end as u64, being_written: true };
            assert_eq!(headers.tail(), Some(tail), "{there}");
            assert_eq!(folder.best().expect("a chain").blocks.len(), 2);
        }
        assert_eq!(node.write().best().expect("a chain").blocks.len(), 3);
    }
}
