//! From the text of a cell to a value.

use std::borrow::Cow;

use chain::{Account, Address, AddressError, Amount, Chain, Family, Timestamp};

use crate::layout::FlagSpec;

/// Labels and tickers are cut here: they are shown to people, and spam tokens carry whole adverts.
const TEXT_CHARS: usize = 200;

pub(crate) fn account(chain: Chain, text: &str) -> Result<Account, AddressError> {
    match chain.family() {
        Family::Evm => Account::parse_evm(text),
        Family::Tron => Account::parse_tron(text),
        Family::Utxo => {
            Address::parse(chain, text)?.account().ok_or(AddressError::Unreadable { chain })
        }
    }
}

/// An amount in base units, or in whole units of an asset with that many decimal places.
pub(crate) fn amount(text: &str, decimals: Option<u8>) -> Result<Amount, String> {
    match decimals {
        None => text.parse(),
        Some(decimals) => Amount::from_decimal(&without_exponent(text)?, decimals),
    }
    .map_err(|error| error.to_string())
}

/// Writes `1.5e-05` as `0.000015`: the decimal point moves, no digit changes.
fn without_exponent(text: &str) -> Result<Cow<'_, str>, String> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Ok(Cow::Borrowed(text));
    };
    let shift: i16 = exponent
        .parse()
        .ok()
        .filter(|shift: &i16| shift.abs() <= 100)
        .ok_or_else(|| format!("{exponent:?} is not an exponent between -100 and 100"))?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(format!("{:?} is not a number", shorten(text)));
    }
    let places = usize::from(shift.unsigned_abs());
    if shift < 0 {
        let padded = format!("{whole:0>places$}");
        let (front, back) = padded.split_at_checked(padded.len() - places).ok_or("not a number")?;
        return Ok(Cow::Owned(format!("{front}.{back}{fraction}")));
    }
    let padded = format!("{fraction:0<places$}");
    let (front, back) = padded.split_at_checked(places).ok_or("not a number")?;
    Ok(Cow::Owned(format!("{whole}{front}.{back}")))
}

pub(crate) fn integer<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{:?} is not a whole number", shorten(text)));
    }
    text.parse::<u64>()
        .ok()
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| format!("{} is too large", shorten(text)))
}

pub(crate) fn time(text: &str, milliseconds: bool) -> Result<Timestamp, String> {
    if milliseconds && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = integer::<u64>(text)? / 1_000;
        return i64::try_from(seconds)
            .ok()
            .and_then(Timestamp::from_seconds)
            .ok_or_else(|| format!("{} ms is after the year 9999", shorten(text)));
    }
    text.parse().map_err(|error: chain::TimeError| error.to_string())
}

pub(crate) fn flag(text: &str, spec: &FlagSpec) -> Result<bool, String> {
    let among = |texts: &[String]| texts.iter().any(|known| known == text);
    if among(&spec.yes) {
        Ok(true)
    } else if among(&spec.no) {
        Ok(false)
    } else {
        let known: Vec<&str> = spec.yes.iter().chain(&spec.no).map(String::as_str).collect();
        Err(format!("{:?} is none of {}", shorten(text), known.join(", ")))
    }
}

/// Text for people: trimmed, cut, and without characters that steer a terminal or reorder a line.
pub(crate) fn shown(text: &str) -> String {
    let harmless = |c: char| {
        let steers = c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if steers { char::REPLACEMENT_CHARACTER } else { c }
    };
    text.trim().chars().take(TEXT_CHARS).map(harmless).collect()
}

/// Foreign text goes into error messages; a megabyte of it does not.
pub(crate) fn shorten(text: &str) -> String {
    let mut head: String = text.chars().take(60).collect();
    if head.len() < text.len() {
        head.push('…');
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exponents_move_the_point_and_nothing_else() {
        for (text, plain) in [
            ("1e-05", "0.00001"),
            ("1.5e-05", "0.000015"),
            ("12.5E1", "125"),
            ("1.25e+3", "1250"),
            ("123.45e-2", "1.2345"),
            ("75996.79987999999", "75996.79987999999"),
            ("0e0", "0"),
        ] {
            let read = amount(text, Some(18)).expect(text);
            assert_eq!(read.to_decimal(18), plain, "{text}");
        }
        for text in ["e5", "1e", "1e101", "1e-101", "1e5e5", "-1e5", "nan", "ä1e-1", "1.2.3e1"] {
            assert!(amount(text, Some(18)).is_err(), "{text}");
        }
        assert!(amount("1e18", None).is_err(), "base units are never written with an exponent");
    }

    #[test]
    fn numbers_and_times_say_what_is_wrong() {
        assert_eq!(integer::<u32>("4294967295"), Ok(u32::MAX));
        assert_eq!(integer::<u32>("4294967296"), Err("4294967296 is too large".into()));
        assert!(integer::<u64>("+1").is_err() && integer::<u64>("").is_err());
        let moment = time("1648042149000", true).expect("milliseconds");
        assert_eq!(moment.seconds(), 1_648_042_149);
        assert_eq!(time("2022-03-23 13:29:09", true), Ok(moment));
        assert!(time("99999999999999999999", true).is_err() && time("", true).is_err());
    }

    #[test]
    fn shown_text_cannot_steer_a_terminal() {
        assert_eq!(shown(" a\u{1b}[2Jb\u{202e}c "), "a\u{fffd}[2Jb\u{fffd}c");
        assert_eq!(shown(&"x".repeat(500)).len(), TEXT_CHARS);
    }

    proptest! {
        #[test]
        fn an_exponent_is_a_shift(digits in 1_u64.., shift in 0_usize..18) {
            let expected = Amount::from(digits).to_decimal(u8::try_from(shift).expect("below 18"));
            let read = amount(&format!("{digits}e-{shift}"), Some(18)).expect("a number");
            prop_assert_eq!(read.to_decimal(18), expected);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}", decimals in proptest::option::of(0_u8..40)) {
            let _ = amount(&text, decimals);
            let _ = time(&text, true);
            let _ = integer::<u32>(&text);
            let _ = shown(&text);
        }
    }
}
