//! The command line: what clap reads, and what help, completions and man page are made from.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{commands, exit, output::Form};

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

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Folder of the data [default: TRACEWELL_DATA_DIR, else tracewell in the platform's data folder]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, global = true, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Form of the output: table, csv or md
    #[arg(long, global = true, value_enum, hide_possible_values = true, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Colours: auto, always or never; auto honours NO_COLOR
    #[arg(long, global = true, value_enum, hide_possible_values = true, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// No progress and no remarks
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// Forms of output for people and spreadsheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns
    Table,
    /// Comma-separated values
    Csv,
    /// Markdown
    Md,
}

impl From<Format> for Form {
    fn from(format: Format) -> Form {
        match format {
            Format::Table => Form::Table,
            Format::Csv => Form::Csv,
            Format::Md => Form::Markdown,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(crate) fn choice(self) -> anstream::ColorChoice {
        match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
    }
}

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(commands::demo::Args),
    Import(commands::import::Args),
    Tags(commands::tags::Args),
    Actors(commands::actors::Args),
    Incidents(commands::incidents::Args),
    Show(commands::show::Args),
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
