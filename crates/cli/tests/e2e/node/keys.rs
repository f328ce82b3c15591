//! Keys that everybody knows, and the scripts that they open.

use serde_json::json;

use super::{bitcoind::Bitcoind, draft::unhex};

/// A private key that is a small number.
#[derive(Clone)]
pub(super) struct Key {
    /// For `signrawtransactionwithkey`.
    pub(super) secret: String,
    /// 33 bytes, or 65 of a key that is not compressed.
    pub(super) public: Vec<u8>,
}

impl Key {
    pub(super) fn new(node: &Bitcoind, number: u8, compressed: bool) -> Key {
        let mut bytes = vec![0; 33];
        (bytes[0], bytes[32]) = (0xef, number);
        if compressed {
            bytes.push(1);
        }
        let secret = bs58::encode(bytes).with_check().into_string();
        let described = public_descriptor(node, &format!("pk({secret})"));
        let public = described.strip_prefix("pk(").and_then(|rest| rest.split_once(')'));
        Key { secret, public: unhex(public.expect("pk(…)#…").0) }
    }
}

/// A descriptor with public keys and its checksum.
pub(super) fn public_descriptor(node: &Bitcoind, descriptor: &str) -> String {
    let info = node.ask("getdescriptorinfo", &json!([descriptor]));
    info["descriptor"].as_str().expect("a descriptor").to_owned()
}

/// The script of an address.
pub(super) fn script_of(node: &Bitcoind, address: &str) -> Vec<u8> {
    let checked = node.ask("validateaddress", &json!([address]));
    unhex(checked["scriptPubKey"].as_str().expect("the script of an address"))
}

/// The script of a descriptor that has an address.
pub(super) fn described(node: &Bitcoind, descriptor: &str) -> Vec<u8> {
    let public = public_descriptor(node, descriptor);
    let derived = node.ask("deriveaddresses", &json!([public]));
    script_of(node, derived[0].as_str().expect("an address"))
}

/// A script that pushes bytes, at most 75 of them.
pub(super) fn push(bytes: &[u8]) -> Vec<u8> {
    [&[u8::try_from(bytes.len()).expect("short")], bytes].concat()
}

/// P2PK.
pub(super) fn pay_to_key(key: &Key) -> Vec<u8> {
    [push(&key.public), vec![0xac]].concat()
}

/// So many of these keys.
pub(super) fn multisig(needed: u8, keys: &[&Key]) -> Vec<u8> {
    let mut script = vec![0x50 + needed];
    keys.iter().for_each(|key| script.extend(push(&key.public)));
    script.extend([0x50 + u8::try_from(keys.len()).expect("few"), 0xae]);
    script
}
