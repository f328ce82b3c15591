//! The 20 bytes that name an account on the EVM and on TRON, and their two spellings.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha3::{Digest, Keccak256};

use super::AddressError;
use crate::{Chain, HexError, ids::decode_hex};

/// First byte of a TRON mainnet address before base58.
const TRON_PREFIX: u8 = 0x41;

/// An account: the last 20 bytes of the Keccak-256 of a public key, or a contract's derived name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Account(pub [u8; 20]);

impl Account {
    /// The account that nobody holds the key of; mints come from it and burns go to it.
    pub const ZERO: Account = Account([0; 20]);

    /// Parses `0x` and 40 hex digits. All lower or all upper case is taken as it is; mixed case
    /// must be the EIP-55 checksum.
    ///
    /// # Errors
    /// Wrong length, a character that is no hex digit, or a wrong EIP-55 checksum.
    pub fn parse_evm(text: &str) -> Result<Account, AddressError> {
        if !(text.starts_with("0x") || text.starts_with("0X")) {
            return Err(HexError::Length { expected: 42, found: text.len() }.into());
        }
        let account = Account(decode_hex(text)?);
        let digits = &text[2..];
        let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower = digits.bytes().any(|byte| byte.is_ascii_lowercase());
        if upper && lower {
            let expected = account.to_eip55();
            if expected[2..] != *digits {
                return Err(AddressError::Eip55 { expected });
            }
        }
        Ok(account)
    }

    /// Parses TRON's base58check spelling (`T…`).
    ///
    /// # Errors
    /// Not base58, a wrong checksum, or another prefix than `0x41`.
    pub fn parse_tron(text: &str) -> Result<Account, AddressError> {
        // 21 bytes and 4 check bytes never take more than 35 base58 characters.
        if text.len() > 40 {
            return Err(AddressError::Unreadable { chain: Chain::Tron });
        }
        let bytes = decode_base58check(text, Chain::Tron)?;
        match bytes.split_first() {
            Some((&TRON_PREFIX, rest)) => rest.try_into().map(Account).map_err(|_| {
                AddressError::OtherNetwork { chain: Chain::Tron, why: "its length is not 21 bytes" }
            }),
            _ => Err(AddressError::OtherNetwork {
                chain: Chain::Tron,
                why: "its first byte is not 0x41",
            }),
        }
    }

    /// EIP-55: a letter is upper case where the hash of the lower-case text has its high bit.
    pub fn to_eip55(self) -> String {
        let lower = self.to_hex();
        let hash = Keccak256::digest(&lower.as_bytes()[2..]);
        let mut text = String::with_capacity(42);
        text.push_str("0x");
        for (at, digit) in lower[2..].chars().enumerate() {
            let nibble = (hash[at / 2] >> if at % 2 == 0 { 4 } else { 0 }) & 0xf;
            text.push(if nibble >= 8 { digit.to_ascii_uppercase() } else { digit });
        }
        text
    }

    /// Lower-case `0x` hex, as dumps write it.
    pub fn to_hex(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(42);
        text.push_str("0x");
        for byte in self.0 {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        }
        text
    }

    /// TRON's base58check spelling.
    pub fn to_tron(self) -> String {
        let mut bytes = [0; 21];
        bytes[0] = TRON_PREFIX;
        bytes[1..].copy_from_slice(&self.0);
        bs58::encode(bytes).with_check().into_string()
    }
}

/// Decodes base58check and tells a wrong checksum from a text that is no base58 at all.
pub(super) fn decode_base58check(text: &str, chain: Chain) -> Result<Vec<u8>, AddressError> {
    match bs58::decode(text).with_check(None).into_vec() {
        Ok(bytes) => Ok(bytes),
        Err(bs58::decode::Error::InvalidChecksum { .. }) => Err(AddressError::Base58Checksum),
        Err(_) => Err(AddressError::Unreadable { chain }),
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_eip55())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Account::parse_evm(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of EIP-55 itself.
    const EIP55: &[&str] = &[
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    #[test]
    fn eip55_reads_and_prints() {
        for text in EIP55 {
            let account = Account::parse_evm(text).expect("an example of the EIP");
            assert_eq!(account.to_eip55(), *text);
            assert_eq!(Account::parse_evm(&text.to_lowercase()), Ok(account));
        }
    }

    #[test]
    fn one_wrong_letter_case_is_refused_with_the_right_spelling() {
        let wrong = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert_eq!(
            Account::parse_evm(wrong),
            Err(AddressError::Eip55 { expected: EIP55[0].to_owned() })
        );
    }

    #[test]
    fn tron_reads_and_prints() {
        // The USDT contract on TRON.
        let text = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
        let account = Account::parse_tron(text).expect("a real address");
        assert_eq!(account.to_hex(), "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c");
        assert_eq!(account.to_tron(), text);
        let wrong = text.replace("6t", "7t");
        assert_eq!(Account::parse_tron(&wrong), Err(AddressError::Base58Checksum));
        assert!(Account::parse_tron("1BoatSLRHtKNngkdXEeobR76b53LETtpyT").is_err());
    }
}
