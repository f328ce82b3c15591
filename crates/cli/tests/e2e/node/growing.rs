//! Ingest while the node runs, mines, and changes its mind.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::{
    bitcoind::Bitcoind,
    ledger::{compare, ingest, verified},
    made::{Made, copy},
    truth,
};
use crate::tracewell::{Tracewell, memory};

const BURNT: &str = "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202";
/// Blocks that come while we read.
const BLOCKS: u32 = 400;
/// After so many blocks the node loses some of them.
const UNTIL_REORG: u32 = 50;

#[test]
fn every_look_at_a_node_that_mines_is_clean() {
    let Some(made) = Made::ready() else { return };
    let datadir = memory();
    copy(&made.datadir(), datadir.path());
    let node = Bitcoind::start(made.binary(), datadir.path(), &[]);
    let here = Tracewell::in_memory();
    let done = AtomicBool::new(false);
    let mut heights = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            mine(&node, &made);
            done.store(true, Ordering::Release);
        });
        while !done.load(Ordering::Acquire) {
            ingest(&here, &node.blocks());
            heights.push(verified(&here.data_dir()));
        }
    });
    let answer = ingest(&here, &node.blocks());
    assert_eq!(answer["being_written"], false, "{answer}");
    let said = here.path("said");
    truth::write(node.client(), &said);
    compare(&here.data_dir(), &truth::read(&said));
    // We have not looked only when all was over.
    heights.dedup();
    println!("{} different heights were seen", heights.len());
    assert!(heights.len() > 1);
    node.stop();
}

/// Mines block by block; now and then a branch loses.
fn mine(node: &Bitcoind, made: &Made) {
    let coinbase = &made.best()[10].transactions[0];
    let other = coinbase.outputs[0].script.address.clone().expect("the miner's");
    for mined in 1..=BLOCKS {
        let hash = node.mine(1, BURNT).remove(0);
        if mined % UNTIL_REORG == 0 {
            node.ask("invalidateblock", &json!([hash]));
            node.mine(2, &other);
        }
    }
}
