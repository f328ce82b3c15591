//! Kills at any moment of `tracewell ingest`.

use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use super::{
    ledger::{compare, ingest, verified, words},
    made::{Made, copy},
    reorg,
};
use crate::tracewell::Tracewell;

const KILLS: u32 = 50;

/// Lets it run for a while that is another one for each kill: half of them are spread over the whole
/// run, the other half over the writing of segments and what comes after it.
fn wait(here: &Tracewell, child: &mut Child, kill: u32, undisturbed: Duration) {
    if kill + 1 == KILLS {
        child.wait().expect("it ends");
        return;
    }
    if kill.is_multiple_of(2) {
        std::thread::sleep(undisturbed * kill / KILLS);
        return;
    }
    let segments = here.data_dir().join("chains/bitcoin-regtest/utxo/segments");
    let entries = || {
        let names = fs::read_dir(&segments).into_iter().flatten();
        names.map(|entry| entry.expect("readable").file_name()).collect::<BTreeSet<_>>()
    };
    let before = entries();
    while entries().is_subset(&before) && child.try_wait().expect("it can be asked").is_none() {
        std::thread::sleep(Duration::from_micros(100));
    }
    std::thread::sleep(undisturbed * kill / KILLS / 6);
}

/// Whatever was under way, what is stored is whole, and the next run ends with the same bytes.
fn kills(made: &Made, from_nothing: bool) {
    let here = Tracewell::in_memory();
    let before = here.path("before");
    fs::create_dir_all(&before).expect("made");
    if !from_nothing {
        ingest(&here, &made.blocks_before());
        copy(&here.data_dir(), &before);
    }
    let started = Instant::now();
    ingest(&here, &made.blocks());
    let undisturbed = started.elapsed();
    let whole = here.files("chains");
    let (best, best_before) = (made.best().len(), made.best_before().len());
    let fork = best_before - reorg::STALE as usize;
    let allowed = if from_nothing { vec![0, best] } else { vec![best_before, fork, best] };
    let (mut killed, mut seen) = (0, vec![0; allowed.len()]);
    for kill in 0..KILLS {
        fs::remove_dir_all(here.data_dir()).expect("removed");
        copy(&before, &here.data_dir());
        let mut child = here
            .command(words(&made.blocks()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        wait(&here, &mut child, kill, undisturbed);
        child.kill().expect("killed, or already gone");
        killed += u32::from(!child.wait().expect("it is gone").success());
        let held = verified(&here.data_dir()) as usize;
        let state = allowed.iter().position(|blocks| *blocks == held);
        seen[state.unwrap_or_else(|| panic!("kill {kill}: {held} blocks"))] += 1;
        ingest(&here, &made.blocks());
        assert!(here.files("chains") == whole, "kill {kill}: other bytes");
    }
    compare(&here.data_dir(), &made.best());
    println!("{killed} of {KILLS} runs were killed; {seen:?} held {allowed:?} blocks afterwards");
    // The first kill comes before the program can have read anything, the last when it has ended.
    assert!((1..KILLS).contains(&killed));
    assert!(seen[0] > 0 && seen[allowed.len() - 1] > 0);
}

#[test]
fn fifty_kills_while_all_is_stored_leave_no_trace() {
    let Some(made) = Made::ready() else { return };
    kills(&made, true);
}

#[test]
fn fifty_kills_while_a_branch_is_unwound_leave_no_trace() {
    let Some(made) = Made::ready() else { return };
    kills(&made, false);
}
