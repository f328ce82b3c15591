//! `tracewell ingest bitcoin --rpc`: what is new on a running node.

use serde_json::json;

use super::{
    bitcoind::Bitcoind,
    growing::while_it_mines,
    ledger::{compare, ingest},
    made::{Made, copy},
    reorg, truth,
};
use crate::tracewell::{Tracewell, memory};

/// A node that goes on where the chain of the tests ends.
struct Running {
    node: Bitcoind,
    folder: tempfile::TempDir,
}

impl Running {
    fn of(made: &Made) -> Running {
        let folder = memory();
        copy(&made.datadir(), folder.path());
        Running { node: Bitcoind::start(made.binary(), folder.path(), &[]), folder }
    }

    fn words(&self) -> Vec<String> {
        let cookie = self.folder.path().join("regtest/.cookie").display().to_string();
        let url = self.node.client().url();
        ["ingest", "bitcoin", "--rpc", url, "--rpc-cookie", &cookie, "--network", "regtest"]
            .map(str::to_owned)
            .into()
    }

    fn ask(&self, here: &Tracewell) -> serde_json::Value {
        let words = self.words();
        here.json(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

#[test]
fn asking_a_node_and_reading_its_files_make_the_same_ledger() {
    let Some(made) = Made::ready() else { return };
    let best = made.best();
    let by_files = Tracewell::in_memory();
    ingest(&by_files, &made.blocks_clean());
    let running = Running::of(&made);

    let by_rpc = Tracewell::in_memory();
    let answer = running.ask(&by_rpc);
    assert_eq!(answer["blocks"].as_u64(), Some(best.len() as u64), "{answer}");
    assert_eq!(answer["tip"]["hash"], best[best.len() - 1].hash.to_string());
    compare(&by_rpc.data_dir(), &best);
    assert!(by_rpc.files("chains") == by_files.files("chains"), "other bytes");
    assert_eq!(running.ask(&by_rpc)["blocks"], 0);

    // A ledger of the branch that lost, made of files, goes on by asking.
    let mixed = Tracewell::in_memory();
    ingest(&mixed, &made.blocks_before());
    let answer = running.ask(&mixed);
    assert_eq!(answer["ledger"]["unwound"], reorg::STALE, "{answer}");
    assert_eq!(answer["blocks"], reorg::STALE + 1);
    assert!(mixed.files("chains") == by_files.files("chains"), "other bytes");

    // A node that has yet to learn what the ledger knows takes nothing away.
    let tip = best[best.len() - 1].hash.to_string();
    running.node.ask("invalidateblock", &json!([tip]));
    let answer = running.ask(&mixed);
    assert_eq!((&answer["behind"], &answer["ledger"]["unwound"]), (&json!(1), &json!(0)));
    assert!(mixed.files("chains") == by_files.files("chains"), "something was taken away");
    let run = mixed.clean(running.words());
    assert!(run.stdout.contains("the node is behind: the ledger has 1 block more"), "{run}");
}

#[test]
fn a_node_that_mines_and_changes_its_mind_is_followed() {
    let Some(made) = Made::ready() else { return };
    let running = Running::of(&made);
    let here = Tracewell::in_memory();
    let heights =
        while_it_mines(&running.node, &made, || running.ask(&here)["tip"]["height"].as_u64());
    assert!(heights.windows(2).any(|pair| pair[0] < pair[1]), "{heights:?}");
    running.ask(&here);
    let said = here.path("said");
    truth::write(running.node.client(), &said);
    compare(&here.data_dir(), &truth::read(&said));
    let by_files = Tracewell::in_memory();
    ingest(&by_files, &running.node.blocks());
    assert!(here.files("chains") == by_files.files("chains"), "other bytes");
}

#[test]
fn what_a_node_cannot_be_asked_is_told_with_what_to_try() {
    let Some(made) = Made::ready() else { return };
    let running = Running::of(&made);
    let here = Tracewell::in_memory();
    let words = running.words();
    let node = running.node.client().url();
    let refused = |words: &[String], password: &str| {
        let run = here.finish(here.command(words).env("TRACEWELL_RPC_PASSWORD", password));
        assert_eq!(run.code, 2, "{run}");
        run.stderr.replace(node, "[node]")
    };
    let by_user = [&words[..4], &["--rpc-user".to_owned(), "nobody".to_owned()]].concat();
    let with = |at: usize, word: &str| {
        let mut words = words.clone();
        word.clone_into(&mut words[at]);
        words
    };
    let told = [
        refused(&words[..4], ""),
        refused(&words[..6], ""),
        refused(&by_user, ""),
        refused(&by_user, "sesame"),
        refused(&with(5, "no/such/cookie"), ""),
        refused(&with(3, "https://node:8332"), ""),
        refused(&with(3, "http://127.0.0.1:1"), ""),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    error: a node asks who we are: neither --rpc-cookie nor --rpc-user is given

    hint: the file `.cookie` in the node's data directory will do: `--rpc-cookie FILE`

    error: [node]: a node of regtest, not of mainnet

    hint: `--network` names the network; mainnet is the default

    error: --rpc-user needs a password, and TRACEWELL_RPC_PASSWORD is not set

    error: [node]: the node refuses us (HTTP 401): wrong user, password or cookie

    hint: `--rpc-cookie` is the file `.cookie` in the node's data directory, new with each start of the node; with `--rpc-user` the password is in TRACEWELL_RPC_PASSWORD

    error: no/such/cookie: No such file or directory (os error 2)

    error: "https://node:8332" is not the address of a node's RPC: a node speaks no TLS; write http://HOST:PORT

    error: http://127.0.0.1:1: io: Connection refused (os error 111)

    hint: is the node running, and does it listen there (`server=1`)?
    "#);
    assert!(!here.data_dir().join("chains/bitcoin-regtest/utxo/manifest").exists());
}

#[test]
fn a_node_is_followed_until_ctrl_c() {
    let Some(made) = Made::ready() else { return };
    let running = Running::of(&made);
    let here = Tracewell::in_memory();
    let mut words = running.words();
    words.extend(["--follow", "1", "--json"].map(str::to_owned));
    let mut child = here.command(&words).spawn().expect("the binary runs");
    let blocks = || {
        let answer = here.run(["doctor", "--json"]);
        let answer: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
        answer["utxo_chains"][0]["counts"]["blocks"].as_u64().unwrap_or(0)
    };
    let mut wait_for = |count: u64| {
        while blocks() < count {
            assert_eq!(child.try_wait().expect("it can be asked"), None, "it ended by itself");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    let before = made.best().len() as u64;
    wait_for(before);
    let script = "raw(51)";
    let info = running.node.ask("getdescriptorinfo", &json!([script]));
    running.node.ask("generatetodescriptor", &json!([3, info["descriptor"]]));
    wait_for(before + 3);
    let stop = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(stop.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
