//! Addresses of Bitcoin and its relatives: base58check, bech32 (BIP 173), bech32m (BIP 350) and
//! cashaddr. A text is kept in the one spelling that wallets of the chain show.

use super::{AddressError, account::decode_base58check};
use crate::Chain;

/// The longest bech32 address (BIP 173) is 90 characters; nothing here is longer.
const MAX_LENGTH: usize = 100;

/// An address of a UTXO chain, checked, in its canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UtxoAddress(String);

/// What the chain's wallets accept.
struct Spellings {
    /// base58check version bytes of pay-to-public-key-hash and pay-to-script-hash.
    versions: &'static [&'static [u8]],
    /// Human-readable part of segregated-witness addresses.
    segwit: Option<&'static str>,
    /// Whether cashaddr is in use.
    cashaddr: bool,
}

fn spellings(chain: Chain) -> Option<Spellings> {
    let row = |versions, segwit, cashaddr| Some(Spellings { versions, segwit, cashaddr });
    match chain {
        Chain::Bitcoin => row(&[&[0x00], &[0x05]], Some("bc"), false),
        Chain::BitcoinCash => row(&[&[0x00], &[0x05]], None, true),
        Chain::BitcoinSv => row(&[&[0x00], &[0x05]], None, false),
        Chain::BitcoinGold => row(&[&[0x26], &[0x17]], Some("btg"), false),
        // 0x05 is Litecoin's older script version, still found in lists.
        Chain::Litecoin => row(&[&[0x30], &[0x32], &[0x05]], Some("ltc"), false),
        Chain::Dogecoin => row(&[&[0x1e], &[0x16]], None, false),
        Chain::Dash => row(&[&[0x4c], &[0x10]], None, false),
        Chain::Zcash => row(&[&[0x1c, 0xb8], &[0x1c, 0xbd]], None, false),
        _ => None,
    }
}

impl UtxoAddress {
    /// Reads an address of a UTXO chain.
    ///
    /// # Errors
    /// A wrong checksum, another network's version or prefix, or no address at all.
    pub fn parse(chain: Chain, text: &str) -> Result<UtxoAddress, AddressError> {
        let Some(spellings) = spellings(chain).filter(|_| text.len() <= MAX_LENGTH) else {
            return Err(AddressError::Unreadable { chain });
        };
        if let Some(hrp) = spellings.segwit
            && text.len() > hrp.len()
            && text[..].to_ascii_lowercase().starts_with(&format!("{hrp}1"))
        {
            return parse_segwit(chain, text);
        }
        if spellings.cashaddr && (text.contains(':') || text.starts_with(['q', 'p', 'Q', 'P'])) {
            return parse_cashaddr(chain, text);
        }
        let bytes = decode_base58check(text, chain)?;
        let known = spellings
            .versions
            .iter()
            .any(|version| bytes.starts_with(version) && bytes.len() == version.len() + 20);
        if known {
            Ok(UtxoAddress(text.to_owned()))
        } else {
            Err(AddressError::OtherNetwork { chain, why: "its version byte is another network's" })
        }
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn parse_segwit(chain: Chain, text: &str) -> Result<UtxoAddress, AddressError> {
    // Checks the human-readable part's charset, the checksum that the witness version demands
    // (BIP 173 for 0, BIP 350 above) and the program length.
    bech32::segwit::decode(text)
        .map(|_| UtxoAddress(text.to_ascii_lowercase()))
        .map_err(|_| AddressError::Bech32Checksum)
        .map_err(|error| if text.is_ascii() { error } else { AddressError::Unreadable { chain } })
}

/// cashaddr: bech32's alphabet with a 40-bit BCH checksum and the prefix `bitcoincash:`.
/// Specification: Bitcoin Cash upgrade specs, `cashaddr.md`.
fn parse_cashaddr(chain: Chain, text: &str) -> Result<UtxoAddress, AddressError> {
    const PREFIX: &str = "bitcoincash";
    let lower = text.to_ascii_lowercase();
    let payload = match lower.split_once(':') {
        Some((PREFIX, payload)) => payload,
        Some(_) => {
            return Err(AddressError::OtherNetwork { chain, why: "its prefix is not bitcoincash" });
        }
        None => lower.as_str(),
    };
    let mut values: Vec<u8> = PREFIX.bytes().map(|byte| byte & 0x1f).collect();
    values.push(0);
    for character in payload.chars() {
        let digit =
            bech32::Fe32::from_char(character).map_err(|_| AddressError::Unreadable { chain })?;
        values.push(digit.to_u8());
    }
    // A version byte, a 20-byte hash and the checksum make 42 characters; longer hashes more.
    if payload.len() < 42 || cashaddr_polymod(&values) != 0 {
        return Err(AddressError::Bech32Checksum);
    }
    Ok(UtxoAddress(format!("{PREFIX}:{payload}")))
}

fn cashaddr_polymod(values: &[u8]) -> u64 {
    const GENERATOR: [u64; 5] =
        [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    let mut checksum: u64 = 1;
    for value in values {
        let top = checksum >> 35;
        checksum = ((checksum & 0x07_ffff_ffff) << 5) ^ u64::from(*value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                checksum ^= generator;
            }
        }
    }
    checksum ^ 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(chain: Chain, text: &str) -> Result<String, AddressError> {
        UtxoAddress::parse(chain, text).map(|address| address.as_str().to_owned())
    }

    #[test]
    fn real_spellings_of_each_chain() {
        for (chain, text) in [
            (Chain::Bitcoin, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
            (Chain::Bitcoin, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
            (Chain::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            (Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
            (Chain::BitcoinCash, "bitcoincash:qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq"),
            (Chain::Zcash, "t1WSKwCDL1QYRRUrCCknEs5tDLhtGVYu9KM"),
            (Chain::Litecoin, "LWnbjLYUfqeokfbWM4FcU7uk2FP2DSxuWS"),
        ] {
            assert_eq!(parse(chain, text).as_deref(), Ok(text), "{chain}");
        }
    }

    #[test]
    fn one_spelling_comes_out() {
        assert_eq!(
            parse(Chain::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4").as_deref(),
            Ok("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
        );
        assert_eq!(
            parse(Chain::BitcoinCash, "qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq").as_deref(),
            Ok("bitcoincash:qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq")
        );
    }

    #[test]
    fn a_wrong_checksum_is_named() {
        assert_eq!(
            parse(Chain::Bitcoin, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
            Err(AddressError::Base58Checksum)
        );
        assert_eq!(
            parse(Chain::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
            Err(AddressError::Bech32Checksum)
        );
        // Version 1 with the older bech32 checksum: BIP 350 refuses it.
        assert_eq!(
            parse(Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"),
            Err(AddressError::Bech32Checksum)
        );
        assert_eq!(
            parse(Chain::BitcoinCash, "qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhp"),
            Err(AddressError::Bech32Checksum)
        );
    }

    #[test]
    fn another_networks_address_is_refused() {
        assert!(matches!(
            parse(Chain::Bitcoin, "LWnbjLYUfqeokfbWM4FcU7uk2FP2DSxuWS"),
            Err(AddressError::OtherNetwork { .. })
        ));
        assert!(parse(Chain::Bitcoin, "€".repeat(40).as_str()).is_err());
    }
}
