//! Where a benchmark finds and puts things.

use std::path::{Path, PathBuf};

/// The folders of one run.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// The workspace.
    pub(super) root: PathBuf,
    /// Everything that a run makes; deleting it loses nothing but time.
    pub(super) scratch: PathBuf,
    /// Real data, of which blocks are taken as templates.
    pub(super) data: PathBuf,
    /// The source of the generator.
    pub(super) generator: PathBuf,
}

impl Folders {
    /// Reads `TRACEWELL_DATA` and `TRACEWELL_BLKGEN`.
    pub(super) fn of(root: &Path) -> Folders {
        let from = |name: &str, default: &str| {
            std::env::var_os(name).map_or_else(|| root.join(default), PathBuf::from)
        };
        Folders {
            root: root.to_owned(),
            scratch: root.join("target/bench"),
            data: from("TRACEWELL_DATA", "../shared/data"),
            generator: from("TRACEWELL_BLKGEN", "../shared/tools/blkgen"),
        }
    }

    /// The data directory that the import of a set fills.
    pub(super) fn ledger(&self, megabytes: u64) -> PathBuf {
        self.scratch.join(format!("ledger-{megabytes}"))
    }
}
