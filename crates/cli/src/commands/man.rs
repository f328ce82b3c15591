//! `tracewell man`: the manual from the one definition of the command line.

use crate::{error::CliError, exit::Outcome, output};

/// Print the manual, one page for each command
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell man | man -l -
  tracewell man > ~/.local/share/man/man1/tracewell.1

Prints the manual: the page of the program, then one page for each command.")]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, mut command: clap::Command) -> Result<Outcome, CliError> {
    command.build();
    let mut pages = Vec::new();
    render(command, &mut pages).map_err(CliError::Output)?;
    output::write(&pages)?;
    Ok(Outcome::Clean)
}

fn render(command: clap::Command, pages: &mut Vec<u8>) -> std::io::Result<()> {
    // A built command knows its full name, `tracewell tags import`; a page is named with hyphens.
    let name = command.get_bin_name().unwrap_or("tracewell").replace(' ', "-");
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    clap_mangen::Man::new(command).title(name).render(pages)?;
    below.into_iter().try_for_each(|one| render(one, pages))
}
