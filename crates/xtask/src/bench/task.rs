//! The tasks, who else does them, and what we want to reach. Numbers, names and quoted figures are
//! those of the list of targets; its figures hold for the chain of 1,000 MB.

use super::figures::Figures;

const MS: u64 = 1_000_000;
const S: u64 = 1_000 * MS;
const MB: u64 = 1_000_000;

/// The size of chain that quoted figures and aims hold for.
pub(super) const AIMED_MEGABYTES: u64 = 1_000;

/// A program and its words. In a word, `{blocks}` stands for the folder of block files and
/// `{ledger}` for the data directory.
#[derive(Clone, Copy, Debug)]
pub(super) enum Program {
    /// One of ours, from `benches`.
    Ours(&'static str, &'static [&'static str]),
    /// One around somebody else's library, from `benches/peers`.
    Peer(&'static str, &'static [&'static str]),
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Cpu,
    Wall,
    Memory,
    Stored,
}

/// Something not to be exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Nanoseconds.
    Cpu(u64),
    /// Nanoseconds.
    Wall(u64),
    /// Bytes.
    Memory(u64),
    /// Thousandths of the raw bytes.
    Stored(u64),
    /// Hundredths of the peer's figure divided by ours, not to be fallen short of.
    Ratio(u64),
}

/// A figure that somebody published or measured elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub(super) peer: &'static str,
    pub(super) version: &'static str,
    /// The best end of a range, which is worst for us.
    pub(super) figures: Figures,
    /// The range as it is quoted.
    pub(super) words: &'static str,
}

/// One line of the results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim {
    pub(super) id: &'static str,
    pub(super) what: &'static str,
    pub(super) metric: Metric,
    /// All of them are to be kept.
    pub(super) target: &'static [Limit],
    pub(super) stretch: &'static [Limit],
    /// Whose figures are quoted. Where the peer is measured, its own quote is left out.
    pub(super) quotes: &'static [Quote],
}

/// One measurement, which can serve several lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) ours: Program,
    /// Who is measured beside us: name, version, program.
    pub(super) peer: Option<(&'static str, &'static str, Program)>,
    pub(super) aims: &'static [Aim],
}

impl Task {
    /// Whether one of its lines has this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.aims.iter().any(|aim| aim.id == id)
    }
}

const NOTHING: Figures = Figures { cpu: None, wall: None, rss: None, stored: None };

const fn cpu(nanoseconds: u64) -> Figures {
    Figures { cpu: Some((nanoseconds, nanoseconds)), ..NOTHING }
}

pub(super) const TASKS: &[Task] = &[
    Task {
        ours: Program::Ours("decode_blocks", &["{blocks}"]),
        peer: Some((
            "bitcoin-block-parser",
            "0.5.3",
            Program::Peer("peer_block_parser", &["{blocks}"]),
        )),
        aims: &[Aim {
            id: "P1",
            what: "read block files, decode, txid",
            metric: Metric::Cpu,
            target: &[Limit::Cpu(S)],
            stretch: &[Limit::Cpu(S / 2)],
            quotes: &[Quote {
                peer: "bitcoin-block-parser",
                version: "0.5.3",
                figures: cpu(3_100 * MS),
                words: "3.1 – 3.35 s CPU",
            }],
        }],
    },
    Task {
        ours: Program::Ours("resolve_inputs", &["{blocks}"]),
        peer: Some((
            "blocks_iterator",
            "3.0.0",
            Program::Peer("peer_blocks_iterator", &["{blocks}"]),
        )),
        aims: &[Aim {
            id: "P2",
            what: "the same, every input resolved (fees)",
            metric: Metric::Cpu,
            target: &[Limit::Cpu(4 * S)],
            stretch: &[Limit::Cpu(2_500 * MS)],
            quotes: &[
                Quote {
                    peer: "blocks_iterator",
                    version: "3.0.0",
                    figures: cpu(16_500 * MS),
                    words: "16.5 – 19.6 s CPU",
                },
                Quote {
                    peer: "bitcoin-iterate (C)",
                    version: "",
                    figures: cpu(6_300 * MS),
                    words: "6.3 – 7.3 s CPU",
                },
                Quote {
                    peer: "a naive map",
                    version: "",
                    figures: cpu(3_600 * MS),
                    words: "3.6 – 4.7 s CPU",
                },
            ],
        }],
    },
];
