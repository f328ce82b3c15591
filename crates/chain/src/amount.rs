//! Amounts in base units, with arithmetic that cannot wrap.

use std::{fmt, str::FromStr};

use crate::text::text_serde;
use ruint::aliases::{U256, U512};

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a number at all.
    #[error("{0:?} is not an amount")]
    NotANumber(String),
    /// At or above the limit of the type.
    #[error("amount {0} does not fit: the largest is 2^256 - 1 base units")]
    TooLarge(String),
    /// More decimal places than the asset has.
    #[error("amount {text} has more than {decimals} decimal places")]
    TooPrecise {
        /// The text as it stood.
        text: String,
        /// Decimal places of the asset.
        decimals: u8,
    },
}

/// An amount of one asset in its base units (wei, sun, token units): an unsigned 256-bit integer.
///
/// The inner number is private so that no caller can compute with wrapping arithmetic by accident.
///
/// ```
/// use chain::Amount;
/// let one_and_a_half_ether = Amount::from_decimal("1.5", 18)?;
/// assert_eq!(one_and_a_half_ether.to_string(), "1500000000000000000");
/// assert_eq!(one_and_a_half_ether.to_decimal(18), "1.5");
/// # Ok::<(), chain::AmountError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(U256);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(U256::ZERO);
    /// 2^256 - 1 base units.
    pub const MAX: Amount = Amount(U256::MAX);

    /// From the limbs of a column file: low and high 128 bits.
    pub fn from_halves(low: u128, high: u128) -> Amount {
        Amount((U256::from(high) << 128) | U256::from(low))
    }

    /// Low and high 128 bits.
    pub fn to_halves(self) -> (u128, u128) {
        let low = self.0 & U256::from(u128::MAX);
        let high: U256 = self.0 >> 128;
        (low.to::<u128>(), high.to::<u128>())
    }

    /// Parses a decimal fraction such as `1.5` at the asset's decimal places.
    ///
    /// # Errors
    /// Text that is no number, has digits beyond `decimals`, or does not fit 256 bits.
    pub fn from_decimal(text: &str, decimals: u8) -> Result<Amount, AmountError> {
        let trimmed = text.trim();
        let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || !digits_only(whole)
            || !digits_only(fraction)
        {
            return Err(AmountError::NotANumber(text.to_owned()));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > usize::from(decimals) {
            return Err(AmountError::TooPrecise { text: text.to_owned(), decimals });
        }
        let padded = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
        padded.parse()
    }

    /// Prints the amount in whole units of an asset, without trailing zeros.
    pub fn to_decimal(self, decimals: u8) -> String {
        let digits = self.0.to_string();
        let places = usize::from(decimals);
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }

    /// Whether this is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Sum, or `None` beyond 2^256 - 1.
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0.checked_add(other.0).map(Amount)
    }

    /// Difference, or `None` below zero.
    pub fn checked_sub(self, other: Amount) -> Option<Amount> {
        self.0.checked_sub(other.0).map(Amount)
    }

    /// Product with a count, or `None` beyond 2^256 - 1.
    pub fn checked_mul(self, factor: u64) -> Option<Amount> {
        self.0.checked_mul(U256::from(factor)).map(Amount)
    }

    /// Difference, or zero.
    pub fn saturating_sub(self, other: Amount) -> Amount {
        Amount(self.0.saturating_sub(other.0))
    }

    /// `floor(self * part / whole)`, exact through a 512-bit product.
    ///
    /// `part <= whole` keeps the result within `self`; `whole = 0` gives zero.
    pub fn share(self, part: Amount, whole: Amount) -> Amount {
        if whole.0.is_zero() {
            return Amount::ZERO;
        }
        // Within 128 bits the product fits 256, which is many times faster than 512.
        if self.0.bit_len() <= 128 && part.0.bit_len() <= 128 {
            return Amount(self.0 * part.0 / whole.0);
        }
        let product: U512 = self.0.widening_mul(part.0);
        let quotient = product / U512::from(whole.0);
        Amount(quotient.saturating_to::<U256>())
    }

    /// Big-endian bytes, for hashing and for foreign formats.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// From big-endian bytes.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Amount {
        Amount(U256::from_be_bytes(bytes))
    }

    /// The amount as `u128`, where it fits.
    pub fn to_u128(self) -> Option<u128> {
        u128::try_from(self.0).ok()
    }
}

impl From<u128> for Amount {
    fn from(value: u128) -> Self {
        Amount(U256::from(value))
    }
}

