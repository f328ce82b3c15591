//! A block in the node's own words, with what its inputs spent: `getblock` at verbosity 3.
//!
//! What we read from block files is compared with it; nothing is stored from it.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::{
    super::{Hash, block::OutPoint},
    answer,
};

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VerboseBlock {
    /// Its name.
    #[serde(deserialize_with = "hash")]
    pub hash: Hash,
    /// Its height.
    pub height: u32,
    /// Seconds since 1970 by the miner's clock.
    pub time: u32,
    /// Blocks on top of it and itself; -1 where it is not on the best chain.
    pub confirmations: i64,
    /// Its transactions.
    #[serde(rename = "tx")]
    pub transactions: Vec<VerboseTransaction>,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VerboseTransaction {
    /// Its id.
    #[serde(deserialize_with = "hash")]
    pub txid: Hash,
    /// Hash over all its bytes.
    #[serde(rename = "hash", deserialize_with = "hash")]
    pub wtxid: Hash,
    /// Its version, as the 32 bits are read without a sign.
    pub version: u32,
    /// Height or time before which it is not valid.
    #[serde(rename = "locktime")]
    pub lock_time: u32,
    /// Weight units of BIP 141.
    pub weight: u64,
    /// Satoshi that the miner gets; none for a coinbase.
    #[serde(default, deserialize_with = "maybe_satoshi")]
    pub fee: Option<u64>,
    /// What it spends.
    #[serde(rename = "vin")]
    pub inputs: Vec<VerboseInput>,
    /// What it creates.
    #[serde(rename = "vout")]
    pub outputs: Vec<VerboseOutput>,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VerboseInput {
    #[serde(default, deserialize_with = "maybe_hash")]
    txid: Option<Hash>,
    #[serde(default)]
    vout: u32,
    /// Its sequence number.
    pub sequence: u32,
    /// The output that it spends; none for a coinbase, and for the first block of all.
    pub prevout: Option<Prevout>,
}

impl VerboseInput {
    /// What it spends; none for a coinbase.
    pub fn spends(&self) -> Option<OutPoint> {
        self.txid.map(|txid| OutPoint { txid, output: self.vout })
    }
}

/// An output that an input spends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Prevout {
    /// Whether a coinbase made it.
    pub generated: bool,
    /// Height at which it was made.
    pub height: u32,
    /// Satoshi.
    #[serde(deserialize_with = "satoshi")]
    pub value: u64,
    /// The script that locks it.
    #[serde(rename = "scriptPubKey")]
    pub script: VerboseScript,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VerboseOutput {
    /// Satoshi.
    #[serde(deserialize_with = "satoshi")]
    pub value: u64,
    /// Index among the outputs.
    pub n: u32,
    /// The script that locks it.
    #[serde(rename = "scriptPubKey")]
    pub script: VerboseScript,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VerboseScript {
    /// Its bytes.
    #[serde(rename = "hex", deserialize_with = "bytes")]
    pub bytes: Vec<u8>,
    /// Its form in the node's words, such as `witness_v1_taproot`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its address, where it has one.
    pub address: Option<String>,
}

impl VerboseBlock {
    /// Reads the result of `getblock` at verbosity 3.
    ///
    /// # Errors
    /// The text is none.
    pub fn read(text: &str) -> Result<VerboseBlock, String> {
        serde_json::from_str(text).map_err(|why| why.to_string())
    }
}

/// An amount in whole coins, such as `0.00012000`, as satoshi: from its digits. A node also writes
/// `1.2e-7`-like forms nowhere, so a letter is refused.
pub fn satoshi_of(text: &str) -> Result<u64, String> {
    let amount = chain::Amount::from_decimal(text, 8).map_err(|why| why.to_string())?;
    let wide = amount.to_u128().and_then(|all| u64::try_from(all).ok());
    wide.ok_or_else(|| format!("{text} coins do not fit 64 bits of satoshi"))
}

fn satoshi<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    satoshi_of(<&RawValue>::deserialize(from)?.get()).map_err(D::Error::custom)
}

fn maybe_satoshi<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    satoshi(from).map(Some)
}

fn hash<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
    answer::hash(<&str>::deserialize(from)?).map_err(D::Error::custom)
}

fn maybe_hash<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Hash>, D::Error> {
    hash(from).map(Some)
}

fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    answer::bytes(<&str>::deserialize(from)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_from_their_digits() {
        for (text, satoshi) in [
            ("0.00000001", 1),
            ("20999999.97690000", 2_099_999_997_690_000),
            ("50", 5_000_000_000),
            // Beyond 2^53, where a float would be one off.
            ("90071992.54740993", 9_007_199_254_740_993),
            ("184467440737.09551615", u64::MAX),
        ] {
            assert_eq!(satoshi_of(text), Ok(satoshi), "{text}");
        }
        for text in ["-1", "1e-8", "0.000000001", "184467440737.09551616", "null", "\"1\"", ""] {
            assert!(satoshi_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_coinbase_spends_nothing_and_a_payment_says_what() {
        let id = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206";
        let script = r#"{"hex":"51","type":"nonstandard","asm":"1"}"#;
        let text = format!(
            r#"{{"hash":"{id}","height":2,"time":3,"confirmations":-1,"tx":[
              {{"txid":"{id}","hash":"{id}","version":4294967295,"locktime":0,"weight":400,
                "vin":[{{"coinbase":"52","sequence":4294967295}}],
                "vout":[{{"value":50.00000000,"n":0,"scriptPubKey":{script}}}]}},
              {{"txid":"{id}","hash":"{id}","version":2,"locktime":9,"weight":400,"fee":0.00000100,
                "vin":[{{"txid":"{id}","vout":1,"sequence":0,"prevout":
                  {{"generated":true,"height":1,"value":0.10000000,"scriptPubKey":{script}}}}}],
                "vout":[]}}]}}"#
        );
        let block = VerboseBlock::read(&text).expect("a block");
        let [coinbase, payment] = &block.transactions[..] else { panic!("two of them") };
        assert_eq!((coinbase.fee, coinbase.inputs[0].spends()), (None, None));
        assert_eq!(coinbase.outputs[0].value, 5_000_000_000);
        assert_eq!(payment.fee, Some(100));
        assert_eq!(payment.inputs[0].spends().map(|spent| spent.output), Some(1));
        let spent = payment.inputs[0].prevout.as_ref().expect("it is there");
        assert_eq!(
            (spent.generated, spent.value, &spent.script.bytes[..]),
            (true, 10_000_000, &[0x51][..])
        );
        assert!(VerboseBlock::read(&text.replace("50.00000000", "5e1")).is_err());
    }
}
