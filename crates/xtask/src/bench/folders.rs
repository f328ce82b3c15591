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
}

impl Folders {
    /// Reads `TRACEWELL_DATA`.
    pub(super) fn of(root: &Path) -> Folders {
        let data = std::env::var_os("TRACEWELL_DATA");
        Folders {
            root: root.to_owned(),
            scratch: root.join("target/bench"),
            data: data.map_or_else(|| root.join("../shared/data"), PathBuf::from),
        }
    }

    /// The data directory that the import of a set fills.
    pub(super) fn ledger(&self, megabytes: u64) -> PathBuf {
        self.scratch.join(format!("ledger-{megabytes}"))
    }

    /// What a task's preparation fills.
    pub(super) fn prepared(&self, megabytes: u64) -> PathBuf {
        self.scratch.join(format!("prepared-{megabytes}"))
    }
}