impl From<u64> for Amount {
    fn from(value: u64) -> Self {
        Amount(U256::from(value))
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Base units, decimal digits only.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::NotANumber(shorten(text)));
        }
        // 38 digits always fit 128 bits, and nearly every amount has fewer.
        if digits.len() <= 38 {
            return digits
                .parse::<u128>()
                .map(Amount::from)
                .map_err(|_| AmountError::NotANumber(shorten(text)));
        }
        U256::from_str_radix(digits, 10)
            .map(Amount)
            .map_err(|_| AmountError::TooLarge(shorten(text)))
    }
}

/// Foreign text goes into error messages; a megabyte of digits does not.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 90 {
        return text.to_owned();
    }
    let head: String = text.chars().take(90).collect();
    format!("{head}…")
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_serde!(Amount);

/// An amount on a UTXO chain: satoshis and their relatives, at most 21 million coins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Satoshis(u64);

impl Satoshis {
    /// The most that can ever exist: 21,000,000 coins of 10^8 satoshis.
    pub const MAX: Satoshis = Satoshis(21_000_000 * 100_000_000);

    /// From a count of satoshis, or `None` above [`Satoshis::MAX`].
    pub fn new(satoshis: u64) -> Option<Satoshis> {
        (satoshis <= Self::MAX.0).then_some(Satoshis(satoshis))
    }

    /// The count of satoshis.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Sum, or `None` above [`Satoshis::MAX`].
    pub fn checked_add(self, other: Satoshis) -> Option<Satoshis> {
        self.0.checked_add(other.0).and_then(Satoshis::new)
    }

    /// Difference, or `None` below zero.
    pub fn checked_sub(self, other: Satoshis) -> Option<Satoshis> {
        self.0.checked_sub(other.0).map(Satoshis)
    }
}

impl From<Satoshis> for Amount {
    fn from(satoshis: Satoshis) -> Self {
        Amount::from(satoshis.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TWO_POW_256: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639936";

    #[test]
    fn two_to_the_256_is_refused_and_one_less_is_not() {
        assert!(matches!(TWO_POW_256.parse::<Amount>(), Err(AmountError::TooLarge(_))));
        let largest = format!("{}5", &TWO_POW_256[..TWO_POW_256.len() - 1]);
        assert_eq!(largest.parse(), Ok(Amount::MAX));
        assert_eq!(Amount::MAX.checked_add(Amount::from(1_u64)), None);
    }

    #[test]
    fn texts_that_are_no_amounts() {
        for text in ["", "-1", "+1", "1e3", "0x10", "1 2", "."] {
            assert!(text.parse::<Amount>().is_err(), "{text:?}");
            assert!(Amount::from_decimal(text, 18).is_err(), "{text:?}");
        }
        assert!(matches!(
            Amount::from_decimal("0.123", 2),
            Err(AmountError::TooPrecise { decimals: 2, .. })
        ));
        assert_eq!(Amount::from_decimal("0.1200", 2), Ok(Amount::from(12_u64)));
    }

    #[test]
    fn satoshis_stop_at_the_supply() {
        assert_eq!(Satoshis::new(Satoshis::MAX.get() + 1), None);
        assert_eq!(Satoshis::MAX.checked_add(Satoshis::new(1).expect("one fits")), None);
    }

    fn any_amount() -> impl Strategy<Value = Amount> {
        (any::<u128>(), prop_oneof![Just(0_u128), any::<u128>()])
            .prop_map(|(low, high)| Amount::from_halves(low, high))
    }

    proptest! {
        #[test]
        fn text_and_halves_round_trip(amount in any_amount(), decimals in 0_u8..30) {
            prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
            prop_assert_eq!(Amount::from_decimal(&amount.to_decimal(decimals), decimals), Ok(amount));
            let (low, high) = amount.to_halves();
            prop_assert_eq!(Amount::from_halves(low, high), amount);
        }

        #[test]
        fn a_share_never_exceeds_what_is_shared(a in any_amount(), b in any_amount(), c in any_amount()) {
            let (part, whole) = if b <= c { (b, c) } else { (c, b) };
            let share = a.share(part, whole);
            prop_assert!(share <= a);
            if part == whole && !whole.is_zero() { prop_assert_eq!(share, a); }
        }

        #[test]
        fn narrow_and_wide_shares_agree(a in any::<u64>(), part in any::<u64>(), whole in 1_u64..) {
            let expected = u128::from(a) * u128::from(part) / u128::from(whole);
            prop_assert_eq!(
                Amount::from(a).share(Amount::from(part), Amount::from(whole)),
                Amount::from(expected)
            );
        }
    }
}
