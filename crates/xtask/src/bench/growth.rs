//! Whether cost grows with the work and no faster.

use super::figures::duration;

/// A task of ours at one size after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Growth {
    pub(super) task: &'static str,
    pub(super) what: &'static str,
    /// Raw bytes of the set, and the least CPU nanoseconds.
    pub(super) points: Vec<(u64, u64)>,
}

impl Growth {
    /// Nanoseconds for each thousand raw bytes, in hundredths.
    fn per_kilobyte(point: (u64, u64)) -> u64 {
        (point.1 * 100_000).checked_div(point.0).unwrap_or_default()
    }

    /// The cost of a byte in the largest set beside that in the smallest, in hundredths; 100 is
    /// linear.
    fn steepness(&self) -> Option<u64> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        super::statistics::times(Growth::per_kilobyte(*last), Growth::per_kilobyte(*first))
    }
}

/// A Markdown table, one row for each task, one column for each size.
pub(super) fn table(rows: &[Growth]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let sizes: Vec<String> =
        first.points.iter().map(|(bytes, _)| format!("{} MB", bytes / 1_000_000)).collect();
    let mut table =
        format!("| # | Task | {} | Cost of a byte, last to first |\n", sizes.join(" | "));
    table.push_str(&"|---".repeat(sizes.len() + 3));
    table.push_str("|\n");
    for row in rows {
        let cells: Vec<String> = row
            .points
            .iter()
            .map(|point| {
                let cost = super::figures::hundredths(Growth::per_kilobyte(*point));
                format!("{}, {cost} ns/kB", duration(point.1))
            })
            .collect();
        let steepness = row.steepness().map(super::figures::hundredths).unwrap_or_default();
        let cells = cells.join(" | ");
        table.push_str(&format!("| {} | {} | {cells} | {steepness} |\n", row.task, row.what));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_cost_has_a_steepness_of_one() {
        let points = vec![(50_000_000, 100_000_000), (200_000_000, 400_000_000)];
        let row = Growth { task: "P1", what: "decode", points };
        assert_eq!(row.steepness(), Some(100));
        assert_eq!(
            table(&[row]),
            "| # | Task | 50 MB | 200 MB | Cost of a byte, last to first |\n\
             |---|---|---|---|---|\n\
             | P1 | decode | 100 ms, 2000.00 ns/kB | 400 ms, 2000.00 ns/kB | 1.00 |\n"
        );
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn quadratic_cost_is_seen() {
        let row = Growth { task: "P0", what: "", points: vec![(10, 100), (100, 10_000)] };
        assert_eq!(row.steepness(), Some(1_000));
    }
}
