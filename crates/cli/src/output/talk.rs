//! What is said on stderr.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::table::printable;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// What failed.
pub(crate) fn error(text: &str) {
    say(ERROR, "error", text);
}

/// What is not as it should be.
pub(crate) fn warning(text: &str) {
    say(WARNING, "warning", text);
}

/// What to try, after an error.
pub(crate) fn hint(text: &str) {
    line("");
    say(HINT, "hint", text);
}

/// A remark.
pub(crate) fn note(text: &str) {
    line(&safe(text));
}

fn say(style: Style, word: &str, text: &str) {
    line(&format!("{style}{word}:{style:#} {}", safe(text)));
}

/// Foreign text may stand in a message; its line breaks are ours.
fn safe(text: &str) -> String {
    text.trim_end().split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

fn line(text: &str) {
    // Nobody is left to be told that stderr is gone.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
