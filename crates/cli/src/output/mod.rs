//! Output: pages for people, JSON for machines, and the talk beside them.

mod number;
mod page;
mod table;
pub(crate) mod talk;

use std::io::Write;

use serde::Serialize;

pub(crate) use number::{counted, grouped, grouped_decimal};
pub(crate) use page::Page;
pub(crate) use table::{Cell, Column, Table};

use crate::error::CliError;

/// What an answer is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Aligned columns for people.
    Table,
    /// Comma-separated values: the page's table and nothing else.
    Csv,
    /// Markdown.
    Markdown,
    /// One JSON object.
    Json,
}

/// Prints an answer on stdout.
pub(crate) fn print<T: Serialize>(
    form: Form,
    answer: &T,
    page: impl FnOnce() -> Page,
) -> Result<(), CliError> {
    let text = match form {
        Form::Json => {
            let mut text = serde_json::to_string_pretty(answer)
                .expect("answers hold texts, numbers and lists with text keys");
            text.push('\n');
            text
        }
        Form::Table => page().to_text(),
        Form::Csv => page().to_csv(),
        Form::Markdown => page().to_markdown(),
    };
    write(text.as_bytes())
}

/// Writes to stdout; colours are stripped where they are not wanted.
pub(crate) fn write(bytes: &[u8]) -> Result<(), CliError> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(CliError::Output)
}
