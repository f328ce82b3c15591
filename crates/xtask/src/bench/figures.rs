//! Times and sizes, as integers and in words.

use super::statistics::least_and_median;

/// What one run of a program took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Nanoseconds of all its threads, in the program and in the kernel.
    pub(super) cpu: u64,
    /// Nanoseconds from start to end.
    pub(super) wall: u64,
    /// Bytes of memory it held at its peak.
    pub(super) rss: u64,
}

/// What several runs took. A quoted figure has what was published and no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Least and median nanoseconds.
    pub(super) cpu: Option<(u64, u64)>,
    /// Least and median nanoseconds.
    pub(super) wall: Option<(u64, u64)>,
    /// The highest peak of all runs, in bytes.
    pub(super) rss: Option<u64>,
    /// Bytes left on disk for each thousand raw bytes.
    pub(super) stored: Option<u64>,
}

impl Figures {
    /// The figures of measured runs.
    pub(super) fn of(runs: &[Usage]) -> Figures {
        let all = |one: fn(&Usage) -> u64| runs.iter().map(one).collect::<Vec<u64>>();
        Figures {
            cpu: least_and_median(&all(|run| run.cpu)),
            wall: least_and_median(&all(|run| run.wall)),
            rss: runs.iter().map(|run| run.rss).max(),
            stored: None,
        }
    }
}

/// Seconds with six decimals, for machines.
pub(super) fn seconds(nanoseconds: u64) -> String {
    let microseconds = nanoseconds / 1_000;
    format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000)
}

/// About three digits and a unit, for people.
pub(super) fn duration(nanoseconds: u64) -> String {
    let parts = |unit: u64, name: &str| {
        let (whole, rest) = (nanoseconds / unit, nanoseconds % unit);
        match whole {
            0..10 => format!("{whole}.{:02} {name}", rest * 100 / unit),
            10..100 => format!("{whole}.{} {name}", rest * 10 / unit),
            _ => format!("{whole} {name}"),
        }
    };
    match nanoseconds {
        0..1_000_000 => parts(1_000, "µs"),
        1_000_000..1_000_000_000 => parts(1_000_000, "ms"),
        _ => parts(1_000_000_000, "s"),
    }
}

/// Millions of bytes, rounded up.
pub(super) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// `3.33` for 333 hundredths.
pub(super) fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// `0.412` for 412 thousandths.
pub(super) fn thousandths(number: u64) -> String {
    format!("{}.{:03}", number / 1_000, number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_three_digits_and_machines_all() {
        let words: Vec<String> =
            [0, 999, 1_234_567, 98_765_432, 456_000_000, 1_999_999_999, 19_960_000_000]
                .map(duration)
                .into();
        assert_eq!(
            words,
            ["0.00 µs", "0.99 µs", "1.23 ms", "98.7 ms", "456 ms", "1.99 s", "19.9 s"]
        );
        assert_eq!(seconds(1_234_567_891), "1.234567");
        assert_eq!((hundredths(1_205), thousandths(45)), ("12.05".to_owned(), "0.045".to_owned()));
        assert_eq!((megabytes(1), megabytes(2_000_000)), (1, 2));
    }

    #[test]
    fn memory_counts_at_its_worst_and_time_at_its_best() {
        let runs = [(5, 9, 100), (3, 4, 300), (4, 8, 200)].map(|(cpu, wall, rss)| Usage {
            cpu,
            wall,
            rss,
        });
        let expected =
            Figures { cpu: Some((3, 4)), wall: Some((4, 8)), rss: Some(300), stored: None };
        assert_eq!(Figures::of(&runs), expected);
        assert_eq!(Figures::of(&[]), Figures::default());
    }
}
