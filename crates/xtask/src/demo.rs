//! `cargo xtask demo`: build the binary and let it tell its story.

use std::path::Path;

use crate::step::{self, Failure, cargo};

/// Builds `tracewell` fast enough to use and runs `tracewell demo` with the rest of the words.
pub(crate) fn run(root: &Path, rest: &[&str]) -> Result<(), Failure> {
    let product = ["--locked", "--profile", "demo", "--package", "cli", "--bin", "tracewell"];
    // Two commands, so that what is slow the first time (the build) shows its progress.
    step::run(cargo(root, &["build"]).args(product))?;
    step::run(cargo(root, &["run", "--quiet"]).args(product).args(["--", "demo"]).args(rest))
}
