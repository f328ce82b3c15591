//! Numbers of five bytes: 2^40 outputs are more than there will be, and a third of the space of
//! eight bytes is saved where there are billions.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// An unsigned number of 40 bits, little-endian.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    FromBytes,
    IntoBytes,
    Immutable,
    KnownLayout,
    Unaligned,
)]
#[repr(transparent)]
pub struct U40([u8; 5]);

impl U40 {
    /// The largest: 2^40 - 1.
    pub const MAX: u64 = (1 << 40) - 1;

    /// The number, or `None` beyond 40 bits.
    pub fn new(value: u64) -> Option<U40> {
        let [a, b, c, d, e, 0, 0, 0] = value.to_le_bytes() else { return None };
        Some(U40([a, b, c, d, e]))
    }

    /// Its value.
    #[inline]
    pub fn get(self) -> u64 {
        let [a, b, c, d, e] = self.0;
        u64::from(u32::from_le_bytes([a, b, c, d])) | u64::from(e) << 32
    }
}

/// A value that its own column has no room for.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Wide {
    /// 0: an output's value; 1: a transaction's fee.
    pub(crate) column: u8,
    pub(crate) row: zerocopy::little_endian::U32,
    pub(crate) value: zerocopy::little_endian::U64,
}

pub(crate) const WIDE_VALUE: u8 = 0;
pub(crate) const WIDE_FEE: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_bits_are_kept_and_more_are_refused() {
        for value in [0, 1, 0xffff_ffff, 0x1_0000_0000, U40::MAX] {
            assert_eq!(U40::new(value).map(U40::get), Some(value));
        }
        assert_eq!(U40::new(U40::MAX + 1), None);
    }
}
