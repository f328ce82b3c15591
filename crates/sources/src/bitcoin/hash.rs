//! Hashes as Bitcoin makes and spells them.

use std::fmt;

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

/// SHA-256 of the SHA-256 of the parts, one after the other.
pub fn sha256d(parts: &[&[u8]]) -> Hash {
    Hash(sha256::double(parts))
}
