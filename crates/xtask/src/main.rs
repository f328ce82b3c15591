//! Developer commands: `cargo xtask test`, `demo`, `score`, `bitcoind`, `tidy`.
//!
//! Automation is in Rust so that it runs wherever the product builds, with nothing but Rust on the
//! machine: what else a command needs, it fetches.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer command talks")]

mod bitcoind;
mod demo;
mod score;
mod step;
mod test;
mod tidy;
mod tools;

use std::{path::Path, process::ExitCode};

use step::Failure;

const HELP: &str = "\
Developer commands of Tracewell

Usage: cargo xtask COMMAND

  test           everything that must hold before a change goes in; sets itself up first
  demo [ARG…]    build the binary and run `tracewell demo`
  score [--json] [--write] [--exceptions]
                 how often the rules are right on known truth; --write renews docs/scoreboard.md,
                 --exceptions names the transactions that count against a rule
  score --clusters [--json]
                 clusters of a made-up chain against its owners and another program's
  bitcoind       fetch a real Bitcoin node for the tests and print where it is
  tidy           the house rules: crate order, lengths, words, forgotten files
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate lies two folders below the workspace");
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => test::run_all(root),
        ["demo", rest @ ..] => demo::run(root, rest),
        ["score", rest @ ..] => score::run(root, rest),
        ["bitcoind"] => bitcoind::run(root),
        ["tidy"] => tidy::run(root),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [other, ..] => Err(Failure::Usage((*other).to_owned())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !matches!(failure, Failure::LastWord(_)) {
                eprintln!("error: {failure}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}
