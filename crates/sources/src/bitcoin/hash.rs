//! Hashes as Bitcoin makes and spells them.

use std::fmt;

use sha2::block_api::compress256;

/// A double SHA-256: the name of a block or of a transaction, in the order of the bytes in files.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    /// Last byte first, as everybody writes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const BLOCK_BYTES: usize = 64;
/// Where the length stands in the last block of a message.
const LENGTH_AT: usize = BLOCK_BYTES - 8;
/// FIPS 180-4, 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 of the SHA-256 of the parts, one after the other.
///
/// Most messages are a few blocks long, and there are millions: whole blocks are hashed where they
/// lie, and nothing is allocated or kept beside one block.
pub fn sha256d(parts: &[&[u8]]) -> Hash {
    let (mut state, mut block) = (INITIAL, [0; BLOCK_BYTES]);
    let (mut filled, mut length) = (0, 0_u64);
    for part in parts {
        let mut rest = *part;
        length += rest.len() as u64;
        if filled > 0 {
            let (now, later) = rest.split_at(rest.len().min(BLOCK_BYTES - filled));
            block[filled..filled + now.len()].copy_from_slice(now);
            filled += now.len();
            rest = later;
            if filled == BLOCK_BYTES {
                compress256(&mut state, &[block]);
                filled = 0;
            }
        }
        // What is left of a part follows a full block, or there is nothing left.
        if !rest.is_empty() {
            let (whole, rest) = rest.as_chunks::<BLOCK_BYTES>();
            compress256(&mut state, whole);
            block[..rest.len()].copy_from_slice(rest);
            filled = rest.len();
        }
    }
    block[filled] = 0x80;
    block[filled + 1..].fill(0);
    if filled >= LENGTH_AT {
        compress256(&mut state, &[block]);
        block.fill(0);
    }
    block[LENGTH_AT..].copy_from_slice(&(8 * length).to_be_bytes());
    compress256(&mut state, &[block]);

    let mut block = [0; BLOCK_BYTES];
    block[..32].copy_from_slice(&bytes_of(state));
    block[32] = 0x80;
    block[LENGTH_AT..].copy_from_slice(&256_u64.to_be_bytes());
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    Hash(bytes_of(state))
}

fn bytes_of(state: [u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn every_length_in_every_two_parts_gives_the_hash_of_the_whole() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        for length in 0..bytes.len() {
            let whole = &bytes[..length];
            let expected = Hash(Sha256::digest(Sha256::digest(whole)).into());
            assert_eq!(sha256d(&[whole]), expected, "{length}");
            for cut in [0, 1, 4, 63, 64, 65, length / 2] {
                let (one, two) = whole.split_at(cut.min(length));
                assert_eq!(sha256d(&[one, two, &[]]), expected, "{length} cut at {cut}");
                let (two, three) = two.split_at(two.len() / 2);
                assert_eq!(sha256d(&[one, two, three]), expected, "{length} cut at {cut}");
            }
        }
    }
}
