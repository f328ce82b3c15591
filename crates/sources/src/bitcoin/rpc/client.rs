//! One question to a node, and its answer.

use std::{thread, time::Duration};

use serde_json::{Value, json, value::RawValue};

use super::{
    Auth, RpcError,
    answer::{self, ChainInfo, HeaderInfo, Refusal},
    verbose::VerboseBlock,
};
use crate::bitcoin::Hash;

/// Longest answer that is read: a block of 4,000,000 bytes of which every byte is an output takes
/// about as much in words.
const ANSWER_BYTES_MAX: u64 = 512 << 20;
/// A raw block: two digits for each of at most 4,000,000 bytes, and what stands around them.
const RAW_BLOCK_BYTES_MAX: u64 = 8_000_000 + 1_024;
/// Everything that is a line or two.
const SHORT_ANSWER_BYTES_MAX: u64 = 1 << 20;
const HEADER_BYTES_MAX: usize = 16 << 10;
/// A node that is there takes a connection at once.
const CONNECTING: Duration = Duration::from_secs(10);

/// The node is starting: `RPC_IN_WARMUP`.
const WARMING_UP: i64 = -28;

/// How long and how often to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Longest time for one answer, from the connection to its last byte.
    pub timeout: Duration,
    /// How often to try while the node cannot be reached or has no time.
    pub attempts: u32,
    /// Pause after the first failure; each further one doubles it.
    pub pause: Duration,
}

impl Default for Asking {
    /// A minute for an answer, and five attempts over some four seconds.
    fn default() -> Asking {
        let (timeout, pause) = (Duration::from_secs(60), Duration::from_millis(250));
        Asking { timeout, attempts: 5, pause }
    }
}

/// A node that can be asked. Nothing is asked before the first call.
#[derive(Clone, Debug)]
pub struct NodeClient {
    agent: ureq::Agent,
    url: String,
    auth: Auth,
    asking: Asking,
}

/// How one attempt ended without an answer.
enum Failure {
    /// Another attempt may succeed.
    Passing(RpcError),
    Lasting(RpcError),
}

