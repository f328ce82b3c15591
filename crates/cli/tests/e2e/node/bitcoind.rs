//! A node of one's own: started, asked, stopped.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sources::bitcoin::rpc::{Asking, Auth, NodeClient};

/// The variable that names the binary.
const VARIABLE: &str = "TRACEWELL_BITCOIND";
/// A node that takes this long to start or to stop hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary, or a line that says that there is none.
pub(super) fn binary() -> Option<PathBuf> {
    let fetched = || {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("below the target");
        Some(target.join("tools/bitcoind/bitcoind")).filter(|path| path.is_file())
    };
    let found = std::env::var_os(VARIABLE).map(PathBuf::from).or_else(fetched);
    if found.is_none() {
        println!("skipped: no bitcoind; `cargo xtask bitcoind` fetches one");
    }
    found
}

/// A running node on a chain of its own. It ends with the value.
pub(super) struct Bitcoind {
    child: Child,
    datadir: PathBuf,
    client: NodeClient,
}

impl Bitcoind {
    /// Starts a node that talks to nobody and waits until it answers.
    pub(super) fn start(binary: &Path, datadir: &Path, more: &[&str]) -> Bitcoind {
        fs::create_dir_all(datadir).expect("made");
        // Somebody may take the port before the node does.
        let started = (0..3).find_map(|_| Bitcoind::try_start(binary, datadir, more));
        started.expect("the node starts: see debug.log in its folder")
    }

    fn try_start(binary: &Path, datadir: &Path, more: &[&str]) -> Option<Bitcoind> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has one").port();
        drop(listener);
        let cookie = datadir.join("regtest/.cookie");
        let mut child = Command::new(binary)
            .arg(format!("-datadir={}", datadir.display()))
            .arg(format!("-rpcport={port}"))
            .args(["-regtest", "-server", "-listen=0", "-dnsseed=0", "-fallbackfee=0.0002"])
            .args(["-addresstype=bech32", "-changetype=bech32", "-txindex=0", "-printtoconsole=0"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let url = format!("http://127.0.0.1:{port}");
        let asking = Asking { attempts: 1, ..Asking::default() };
        let client = NodeClient::new(&url, Auth::Cookie(cookie), asking).expect("an address");
        let start = Instant::now();
        while client.chain_info().is_err() {
            if child.try_wait().expect("it can be asked").is_some() {
                return None;
            }
            assert!(start.elapsed() < PATIENCE, "the node does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Bitcoind { child, datadir: datadir.to_owned(), client })
    }

    /// Lets it write everything and end.
    pub(super) fn stop(mut self) {
        self.ask("stop", &json!([]));
        let start = Instant::now();
        while self.child.try_wait().expect("it can be asked").is_none() {
            assert!(start.elapsed() < PATIENCE, "the node does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Its block files.
    pub(super) fn blocks(&self) -> PathBuf {
        self.datadir.join("regtest/blocks")
    }

    /// The product's own client of it.
    pub(super) fn client(&self) -> &NodeClient {
        &self.client
    }

    /// A client that is asked about one wallet.
    pub(super) fn wallet(&self, name: &str) -> Wallet {
        let url = format!("{}/wallet/{name}", self.client.url());
        let auth = Auth::Cookie(self.datadir.join("regtest/.cookie"));
        let asking = Asking { attempts: 1, ..Asking::default() };
        Wallet(NodeClient::new(&url, auth, asking).expect("an address"))
    }

    /// Makes a wallet.
    pub(super) fn create_wallet(&self, name: &str) -> Wallet {
        self.ask("createwallet", &json!([name]));
        self.wallet(name)
    }

    /// Asks for anything that the node must give.
    pub(super) fn ask(&self, method: &str, parameters: &Value) -> Value {
        answer(&self.client, method, parameters)
    }

    /// Mines blocks to an address with whatever waits; returns their hashes.
    pub(super) fn mine(&self, count: u32, address: &str) -> Vec<String> {
        let mined = self.ask("generatetoaddress", &json!([count, address]));
        serde_json::from_value(mined).expect("hashes")
    }

    /// Mines a block of exactly these transactions, past all rules of relay.
    pub(super) fn mine_these(&self, address: &str, transactions: &[&str]) -> String {
        let mined = self.ask("generateblock", &json!([address, transactions]));
        mined["hash"].as_str().expect("a hash").to_owned()
    }
}

impl Drop for Bitcoind {
    fn drop(&mut self) {
        // After `stop` it is gone already, and that is no fault.
        let _gone_or_not = self.child.kill();
        let _status = self.child.wait();
    }
}

/// One wallet of a node.
pub(super) struct Wallet(NodeClient);

impl Wallet {
    /// Asks for anything that the node must give.
    pub(super) fn ask(&self, method: &str, parameters: &Value) -> Value {
        answer(&self.0, method, parameters)
    }

    /// A new address of a type: `legacy`, `p2sh-segwit`, `bech32`, `bech32m`.
    pub(super) fn address(&self, kind: &str) -> String {
        let address = self.ask("getnewaddress", &json!(["", kind]));
        address.as_str().expect("an address").to_owned()
    }

    /// Signs what it can of a transaction; whether it is complete by then.
    pub(super) fn sign(&self, transaction: &str) -> (String, bool) {
        signed(&self.ask("signrawtransactionwithwallet", &json!([transaction])))
    }
}

/// The answer of one of the methods that sign.
pub(super) fn signed(answer: &Value) -> (String, bool) {
    let hex = answer["hex"].as_str().expect("a transaction").to_owned();
    (hex, answer["complete"] == true)
}

fn answer(client: &NodeClient, method: &str, parameters: &Value) -> Value {
    let raw =
        client.ask(method, parameters).unwrap_or_else(|error| panic!("{error}: {parameters}"));
    serde_json::from_str(raw.get()).expect("JSON")
}
