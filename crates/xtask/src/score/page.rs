//! The lines as a page.

use super::line::{Line, Target, percent};

const HEAD: &str = "\
# Scoreboard

How often the rules are right, on truth that somebody else wrote down. `cargo xtask score --write` writes this page from the data in `TRACEWELL_DATA`, and a test compares it with a fresh run. Intervals are Wilson's, 95 %. What the rules are, and what the numbers do not say: [CoinJoin verdicts](methods/coinjoin.md).

A file without a remark is taken as it is labelled. A part of one (“without”, “in the log”) leaves out what other evidence contradicts. Only the block is held out: the rules were mended on the other files, so those rows show fit, not foresight.

";

pub(super) fn text(lines: &[Line]) -> String {
    format!("{HEAD}{}", table(lines))
}

/// A Markdown table, one row for each line.
pub(super) fn table(lines: &[Line]) -> String {
    let head = "| Method | Truth | n | Metric | Value | 95 % interval | Target | Met |\n\
                |---|---|---|---|---|---|---|---|\n";
    lines.iter().fold(head.to_owned(), |table, line| table + &row(line))
}

fn row(line: &Line) -> String {
    let (value, interval) = line.shares().map_or_else(
        || ("unmeasured".to_owned(), String::new()),
        |(share, low, high)| {
            (
                format!("{} ({})", percent(share), line.hits),
                format!("{} – {}", percent(low), percent(high)),
            )
        },
    );
    let met = match line.met() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    let target = line.target.map(Target::text).unwrap_or_default();
    format!(
        "| {} | {} | {} | {} | {value} | {interval} | {target} | {met} |\n",
        line.method, line.truth, line.n, line.metric
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_truth_says_so() {
        let mut line = Line {
            method: "rule",
            truth: "list",
            metric: "recall",
            hits: 99,
            n: 100,
            target: Some(Target::AtLeast(990_000)),
            exceptions: Vec::new(),
        };
        let expected =
            "| rule | list | 100 | recall | 99.00 % (99) | 94.55 % – 99.82 % | ≥ 99.00 % | yes |\n";
        assert_eq!(row(&line), expected);
        (line.hits, line.n) = (0, 0);
        assert_eq!(row(&line), "| rule | list | 0 | recall | unmeasured |  | ≥ 99.00 % |  |\n");
    }
}
