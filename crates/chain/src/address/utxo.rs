//! Addresses of Bitcoin and its relatives: base58check, bech32 (BIP 173), bech32m (BIP 350) and
//! cashaddr. A text is kept in the one spelling that wallets of the chain show.

use super::{AddressError, account::decode_base58check, cashaddr};
use crate::{Chain, Script, ScriptKind};

/// The longest bech32 address (BIP 173) is 90 characters; nothing here is longer.
const MAX_LENGTH: usize = 100;
const OP_1: u8 = 0x51;
const OP_16: u8 = 0x60;

/// An address of a UTXO chain, checked, in its canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UtxoAddress(String);

/// What the chain's wallets accept.
struct Spellings {
    /// base58check version bytes: of P2PKH, of P2SH, and older ones of P2SH that are still read.
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
        Chain::BitcoinTestnet3 | Chain::BitcoinTestnet4 | Chain::BitcoinSignet => {
            row(&[&[0x6f], &[0xc4]], Some("tb"), false)
        }
        Chain::BitcoinRegtest => row(&[&[0x6f], &[0xc4]], Some("bcrt"), false),
        Chain::BitcoinCash => row(&[&[0x00], &[0x05]], None, true),
        Chain::BitcoinSv => row(&[&[0x00], &[0x05]], None, false),
        Chain::BitcoinGold => row(&[&[0x26], &[0x17]], Some("btg"), false),
        // 0x05 is Litecoin's older script version, still found in lists.
        Chain::Litecoin => row(&[&[0x30], &[0x32], &[0x05]], Some("ltc"), false),
        // 0xc4 is the older script version here.
        Chain::LitecoinTestnet => row(&[&[0x6f], &[0x3a], &[0xc4]], Some("tltc"), false),
        Chain::LitecoinRegtest => row(&[&[0x6f], &[0x3a], &[0xc4]], Some("rltc"), false),
        Chain::Dogecoin => row(&[&[0x1e], &[0x16]], None, false),
        Chain::DogecoinTestnet => row(&[&[0x71], &[0xc4]], None, false),
        Chain::DogecoinRegtest => row(&[&[0x6f], &[0xc4]], None, false),
        Chain::Dash => row(&[&[0x4c], &[0x10]], None, false),
        Chain::Zcash => row(&[&[0x1c, 0xb8], &[0x1c, 0xbd]], None, false),
        Chain::ZcashTestnet | Chain::ZcashRegtest => {
            row(&[&[0x1d, 0x25], &[0x1c, 0xba]], None, false)
        }
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
            return cashaddr::parse(chain, text).map(UtxoAddress);
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

    /// The address that wallets of a chain show for a script; `None` for a script without one. A
    /// bare public key (P2PK) has none of its own: explorers show that of its hash.
    pub fn of_script(chain: Chain, script: &Script) -> Option<UtxoAddress> {
        let spellings = spellings(chain)?;
        let bytes = script.as_bytes();
        let based = |version: usize, hash: &[u8]| {
            if spellings.cashaddr {
                return Some(UtxoAddress(cashaddr::spell(u8::try_from(version).ok()?, hash)));
            }
            let bytes = [spellings.versions[version], hash].concat();
            Some(UtxoAddress(bs58::encode(bytes).with_check().into_string()))
        };
        match script.kind() {
            ScriptKind::KeyHash => based(0, &bytes[3..23]),
            ScriptKind::ScriptHash => based(1, &bytes[2..22]),
            _ => {
                let (version, program) = witness_program(bytes)?;
                let hrp = bech32::Hrp::parse(spellings.segwit?).ok()?;
                let version = bech32::Fe32::try_from(version).ok()?;
                bech32::segwit::encode(hrp, version, program).ok().map(UtxoAddress)
            }
        }
    }

    /// The script that an address of a chain stands for.
    pub fn to_script(&self, chain: Chain) -> Option<Script> {
        let spellings = spellings(chain)?;
        let text = self.as_str();
        if let Some(hrp) = spellings.segwit
            && text.starts_with(&format!("{hrp}1"))
        {
            let (_, version, program) = bech32::segwit::decode(text).ok()?;
            let version = version.to_u8();
            let opcode = if version == 0 { 0 } else { OP_1 - 1 + version };
            let length = u8::try_from(program.len()).ok()?;
            return Some(Script::new([&[opcode, length], &program[..]].concat()));
        }
        let (kind, hash) = match cashaddr::payload(text) {
            Some(payload) => cashaddr::hash(payload)?,
            None => {
                let bytes = decode_base58check(text, chain).ok()?;
                let fits = |version: &&[u8]| bytes.starts_with(version);
                let at = spellings.versions.iter().position(fits)?;
                (at.min(1), bytes[spellings.versions[at].len()..].to_vec())
            }
        };
        let around = |before: &[u8], after: &[u8]| [before, &hash[..], after].concat();
        Some(Script::new(match kind {
            0 => around(&[0x76, 0xa9, 20], &[0x88, 0xac]),
            _ => around(&[0xa9, 20], &[0x87]),
        }))
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

/// Version and program of a segregated-witness script (BIP 141).
fn witness_program(script: &[u8]) -> Option<(u8, &[u8])> {
    let [opcode, length, program @ ..] = script else { return None };
    let version = match *opcode {
        0 => 0,
        OP_1..=OP_16 => opcode - OP_1 + 1,
        _ => return None,
    };
    let fits = usize::from(*length) == program.len() && (2..=40).contains(&program.len());
    (fits && (version > 0 || matches!(program.len(), 20 | 32))).then_some((version, program))
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
    fn a_script_has_one_address_and_an_address_one_script() {
        let hash = "751e76e8199196d454941c45d1b3a323f1433bd6";
        let long = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        for (chain, script, address) in [
            (Chain::Bitcoin, format!("76a914{hash}88ac"), "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),
            (Chain::Bitcoin, format!("0014{hash}"), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            (
                Chain::Bitcoin,
                format!("5120{long}"),
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ),
            (Chain::Bitcoin, "51024e73".to_owned(), "bc1pfeessrawgf"),
            (
                Chain::BitcoinRegtest,
                format!("0014{hash}"),
                "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
            ),
            // The examples of the cashaddr specification.
            (
                Chain::BitcoinCash,
                "76a91476a04053bda0a88bda5177b86a15c3b29f55987388ac".to_owned(),
                "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            ),
            (
                Chain::BitcoinCash,
                "a91476a04053bda0a88bda5177b86a15c3b29f55987387".to_owned(),
                "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
            ),
        ] {
            let script: Script = script.parse().expect("hex");
            let found = UtxoAddress::of_script(chain, &script);
            assert_eq!(found.as_ref().map(UtxoAddress::as_str), Some(address));
            let parsed = UtxoAddress::parse(chain, address).expect("an address");
            assert_eq!(parsed.to_script(chain), Some(script), "{address}");
        }
        for none in ["6a", "51", "0015751e76e8199196d454941c45d1b3a323f1433bd600", "5102ff"] {
            let script: Script = none.parse().expect("hex");
            assert_eq!(UtxoAddress::of_script(Chain::Bitcoin, &script), None, "{none}");
        }
        let old: Script = format!("a914{hash}87").parse().expect("hex");
        let litecoin = UtxoAddress::of_script(Chain::Litecoin, &old).expect("it has one");
        assert!(litecoin.as_str().starts_with('M'), "{litecoin:?}");
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
