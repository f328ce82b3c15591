//! A real Litecoin node, with an extension block: what we store is what the node says.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sources::bitcoin::rpc::{Asking, Auth, NodeClient};

use crate::tracewell::{Tracewell, memory};

/// The variable that names the binary.
const VARIABLE: &str = "TRACEWELL_LITECOIND";
/// Where Debian's package has it; the one on the path writes into the home folder.
const DEBIAN: &str = "/usr/lib/litecoin/litecoind";
/// A node that takes this long to start or to stop hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// The first block with an extension, which must have something to hold.
const FIRST_EXTENSION: u64 = 432;

/// The binary, or a line that says that there is none.
fn binary() -> Option<PathBuf> {
    let debian = || Some(PathBuf::from(DEBIAN)).filter(|path| path.is_file());
    let found = std::env::var_os(VARIABLE).map(PathBuf::from).or_else(debian);
    if found.is_none() {
        println!("skipped: no litecoind; Debian's package litecoind has one");
    }
    found
}

/// A running node on a chain of its own. It ends with the value.
struct Litecoind {
    child: Child,
    datadir: tempfile::TempDir,
    client: NodeClient,
}

impl Litecoind {
    fn start(binary: &Path) -> Litecoind {
        // Somebody may take the port before the node does.
        (0..3).find_map(|_| Litecoind::try_start(binary)).expect("the node starts")
    }

