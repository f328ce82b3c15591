//! Foreign bytes, read from the front; every count is checked against what is left.

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

pub(super) const EARLY: &str = "it ends too early";

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(EARLY)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(EARLY)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn u32(&mut self) -> Result<u32, &'static str> {
        self.array().map(u32::from_le_bytes)
    }

    /// As many items of a fixed length as the count before them says.
    pub(super) fn items(&mut self, length: usize) -> Result<&'a [u8], &'static str> {
        let count = usize::try_from(self.compact_size()?).map_err(|_| EARLY)?;
        self.take(count.checked_mul(length).ok_or(EARLY)?)
    }

    /// What was read since an earlier state of the same bytes.
    pub(super) fn since(&self, earlier: Bytes<'a>) -> &'a [u8] {
        &earlier.0[..earlier.0.len() - self.0.len()]
    }

    /// The count that the protocol uses; of its forms the shortest that fits is the only right one.
    pub(super) fn compact_size(&mut self) -> Result<u32, &'static str> {
        let [first] = self.array()?;
        let (count, least) = match first {
            0..=0xfc => (u64::from(first), 0),
            0xfd => (u64::from(u16::from_le_bytes(self.array()?)), 0xfd),
            0xfe => (u64::from(u32::from_le_bytes(self.array()?)), 0x1_0000),
            0xff => (u64::from_le_bytes(self.array()?), 0x1_0000_0000),
        };
        if count < least {
            return Err("a count that is longer than need be");
        }
        u32::try_from(count).map_err(|_| "a count beyond 32 bits")
    }

    /// The node's own form: seven bits a byte, the highest first, and one added for each byte that
    /// goes on, so that every number has one spelling.
    pub(super) fn var_int(&mut self) -> Result<u64, &'static str> {
        let mut number = 0_u64;
        loop {
            let [byte] = self.array()?;
            if number > u64::MAX >> 7 {
                return Err("a number beyond 64 bits");
            }
            number = number << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            number = number.checked_add(1).ok_or("a number beyond 64 bits")?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        let cases: [(&[u8], u64); 6] = [
            (&[0], 0),
            (&[0x7f], 127),
            (&[0x80, 0], 128),
            (&[0x80, 0x7f], 255),
            (&[0x81, 0], 256),
            (&[0x8e, 0xfe, 0xfe, 0xff, 0], 0x1_0000_0000),
        ];
        for (bytes, number) in cases {
            assert_eq!(Bytes(bytes).var_int(), Ok(number));
        }
        assert!(Bytes(&[0xff; 10]).var_int().is_err());
        for bytes in [&[0xfd, 0xfc, 0][..], &[0xfe, 0xff, 0xff, 0, 0], &[0xff; 9], &[]] {
            assert!(Bytes(bytes).compact_size().is_err(), "{bytes:?}");
        }
        assert_eq!(Bytes(&[0xfd, 0xfd, 0]).compact_size(), Ok(0xfd));
    }
}
