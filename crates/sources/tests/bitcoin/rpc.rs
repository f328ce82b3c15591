//! A node that answers what a test tells it to: everything that a real one does rarely.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::json;
use sources::bitcoin::{
    Hash, Network,
    rpc::{Asking, Auth, NodeClient, RpcError},
};

use crate::made_up;

/// One answer.
enum Answer {
    /// A status and a body.
    Says(u16, String),
    /// A body that is promised to be longer than what comes.
    Breaks,
    /// Nothing, for as long as the client waits.
    Silence,
}

fn result(result: &serde_json::Value) -> Answer {
    Answer::Says(200, json!({"result": result, "error": null, "id": 1}).to_string())
}

fn refusal(code: i64, message: &str) -> Answer {
    let error = json!({"code": code, "message": message});
    Answer::Says(500, json!({"result": null, "error": error, "id": 1}).to_string())
}

/// A node that gives these answers, one for each connection; what it was sent comes out again.
struct FakeNode {
    url: String,
    requests: Receiver<String>,
}

impl FakeNode {
    fn that_says(answers: Vec<Answer>) -> FakeNode {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has one"));
        let (sender, requests) = channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().expect("a client");
                let Some(request) = request(&stream) else { continue };
                // A test that has ended wants to know no more.
                let _gone = sender.send(request);
                give(&mut stream, &answer);
            }
        });
        FakeNode { url, requests }
    }

    fn client(&self, attempts: u32) -> NodeClient {
        client(&self.url, attempts)
    }

    fn asked(&self) -> usize {
        self.requests.try_iter().count()
    }
}

fn client(url: &str, attempts: u32) -> NodeClient {
    let auth = Auth::User { name: "Aladdin".into(), password: "open sesame".into() };
    let (timeout, pause) = (Duration::from_secs(20), Duration::from_millis(1));
    NodeClient::new(url, auth, Asking { timeout, attempts, pause }).expect("an address")
}

fn request(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(bytes) = lower.strip_prefix("content-length:") {
            length = bytes.trim().parse().ok()?;
        }
        head.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).ok()?)
}

fn give(stream: &mut TcpStream, answer: &Answer) {
    let text = match answer {
        Answer::Says(status, body) => format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\nLocation: /\r\n\r\n{body}",
            body.len()
        ),
        Answer::Breaks => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"result\":".to_owned(),
        Answer::Silence => {
            let _until_the_client_leaves = stream.read_to_end(&mut Vec::new());
            return;
        }
    };
    // The client may have seen enough.
    let _taken = stream.write_all(text.as_bytes());
}

fn hash(number: u8) -> Hash {
    Hash([number; 32])
}

#[test]
fn a_question_is_one_post_with_user_and_password() {
    let node = FakeNode::that_says(vec![result(&json!(hash(7).to_string()))]);
    assert_eq!(node.client(1).block_hash(5).expect("a hash"), hash(7));
    let request = node.requests.recv().expect("it was asked");
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    let lower = request.to_ascii_lowercase();
    // The pair of RFC 7617, in its encoding.
    let header = "authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n";
    assert!(lower.contains(header), "{request}");
    let body = request.split_once("\r\n\r\n").expect("a body").1;
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&body["method"], &body["params"]), (&json!("getblockhash"), &json!([5])));
}

#[test]
fn a_busy_node_is_asked_again_and_not_for_ever() {
    let busy = || {
        vec![
            Answer::Says(503, "Work queue depth exceeded".into()),
            refusal(-28, "Loading block index…"),
            Answer::Breaks,
            result(&json!(hash(1).to_string())),
        ]
    };
    let node = FakeNode::that_says(busy());
    assert_eq!(node.client(4).block_hash(0).expect("at last"), hash(1));
    assert_eq!(node.asked(), 4);
    for (attempts, says) in [(1, "Work queue depth exceeded"), (2, "Loading block index…")] {
        let node = FakeNode::that_says(busy());
        let error = node.client(attempts).block_hash(0).expect_err("busy").to_string();
        assert!(error.ends_with(&format!("getblockhash: the node is busy: {says}")), "{error}");
        assert_eq!(node.asked(), attempts as usize);
    }
    let node = FakeNode::that_says(busy());
    let error = node.client(3).block_hash(0).expect_err("it breaks off");
    assert!(matches!(error, RpcError::Unreachable { .. }), "{error}");
}

