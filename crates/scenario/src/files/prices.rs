//! Made-up daily closes.

use std::fmt::Write;

use crate::{book::Book, rng::Rng};

/// One close a day from the first block's day to the last's, a walk of at most 2.5 % a day.
pub(super) fn daily(book: &Book, rng: &mut Rng) -> String {
    let mut text = String::from("date,asset,close_usd,source\n");
    let (Some(first), Some(last)) = (book.entries.first(), book.entries.last()) else {
        return text;
    };
    let mut cents = 300_000_u64;
    let mut moment = first.time;
    while moment.day() <= last.time.day() {
        let (dollars, rest) = (cents / 100, cents % 100);
        writeln!(text, "{},ETH,{dollars}.{rest:02},simulated", moment.day())
            .expect("a String takes whatever is written to it");
        // From 97.5 % to 102.5 % of the day before, never below 100 dollars.
        cents = (cents * rng.range(975, 1_026) / 1_000).max(10_000);
        moment = moment.saturating_add(86_400);
    }
    text
}
