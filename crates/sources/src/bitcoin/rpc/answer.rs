//! What a node answers, read from bytes that may be anything.
//!
//! Each function here takes the bytes of one answer and builds no more than they hold, so the limit
//! of bytes is the limit of memory.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::Hash;

/// An error as a node words it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// The node's number for it.
    pub code: i64,
    /// What it says.
    pub message: String,
}

/// An answer of JSON-RPC: a result, or a refusal.
///
/// # Errors
/// The bytes are no answer of JSON-RPC.
pub fn envelope(bytes: &[u8]) -> Result<Result<&RawValue, Refusal>, String> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        error: Option<Refusal>,
    }
    let Envelope { result, error } =
        serde_json::from_slice(bytes).map_err(|why| why.to_string())?;
    match (result, error) {
        (_, Some(refusal)) => Ok(Err(refusal)),
        (Some(result), None) => Ok(Ok(result)),
        // A result that is `null` is left out by the option; the node means nothing by it.
        (None, None) => Ok(Ok(RawValue::NULL)),
    }
}

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainInfo {
    /// Its network in its own word: `main`, `test`, `testnet4`, `signet`, `regtest`.
    pub chain: String,
    /// Height of its best block.
    pub height: u32,
    /// Hash of its best block.
    pub tip: Hash,
    /// The lowest block that it holds, where it deletes old ones.
    pub pruned_below: Option<u32>,
    /// Whether it is still far behind the network.
    pub catching_up: bool,
}

impl ChainInfo {
    /// Reads the result of `getblockchaininfo`.
    ///
    /// # Errors
    /// The text is none.
    pub fn read(text: &str) -> Result<ChainInfo, String> {
        #[derive(Deserialize)]
        struct Fields {
            chain: String,
            blocks: u32,
            bestblockhash: String,
            #[serde(default)]
            pruned: bool,
            #[serde(default)]
            pruneheight: u32,
            #[serde(default)]
            initialblockdownload: bool,
        }
        let fields: Fields = serde_json::from_str(text).map_err(|why| why.to_string())?;
        Ok(ChainInfo {
            chain: fields.chain,
            height: fields.blocks,
            tip: hash(&fields.bestblockhash)?,
            pruned_below: fields.pruned.then_some(fields.pruneheight),
            catching_up: fields.initialblockdownload,
        })
    }
}

/// What a node says of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderInfo {
    /// Name of the block.
    pub hash: Hash,
    /// Its height.
    pub height: u32,
    /// Its parent; none for the first block.
    pub parent: Option<Hash>,
    /// Seconds since 1970 by the miner's clock.
    pub time: u32,
    /// Whether it is on the best chain.
    pub on_best_chain: bool,
}

impl HeaderInfo {
    /// Reads the result of `getblockheader`.
    ///
    /// # Errors
    /// The text is none.
    pub fn read(text: &str) -> Result<HeaderInfo, String> {
        #[derive(Deserialize)]
        struct Fields {
            hash: String,
            height: u32,
            previousblockhash: Option<String>,
            time: u32,
            confirmations: i64,
        }
        let fields: Fields = serde_json::from_str(text).map_err(|why| why.to_string())?;
        Ok(HeaderInfo {
            hash: hash(&fields.hash)?,
            height: fields.height,
            parent: fields.previousblockhash.as_deref().map(hash).transpose()?,
            time: fields.time,
            on_best_chain: fields.confirmations >= 0,
        })
    }
}

/// Reads the result of `getblockhash`.
///
/// # Errors
/// The text is no JSON string of 64 hex digits.
pub fn block_hash(text: &str) -> Result<Hash, String> {
    let digits: &str = serde_json::from_str(text).map_err(|why| why.to_string())?;
    hash(digits)
}

/// Reads the result of `getblock` in hex digits.
///
/// # Errors
/// The text is no JSON string of pairs of hex digits.
pub fn block_bytes(text: &str) -> Result<Vec<u8>, String> {
    let digits: &str = serde_json::from_str(text).map_err(|why| why.to_string())?;
    bytes(digits)
}

/// A hash as everybody writes it, last byte first.
pub(super) fn hash(digits: &str) -> Result<Hash, String> {
    let id: chain::UtxoTxId = digits.parse().map_err(|why| format!("{digits:?}: {why}"))?;
    Ok(Hash(id.0))
}

/// Hex digits, two for each byte.
pub(super) fn bytes(digits: &str) -> Result<Vec<u8>, String> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err("half a byte of hex digits".to_owned());
    }
    let digit = |letter: u8| char::from(letter).to_digit(16).and_then(|all| u8::try_from(all).ok());
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
    bytes.ok_or_else(|| "a letter that is no hex digit".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{super::super::Network, *};

    #[test]
    fn an_answer_is_a_result_or_a_refusal() {
        let answer = envelope(br#"{"result":[1, 2],"error":null,"id":1}"#).expect("an answer");
        assert_eq!(answer.expect("a result").get(), "[1, 2]");
        let answer = envelope(br#"{"result":null,"error":{"code":-8,"message":"out"},"id":1}"#);
        let refusal = Refusal { code: -8, message: "out".into() };
        assert_eq!(answer.expect("an answer").expect_err("a refusal"), refusal);
        let answer = envelope(br#"{"result":null,"error":null,"id":1}"#).expect("an answer");
        assert_eq!(answer.expect("nothing").get(), "null");
        for bytes in [&b""[..], b"Work queue depth exceeded", b"{\"result\":", b"\xff"] {
            assert!(envelope(bytes).is_err(), "{bytes:?}");
        }
    }

    const HASH: &str = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206";

    #[test]
    fn where_a_node_stands_is_read_and_what_we_do_not_ask_for_is_passed_over() {
        let text = format!(
            r#"{{"chain":"regtest","blocks":7,"bestblockhash":"{HASH}","difficulty":4.6e-10,
                "pruned":true,"pruneheight":3,"initialblockdownload":true,"warnings":["a"]}}"#
        );
        let info = ChainInfo::read(&text).expect("it is one");
        assert_eq!(info.chain, Network::Regtest.said_by_nodes());
        assert_eq!((info.height, info.pruned_below, info.catching_up), (7, Some(3), true));
        assert_eq!(info.tip.to_string(), HASH);
        assert_eq!(
            ChainInfo::read(&text.replace("true", "false")).expect("one").pruned_below,
            None
        );
        assert!(ChainInfo::read(&text.replace(":7", ":-7")).is_err());
        assert!(ChainInfo::read(&text.replace("0f91", "0f9")).is_err());
    }

    #[test]
    fn a_header_says_whether_it_is_on_the_chain() {
        let text = format!(
            r#"{{"hash":"{HASH}","height":0,"time":1296688602,"confirmations":-1,"nTx":1}}"#
        );
        let header = HeaderInfo::read(&text).expect("it is one");
        assert_eq!((header.height, header.parent, header.on_best_chain), (0, None, false));
    }

    #[test]
    fn bytes_come_from_pairs_of_digits_only() {
        assert_eq!(block_bytes("\"00fFa1\""), Ok(vec![0, 0xff, 0xa1]));
        for text in ["\"0\"", "\"0g\"", "\"é\"", "12", "\"\\u0030\\u0030\"", ""] {
            assert!(block_bytes(text).is_err(), "{text}");
        }
        assert!(block_hash(&format!("\"{HASH}\"")).is_ok());
        assert!(block_hash(&format!("\"0x{}\"", &HASH[2..])).is_err());
    }
}
