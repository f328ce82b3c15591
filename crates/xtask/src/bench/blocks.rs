//! The made-up chain that all programs read.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::folders::Folders;
use crate::step::{self, Failure, cargo};

const SEED: &str = "1";

/// Of a hundred inputs, how many spend an output of their own block; as on the real chain.
const SAME_BLOCK: &str = "45";

/// Heights of the real blocks whose shape the made-up ones have.
const TEMPLATES: [u32; 5] = [363_703, 383_616, 413_567, 702_861, 866_342];

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
            make(folders, megabytes, &folder)?;
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

fn write_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Write { path: path.display().to_string(), why }
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

/// Builds the generator and lets it write the set under a name that says unfinished.
fn make(folders: &Folders, megabytes: u64, folder: &Path) -> Result<(), Failure> {
    let manifest = folders.generator.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(Failure::NoGenerator(folders.generator.display().to_string()));
    }
    let built = folders.scratch.join("blkgen");
    let mut build = cargo(&folders.root, &["build", "--release", "--locked", "--manifest-path"]);
    build.arg(&manifest).arg("--target-dir").arg(&built);
    step::run(&mut build)?;
    let unfinished = folder.with_extension("unfinished");
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished).map_err(|why| write_failure(&unfinished, why))?;
    }
    let mut generate = Command::new(built.join("release/blkgen"));
    generate.arg(&unfinished).arg(megabytes.to_string()).arg(SAME_BLOCK);
    generate.args(templates(folders)?).env("BLKGEN_SEED", SEED).env_remove("BLKGEN_TRUTH");
    step::run(&mut generate)?;
    fs::rename(&unfinished, folder).map_err(|why| write_failure(folder, why))
}

/// The real blocks, decompressed beside the sets.
fn templates(folders: &Folders) -> Result<Vec<PathBuf>, Failure> {
    let target = folders.scratch.join("templates");
    fs::create_dir_all(&target).map_err(|why| write_failure(&target, why))?;
    TEMPLATES
        .iter()
        .map(|height| {
            let packed = folders.data.join(format!("bitcoin/mainnet_{height}.raw.zst"));
            let file = fs::File::open(&packed).map_err(|why| read_failure(&packed, why))?;
            let block = zstd::decode_all(file).map_err(|why| read_failure(&packed, why))?;
            let raw = target.join(format!("{height}.raw"));
            fs::write(&raw, block).map_err(|why| write_failure(&raw, why))?;
            Ok(raw)
        })
        .collect()
}
