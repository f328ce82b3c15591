//! The chain of [`super::story`], made once for each build of the tests and kept in Cargo's folder.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use serde_json::json;
use sources::bitcoin::{Hash, rpc::verbose::VerboseBlock};

use super::{
    bitcoind::{self, Bitcoind},
    draft::hash,
    reorg,
    story::Story,
    truth, variants,
};
pub(crate) use crate::tracewell::copy;
use crate::tracewell::memory;

/// A node's folders, and what the node says of its blocks.
pub(super) struct Made {
    binary: PathBuf,
    folder: PathBuf,
}

impl Made {
    /// Finds the chain or makes it; without a node says so.
    pub(super) fn ready() -> Option<Made> {
        let binary = bitcoind::binary()?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node-chain");
        fs::create_dir_all(folder.parent().expect("below")).expect("made");
        let lock = File::create(folder.with_extension("lock")).expect("the folder is ours");
        lock.lock().expect("it can be locked");
        let made = Made { binary, folder };
        let key = this_build();
        if fs::read_to_string(made.folder.join("made-by")).ok().as_ref() != Some(&key) {
            if made.folder.exists() {
                fs::remove_dir_all(&made.folder).expect("removed");
            }
            made.make();
            fs::write(made.folder.join("made-by"), key).expect("written");
        }
        Some(made)
    }

    /// The node itself.
    pub(super) fn binary(&self) -> &Path {
        &self.binary
    }

    /// The data directory of the node, stopped. To be copied, not to be used.
    pub(super) fn datadir(&self) -> PathBuf {
        self.folder.join("node")
    }

    /// The node's block files at the end: with a stale branch, and a key of its own.
    pub(super) fn blocks(&self) -> PathBuf {
        self.datadir().join("regtest/blocks")
    }

    /// Its block files before the branch became stale, taken while it ran.
    pub(super) fn blocks_before(&self) -> PathBuf {
        self.folder.join("before")
    }

    /// Files of a node that never saw the stale branch.
    pub(super) fn blocks_clean(&self) -> PathBuf {
        self.folder.join("clean")
    }

    /// Many small files with blocks in any order and no key.
    pub(super) fn blocks_shuffled(&self) -> PathBuf {
        self.folder.join("shuffled")
    }

    /// Files of a node that deleted the lowest ones.
    pub(super) fn blocks_pruned(&self) -> PathBuf {
        self.folder.join("pruned")
    }

    /// The best chain at the end, lowest block first.
    pub(super) fn best(&self) -> Vec<VerboseBlock> {
        truth::read(&self.folder.join("best"))
    }

    /// The best chain before the reorganisation.
    pub(super) fn best_before(&self) -> Vec<VerboseBlock> {
        truth::read(&self.folder.join("best-before"))
    }

    /// The stale branch.
    pub(super) fn stale(&self) -> Vec<VerboseBlock> {
        truth::read(&self.folder.join("stale"))
    }

    fn make(&self) {
        fs::create_dir_all(&self.folder).expect("made");
        let datadir = memory();
        let node = Bitcoind::start(&self.binary, datadir.path(), &[]);
        let client = node.client();
        let story = Story::tell(&node);
        let (takes_back, lowest) = reorg::branch(&story);
        truth::write(client, &self.folder.join("best-before"));
        copy(&node.blocks(), &self.blocks_before());
        let stale = lost(&node, &lowest);
        reorg::overtake(&story, &takes_back, &lowest);
        truth::write(client, &self.folder.join("best"));
        truth::write_blocks(client, stale.iter().copied(), &self.folder.join("stale"));
        let best: Vec<Hash> = self.best().iter().map(|block| block.hash).collect();
        variants::clean(&self.binary, client, &best, &self.blocks_clean());
        variants::shuffled(&self.binary, client, &best, &stale, &self.blocks_shuffled());
        variants::pruned(&self.binary, client, &best, &self.blocks_pruned());
        node.stop();
        copy(datadir.path(), &self.datadir());
    }
}

/// The blocks from this one up, which are about to be lost.
fn lost(node: &Bitcoind, lowest: &str) -> Vec<Hash> {
    let lowest = node.client().header(hash(lowest)).expect("it has it").height;
    (lowest..lowest + reorg::STALE)
        .map(|height| node.client().block_hash(height).expect("it is on the chain"))
        .collect()
}

/// Changes with every build: what the chain is made by is a part of it.
fn this_build() -> String {
    let program = std::env::current_exe().expect("it runs");
    let data = fs::metadata(program).expect("it is there");
    let written = data.modified().expect("it has a time").duration_since(UNIX_EPOCH);
    json!([data.len(), written.expect("after 1970").as_nanos().to_string()]).to_string()
}
