//! US dollars and prices in fixed point: no float enters a stored or reported sum.

use std::{fmt, iter::Sum, str::FromStr};

use crate::{Amount, text::text_serde};
use ruint::aliases::U512;

/// Why a text is not a price or a sum of dollars.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a sum in US dollars")]
pub struct MoneyError(pub String);

/// Decimal places of a [`Price`]: enough for assets that trade at a millionth of a cent.
const PRICE_PLACES: u32 = 12;
/// Decimal places of a [`Usd`] inside a computation; two are printed.
const USD_PLACES: u32 = 6;

/// US dollars for one whole unit of an asset, in steps of 10^-12 dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u64);

impl Price {
    /// From the stored number of 10^-12 dollars.
    pub fn from_raw(raw: u64) -> Price {
        Price(raw)
    }

    /// The stored number of 10^-12 dollars.
    pub fn to_raw(self) -> u64 {
        self.0
    }

    /// What an amount is worth, rounded to the nearest millionth of a dollar.
    pub fn value(self, amount: Amount, decimals: u8) -> Usd {
        let product = U512::from_be_slice(&amount.to_be_bytes()) * U512::from(self.0);
        let divisor =
            U512::from(10_u8).pow(U512::from(u32::from(decimals) + PRICE_PLACES - USD_PLACES));
        let half: U512 = divisor >> 1;
        let rounded: U512 = (product + half) / divisor;
        Usd(rounded.saturating_to::<u128>())
    }
}

impl FromStr for Price {
    type Err = MoneyError;

    /// Reads a plain or an exponent number (`0.7286570072174072`, `1.2e-05`); digits beyond
    /// 10^-12 dollars are cut.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_fixed(text, PRICE_PLACES)
            .and_then(|raw| u64::try_from(raw).ok())
            .map(Price)
            .ok_or_else(|| MoneyError(text.chars().take(60).collect()))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Amount::from(self.0).to_decimal(u8::try_from(PRICE_PLACES).unwrap_or(u8::MAX)))
    }
}

/// A sum of US dollars, in steps of a millionth; printed with two places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(u128);

impl Usd {
    /// Nothing.
    pub const ZERO: Usd = Usd(0);

    /// Millionths of a dollar.
    pub fn to_micros(self) -> u128 {
        self.0
    }

    /// Sum; at the limit of 128 bits it stays there, which no sum of money reaches.
    pub fn saturating_add(self, other: Usd) -> Usd {
        Usd(self.0.saturating_add(other.0))
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Usd>>(iter: I) -> Usd {
        iter.fold(Usd::ZERO, Usd::saturating_add)
    }
}

impl FromStr for Usd {
    type Err = MoneyError;

    /// Reads dollars with or without `$` and thousands commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String =
            text.trim().trim_start_matches('$').chars().filter(|c| *c != ',').collect();
        parse_fixed(&plain, USD_PLACES)
            .map(Usd)
            .ok_or_else(|| MoneyError(text.chars().take(60).collect()))
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = (self.0 + 5_000) / 10_000;
        f.pad(&format!("{}.{:02}", cents / 100, cents % 100))
    }
}

text_serde!(Usd);

/// Reads a non-negative decimal number, with an optional exponent, at `places` decimal places.
fn parse_fixed(text: &str, places: u32) -> Option<u128> {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 60 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Place of the last digit kept, counted from the left of `digits`.
    let kept = i64::try_from(whole.len()).ok()? + i64::from(exponent) + i64::from(places);
    let kept = usize::try_from(kept.max(0)).ok().filter(|kept| *kept <= 60)?;
    let cut: String = digits.chars().chain(std::iter::repeat('0')).take(kept).collect();
    let cut = cut.trim_start_matches('0');
    if cut.is_empty() { Some(0) } else { cut.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_twelve_places() {
        let price: Price = "0.7286570072174072".parse().expect("a price");
        assert_eq!(price.to_raw(), 728_657_007_217);
        assert_eq!("1.2e-05".parse::<Price>().map(Price::to_raw), Ok(12_000_000));
        assert_eq!("117890.5".parse::<Price>().map(Price::to_raw), Ok(117_890_500_000_000_000));
        for text in ["", "-1", "abc", "1e99", "nan"] {
            assert!(text.parse::<Price>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_value_is_rounded_to_the_nearest() {
        let price: Price = "2000.5".parse().expect("a price");
        let amount = Amount::from_decimal("1.5", 18).expect("an amount");
        assert_eq!(price.value(amount, 18).to_string(), "3000.75");
        assert_eq!("$1,620.005".parse::<Usd>().map(|usd| usd.to_string()), Ok("1620.01".into()));
    }
}