#[test]
fn what_another_attempt_cannot_mend_is_asked_once() {
    let cases: [(Answer, &str); 6] = [
        (Answer::Says(401, String::new()), "the node refuses us (HTTP 401)"),
        (Answer::Says(403, String::new()), "the node refuses us (HTTP 403)"),
        (refusal(-8, "Block height out of range"), "Block height out of range (code -8)"),
        (Answer::Says(200, "<html>".into()), "not an answer of Bitcoin Core: HTTP 200"),
        // Wherever it leads: a password is not carried there.
        (Answer::Says(307, String::new()), "not an answer of Bitcoin Core: HTTP 307"),
        (result(&json!("zz")), "not an answer of Bitcoin Core: \"zz\": expected 64"),
    ];
    for (answer, says) in cases {
        let node = FakeNode::that_says(vec![answer, result(&json!(hash(1).to_string()))]);
        let error = node.client(5).block_hash(9).expect_err(says).to_string();
        assert!(error.starts_with(&node.url) && error.contains(says), "{error}");
        assert!(!error.contains("sesame"), "{error}");
        assert_eq!(node.asked(), 1, "{says}");
    }
}

#[test]
fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let long = Answer::Says(200, format!("{{\"result\":\"{}\"}}", "0".repeat(2 << 20)));
    let node = FakeNode::that_says(vec![long]);
    let error = node.client(3).block_hash(0).expect_err("too long");
    assert!(matches!(error, RpcError::TooLarge { limit: 0x10_0000, .. }), "{error}");
}

#[test]
fn nobody_there_and_nobody_who_speaks_are_told() {
    let gone = FakeNode::that_says(Vec::new());
    let error = gone.client(2).chain_info().expect_err("nobody").to_string();
    assert!(error.starts_with(&gone.url), "{error}");
    let node = FakeNode::that_says(vec![Answer::Silence]);
    let auth = Auth::User { name: "u".into(), password: "p".into() };
    let (timeout, pause) = (Duration::from_millis(30), Duration::from_millis(1));
    let client = NodeClient::new(&node.url, auth, Asking { timeout, attempts: 1, pause });
    let error = client.expect("an address").chain_info().expect_err("silence").to_string();
    assert!(error.contains("timeout"), "{error}");
}

fn info(height: u32, tip: Hash) -> Answer {
    result(&json!({"chain": "regtest", "blocks": height, "bestblockhash": tip.to_string()}))
}

fn hex(bytes: &[u8]) -> serde_json::Value {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

/// What is new, or why it ended.
fn new_blocks(answers: Vec<Answer>) -> Vec<Result<Hash, RpcError>> {
    let node = FakeNode::that_says(answers);
    let client = node.client(1);
    let new = client.best_chain_since(Network::Regtest, None, |_| None).expect("it answers");
    new.map(|block| block.map(|block| block.hash)).collect()
}

#[test]
fn a_block_that_is_not_the_one_asked_for_is_refused() {
    let blocks = made_up::chain(Hash::default(), 1, 2);
    let names: Vec<Hash> = blocks.iter().map(|block| made_up::hash(block)).collect();
    let name = |at: usize| result(&json!(names[at].to_string()));
    let good = vec![info(1, names[1]), name(0), result(&hex(&blocks[0])), name(1)];
    let with = |mut answers: Vec<Answer>, last: Answer| {
        answers.push(last);
        answers
    };
    let taken = new_blocks(with(good, result(&hex(&blocks[1]))));
    assert_eq!(taken.into_iter().collect::<Result<Vec<_>, _>>().expect("both"), names);

    for (wrong, why) in [(&blocks[1][..], "instead of"), (&[1, 2, 3], "shorter than a header")] {
        let taken = new_blocks(vec![info(1, names[1]), name(0), result(&hex(wrong))]);
        let [Err(error)] = &taken[..] else { panic!("one refusal: {taken:?}") };
        assert!(error.to_string().contains(why), "{error}");
    }
    // The next block has another parent, or there is none any more.
    let other = made_up::block(hash(9), &[made_up::coinbase(3)]);
    let branch = vec![
        info(1, names[1]),
        name(0),
        result(&hex(&blocks[0])),
        result(&json!(made_up::hash(&other).to_string())),
        result(&hex(&other)),
    ];
    let shorter = vec![
        info(1, names[1]),
        name(0),
        result(&hex(&blocks[0])),
        refusal(-8, "Block height out of range"),
    ];
    for answers in [branch, shorter] {
        let taken = new_blocks(answers);
        let [Ok(first), Err(RpcError::Moved { block, .. })] = &taken[..] else {
            panic!("a block, then another branch: {taken:?}")
        };
        assert_eq!((*first, *block), (names[0], names[0]));
    }
}
