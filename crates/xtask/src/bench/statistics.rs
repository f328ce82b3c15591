//! Few runs of one program, in few numbers.

/// The smallest and the middle one; `None` without any. Of an even count the middle is the mean of
/// two, rounded down.
pub(super) fn least_and_median(values: &[u64]) -> Option<(u64, u64)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let least = *sorted.first()?;
    let (below, above) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    Some((least, below.midpoint(above)))
}

/// How many times `small` goes into `large`, in hundredths and rounded down; `None` of nothing.
pub(super) fn times(large: u64, small: u64) -> Option<u64> {
    let hundredths = (u128::from(large) * 100).checked_div(u128::from(small))?;
    u64::try_from(hundredths).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_eq!(least_and_median(&[]), None);
        assert_eq!(least_and_median(&[7]), Some((7, 7)));
        assert_eq!(least_and_median(&[9, 1, 5]), Some((1, 5)));
        assert_eq!(least_and_median(&[9, 1, 4, 7]), Some((1, 5)));
        assert_eq!(least_and_median(&[u64::MAX, u64::MAX]), Some((u64::MAX, u64::MAX)));
    }

    #[test]
    fn ratios_are_rounded_down_and_nothing_has_none() {
        assert_eq!(times(10, 3), Some(333));
        assert_eq!(times(1, 2), Some(50));
        assert_eq!(times(1, 0), None);
        assert_eq!(times(u64::MAX, 1), None);
    }
}
