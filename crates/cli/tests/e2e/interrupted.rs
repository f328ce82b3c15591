//! Ctrl-C, and kills at any moment of an import.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::tracewell::{Tracewell, copy, transactions};

const BEFORE: u64 = 500;
const AFTER: u64 = 20_500;
const KILLS: u32 = 50;

fn prepared() -> Tracewell {
    let here = Tracewell::new();
    here.write("small.csv", transactions(0..BEFORE));
    here.write("large.csv", transactions(BEFORE..AFTER));
    here.clean(["import", "small.csv"]);
    here
}

fn held(here: &Tracewell) -> u64 {
    let answer = here.json(&["verify"]);
    assert_eq!(answer["clean"], true, "{answer}");
    answer["chains"][0]["counts"]["transactions"].as_u64().expect("a count")
}

/// Lets an import run for a while that is another one for each kill: half of them are spread over
/// the whole import and somewhat beyond, the other half over the writing of the segments.
fn wait(here: &Tracewell, child: &mut Child, kill: u32, undisturbed: Duration) {
    if kill + 1 == KILLS {
        child.wait().expect("it ends");
    } else if kill.is_multiple_of(2) {
        std::thread::sleep(undisturbed * kill * 5 / (KILLS * 4));
    } else {
        let segments = here.data_dir().join("chains/ethereum/segments");
        let entries = || fs::read_dir(&segments).map_or(0, Iterator::count);
        while entries() < 2 && child.try_wait().expect("it can be asked").is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(undisturbed * kill / (KILLS * 5));
    }
}

/// A kill at any moment leaves the ledger as before or as after, and the import can be repeated.
#[test]
fn fifty_kills_leave_no_trace() {
    let here = prepared();
    copy(&here.data_dir(), &here.path("before"));
    let started = Instant::now();
    here.clean(["import", "large.csv"]);
    let undisturbed = started.elapsed();
    let whole = here.files("chains");
    let mut killed_before = 0;
    for kill in 0..KILLS {
        fs::remove_dir_all(here.data_dir()).expect("removed");
        copy(&here.path("before"), &here.data_dir());
        let mut child = here
            .command(["import", "large.csv"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        wait(&here, &mut child, kill, undisturbed);
        child.kill().expect("killed, or already gone");
        child.wait().expect("it is gone");
        match held(&here) {
            BEFORE => killed_before += 1,
            AFTER => {}
            other => panic!("kill {kill}: {other} transactions"),
        }
        here.clean(["import", "large.csv"]);
        assert!(here.files("chains") == whole, "kill {kill}: other bytes");
    }
    // The first kill comes before the program can have read anything, the last when it has ended.
    assert!((1..KILLS).contains(&killed_before));
    println!(
        "{killed_before} of {KILLS} kills came before the commit; {undisturbed:?} undisturbed"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_an_import_cleanly() {
    let here = prepared();
    fs::remove_file(here.data_dir().join("chains/ethereum/lock")).expect("removed");
    here.write("huge.csv", transactions(BEFORE..200_000));
    let child = here
        .command(["import", "huge.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // Whoever has taken the lock listens already.
    while !here.data_dir().join("chains/ethereum/lock").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert_eq!(stderr, "error: interrupted; nothing of the file under way was taken\n");
    assert_eq!(held(&here), BEFORE);
}
