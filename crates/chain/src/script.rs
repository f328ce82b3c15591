//! The script of an output: who may spend it.

use std::{fmt, str::FromStr};

use crate::{
    HexError,
    ids::{nibble, write_hex},
    text::text_serde,
};

/// The script of an output, byte for byte. Two outputs with the same script have the same owner.
///
/// ```
/// use chain::{Script, ScriptKind};
/// let script: Script = "0014751e76e8199196d454941c45d1b3a323f1433bd6".parse()?;
/// assert_eq!(script.kind(), ScriptKind::WitnessKeyHash);
/// # Ok::<(), chain::HexError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Script(Box<[u8]>);

/// The standard form that a script has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScriptKind {
    /// P2PK: a bare public key.
    Key,
    /// P2PKH: the hash of a public key.
    KeyHash,
    /// P2SH: the hash of a script.
    ScriptHash,
    /// P2WPKH: segregated witness, the hash of a public key.
    WitnessKeyHash,
    /// P2WSH: segregated witness, the hash of a script.
    WitnessScriptHash,
    /// P2TR: segregated witness version 1.
    Taproot,
    /// Some of several public keys, written out.
    BareMultisig,
    /// `OP_RETURN`: carries data; nobody can ever spend it.
    OpReturn,
    /// Any other script.
    Other,
}

const OP_1: u8 = 0x51;
const OP_16: u8 = 0x60;
const OP_RETURN: u8 = 0x6a;
const OP_DUP: u8 = 0x76;
const OP_EQUAL: u8 = 0x87;
const OP_EQUALVERIFY: u8 = 0x88;
const OP_HASH160: u8 = 0xa9;
const OP_CHECKSIG: u8 = 0xac;
const OP_CHECKMULTISIG: u8 = 0xae;

impl Script {
    /// From its bytes.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Script {
        Script(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Which standard form it has.
    pub fn kind(&self) -> ScriptKind {
        ScriptKind::of(&self.0)
    }
}

impl ScriptKind {
    /// The standard form that the bytes of a script have.
    pub fn of(script: &[u8]) -> ScriptKind {
        match script {
            [OP_RETURN, ..] => ScriptKind::OpReturn,
            [0, 20, hash @ ..] if hash.len() == 20 => ScriptKind::WitnessKeyHash,
            [0, 32, hash @ ..] if hash.len() == 32 => ScriptKind::WitnessScriptHash,
            [OP_1, 32, key @ ..] if key.len() == 32 => ScriptKind::Taproot,
            [OP_HASH160, 20, hash @ .., OP_EQUAL] if hash.len() == 20 => ScriptKind::ScriptHash,
            [OP_DUP, OP_HASH160, 20, hash @ .., OP_EQUALVERIFY, OP_CHECKSIG]
                if hash.len() == 20 =>
            {
                ScriptKind::KeyHash
            }
            [length, key @ .., OP_CHECKSIG] if usize::from(*length) == key.len() && is_key(key) => {
                ScriptKind::Key
            }
            [needed @ OP_1..=OP_16, keys @ .., given @ OP_1..=OP_16, OP_CHECKMULTISIG]
                if needed <= given && pushed_keys(keys) == Some(given - OP_1 + 1) =>
            {
                ScriptKind::BareMultisig
            }
            _ => ScriptKind::Other,
        }
    }
}

/// A compressed or uncompressed public key by length and first byte, hybrid ones included.
fn is_key(bytes: &[u8]) -> bool {
    matches!((bytes.first(), bytes.len()), (Some(2 | 3), 33) | (Some(4 | 6 | 7), 65))
}

/// How many public keys are pushed, or `None` if anything else is.
fn pushed_keys(mut bytes: &[u8]) -> Option<u8> {
    let mut count = 0_u8;
    while let Some((length, rest)) = bytes.split_first() {
        let (key, rest) = rest.split_at_checked(usize::from(*length))?;
        count = count.checked_add(1).filter(|_| is_key(key))?;
        bytes = rest;
    }
    Some(count)
}

impl FromStr for Script {
    type Err = HexError;

    /// Hex digits, two for each byte.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.len() % 2 == 1 {
            return Err(HexError::Length { expected: digits.len() + 1, found: digits.len() });
        }
        let byte = |(at, pair): (usize, &[u8])| {
            let high = nibble(pair[0]).ok_or(HexError::Digit { at: at * 2 })?;
            let low = nibble(pair[1]).ok_or(HexError::Digit { at: at * 2 + 1 })?;
            Ok(high << 4 | low)
        };
        digits.chunks_exact(2).enumerate().map(byte).collect::<Result<Box<[u8]>, _>>().map(Script)
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

text_serde!(Script);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind(text: &str) -> ScriptKind {
        text.parse::<Script>().expect("it is hex").kind()
    }

    #[test]
    fn each_form_is_told_by_its_bytes() {
        let key = format!("02{}", "11".repeat(32));
        let hash = "22".repeat(20);
        let long = "33".repeat(32);
        for (text, expected) in [
            (format!("21{key}ac"), ScriptKind::Key),
            (format!("4104{}ac", "11".repeat(64)), ScriptKind::Key),
            (format!("76a914{hash}88ac"), ScriptKind::KeyHash),
            (format!("a914{hash}87"), ScriptKind::ScriptHash),
            (format!("0014{hash}"), ScriptKind::WitnessKeyHash),
            (format!("0020{long}"), ScriptKind::WitnessScriptHash),
            (format!("5120{long}"), ScriptKind::Taproot),
            (format!("5121{key}21{key}52ae"), ScriptKind::BareMultisig),
            ("6a0474657374".to_owned(), ScriptKind::OpReturn),
            ("6a".to_owned(), ScriptKind::OpReturn),
            (String::new(), ScriptKind::Other),
        ] {
            assert_eq!(kind(&text), expected, "{text}");
        }
    }

    #[test]
    fn one_byte_off_is_another_script() {
        let key = format!("02{}", "11".repeat(32));
        for text in [
            format!("21{key}ad"),
            format!("2105{}ac", "11".repeat(32)),
            format!("0014{}", "22".repeat(21)),
            format!("5220{}", "33".repeat(32)),
            // Two of one key, and one key of two counted.
            format!("5221{key}51ae"),
            format!("5121{key}52ae"),
            "51ae".to_owned(),
        ] {
            assert_eq!(kind(&text), ScriptKind::Other, "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_hex_say_where() {
        assert_eq!("0".parse::<Script>(), Err(HexError::Length { expected: 2, found: 1 }));
        assert_eq!("00g0".parse::<Script>(), Err(HexError::Digit { at: 2 }));
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_kind_and_one_spelling(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let script = Script::new(bytes);
            script.kind();
            prop_assert_eq!(script.to_string().parse::<Script>(), Ok(script));
        }
    }
}
