//! Running one program of many, and saying which one failed.

use std::{path::Path, process::Command, time::Instant};

/// Why a developer command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program ran and said no.
    #[error("`{command}` failed ({status})")]
    Step {
        /// What ran.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The last program said no, and has had the last word on it.
    #[error("the last program failed ({0})")]
    LastWord(std::process::ExitStatus),
    /// A program could not be started at all.
    #[error("`{command}` could not be started: {why}")]
    Start {
        /// What should have run.
        command: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// A tool is not there and could not be installed.
    #[error("`cargo {tool}` is missing and `cargo install {package} --locked` failed")]
    Tool {
        /// The cargo subcommand.
        tool: &'static str,
        /// The package that has it.
        package: &'static str,
    },
    /// There is no Bitcoin node, and everything must run.
    #[error("no bitcoind: {0}")]
    NoNode(String),
    /// House rules are broken; they have been printed.
    #[error("{0} house rules broken")]
    Untidy(usize),
    /// A file of the repository cannot be read.
    #[error("{path}: {why}")]
    Read {
        /// Which one.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// A file of the repository cannot be written.
    #[error("{path}: {why}")]
    Write {
        /// Which one.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// There is no truth to score against.
    #[error("{0}: no such folder; TRACEWELL_DATA names the folder of real data")]
    NoData(String),
    /// The generator of block files is not there.
    #[error("{0}: no such generator; TRACEWELL_BLKGEN names the folder of its source")]
    NoGenerator(String),
    /// A file of the truth cannot be read.
    #[error(transparent)]
    Data(#[from] sources::SourceError),
    /// A file of the truth is not what it should be.
    #[error("{path}: {why}")]
    Truth {
        /// Which one.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// No such command.
    #[error("no command {0:?}; `cargo xtask help` lists them")]
    Usage(String),
}

impl Failure {
    /// The program's own exit code where a program failed, so that callers see what they would
    /// have seen without us.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Step { status, .. } | Failure::LastWord(status) => {
                status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
            }
            Failure::Usage(_) => 2,
            Failure::Start { .. }
            | Failure::Tool { .. }
            | Failure::NoNode(_)
            | Failure::Untidy(_)
            | Failure::NoData(_)
            | Failure::NoGenerator(_)
            | Failure::Data(_)
            | Failure::Truth { .. }
            | Failure::Write { .. }
            | Failure::Read { .. } => 1,
        }
    }
}

/// `cargo` with these words, in the workspace.
pub(crate) fn cargo(root: &Path, words: &[&str]) -> Command {
    // Under `cargo run` the variable names the very cargo that runs us.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words).current_dir(root);
    command
}

/// Prints the command, runs it, and prints how long it took.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let text = text_of(command);
    eprintln!("\n> {text}");
    let start = Instant::now();
    let status = command.status().map_err(|why| Failure::Start { command: text.clone(), why })?;
    eprintln!("> {} s", start.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(Failure::Step { command: text, status }) }
}

/// As [`run`], but the program has the last word: no line of ours comes after its own.
pub(crate) fn run_last(mut command: Command) -> Result<(), Failure> {
    let text = text_of(&command);
    eprintln!("\n> {text}");
    let status = command.status().map_err(|why| Failure::Start { command: text, why })?;
    if status.success() { Ok(()) } else { Err(Failure::LastWord(status)) }
}

/// Runs a program silently and says whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn text_of(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once("cargo".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
