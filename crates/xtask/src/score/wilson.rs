//! Wilson's interval for a share, in whole numbers.

/// One, in millionths.
const ONE: u128 = 1_000_000;
/// The 97.5 % point of the normal distribution, in millionths: both sides together leave out 5 %.
const Z: u128 = 1_959_964;

/// Where a share most likely lies, with 95 % confidence, in millionths. `n` is not zero, and both
/// are far below 2^40.
pub(super) fn interval(hits: u64, n: u64) -> (u64, u64) {
    let (hits, n) = (u128::from(hits), u128::from(n));
    let z_squared = Z * Z / ONE;
    let variance = ONE * ONE * hits * (n - hits) / n + z_squared * ONE / 4;
    let half = Z * variance.isqrt() / ONE;
    let middle = hits * ONE + z_squared / 2;
    // At the ends the interval reaches 0 and 1; roots rounded down would stay a hair short.
    if hits == 0 || hits == n {
        let half = u64::try_from(z_squared * ONE / (n * ONE + z_squared)).expect("below a million");
        let one = u64::try_from(ONE).expect("a million");
        return if hits == 0 { (0, half) } else { (one - half, one) };
    }
    let part = |sum: u128| {
        let millionths = (sum * ONE / (n * ONE + z_squared)).min(ONE);
        u64::try_from(millionths).expect("at most a million")
    };
    (part(middle.saturating_sub(half)), part(middle + half))
}

/// A share in millionths, rounded down.
pub(super) fn share(hits: u64, n: u64) -> u64 {
    u64::try_from(u128::from(hits) * ONE / u128::from(n)).expect("hits are at most n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_intervals_come_out() {
        // 28,501 of 28,890: 98.51 % to 98.78 %.
        let (low, high) = interval(28_501, 28_890);
        assert_eq!((low / 100, high / 100), (9_851, 9_878));
        // Textbook: 5 of 10 is 23.66 % to 76.34 %.
        let (low, high) = interval(5, 10);
        assert_eq!(((low + 50) / 100, (high + 50) / 100), (2_366, 7_634));
    }

    #[test]
    fn the_ends_are_ends() {
        assert_eq!(interval(0, 12).0, 0);
        assert_eq!(interval(12, 12).1, 1_000_000);
        // Textbook: 0 of 10 is 0 to 27.75 %.
        assert_eq!(interval(0, 10), (0, 277_532));
        assert_eq!(interval(10, 10), (1_000_000 - 277_532, 1_000_000));
        assert!(interval(12, 12).0 > interval(11, 12).0);
    }
}
