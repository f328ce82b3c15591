//! The tasks, who else does them, and what we want to reach. Numbers, names and quoted figures are
//! those of the list of targets; its figures hold for the chain of 1,000 MB.

use super::figures::Figures;

const MS: u64 = 1_000_000;
const S: u64 = 1_000 * MS;
const MB: u64 = 1_000_000;

/// The size of chain that quoted figures and aims hold for.
pub(super) const AIMED_MEGABYTES: u64 = 1_000;

/// A program and its words. `{blocks}` stands for the folder of block files, `{ledger}` for the data
/// directory, `{prepared}` for a folder that a task's preparation fills.
#[derive(Clone, Copy, Debug)]
pub(super) enum Program {
    /// One of ours, from `benches`.
    Ours(&'static str, &'static [&'static str]),
    /// The binary itself. Behind the words: for each number of the answer the pointer to it in the
    /// JSON that it prints.
    Product(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// One around somebody else's library, from `benches/peers`.
    Peer(&'static str, &'static [&'static str]),
    /// A script around somebody else's package, from `benches/peers`.
    Python(&'static str, &'static [&'static str]),
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

/// What a task has to do with the data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// It reads the block files alone.
    Nothing,
    /// It fills an empty one.
    Written,
    /// It reads what the import has filled.
    Read,
}

/// One measurement, which can serve several lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) ours: Program,
    /// Who is measured beside us: name, version, program.
    pub(super) peer: Option<(&'static str, &'static str, Program)>,
    /// What makes ready what the peer reads; not measured.
    pub(super) prepare: Option<Program>,
    /// Who has to agree with our answer and is not measured: name with version, program.
    pub(super) referee: Option<(&'static str, Program)>,
    pub(super) stored: Stored,
    /// Whether it reads the whole chain, so that its cost should grow as the bytes do.
    pub(super) whole: bool,
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

const fn wall(nanoseconds: u64) -> Figures {
    Figures { wall: Some((nanoseconds, nanoseconds)), ..NOTHING }
}

const BLOCK_PARSER: (&str, Program) =
    ("bitcoin-block-parser 0.5.3", Program::Peer("peer_block_parser", &["{blocks}"]));

const BLOCKS_ITERATOR: (&str, Program) =
    ("blocks_iterator 3.0.0", Program::Peer("peer_blocks_iterator", &["{blocks}"]));

/// The package from PyPI that is installed as a peer.
pub(super) const GRAPHSENSE: &str = "graphsense-clustering";
pub(super) const GRAPHSENSE_VERSION: &str = "0.2.0";

const BLOCKSCI: Quote = Quote { peer: "BlockSci", version: "0.7", figures: NOTHING, words: "" };

/// The import, which also fills the data directory for the tasks that read it.
pub(super) const IMPORT: Program = Program::Product(
    &[
        "ingest",
        "bitcoin",
        "--without-work",
        "--json",
        "--quiet",
        "--blocks",
        "{blocks}",
        "--data-dir",
        "{ledger}",
    ],
    &[
        ("blocks", "/ledger/now/blocks"),
        ("transactions", "/ledger/now/transactions"),
        ("inputs", "/ledger/now/inputs"),
        ("outputs", "/ledger/now/outputs"),
        ("addresses", "/ledger/now/addresses"),
        ("satoshi_out", "/output_value"),
    ],
);

pub(super) const TASKS: &[Task] = &[
    Task {
        ours: Program::Ours("decode_blocks", &["{blocks}"]),
        peer: Some((
            "bitcoin-block-parser",
            "0.5.3",
            Program::Peer("peer_block_parser", &["{blocks}"]),
        )),
        prepare: None,
        referee: None,
        stored: Stored::Nothing,
        whole: true,
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
        prepare: None,
        referee: None,
        stored: Stored::Nothing,
        whole: true,
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
    Task {
        ours: IMPORT,
        peer: None,
        prepare: None,
        referee: Some(BLOCK_PARSER),
        stored: Stored::Written,
        whole: true,
        aims: &[
            Aim {
                id: "P3",
                what: "forensic import on disk: transactions, outputs, spent-by, both indexes",
                metric: Metric::Cpu,
                target: &[Limit::Cpu(12 * S), Limit::Wall(8 * S)],
                stretch: &[Limit::Cpu(7 * S)],
                quotes: &[Quote {
                    figures: Figures {
                        cpu: Some((133 * S, 133 * S)),
                        wall: Some((107 * S, 107 * S)),
                        ..NOTHING
                    },
                    words: "133 – 149 s CPU, 107 – 159 s wall",
                    ..BLOCKSCI
                }],
            },
            Aim {
                id: "P4",
                what: "memory of that import",
                metric: Metric::Memory,
                target: &[Limit::Memory(1_000 * MB)],
                stretch: &[],
                quotes: &[Quote {
                    figures: Figures { rss: Some(2_400 * MB), ..NOTHING },
                    words: "2.4 GB",
                    ..BLOCKSCI
                }],
            },
            Aim {
                id: "P5",
                what: "bytes stored for each raw byte",
                metric: Metric::Stored,
                target: &[Limit::Stored(450)],
                stretch: &[Limit::Stored(350)],
                quotes: &[Quote {
                    figures: Figures { stored: Some(1_230), ..NOTHING },
                    words: "1.23 – 1.31",
                    ..BLOCKSCI
                }],
            },
        ],
    },
    Task {
        ours: Program::Ours("scan_columns", &["outputs", "{ledger}"]),
        peer: None,
        prepare: None,
        referee: Some(BLOCK_PARSER),
        stored: Stored::Read,
        whole: true,
        aims: &[Aim {
            id: "P6",
            what: "scan: value of all outputs",
            metric: Metric::Wall,
            target: &[Limit::Wall(8 * MS)],
            stretch: &[],
            quotes: &[Quote { figures: wall(56 * MS), words: "56 ms", ..BLOCKSCI }],
        }],
    },
    Task {
        ours: Program::Ours("scan_columns", &["fees", "{ledger}"]),
        peer: None,
        prepare: None,
        referee: Some(BLOCKS_ITERATOR),
        stored: Stored::Read,
        whole: true,
        aims: &[Aim {
            id: "P6",
            what: "scan: all fees",
            metric: Metric::Wall,
            target: &[Limit::Wall(20 * MS)],
            stretch: &[],
            quotes: &[Quote { figures: wall(57 * MS), words: "57 ms", ..BLOCKSCI }],
        }],
    },
    Task {
        ours: Program::Ours("scan_columns", &["zero-conf", "{ledger}"]),
        peer: None,
        prepare: None,
        referee: Some((
            "blocks_iterator 3.0.0",
            Program::Peer("peer_blocks_iterator", &["{blocks}", "zero-conf"]),
        )),
        stored: Stored::Read,
        whole: true,
        aims: &[Aim {
            id: "P6",
            what: "scan: all spends of an output of the same block",
            metric: Metric::Wall,
            target: &[Limit::Wall(100 * MS)],
            stretch: &[],
            quotes: &[Quote { figures: wall(740 * MS), words: "0.74 s", ..BLOCKSCI }],
        }],
    },
    Task {
        ours: Program::Ours("build_clusters", &["{ledger}"]),
        peer: Some((
            GRAPHSENSE,
            GRAPHSENSE_VERSION,
            Program::Python("graphsense_clustering.py", &["{prepared}"]),
        )),
        prepare: Some(Program::Ours("write_joint_spends", &["{ledger}", "{prepared}"])),
        referee: None,
        stored: Stored::Read,
        whole: true,
        aims: &[Aim {
            id: "P7",
            what: "co-spend clusters without CoinJoins, read from columns and written; the package: union and mapping in memory",
            metric: Metric::Cpu,
            target: &[Limit::Cpu(200 * MS)],
            stretch: &[Limit::Cpu(120 * MS)],
            quotes: &[
                Quote {
                    peer: GRAPHSENSE,
                    version: GRAPHSENSE_VERSION,
                    figures: cpu(150 * MS),
                    words: "0.15 s",
                },
                Quote { figures: cpu(900 * MS), words: "0.9 – 1.3 s", ..BLOCKSCI },
            ],
        }],
    },
    Task {
        ours: Program::Ours("trace_seeds", &["haircut", "{ledger}", "places"]),
        peer: None,
        prepare: None,
        referee: Some((
            "a scan of every transaction, no engine",
            Program::Ours("trace_plainly", &["{ledger}"]),
        )),
        stored: Stored::Read,
        whole: false,
        aims: &[Aim {
            id: "P8",
            what: "haircut from one output to the tip, median of 20 that taint 1,000 transactions or more",
            metric: Metric::Wall,
            target: &[Limit::Ratio(1_000)],
            stretch: &[Limit::Ratio(2_000)],
            quotes: &[Quote { figures: wall(4 * MS), words: "4 – 107 ms", ..BLOCKSCI }],
        }],
    },
    Task {
        ours: Program::Ours("trace_seeds", &["fifo", "{ledger}"]),
        peer: Some(("our haircut", "", Program::Ours("trace_seeds", &["haircut", "{ledger}"]))),
        prepare: None,
        referee: None,
        stored: Stored::Read,
        whole: false,
        aims: &[Aim {
            id: "P9",
            what: "FIFO, exact and reversible, the same outputs",
            metric: Metric::Wall,
            target: &[Limit::Ratio(50)],
            stretch: &[],
            quotes: &[],
        }],
    },
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn source_of(program: Program) -> String {
        match program {
            Program::Ours(name, _) => format!("benches/src/bin/{name}.rs"),
            Program::Product(..) => "crates/cli/src/main.rs".to_owned(),
            Program::Peer(name, _) => format!("benches/peers/src/bin/{name}.rs"),
            Program::Python(script, _) => format!("benches/peers/{script}"),
        }
    }

    #[test]
    fn every_program_of_a_task_is_in_the_repository() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for task in TASKS {
            let peer = task.peer.map(|(.., program)| program);
            let referee = task.referee.map(|(_, program)| program);
            for program in [Some(task.ours), peer, task.prepare, referee].into_iter().flatten() {
                let source = source_of(program);
                assert!(root.join(&source).is_file(), "{source}");
            }
        }
    }

    #[test]
    fn every_answer_is_compared_with_somebody_elses() {
        for task in TASKS {
            let id = task.aims.first().map(|aim| aim.id);
            assert!(task.peer.is_some() || task.referee.is_some(), "{id:?}");
        }
    }

    #[test]
    fn all_nine_are_there_and_each_quote_has_its_words() {
        for id in (1..=9).map(|number| format!("P{number}")) {
            assert!(TASKS.iter().any(|task| task.has(&id)), "{id}");
        }
        for quote in TASKS.iter().flat_map(|task| task.aims).flat_map(|aim| aim.quotes) {
            assert!(!quote.words.is_empty(), "{}", quote.peer);
        }
    }
}
