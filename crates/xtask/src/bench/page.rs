//! The lines as a page.

use super::{
    figures::{Figures, duration, hundredths, megabytes, thousandths},
    growth::Growth,
    line::{Line, best},
    task::{Limit, Metric},
};

const HEAD: &str = "\
# Benchmarks

What the tasks of the product cost, beside other programs at the same task. `cargo xtask bench --size 1000 --write` writes this page; nothing compares it with a fresh run, because times are those of one machine. Read a ratio as “N times that peer, at this task, on this machine”.

- Equal answers first: all programs must agree on counts and sums before and during the measurement, or the run fails.
- One program at a time, in rotating order, block files in the page cache. Time is the least of all rounds, with the median in brackets; CPU counts all threads, in the program and in the kernel. Memory is the highest peak.
- *quoted*: the peer was not measured here. Its figure was measured elsewhere on the same set and a like machine; the ratio is against the end of its range that is best for the peer, and only where the size of the set is the same.

";

/// Under which conditions the lines came about.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    pub(super) machine: String,
    pub(super) command: String,
    /// Programs that wanted to run just before, this one's building included.
    pub(super) load: String,
    pub(super) rounds: usize,
}

/// The whole page.
pub(super) fn text(lines: &[Line], growth: &[Growth], conditions: &Conditions) -> String {
    let Conditions { machine, command, load, rounds } = conditions;
    let set = lines.first().map_or("nothing", |line| &line.set);
    let mut page = format!(
        "{HEAD}- Machine: {machine}. Load before the run: {load}.\n- Set: {set}.\n- Command: `{command}`; {rounds} rounds.\n\n"
    );
    page.push_str("## Side by side\n\n");
    page.push_str(&table(lines));
    if !growth.is_empty() {
        page.push_str("\n## Growth\n\nOurs on three sizes: CPU time, and CPU time for each thousand raw bytes. Linear work has the same cost for each byte.\n\n");
        page.push_str(&super::growth::table(growth));
    }
    page.push('\n');
    page.push_str(NOTES);
    page
}

const NOTES: &str = "\
## What the numbers do not say

- The chain is made up (`blkgen`): the shapes of transactions come from real blocks, but there is no CoinJoin in it and no proof of work. A chain of 1 GB fits in memory; a real one does not.
- P2: `blocks_iterator` reserves room for all outputs of the real chain before it starts (about 6 GB), which is most of its time on a small set. The last block is left out on both sides, because it waits for one that follows. Ours keeps the values of spent outputs as well, so its memory grows with the chain.
- P3 – P5 are one run of `tracewell ingest bitcoin` into an empty folder. Counts and values are checked against `bitcoin-block-parser`.
- P6 – P9 are measured inside the program, on columns that are in memory, without opening the ledger. Sums are checked against the peers of P1 and P2, traces against a scan of every transaction that shares no code with the engine.
- P7: ours reads the ledger, judges CoinJoins, joins, and writes the clusters. `graphsense-clustering` is given the lists of addresses in memory and writes nothing. The partitions are equal. The product's `cluster build` also joins by equal keys, which is not in this row.
- P8: which outputs BlockSci was measured on is not known here; ours are twenty that taint 1,000 transactions or more, spread over the chain. Five in six outputs taint fewer and take microseconds.
- P9: value that is followed in order stays together, so FIFO taints fewer transactions than haircut does from the same output; the row compares answers to one question, not work for each transaction.
- Under load (first lines of this page) wall times grow with the waiting, those of P6, P8 and P9 too; CPU times of long tasks hardly do. Quoted figures come from a quiet machine.
- Not measured here: a machine under the load of a node, cold disks, chains that do not fit in memory.
";

/// A Markdown table, one row for each line.
pub(super) fn table(lines: &[Line]) -> String {
    let head = "| # | Task | Ours | Wall | Memory | Peer | Theirs | Wall | Memory | Ratio | Target | Met | Stretch | Met |\n\
                |---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    lines.iter().fold(head.to_owned(), |table, line| table + &row(line))
}

