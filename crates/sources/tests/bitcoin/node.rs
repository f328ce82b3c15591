//! A folder as a node leaves it: records, XOR, unused tails.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sources::bitcoin::{BestChain, BitcoinError, BlockFiles, ChainOfHeaders, Hash, Network};

/// Blocks, file by file, and how they are written.
pub(crate) struct Node {
    pub(crate) network: Network,
    pub(crate) first_file: u32,
    pub(crate) files: Vec<Vec<Vec<u8>>>,
    pub(crate) key: Option<[u8; 8]>,
    /// Zeros after the last record of the last file.
    pub(crate) tail: usize,
}

impl Node {
    pub(crate) fn of(network: Network, files: Vec<Vec<Vec<u8>>>) -> Node {
        Node { network, first_file: 0, files, key: None, tail: 0 }
    }

    /// Writes the folder.
    pub(crate) fn write(&self) -> Folder {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(key) = self.key {
            fs::write(folder.path().join("xor.dat"), key).expect("written");
        }
        for (number, blocks) in (self.first_file..).zip(&self.files) {
            let mut bytes: Vec<u8> =
                blocks.iter().flat_map(|block| record(self.network, block)).collect();
            xor(&mut bytes, self.key.unwrap_or_default());
            if number - self.first_file + 1 == u32::try_from(self.files.len()).expect("few") {
                bytes.resize(bytes.len() + self.tail, 0);
            }
            fs::write(folder.path().join(format!("blk{number:05}.dat")), bytes).expect("written");
        }
        Folder { folder, network: self.network }
    }
}

/// Magic, length, payload.
pub(crate) fn record(network: Network, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short");
    [&network.magic()[..], &length.to_le_bytes(), payload].concat()
}

pub(crate) fn xor(bytes: &mut [u8], key: [u8; 8]) {
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte ^= key[at % 8];
    }
}

/// What was written.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
    network: Network,
}

impl Folder {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, number: u32) -> PathBuf {
        self.path().join(format!("blk{number:05}.dat"))
    }

    /// Changes the bytes of a file.
    pub(crate) fn change(&self, number: u32, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.file(number)).expect("readable");
        change(&mut bytes);
        fs::write(self.file(number), bytes).expect("written");
    }

    pub(crate) fn open(&self) -> Result<BlockFiles, BitcoinError> {
        BlockFiles::open(self.path(), self.network)
    }

    /// The best chain, with work checked.
    pub(crate) fn best(&self) -> Result<BestChain, BitcoinError> {
        let files = self.open()?;
        let mut chain = ChainOfHeaders::new(self.network, true);
        for found in files.headers() {
            let (header, place) = found?;
            chain.add(&header, place).map_err(|damage| files.damaged(place, damage))?;
        }
        chain.best(&files)
    }

    /// The message of the error, without the folder.
    pub(crate) fn refusal(&self) -> String {
        let error = self.best().expect_err("something is wrong").to_string();
        error.replace(&format!("{}/", self.path().display()), "")
    }
}

pub(crate) fn hashes(chain: &BestChain) -> Vec<Hash> {
    chain.blocks.iter().map(|block| block.hash).collect()
}