    fn try_start(binary: &Path) -> Option<Litecoind> {
        let datadir = memory();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has one").port();
        drop(listener);
        let mut child = Command::new(binary)
            .arg(format!("-datadir={}", datadir.path().display()))
            .arg(format!("-rpcport={port}"))
            .args(["-regtest", "-server", "-listen=0", "-dnsseed=0", "-fallbackfee=0.0002"])
            .arg("-printtoconsole=0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let client = client(port, "", datadir.path());
        let start = Instant::now();
        while client.chain_info().is_err() {
            if child.try_wait().expect("it can be asked").is_some() {
                return None;
            }
            assert!(start.elapsed() < PATIENCE, "the node does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Litecoind { child, datadir, client })
    }

    fn ask(&self, method: &str, parameters: &Value) -> Value {
        let answer = self.client.ask(method, parameters);
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {parameters}"));
        serde_json::from_str(answer.get()).expect("JSON")
    }

    fn text(&self, method: &str, parameters: &Value) -> String {
        self.ask(method, parameters).as_str().expect("a text").to_owned()
    }

    /// Mines a chain in which coins enter the extension block, move in it and leave it.
    fn mine_through_the_extension(&self) {
        self.ask("createwallet", &json!(["w"]));
        let plain = self.text("getnewaddress", &json!(["", "bech32"]));
        let hidden = self.text("getnewaddress", &json!(["", "mweb"]));
        let mine = |count: u64| self.ask("generatetoaddress", &json!([count, plain]));
        let pay = |address: &str, amount: &str| {
            self.text("sendtoaddress", &json!([address, amount]));
        };
        mine(FIRST_EXTENSION - 1);
        pay(&hidden, "5");
        mine(1);
        pay(&self.text("getnewaddress", &json!(["", "legacy"])), "0.5");
        pay(&self.text("getnewaddress", &json!(["", "p2sh-segwit"])), "0.25");
        mine(1);
        // Of a wallet that has hidden coins alone, a payment to a plain address takes them out.
        self.ask("createwallet", &json!(["hidden"]));
        let theirs = wallet(self, "hidden", "getnewaddress", &json!(["", "mweb"]));
        wallet(self, "w", "sendtoaddress", &json!([theirs, "2"]));
        self.ask("generatetoaddress", &json!([1, plain]));
        wallet(self, "hidden", "sendtoaddress", &json!([plain, "1"]));
        self.ask("generatetoaddress", &json!([2, plain]));
    }

    fn port(&self) -> u16 {
        let (_, port) = self.client.url().rsplit_once(':').expect("it was given");
        port.parse().expect("a number")
    }
}

fn wallet(node: &Litecoind, name: &str, method: &str, parameters: &Value) -> String {
    let client = client(node.port(), &format!("/wallet/{name}"), node.datadir.path());
    let answer = client.ask(method, parameters);
    let answer = answer.unwrap_or_else(|error| panic!("{error}: {parameters}"));
    serde_json::from_str(answer.get()).expect("a text")
}

fn client(port: u16, path: &str, datadir: &Path) -> NodeClient {
    let auth = Auth::Cookie(datadir.join("regtest/.cookie"));
    let asking = Asking { attempts: 1, ..Asking::default() };
    NodeClient::new(&format!("http://127.0.0.1:{port}{path}"), auth, asking).expect("an address")
}

impl Drop for Litecoind {
    fn drop(&mut self) {
        let _gone_or_not = self.child.kill();
        let _status = self.child.wait();
    }
}

/// What the node's own words about its blocks add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    blocks: u64,
    transactions: u64,
    inputs: u64,
    outputs: u64,
    value: u64,
    coinbase_value: u64,
}

fn sums(node: &Litecoind) -> Sums {
    let mut sums = Sums::default();
    let tip = node.ask("getblockcount", &json!([])).as_u64().expect("a height");
    for height in 0..=tip {
        let hash = node.text("getblockhash", &json!([height]));
        let block = node.ask("getblock", &json!([hash, 2]));
        sums.blocks += 1;
        let plain = |part: &&Value| part["ismweb"] != true;
        for (at, transaction) in block["tx"].as_array().expect("a list").iter().enumerate() {
            let list = |name: &str| transaction[name].as_array().expect("a list").clone();
            let (inputs, outputs) = (list("vin"), list("vout"));
            sums.transactions += 1;
            let spends = |input: &&Value| input.get("coinbase").is_none();
            sums.inputs += inputs.iter().filter(plain).filter(spends).count() as u64;
            for output in outputs.iter().filter(plain) {
                let value = satoshi(&output["value"].to_string());
                sums.outputs += 1;
                sums.value += value;
                sums.coinbase_value += if at == 0 { value } else { 0 };
            }
        }
    }
    sums
}

/// A decimal with up to eight places, without a float on the way.
fn satoshi(decimal: &str) -> u64 {
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    let number = |digits: String| digits.parse::<u64>().expect("digits");
    number(whole.to_owned()) * 100_000_000 + number(format!("{part:0<8}"))
}

fn said(answer: &Value) -> Sums {
    let number = |name: &str| answer[name].as_u64().expect("a number");
    let amount = |name: &str| answer[name].as_str().expect("a text").parse().expect("a number");
    Sums {
        blocks: number("blocks"),
        transactions: number("transactions"),
        inputs: number("inputs"),
        outputs: number("outputs"),
        value: amount("output_value"),
        coinbase_value: amount("coinbase_value"),
    }
}

#[test]
fn the_blocks_of_a_litecoin_node_are_stored_from_files_and_over_rpc() {
    let Some(binary) = binary() else { return };
    let node = Litecoind::start(&binary);
    node.mine_through_the_extension();
    let truth = sums(&node);
    let blocks = node.datadir.path().join("regtest/blocks").display().to_string();
    let (here, there) = (Tracewell::in_memory(), Tracewell::in_memory());
    let from_files = ["ingest", "bitcoin", "--network", "litecoin-regtest", "--blocks", &blocks];
    let checked = here.json(&[&from_files[..], &["--check"]].concat());
    assert_eq!(said(&checked), truth);
    assert_eq!((&checked["clean"], &checked["work_checked"]), (&json!(true), &json!(false)));
    assert_eq!(said(&here.json(&from_files)), truth);
    let cookie = node.datadir.path().join("regtest/.cookie").display().to_string();
    let url = node.client.url().to_owned();
    let over_rpc = ["ingest", "bitcoin", "--rpc", &url, "--rpc-cookie", &cookie];
    let network = ["--network", "litecoin-regtest"];
    assert_eq!(said(&there.json(&[&over_rpc[..], &network].concat())), truth);
    assert!(here.files("chains") == there.files("chains"), "both ways store the same bytes");
    assert_eq!(here.clean(["verify"]).code, 0);
    // The node says the same words as one of Bitcoin; its first block is another.
    let run = there.run([&over_rpc[..], &["--network", "regtest"]].concat());
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains(" is of litecoin-regtest, "), "{run}");
    let run =
        there.run(["ingest", "bitcoin", "--network", "dogecoin-regtest", "--blocks", &blocks]);
    assert!(run.stderr.contains(" is of litecoin-regtest, "), "{run}");
}