fn row(line: &Line) -> String {
    let aim = &line.aim;
    let theirs = match line.quoted {
        Some(words) => format!("{words}, *quoted*"),
        None => main(&line.theirs, aim.metric),
    };
    let peer = format!("{} {}", line.peer, line.peer_version);
    let cells = [
        aim.id.to_owned(),
        aim.what.to_owned(),
        main(&line.ours, aim.metric),
        pair(line.ours.wall),
        memory(&line.ours),
        peer.trim().to_owned(),
        theirs,
        pair(line.theirs.wall),
        memory(&line.theirs),
        line.ratio().map_or_else(String::new, |ratio| format!("{} ×", hundredths(ratio))),
        limits(aim.target),
        met(line.keeps(aim.target)),
        limits(aim.stretch),
        met(line.keeps(aim.stretch)),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// The figure that is compared.
fn main(figures: &Figures, metric: Metric) -> String {
    match metric {
        Metric::Cpu => pair(figures.cpu),
        Metric::Wall => pair(figures.wall),
        Metric::Memory => memory(figures),
        Metric::Stored => best(figures, metric).map(thousandths).unwrap_or_default(),
    }
}

fn pair(pair: Option<(u64, u64)>) -> String {
    pair.map_or_else(String::new, |(least, median)| {
        format!("{} ({})", duration(least), duration(median))
    })
}

fn memory(figures: &Figures) -> String {
    figures.rss.map_or_else(String::new, |bytes| format!("{} MB", megabytes(bytes)))
}

fn limits(limits: &[Limit]) -> String {
    let words = limits.iter().map(|limit| match limit {
        Limit::Cpu(most) => format!("≤ {} CPU", duration(*most)),
        Limit::Wall(most) => format!("≤ {} wall", duration(*most)),
        Limit::Memory(most) => format!("≤ {} MB", megabytes(*most)),
        Limit::Stored(most) => format!("≤ {}", thousandths(*most)),
        Limit::Ratio(least) => format!("≥ {} ×", hundredths(*least)),
    });
    words.collect::<Vec<String>>().join(", ")
}

fn met(kept: Option<bool>) -> String {
    kept.map_or("", |kept| if kept { "yes" } else { "no" }).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::task::TASKS;

    fn line(quoted: Option<&'static str>) -> Line {
        let aim = TASKS.iter().flat_map(|task| task.aims).find(|aim| aim.id == "P1");
        let figures = |cpu| Figures {
            cpu: Some((cpu, cpu * 2)),
            wall: Some((cpu, cpu)),
            rss: Some(4_000_000),
            stored: None,
        };
        Line {
            aim: *aim.expect("there is a first task"),
            peer: "peer".to_owned(),
            peer_version: "1".to_owned(),
            quoted,
            referee: None,
            ours: figures(900_000_000),
            theirs: if quoted.is_some() { Figures::default() } else { figures(2_700_000_000) },
            set: "set".to_owned(),
            aimed: quoted.is_none(),
            rounds: 5,
        }
    }

    #[test]
    fn a_measured_row_has_both_sides_and_a_verdict() {
        assert_eq!(
            row(&line(None)),
            "| P1 | read block files, decode, txid | 900 ms (1.80 s) | 900 ms (900 ms) | 4 MB | \
             peer 1 | 2.70 s (5.40 s) | 2.70 s (2.70 s) | 4 MB | 3.00 × | ≤ 1.00 s CPU | yes | \
             ≤ 500 ms CPU | no |\n"
        );
    }

    #[test]
    fn a_quoted_row_of_another_size_has_neither_ratio_nor_verdict() {
        assert_eq!(
            row(&line(Some("3 s"))),
            "| P1 | read block files, decode, txid | 900 ms (1.80 s) | 900 ms (900 ms) | 4 MB | \
             peer 1 | 3 s, *quoted* |  |  |  | ≤ 1.00 s CPU |  | ≤ 500 ms CPU |  |\n"
        );
    }
}
