//! Numbers for people.

/// With a comma between thousands: `368,548`.
pub(crate) fn grouped(number: impl Into<u128>) -> String {
    grouped_decimal(&number.into().to_string())
}

/// A number of things whose plural ends in `s`: `1 row`, `2,000 rows`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A decimal text with its thousands parted; its places are left alone: `1,419.97`.
pub(crate) fn grouped_decimal(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, places) = match digits.split_once('.') {
        Some((whole, places)) => (whole, Some(places)),
        None => (digits, None),
    };
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(places) = places {
        out.push('.');
        out.push_str(places);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_and_places_are_not() {
        let cases =
            [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-12345.6789", "-12,345.6789")];
        for (plain, shown) in cases {
            assert_eq!(grouped_decimal(plain), shown);
        }
        assert_eq!(grouped(368_548_u64), "368,548");
        assert_eq!(grouped_decimal("n/a"), "n/a");
        assert_eq!([counted(1, "row"), counted(2_000, "row")], ["1 row", "2,000 rows"]);
    }
}
