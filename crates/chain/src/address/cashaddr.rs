//! cashaddr: bech32's alphabet with a 40-bit BCH checksum and the prefix `bitcoincash:`.
//! Specification: Bitcoin Cash upgrade specs, `cashaddr.md`.

use super::AddressError;
use crate::Chain;

const PREFIX: &str = "bitcoincash";

/// Checks an address, with its prefix or without, and returns its canonical spelling.
pub(super) fn parse(chain: Chain, text: &str) -> Result<String, AddressError> {
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
    if payload.len() < 42 || polymod(&values) != 0 {
        return Err(AddressError::Bech32Checksum);
    }
    Ok(format!("{PREFIX}:{payload}"))
}

/// What follows the prefix of an address in its canonical spelling.
pub(super) fn payload(address: &str) -> Option<&str> {
    address.strip_prefix(PREFIX)?.strip_prefix(':')
}

/// Spells a hash of 20 bytes; kind 0 is P2PKH, 1 is P2SH.
pub(super) fn spell(kind: u8, hash: &[u8]) -> String {
    let bytes = [&[kind << 3], hash].concat();
    let mut values: Vec<u8> = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            values.push((held >> bits & 31).to_le_bytes()[0]);
        }
    }
    if bits > 0 {
        values.push((held << (5 - bits) & 31).to_le_bytes()[0]);
    }
    let mut whole: Vec<u8> = PREFIX.bytes().map(|byte| byte & 0x1f).collect();
    whole.push(0);
    whole.extend_from_slice(&values);
    whole.extend([0; 8]);
    let checksum = polymod(&whole);
    values.extend((0..8_u32).rev().map(|at| (checksum >> (5 * at) & 31).to_le_bytes()[0]));
    let character = |value: u8| bech32::Fe32::try_from(value).map_or('q', |fe| fe.to_char());
    let payload: String = values.into_iter().map(character).collect();
    format!("{PREFIX}:{payload}")
}

/// Kind and hash of a checked payload; `None` for hashes of other lengths.
pub(super) fn hash(payload: &str) -> Option<(usize, Vec<u8>)> {
    let digits = payload.len().checked_sub(8)?;
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for character in payload.chars().take(digits) {
        held = (held << 5 | u32::from(bech32::Fe32::from_char(character).ok()?.to_u8())) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255).to_le_bytes()[0]);
        }
    }
    let (kind, hash) = bytes.split_first()?;
    (hash.len() == 20 && kind & 7 == 0).then(|| (usize::from(kind >> 3), hash.to_vec()))
}

fn polymod(values: &[u8]) -> u64 {
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
