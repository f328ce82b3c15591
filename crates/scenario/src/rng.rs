//! SplitMix64: small, well known, and the same on every machine.

use chain::{Account, TxId};

/// A stream of numbers that follows from its seed alone.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `low..high`. The ranges here are tiny beside 2^64, so the modulo's bias is too.
    pub(crate) fn range(&mut self, low: u64, high: u64) -> u64 {
        debug_assert!(low < high, "an empty range has no number");
        low + self.next() % (high - low)
    }

    /// A number of a list, by its place.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let length = u64::try_from(list.len()).expect("a list in memory has less than 2^64 items");
        let at = usize::try_from(self.range(0, length)).expect("the place is within the list");
        &list[at]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes()[..chunk.len()]);
        }
        bytes
    }

    pub(crate) fn account(&mut self) -> Account {
        Account(self.bytes())
    }

    pub(crate) fn accounts(&mut self, count: usize) -> Vec<Account> {
        (0..count).map(|_| self.account()).collect()
    }

    pub(crate) fn tx_id(&mut self) -> TxId {
        TxId(self.bytes())
    }

    /// An account whose first and last two bytes are those of another: what a poisoner grinds for,
    /// because wallets show only the ends of an address.
    pub(crate) fn look_alike(&mut self, of: Account) -> Account {
        let mut fake = self.account();
        fake.0[..2].copy_from_slice(&of.0[..2]);
        fake.0[18..].copy_from_slice(&of.0[18..]);
        fake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_numbers_of_the_published_algorithm() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.next(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next(), 3_203_168_211_198_807_973);
        assert_eq!(rng.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn a_look_alike_shares_the_ends_and_not_the_middle() {
        let mut rng = Rng::new(7);
        let real = rng.account();
        let fake = rng.look_alike(real);
        assert_ne!(fake, real);
        assert_eq!((&fake.0[..2], &fake.0[18..]), (&real.0[..2], &real.0[18..]));
    }
}
