//! `cargo xtask test`: everything that must hold before a change goes in.
//!
//! Quick checks first, so that a slip is told within the minute; the tests last, so that their own
//! closing line ends the output.

use std::path::Path;

use crate::{
    bitcoind::{self, Node},
    step::{Failure, cargo, run, run_last, succeeds},
    tidy,
    tools::{Tool, ensure},
};

/// Things that could not be checked on this machine, one line each.
#[derive(Debug, Default)]
struct Skipped(Vec<String>);

impl Skipped {
    fn note(&mut self, what: impl Into<String>) {
        let what = what.into();
        eprintln!("skipped: {what}");
        self.0.push(what);
    }

    fn summary(&self) -> String {
        let mut text = format!("skipped in all: {}", self.0.len());
        for what in &self.0 {
            text.push_str("\n  - ");
            text.push_str(what);
        }
        text
    }
}

/// Sets up what is missing and runs all checks.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    let mut skipped = Skipped::default();
    let nextest = ensure(root, "nextest", "cargo-nextest")?;
    let deny = ensure(root, "deny", "cargo-deny")?;
    let node = bitcoind::ensure(root)?;

    run(&mut cargo(root, &["fmt", "--all", "--check"]))?;
    tidy::run(root)?;
    dependencies(root, &deny, &mut skipped)?;
    let lint = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    run(&mut cargo(root, &lint))?;
    let docs = ["doc", "--workspace", "--no-deps", "--locked"];
    run(cargo(root, &docs).env("RUSTDOCFLAGS", "-D warnings"))?;
    run(&mut cargo(root, &["test", "--doc", "--workspace", "--locked"]))?;
    if !has_real_data(root) {
        skipped.note("no TRACEWELL_DATA: tests on real data say so and return");
    }
    if let Node::Missing(why) = &node {
        skipped.note(format!("no bitcoind: tests with a real node say so and return; {why}"));
    }
    tests(root, &nextest, &node, &mut skipped)
}

/// Licences, sources and duplicate versions of what we depend on, and known holes in it.
fn dependencies(root: &Path, deny: &Tool, skipped: &mut Skipped) -> Result<(), Failure> {
    if let Tool::Missing(why) = deny {
        skipped.note(format!("dependency checks: {why}"));
        return Ok(());
    }
    run(&mut cargo(root, &["deny", "--locked", "check", "bans", "licenses", "sources"]))?;
    // The list of known holes lives on a server that not every machine reaches. A hole that is
    // found fails the run; a list that cannot be had does not.
    if succeeds(&mut cargo(root, &["deny", "fetch", "db"])) {
        let words = ["deny", "--locked", "check", "--disable-fetch", "advisories"];
        return run(&mut cargo(root, &words));
    }
    skipped.note("advisories: the database of known holes cannot be fetched from here");
    Ok(())
}

/// The tests. Without nextest, cargo's own runner does; it lacks only the limit on slow tests.
fn tests(root: &Path, nextest: &Tool, node: &Node, skipped: &mut Skipped) -> Result<(), Failure> {
    if let Tool::Missing(why) = nextest {
        skipped.note(format!("time limits of tests: {why}"));
    }
    eprintln!("\n{}", skipped.summary());
    let words: &[&str] = match nextest {
        Tool::Ready => &["nextest", "run", "--workspace", "--locked", "--profile", "ci"],
        Tool::Missing(_) => {
            &["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"]
        }
    };
    let mut command = cargo(root, words);
    match node {
        Node::Ready(binary) => command.env(bitcoind::VARIABLE, binary),
        // Whatever the variable names does not run.
        Node::Missing(_) => command.env_remove(bitcoind::VARIABLE),
    };
    run_last(command)
}

fn has_real_data(root: &Path) -> bool {
    match std::env::var_os("TRACEWELL_DATA") {
        Some(folder) => Path::new(&folder).is_dir(),
        None => root.join("../shared/data").is_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_was_skipped() {
        let mut skipped = Skipped::default();
        assert_eq!(skipped.summary(), "skipped in all: 0");
        skipped.note("this");
        skipped.note("that");
        assert_eq!(skipped.summary(), "skipped in all: 2\n  - this\n  - that");
    }
}