impl NodeClient {
    /// A client of the node at `http://HOST:PORT`. A node speaks no TLS: to one on another machine
    /// leads a tunnel.
    ///
    /// # Errors
    /// The address has another form.
    pub fn new(url: &str, auth: Auth, asking: Asking) -> Result<NodeClient, RpcError> {
        let url = checked(url)?;
        let config = ureq::Agent::config_builder()
            // What a refusal says stands in the body of a status that is an error.
            .http_status_as_error(false)
            .max_redirects(0)
            // The default asks the environment; a node is asked directly.
            .proxy(None)
            .timeout_connect(Some(CONNECTING.min(asking.timeout)))
            .timeout_global(Some(asking.timeout))
            .max_response_header_size(HEADER_BYTES_MAX)
            .user_agent("tracewell")
            .build();
        Ok(NodeClient { agent: config.new_agent(), url, auth, asking })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for anything; the result as the node spelled it.
    ///
    /// # Errors
    /// The node cannot be reached after all attempts, refuses, or answers what is none.
    pub fn ask(&self, method: &str, parameters: &Value) -> Result<Box<RawValue>, RpcError> {
        self.ask_within(ANSWER_BYTES_MAX, method, parameters)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// As [`NodeClient::ask`].
    pub fn chain_info(&self) -> Result<ChainInfo, RpcError> {
        self.read("getblockchaininfo", &json!([]), SHORT_ANSWER_BYTES_MAX, ChainInfo::read)
    }

    /// The block of its best chain at a height.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; the best chain ends below it.
    pub fn block_hash(&self, height: u32) -> Result<Hash, RpcError> {
        let parameters = json!([height]);
        self.read("getblockhash", &parameters, SHORT_ANSWER_BYTES_MAX, answer::block_hash)
    }

    /// What it knows of a block without its transactions.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; it does not know the block.
    pub fn header(&self, block: Hash) -> Result<HeaderInfo, RpcError> {
        let parameters = json!([block.to_string(), true]);
        self.read("getblockheader", &parameters, SHORT_ANSWER_BYTES_MAX, HeaderInfo::read)
    }

    /// The bytes of a block, of the best chain or beside it. That they are those of the block is
    /// not checked here.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; it does not know the block or has deleted it.
    pub fn block(&self, block: Hash) -> Result<Vec<u8>, RpcError> {
        let parameters = json!([block.to_string(), 0]);
        self.read("getblock", &parameters, RAW_BLOCK_BYTES_MAX, answer::block_bytes)
    }

    /// A block in the node's own words.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; it does not know the block or has deleted it.
    pub fn verbose_block(&self, block: Hash) -> Result<VerboseBlock, RpcError> {
        let parameters = json!([block.to_string(), 3]);
        self.read("getblock", &parameters, ANSWER_BYTES_MAX, VerboseBlock::read)
    }

    fn read<T>(
        &self,
        method: &str,
        parameters: &Value,
        limit: u64,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, RpcError> {
        let result = self.ask_within(limit, method, parameters)?;
        read(result.get()).map_err(|why| self.unreadable(method, why))
    }

    fn ask_within(
        &self,
        limit: u64,
        method: &str,
        parameters: &Value,
    ) -> Result<Box<RawValue>, RpcError> {
        let mut pause = self.asking.pause;
        let mut attempt = 1;
        loop {
            match self.attempt(limit, method, parameters) {
                Ok(result) => return Ok(result),
                Err(Failure::Passing(_)) if attempt < self.asking.attempts => {}
                Err(Failure::Passing(error) | Failure::Lasting(error)) => return Err(error),
            }
            thread::sleep(pause);
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }

    fn attempt(
        &self,
        limit: u64,
        method: &str,
        parameters: &Value,
    ) -> Result<Box<RawValue>, Failure> {
        let question =
            json!({"jsonrpc": "1.0", "id": 1, "method": method, "params": parameters}).to_string();
        let header = self.auth.header().map_err(Failure::Lasting)?;
        let request = self
            .agent
            .post(&self.url)
            .header("Authorization", header)
            .header("Content-Type", "application/json");
        let mut response =
            request.send(&question).map_err(|error| self.failed(&error, method, limit))?;
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) {
            let node = self.url.clone();
            return Err(Failure::Lasting(RpcError::NotAllowed { node, status }));
        }
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        let body = body.map_err(|error| self.failed(&error, method, limit))?;
        if status == 503 {
            let message = String::from_utf8_lossy(&body[..body.len().min(200)]).trim().to_owned();
            return Err(Failure::Passing(self.busy(method, message)));
        }
        match answer::envelope(&body) {
            Ok(Ok(result)) => Ok(result.to_owned()),
            Ok(Err(Refusal { code: WARMING_UP, message })) => {
                Err(Failure::Passing(self.busy(method, message)))
            }
            Ok(Err(Refusal { code, message })) => {
                let (node, method) = (self.url.clone(), method.to_owned());
                Err(Failure::Lasting(RpcError::Refused { node, method, code, message }))
            }
            Err(why) => {
                let why = format!("HTTP {status}: {why}");
                Err(Failure::Lasting(self.unreadable(method, why)))
            }
        }
    }

    fn failed(&self, error: &ureq::Error, method: &str, limit: u64) -> Failure {
        let (node, method) = (self.url.clone(), method.to_owned());
        match error {
            ureq::Error::BodyExceedsLimit(_) => {
                Failure::Lasting(RpcError::TooLarge { node, method, limit })
            }
            ureq::Error::Io(_)
            | ureq::Error::ConnectionFailed
            | ureq::Error::HostNotFound
            | ureq::Error::Timeout(_) => {
                Failure::Passing(RpcError::Unreachable { node, why: error.to_string() })
            }
            other => Failure::Lasting(self.unreadable(&method, other.to_string())),
        }
    }

    fn busy(&self, method: &str, message: String) -> RpcError {
        RpcError::Busy { node: self.url.clone(), method: method.to_owned(), message }
    }

    pub(super) fn unreadable(&self, method: &str, why: String) -> RpcError {
        RpcError::Unreadable { node: self.url.clone(), method: method.to_owned(), why }
    }
}

/// An address that can be asked, and printed.
fn checked(url: &str) -> Result<String, RpcError> {
    let refuse = |url: &str, why| Err(RpcError::Url { url: url.to_owned(), why });
    let url = url.trim_end_matches('/');
    let Some(rest) = url.strip_prefix("http://") else {
        return match url.split_once("://") {
            Some(("https", _)) => refuse(url, "a node speaks no TLS; write http://HOST:PORT"),
            _ => refuse("…", "write http://HOST:PORT"),
        };
    };
    let host = rest.split('/').next().unwrap_or_default();
    if host.contains('@') {
        // Shown without it: what stands before the @ is a password.
        return refuse("http://…@…", "user and password are given apart from the address");
    }
    let port = host.rsplit_once(':').map(|(name, port)| (name, port.parse::<u16>()));
    match port {
        Some((name, Ok(1..))) if !name.is_empty() => {}
        _ => return refuse(url, "write http://HOST:PORT"),
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_without_a_password_are_taken() {
        for url in ["http://127.0.0.1:8332", "http://[::1]:18443/", "http://node:1/wallet/w"] {
            assert!(checked(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "127.0.0.1:8332",
            "http://127.0.0.1",
            "http://:8332",
            "http://node:0",
            "http://node:99999",
            "https://node:8332",
            "http://user:secret@node:8332",
            "user:secret@node:8332",
        ] {
            let error = checked(url).expect_err(url).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
