//! The command line: what clap reads, and what help, completions and man page are made from.

use clap::{Parser, Subcommand};

use crate::{commands, exit, global::Global};

/// Follow stolen crypto to where it is cashed out, and show the evidence for every step.
#[derive(Debug, Parser)]
#[command(
    name = "tracewell",
    version,
    max_term_width = 100,
    after_help = exit::HELP,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(commands::demo::Args),
    Import(commands::import::Args),
    Ingest(commands::ingest::Args),
    Tags(commands::tags::Args),
    Actors(commands::actors::Args),
    Incidents(commands::incidents::Args),
    Show(commands::show::Args),
    Cluster(commands::cluster::Args),
    Trace(commands::trace::Args),
    Why(commands::why::Args),
    Verify(commands::verify::Args),
    Doctor(commands::doctor::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_begins_its_help_with_two_examples() {
        for command in CommandLine::command().get_subcommands() {
            let help = command.get_long_about().map(ToString::to_string).unwrap_or_default();
            let examples = help.lines().filter(|line| line.starts_with("  tracewell ")).count();
            assert!(examples >= 2, "{}: {help}", command.get_name());
        }
    }

    #[test]
    fn every_example_is_a_command_that_we_have() {
        for command in CommandLine::command().get_subcommands() {
            let help = command.get_long_about().map(ToString::to_string).unwrap_or_default();
            for line in help.lines().filter(|line| line.starts_with("  tracewell ")) {
                let words = line.split_whitespace().take_while(|word| !["|", ">"].contains(word));
                if let Err(error) = CommandLine::try_parse_from(words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }
}
