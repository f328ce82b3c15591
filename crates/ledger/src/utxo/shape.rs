//! What a transaction looks like apart from its value: the fingerprint that wallets leave.

/// Features of a transaction that tell wallets apart, in one byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TxShape(pub(crate) u8);

/// What a lock time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockTime {
    /// Zero: none.
    None,
    /// A height: below 500,000,000.
    Height,
    /// A time.
    Time,
}

const COINBASE: u8 = 1;
const SEGWIT: u8 = 1 << 1;
const REPLACEABLE: u8 = 1 << 2;
const LOCK_SHIFT: u8 = 3;
const VERSION_SHIFT: u8 = 5;
/// Lock times from here on are seconds since 1970.
const LOCK_TIME_THRESHOLD: u32 = 500_000_000;
/// A sequence below this allows a replacement (BIP 125).
const SEQUENCE_FINAL_MIN: u32 = 0xffff_fffe;

impl TxShape {
    /// From the fields of a transaction; inputs are added with [`TxShape::with_sequence`].
    pub fn new(version: i32, lock_time: u32, segwit: bool) -> TxShape {
        let lock = match lock_time {
            0 => 0,
            1..LOCK_TIME_THRESHOLD => 1,
            _ => 2,
        };
        let version = match version {
            1 => 1,
            2 => 2,
            3 => 3,
            _ => 0,
        };
        let segwit = if segwit { SEGWIT } else { 0 };
        TxShape(segwit | lock << LOCK_SHIFT | version << VERSION_SHIFT)
    }

    /// The same transaction, being a coinbase.
    #[must_use]
    pub fn of_coinbase(self) -> TxShape {
        TxShape(self.0 | COINBASE)
    }

    /// The same transaction with an input of a sequence number.
    #[must_use]
    pub fn with_sequence(self, sequence: u32) -> TxShape {
        if sequence < SEQUENCE_FINAL_MIN { TxShape(self.0 | REPLACEABLE) } else { self }
    }

    /// Whether it makes new coins.
    pub fn is_coinbase(self) -> bool {
        self.0 & COINBASE != 0
    }

    /// Whether it carries witnesses (BIP 144).
    pub fn is_segwit(self) -> bool {
        self.0 & SEGWIT != 0
    }

    /// Whether it signals that it may be replaced (BIP 125).
    pub fn is_replaceable(self) -> bool {
        self.0 & REPLACEABLE != 0
    }

    /// What its lock time means.
    pub fn lock_time(self) -> LockTime {
        match self.0 >> LOCK_SHIFT & 3 {
            0 => LockTime::None,
            1 => LockTime::Height,
            _ => LockTime::Time,
        }
    }

    /// Its version, where that is 1, 2 or 3.
    pub fn version(self) -> Option<u8> {
        Some(self.0 >> VERSION_SHIFT & 3).filter(|version| *version != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_kept() {
        for (version, kept) in [(1, Some(1)), (2, Some(2)), (3, Some(3)), (0, None), (-4, None)] {
            for (lock, meant) in [
                (0, LockTime::None),
                (499_999_999, LockTime::Height),
                (500_000_000, LockTime::Time),
            ] {
                for segwit in [false, true] {
                    let shape = TxShape::new(version, lock, segwit);
                    assert_eq!(shape.version(), kept);
                    assert_eq!(shape.lock_time(), meant);
                    assert_eq!(shape.is_segwit(), segwit);
                    assert!(!shape.is_coinbase() && shape.of_coinbase().is_coinbase());
                    assert!(!shape.with_sequence(0xffff_fffe).is_replaceable());
                    assert!(shape.with_sequence(0xffff_fffd).is_replaceable());
                }
            }
        }
    }
}
