//! `tracewell completions`: shell completions from the one definition of the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{args::CommandLine, error::CliError, exit::Outcome, output};

/// Print shell completions
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell completions bash > ~/.local/share/bash-completion/completions/tracewell
  tracewell completions fish > ~/.config/fish/completions/tracewell.fish

Prints shell completions.")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: Args) -> Result<Outcome, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "tracewell", &mut script);
    output::write(&script)?;
    Ok(Outcome::Clean)
}
