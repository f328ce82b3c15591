//! UTC, to the second, as blocks have it.

use std::{fmt, str::FromStr};

use jiff::{Timestamp as Instant, civil, tz::TimeZone};

use crate::text::text_serde;

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a time: expected seconds since 1970, YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339"
)]
pub struct TimeError(pub String);

/// A moment in UTC, in whole seconds since 1970.
///
/// ```
/// use chain::Timestamp;
/// let theft: Timestamp = "2022-03-23T13:29:09Z".parse()?;
/// assert_eq!(theft.seconds(), 1_648_042_149);
/// assert_eq!(theft.day().to_string(), "2022-03-23");
/// # Ok::<(), chain::TimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Beyond the year 9999 no calendar text has four digits.
const LATEST: i64 = 253_402_300_799;

impl Timestamp {
    /// From seconds since 1970, or `None` before it or after the year 9999.
    pub fn from_seconds(seconds: i64) -> Option<Timestamp> {
        (0..=LATEST).contains(&seconds).then_some(Timestamp(seconds))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The UTC day it falls on.
    pub fn day(self) -> Day {
        // Within 0..=LATEST the quotient is below three million.
        Day(i32::try_from(self.0.div_euclid(86_400)).expect("a day up to 9999 fits 32 bits"))
    }

    /// Adds seconds, staying within the calendar.
    pub fn saturating_add(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds).clamp(0, LATEST))
    }

    fn parse_civil(text: &str) -> Option<i64> {
        if let Ok(moment) = text.parse::<civil::DateTime>() {
            return Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second());
        }
        let date = text.parse::<civil::Date>().ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let seconds = if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            trimmed.parse::<i64>().ok()
        } else if let Ok(instant) = trimmed.replace(" UTC", "Z").parse::<Instant>() {
            Some(instant.as_second())
        } else {
            Timestamp::parse_civil(trimmed)
        };
        seconds
            .and_then(Timestamp::from_seconds)
            .ok_or_else(|| TimeError(text.chars().take(60).collect()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Instant::from_second(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// A UTC calendar day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// From days since 1970-01-01, or `None` outside 1970 to 9999.
    pub fn from_number(number: i32) -> Option<Day> {
        Timestamp::from_seconds(i64::from(number) * 86_400).map(Timestamp::day)
    }

    /// Midnight, the first second of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * 86_400)
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>().map(Timestamp::day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_string();
        f.pad(text.split('T').next().unwrap_or(&text))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

text_serde!(Timestamp, Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_one_moment() {
        for text in
            ["1648042149", "2022-03-23T13:29:09Z", "2022-03-23 13:29:09", "2022-03-23 13:29:09 UTC"]
        {
            let moment: Timestamp = text.parse().expect(text);
            assert_eq!(moment.to_string(), "2022-03-23T13:29:09Z", "{text}");
        }
        assert_eq!("2022-03-23".parse::<Timestamp>().map(|t| t.seconds()), Ok(1_647_993_600));
        assert_eq!("2022-03-23".parse::<Day>().map(|day| day.number()), Ok(19_074));
    }

    #[test]
    fn texts_that_are_no_times() {
        for text in ["", "yesterday", "-5", "2022-13-01", "99999999999999", "2022-02-30"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text:?}");
        }
    }
}
