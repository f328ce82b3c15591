//! The generator of made-up block files, whose source `TRACEWELL_BLKGEN` names.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::step::{self, Failure, cargo};

pub(crate) const SEED: &str = "1";

/// Of a hundred inputs, how many spend an output of their own block; as on the real chain.
pub(crate) const SAME_BLOCK: &str = "45";

/// Heights of the real blocks whose shape the made-up ones have.
const TEMPLATES: [u32; 5] = [363_703, 383_616, 413_567, 702_861, 866_342];

/// Builds the generator and lets it fill a folder, under a name that says unfinished until it is
/// done. `data` has the real blocks, `scratch` keeps what is built; with `owners` the answer key to
/// clustering is written as well.
pub(crate) fn make(
    root: &Path,
    data: &Path,
    scratch: &Path,
    folder: &Path,
    megabytes: u64,
    owners: bool,
) -> Result<(), Failure> {
    let source = std::env::var_os("TRACEWELL_BLKGEN")
        .map_or_else(|| root.join("../shared/tools/blkgen"), PathBuf::from);
    let manifest = source.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(Failure::NoGenerator(source.display().to_string()));
    }
    let built = scratch.join("blkgen");
    let mut build = cargo(root, &["build", "--release", "--locked", "--manifest-path"]);
    build.arg(&manifest).arg("--target-dir").arg(&built);
    step::run(&mut build)?;
    let unfinished = folder.with_extension("unfinished");
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished).map_err(|why| write_failure(&unfinished, why))?;
    }
    let mut generate = Command::new(built.join("release/blkgen"));
    generate.arg(&unfinished).arg(megabytes.to_string()).arg(SAME_BLOCK);
    generate.args(templates(data, scratch)?).env("BLKGEN_SEED", SEED);
    match owners {
        true => generate.env("BLKGEN_TRUTH", "1"),
        false => generate.env_remove("BLKGEN_TRUTH"),
    };
    step::run(&mut generate)?;
    fs::rename(&unfinished, folder).map_err(|why| write_failure(folder, why))
}

/// The real blocks, unpacked.
fn templates(data: &Path, scratch: &Path) -> Result<Vec<PathBuf>, Failure> {
    let target = scratch.join("templates");
    fs::create_dir_all(&target).map_err(|why| write_failure(&target, why))?;
    let unpack = |height: &u32| {
        let packed = data.join(format!("bitcoin/mainnet_{height}.raw.zst"));
        let file = fs::File::open(&packed).map_err(|why| read_failure(&packed, why))?;
        let block = zstd::decode_all(file).map_err(|why| read_failure(&packed, why))?;
        let raw = target.join(format!("{height}.raw"));
        fs::write(&raw, block).map_err(|why| write_failure(&raw, why))?;
        Ok(raw)
    };
    TEMPLATES.iter().map(unpack).collect()
}

fn read_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Read { path: path.display().to_string(), why }
}

fn write_failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Write { path: path.display().to_string(), why }
}
