//! The 80 bytes that a block hangs on the chain with.

use super::{Hash, sha256d};

/// Bytes of a header.
pub const HEADER_BYTES: usize = 80;

/// A block header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the block: the hash of the 80 bytes.
    pub hash: Hash,
    /// Version; its bits signal what miners agree to.
    pub version: i32,
    /// Hash of the parent; zero in a first block.
    pub parent: Hash,
    /// Root of the tree over the transaction ids.
    pub merkle_root: Hash,
    /// Seconds since 1970 by the miner's clock.
    pub time: u32,
    /// The target in its compact form.
    pub bits: u32,
    /// What the miner turned until the hash fitted.
    pub nonce: u32,
}

impl Header {
    /// Reads the 80 bytes; every value of them is a header.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Header {
        Header {
            hash: sha256d(&[bytes]),
            version: i32::from_le_bytes(part(bytes, 0)),
            parent: Hash(part(bytes, 4)),
            merkle_root: Hash(part(bytes, 36)),
            time: u32::from_le_bytes(part(bytes, 68)),
            bits: u32::from_le_bytes(part(bytes, 72)),
            nonce: u32::from_le_bytes(part(bytes, 76)),
        }
    }
}

fn part<const N: usize>(bytes: &[u8; HEADER_BYTES], from: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[from..from + N]);
    out
}
