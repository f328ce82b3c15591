//! Building what is measured: ours with the workspace, the peers apart from it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    blocks::BlockSet,
    folders::Folders,
    task::{Program, Stored, Task},
};
use crate::step::{self, Failure, cargo};

/// Programs that are ready to run.
#[derive(Debug)]
pub(super) struct Programs {
    folders: Folders,
    /// Whether the peers could be built.
    peers: bool,
}

impl Programs {
    /// Builds what the tasks need, the product itself only where one of them runs it. A peer that cannot be had is told, and quoted instead.
    pub(super) fn build(folders: &Folders, tasks: &[&Task]) -> Result<Programs, Failure> {
        let mut build = cargo(&folders.root, &["build", "--release", "--locked"]);
        build.args(["--package", "benches"]);
        if tasks.iter().any(|task| task.stored != Stored::Nothing) {
            build.args(["--package", "cli"]);
        }
        step::run(&mut build)?;
        let others = tasks.iter().flat_map(|task| {
            [task.peer.map(|(.., program)| program), task.referee.map(|(_, program)| program)]
        });
        let wanted = others.flatten().any(|program| matches!(program, Program::Peer(..)));
        let peers = wanted && build_peers(folders);
        Ok(Programs { folders: folders.clone(), peers })
    }

    /// Whether a program is there.
    pub(super) fn has(&self, program: Program) -> bool {
        match program {
            Program::Ours(..) | Program::Product(..) => true,
            Program::Peer(..) => self.peers,
        }
    }

    /// The command that runs a program on a set.
    pub(super) fn command(&self, program: Program, set: &BlockSet) -> Command {
        let (path, words) = match program {
            Program::Ours(name, words) => (executable(&target(&self.folders.root), name), words),
            Program::Product(words, _) => {
                (executable(&target(&self.folders.root), "tracewell"), words)
            }
            Program::Peer(name, words) => (executable(&peers_target(&self.folders), name), words),
        };
        let mut command = Command::new(path);
        let ledger = self.folders.ledger(set.megabytes);
        for word in words {
            match *word {
                "{blocks}" => command.arg(&set.folder),
                "{ledger}" => command.arg(&ledger),
                word => command.arg(word),
            };
        }
        command
    }
}

fn build_peers(folders: &Folders) -> bool {
    let manifest = folders.root.join("benches/peers/Cargo.toml");
    let mut build = cargo(&folders.root, &["build", "--release", "--locked", "--manifest-path"]);
    build.arg(manifest).arg("--target-dir").arg(peers_target(folders));
    // None of our flags: the peers are built as their authors build them.
    build.env_remove("RUSTFLAGS");
    match step::run(&mut build) {
        Ok(()) => true,
        Err(why) => {
            eprintln!("skipped: the peers, which are quoted instead: {why}");
            false
        }
    }
}

fn peers_target(folders: &Folders) -> PathBuf {
    folders.scratch.join("peers")
}

/// Where cargo puts the workspace's own programs.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn executable(target: &Path, name: &str) -> PathBuf {
    target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
