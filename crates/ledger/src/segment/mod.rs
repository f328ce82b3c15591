//! An immutable set of columns that hold the facts of one range of blocks.

mod build;
mod files;
mod read;

pub(crate) use read::{deposit, withdrawal};

use std::ops::RangeInclusive;

use chain::AssetId;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian as le};

pub(crate) use build::build;
pub(crate) use files::{Columns, Mapped};

/// "No address" in an address column.
pub(crate) const NOBODY: u32 = u32::MAX;
/// "No time" in a mixer row.
pub(crate) const NO_TIME: u64 = u64::MAX;

pub(crate) const HAS_BODY: u8 = 1;
pub(crate) const SUCCEEDED: u8 = 2;
pub(crate) const HAS_HASH: u8 = 1;

/// The upper 128 bits of an amount that needs them. Sorted, looked up only when the flag says so;
/// such amounts are counterfeit tokens nearly always, but they are facts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(crate) struct Wide {
    pub(crate) column: u8,
    pub(crate) row: le::U32,
    pub(crate) high: le::U128,
}

/// Which amount column a [`Wide`] row belongs to.
pub(crate) const WIDE_MOVE: u8 = 0;
pub(crate) const WIDE_VALUE: u8 = 1;
pub(crate) const WIDE_FEE: u8 = 2;

/// A mixer deposit as stored.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(crate) struct DepositRow {
    pub(crate) pool: [u8; 20],
    pub(crate) leaf: le::U32,
    pub(crate) tx: [u8; 32],
    pub(crate) block: le::U32,
    pub(crate) time: le::U64,
    pub(crate) flags: u8,
    pub(crate) commitment: [u8; 32],
}

/// A mixer withdrawal as stored.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(crate) struct WithdrawalRow {
    pub(crate) pool: [u8; 20],
    pub(crate) tx: [u8; 32],
    pub(crate) block: le::U32,
    pub(crate) time: le::U64,
    pub(crate) recipient: [u8; 20],
    /// Big-endian 256-bit base units.
    pub(crate) relayer_fee: [u8; 32],
    pub(crate) flags: u8,
    pub(crate) nullifier: [u8; 32],
}

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Name of its folder.
    pub(crate) name: String,
    /// Heights that it covers.
    pub(crate) blocks: RangeInclusive<u32>,
    /// Its own asset numbers.
    pub(crate) assets: Vec<AssetId>,
    pub(crate) columns: Mapped,
}
