//! Building what is measured: ours with the workspace, the peers apart from it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    blocks::BlockSet,
    folders::Folders,
    task::{GRAPHSENSE, GRAPHSENSE_VERSION, Program, Stored, Task},
};
use crate::step::{self, Failure, cargo};

const VENV: &str = "peers-python";

/// Programs that are ready to run.
#[derive(Debug)]
pub(super) struct Programs {
    folders: Folders,
    /// Whether the peers could be built.
    peers: bool,
    /// Whether the packages of the scripts could be installed.
    packages: bool,
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
        let others = || {
            let of = |task: &&Task| {
                [task.peer.map(|(.., program)| program), task.referee.map(|(_, program)| program)]
            };
            tasks.iter().flat_map(of).flatten()
        };
        let peers = others().any(|program| matches!(program, Program::Peer(..)));
        let packages = others().any(|program| matches!(program, Program::Python(..)));
        Ok(Programs {
            folders: folders.clone(),
            peers: peers && told("the peers", build_peers(folders)),
            packages: packages && told(GRAPHSENSE, install_packages(folders)),
        })
    }

    /// Whether a program is there.
    pub(super) fn has(&self, program: Program) -> bool {
        match program {
            Program::Ours(..) | Program::Product(..) => true,
            Program::Peer(..) => self.peers,
            Program::Python(..) => self.packages,
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
            Program::Python(_, words) => (python(&self.folders), words),
        };
        let mut command = Command::new(path);
        if let Program::Python(script, _) = program {
            command.arg(self.folders.root.join("benches/peers").join(script));
        }
        let ledger = self.folders.ledger(set.megabytes);
        for word in words {
            match *word {
                "{blocks}" => command.arg(&set.folder),
                "{ledger}" => command.arg(&ledger),
                "{prepared}" => command.arg(self.folders.prepared(set.megabytes)),
                word => command.arg(word),
            };
        }
        command
    }
}

/// Whether something could be had; if not, says so.
fn told(what: &str, had: Result<(), Failure>) -> bool {
    if let Err(why) = &had {
        eprintln!("skipped: {what}, quoted instead: {why}");
    }
    had.is_ok()
}

fn build_peers(folders: &Folders) -> Result<(), Failure> {
    let manifest = folders.root.join("benches/peers/Cargo.toml");
    let mut build = cargo(&folders.root, &["build", "--release", "--locked", "--manifest-path"]);
    build.arg(manifest).arg("--target-dir").arg(peers_target(folders));
    // None of our flags: the peers are built as their authors build them.
    build.env_remove("RUSTFLAGS");
    step::run(&mut build)
}

/// A Python of its own for the packages, with the one version that is measured.
fn install_packages(folders: &Folders) -> Result<(), Failure> {
    let python = python(folders);
    if !python.exists() {
        let place = folders.scratch.join(VENV);
        step::run(Command::new("python3").args(["-m", "venv"]).arg(place))?;
    }
    let package = format!("{GRAPHSENSE}=={GRAPHSENSE_VERSION}");
    let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
    step::run(Command::new(python).args(words))
}

fn python(folders: &Folders) -> PathBuf {
    folders.scratch.join(VENV).join("bin/python")
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
