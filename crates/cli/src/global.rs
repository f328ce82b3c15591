//! Options of every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::output::Form;

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
