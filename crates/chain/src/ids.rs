//! 32-byte names: transaction ids of both families, and the hashes inside mixer events.

use std::{fmt, str::FromStr};

use crate::text::text_serde;

/// Why a text is not 32 bytes of hex.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// Wrong number of digits.
    #[error("expected {expected} hex digits, found {found}")]
    Length {
        /// Digits that belong there.
        expected: usize,
        /// Digits that stand there.
        found: usize,
    },
    /// A character that is no hex digit, by its place.
    #[error("character {at} is not a hex digit")]
    Digit {
        /// Zero-based place after the `0x`.
        at: usize,
    },
}

/// Decodes exactly `N` bytes of hex, with or without `0x`.
pub(crate) fn decode_hex<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let digits = digits.as_bytes();
    if digits.len() != N * 2 {
        return Err(HexError::Length { expected: N * 2, found: digits.len() });
    }
    let mut bytes = [0; N];
    for (at, pair) in digits.chunks_exact(2).enumerate() {
        let high = nibble(pair[0]).ok_or(HexError::Digit { at: at * 2 })?;
        let low = nibble(pair[1]).ok_or(HexError::Digit { at: at * 2 + 1 })?;
        bytes[at] = high << 4 | low;
    }
    Ok(bytes)
}

pub(crate) fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

pub(crate) fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// A 32-byte hash that is not a transaction id: a commitment, a nullifier hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash32(pub [u8; 32]);

/// A transaction id as account chains write it: 32 bytes, `0x` and hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxId(pub [u8; 32]);

macro_rules! hex_name {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = HexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                decode_hex(text).map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0x")?;
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        text_serde!($name);
    };
}

hex_name!(Hash32);
hex_name!(TxId);

impl TxId {
    /// The id on a UTXO chain that is written with the same digits.
    pub fn as_utxo(self) -> UtxoTxId {
        let mut bytes = self.0;
        bytes.reverse();
        UtxoTxId(bytes)
    }
}

/// A transaction id of Bitcoin and its relatives, in the order in which the hash has its bytes.
/// It is written the other way round, without `0x`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtxoTxId(pub [u8; 32]);

impl FromStr for UtxoTxId {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Nobody writes a prefix here, and `decode_hex` would let one pass.
        if text.len() != 64 {
            return Err(HexError::Length { expected: 64, found: text.len() });
        }
        let mut bytes: [u8; 32] = decode_hex(text)?;
        bytes.reverse();
        Ok(UtxoTxId(bytes))
    }
}

impl fmt::Display for UtxoTxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0;
        shown.reverse();
        write_hex(&shown, f)
    }
}

impl fmt::Debug for UtxoTxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

text_serde!(UtxoTxId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_utxo_id_is_shown_reversed_and_bare() {
        let text = format!("01{}ff", "00".repeat(30));
        let id: UtxoTxId = text.parse().expect("64 digits");
        assert_eq!((id.0[0], id.0[31]), (0xff, 0x01));
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse::<TxId>().map(TxId::as_utxo), Ok(id));
        assert_eq!(
            format!("0x{text}").parse::<UtxoTxId>(),
            Err(HexError::Length { expected: 64, found: 66 })
        );
    }

    #[test]
    fn a_wrong_hash_says_where() {
        assert_eq!("0x12".parse::<TxId>(), Err(HexError::Length { expected: 64, found: 2 }));
        let text = format!("0x{}g", "0".repeat(63));
        assert_eq!(text.parse::<TxId>(), Err(HexError::Digit { at: 63 }));
    }
}
