//! The binary `tracewell`: reads the command line, asks `api::query`, prints a table or JSON.
//!
//! It is the only crate that knows the environment, the home folder, the terminal and the clock.
//! stdout is data, stderr is talk.

mod args;
mod commands;
mod environment;
mod error;
mod exit;
mod global;
mod output;
mod progress;
mod run;
mod session;

use std::process::ExitCode;

fn main() -> ExitCode {
    exit::code(run::run())
}
