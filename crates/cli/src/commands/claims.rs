//! What became of files of claims, for people: `tags import` and `incidents import` share it.

use std::path::Path;

use api::query::ClaimsAnswer;

use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped, talk},
    session::Session,
};

/// How many rejected rows of one file are told.
const REJECTS_TOLD: usize = 5;

/// Prints the answer and tells what was not taken.
pub(super) fn report(session: &Session, answer: &ClaimsAnswer) -> Result<Outcome, CliError> {
    for file in &answer.files {
        let rejected = &file.report.rejected;
        if rejected.is_empty() {
            continue;
        }
        let mut text =
            format!("{}: {} not taken", file.report.name, grouped(rejected.len() as u64));
        for reject in rejected.iter().take(REJECTS_TOLD) {
            // The key of a JSON document may be empty.
            let place = match reject.line_or_path.as_str() {
                "" => "\"\"",
                place => place,
            };
            text.push_str(&format!("\n  {place}: {}", reject.reason));
        }
        if let Some(more) = rejected.len().checked_sub(REJECTS_TOLD).filter(|more| *more > 0) {
            text.push_str(&format!("\n  and {} more; --json has all", grouped(more as u64)));
        }
        session.warn(&text);
    }
    for refused in &answer.refused {
        talk::error(&format!("{}: {}", refused.file.display(), refused.reason));
    }
    session.print(answer, || page(answer))?;
    for file in &answer.passed_over {
        session.say(&format!("passed over: {}: no pack", file.display()));
    }
    Ok(if answer.refused.is_empty() { Outcome::Clean } else { Outcome::Failed })
}

fn page(answer: &ClaimsAnswer) -> Page {
    let mut table = Table::new([
        Column::text("file"),
        Column::text("kind"),
        Column::number("rows"),
        Column::number("new"),
        Column::number("unchanged"),
        Column::number("rejected"),
    ]);
    let mut sums = [0_u64; 4];
    for file in &answer.files {
        let report = &file.report;
        let numbers =
            [report.rows, report.imported, report.unchanged, report.rejected.len() as u64];
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += number;
        }
        let [rows, imported, unchanged, rejected] = numbers;
        table.row([
            report.name.as_str().into(),
            report.kind.as_str().into(),
            rows.into(),
            imported.into(),
            unchanged.into(),
            rejected.into(),
        ]);
    }
    let page = Page::new().table(table);
    if answer.files.len() + answer.refused.len() < 2 {
        return page;
    }
    let [rows, imported, unchanged, rejected] = sums.map(grouped);
    let mut text = format!(
        "{}: {rows} rows, {imported} new, {unchanged} unchanged, {rejected} rejected",
        counted(answer.files.len() as u64, "file")
    );
    if !answer.refused.is_empty() {
        text.push_str(&format!("; {} refused", counted(answer.refused.len() as u64, "file")));
    }
    page.line(text)
}

/// A message without the file that it begins with, for places that name the file beside it.
pub(super) fn without_file(file: &Path, message: &str) -> String {
    let rest = message.strip_prefix(&file.display().to_string());
    match rest.and_then(|rest| rest.strip_prefix(':')) {
        Some(rest) => rest.trim_start().to_owned(),
        None => message.to_owned(),
    }
}
