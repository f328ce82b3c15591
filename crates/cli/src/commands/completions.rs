//! `tracewell completions`: shell completions from the one definition of the command line.

use clap_complete::Shell;

use crate::{error::CliError, exit::Outcome, output};

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

pub(crate) fn run(args: Args, mut command: clap::Command) -> Result<Outcome, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tracewell", &mut script);
    output::write(&script)?;
    Ok(Outcome::Clean)
}
