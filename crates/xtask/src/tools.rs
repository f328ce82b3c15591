//! Cargo subcommands that the checks need, installed when they are missing.

use std::path::Path;

use crate::step::{Failure, cargo, run, succeeds};

/// Whether a tool can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Ready,
    /// Could not be had; the text says what is skipped for that.
    Missing(String),
}

/// Finds `cargo TOOL` or installs it. Where everything must run (`CI=true`), doing without is a
/// failure.
pub(crate) fn ensure(
    root: &Path,
    tool: &'static str,
    package: &'static str,
) -> Result<Tool, Failure> {
    let here = || succeeds(&mut cargo(root, &[tool, "--version"]));
    if here() {
        return Ok(Tool::Ready);
    }
    let mut install = cargo(root, &["install", package, "--locked"]);
    // The tool is built apart from the product: its own folder, none of our flags.
    install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    if run(&mut install).is_ok() && here() {
        return Ok(Tool::Ready);
    }
    if must_run_everything() {
        return Err(Failure::Tool { tool, package });
    }
    Ok(Tool::Missing(format!("no `cargo {tool}`, and `cargo install {package}` failed")))
}

/// Whether a check that cannot run is a failure.
pub(crate) fn must_run_everything() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}
