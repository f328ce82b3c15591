//! Ingest while the node runs, mines, and changes its mind.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::json;

use super::{
    bitcoind::Bitcoind,
    ledger::{compare, ingest, verified},
    made::{Made, copy},
    truth,
};
use crate::tracewell::{Tracewell, memory};

const BURNT: &str = "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202";
/// How often we look while the node mines.
const LOOKS: u32 = 6;
/// Between two blocks, so that each look has some and not hundreds.
const PAUSE: Duration = Duration::from_millis(5);
/// After so many blocks the node loses some of them.
const UNTIL_REORG: u32 = 20;
/// A miner that nobody looks at stops after so many.
const BLOCKS_MAX: u32 = 20_000;

#[test]
fn every_look_at_the_files_of_a_node_that_mines_is_clean() {
    let Some(made) = Made::ready() else { return };
    let datadir = memory();
    copy(&made.datadir(), datadir.path());
    let node = Bitcoind::start(made.binary(), datadir.path(), &[]);
    let here = Tracewell::in_memory();
    let heights = while_it_mines(&node, &made, || {
        ingest(&here, &node.blocks());
        verified(&here.data_dir())
    });
    let answer = ingest(&here, &node.blocks());
    assert_eq!(answer["being_written"], false, "{answer}");
    let said = here.path("said");
    truth::write(node.client(), &said);
    compare(&here.data_dir(), &truth::read(&said));
    assert!(heights.windows(2).any(|pair| pair[0] < pair[1]), "{heights:?}");
    node.stop();
}

/// Looks again and again while the node mines block by block and now and then loses a branch.
pub(super) fn while_it_mines<T>(
    node: &Bitcoind,
    made: &Made,
    mut look: impl FnMut() -> T,
) -> Vec<T> {
    let coinbase = &made.best()[10].transactions[0];
    let other = coinbase.outputs[0].script.address.clone().expect("the miner's");
    let looks = AtomicU32::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let watched = |_: &u32| looks.load(Ordering::Acquire) < LOOKS;
            for mined in (1..BLOCKS_MAX).take_while(watched) {
                std::thread::sleep(PAUSE);
                let hash = node.mine(1, BURNT).remove(0);
                if mined % UNTIL_REORG == 0 {
                    node.ask("invalidateblock", &json!([hash]));
                    node.mine(2, &other);
                }
            }
        });
        let count = |seen| {
            looks.fetch_add(1, Ordering::Release);
            seen
        };
        (0..LOOKS).map(|_| count(look())).collect()
    })
}
