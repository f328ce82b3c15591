//! The same chain in the files of other nodes.

use std::path::Path;

use serde_json::json;
use sources::bitcoin::{Hash, rpc::NodeClient};

use super::{bitcoind::Bitcoind, draft::hex, made::copy};
use crate::tracewell::memory;

/// Blocks that a node mines on top so that it may delete what lies deep below.
const ON_TOP: u32 = 700;

/// Hands a block over; a node that lacks its parents keeps it all the same.
fn submit(to: &Bitcoind, block: &[u8]) {
    let answer = to.ask("submitblock", &json!([hex(block)]));
    let kept = ["inconclusive", "duplicate-inconclusive", "duplicate"];
    assert!(answer.is_null() || kept.iter().any(|word| answer == *word), "{answer}");
}

fn blocks(from: &NodeClient, hashes: &[Hash]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| from.block(*hash).expect("it has it")).collect()
}

/// The files of a node that was told of these blocks in this order, and of no others.
pub(super) fn clean(binary: &Path, from: &NodeClient, best: &[Hash], to: &Path) {
    let datadir = memory();
    let node = Bitcoind::start(binary, datadir.path(), &[]);
    for block in &blocks(from, &best[1..]) {
        submit(&node, block);
    }
    finish(node, best, to);
}

/// The files of a node that got the blocks in any order, writes small files and hides nothing.
pub(super) fn shuffled(binary: &Path, from: &NodeClient, best: &[Hash], stale: &[Hash], to: &Path) {
    let datadir = memory();
    let node = Bitcoind::start(binary, datadir.path(), &["-fastprune", "-blocksxor=0"]);
    let mut all = blocks(from, &[&best[1..], stale].concat());
    for block in &all {
        node.ask("submitheader", &json!([hex(&block[..80])]));
    }
    // A shuffle that is the same each time.
    let mut state = 1_u64;
    for last in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let other = usize::try_from(state >> 33).expect("64 bits") % (last + 1);
        all.swap(last, other);
    }
    for block in &all {
        submit(&node, block);
    }
    finish(node, best, to);
}

/// The files of a node that deleted the lowest of them.
pub(super) fn pruned(binary: &Path, from: &NodeClient, best: &[Hash], to: &Path) {
    let datadir = memory();
    let node = Bitcoind::start(binary, datadir.path(), &["-fastprune", "-prune=1"]);
    for block in &blocks(from, &best[1..]) {
        submit(&node, block);
    }
    let burnt = "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202";
    node.mine(ON_TOP, burnt);
    let height = node.client().chain_info().expect("it answers").height;
    node.ask("pruneblockchain", &json!([height - 300]));
    let blocks = node.blocks();
    assert!(!blocks.join("blk00000.dat").exists(), "nothing was deleted");
    node.stop();
    copy(&blocks, to);
}

fn finish(node: Bitcoind, best: &[Hash], to: &Path) {
    let tip = node.client().chain_info().expect("it answers").tip;
    assert_eq!(Some(&tip), best.last());
    let blocks = node.blocks();
    node.stop();
    copy(&blocks, to);
}
