//! The made-up chain that all programs read.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::folders::Folders;
use crate::{
    blkgen::{self, SAME_BLOCK, SEED},
    step::Failure,
};

/// A folder of block files.
#[derive(Clone, Debug)]
pub(super) struct BlockSet {
    pub(super) folder: PathBuf,
    pub(super) megabytes: u64,
    /// Raw bytes of all files.
    pub(super) bytes: u64,
    /// BLAKE3 over all files in their order.
    hash: String,
}

impl BlockSet {
    /// Makes the set, or takes the one that is there.
    pub(super) fn ready(folders: &Folders, megabytes: u64) -> Result<BlockSet, Failure> {
        let folder = folders.scratch.join(format!("blocks-{megabytes}"));
        if !folder.is_dir() {
            let Folders { root, data, scratch, .. } = folders;
            blkgen::make(root, data, scratch, &folder, megabytes, false)?;
        }
        let (mut bytes, mut hasher) = (0, blake3::Hasher::new());
        for file in block_files(&folder)? {
            let content = fs::read(&file).map_err(|why| read_failure(&file, why))?;
            bytes += content.len() as u64;
            hasher.update(&content);
        }
        let hash = hasher.finalize().to_hex().to_string();
        Ok(BlockSet { folder, megabytes, bytes, hash })
    }

    /// What was measured on: how it was made, and what came out.
    pub(super) fn name(&self) -> String {
        let (size, hash) = (self.megabytes, &self.hash);
        format!("blkgen {size} MB, seed {SEED}, {SAME_BLOCK} % same block, blake3 {hash}")
    }

    /// Reads all files, so that every program finds them in memory.
    pub(super) fn warm(&self) -> Result<(), Failure> {
        let mut buffer = vec![0; 1 << 20];
        for file in block_files(&self.folder)? {
            let failed = |why| read_failure(&file, why);
            let mut open = fs::File::open(&file).map_err(failed)?;
            while std::io::Read::read(&mut open, &mut buffer).map_err(failed)? > 0 {}
        }
        Ok(())
    }
}

fn read_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Read { path: path.display().to_string(), why }
}

/// `blk*.dat` in the order of their numbers.
fn block_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| read_failure(folder, why))? {
        let path = entry.map_err(|why| read_failure(folder, why))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with("blk") && name.ends_with(".dat")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
