//! `tracewell import`: dumps into the ledger.

use std::{collections::BTreeMap, path::PathBuf};

use api::query::{
    ErrorKind, ImportAnswer, ImportQuestion, LayoutAnswer, QueryError, RefusedFile, layouts,
};
use chain::Chain;
use serde::Serialize;

use super::claims;
use crate::{
    environment,
    error::{CliError, hint},
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped, talk},
    session::Session,
};

/// How many bad rows that were left out are told.
const BAD_ROWS_TOLD: usize = 5;

/// Import dumps: transactions, transfers, mixer events, coverage, prices
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell import transactions.csv.zst addresses.csv prices.csv
  tracewell import dump.parquet --layout mine.toml --chain polygon --skip-bad 10

Imports dumps in CSV, JSON lines or Parquet, plain or compressed with zstd or gzip. What a file is
follows from its columns; --layout says it. A file is taken whole or not at all, and one that was
imported before changes nothing. A file that is refused does not stop the others.")]
pub(crate) struct Args {
    /// Files to import, in this order
    #[arg(required_unless_present = "list_layouts")]
    files: Vec<PathBuf>,
    /// Name of a built-in layout, or a layout file (.toml) [default: by the file's columns]
    #[arg(long, value_name = "LAYOUT")]
    layout: Option<String>,
    /// The chain, where the layout names none or another one
    #[arg(long, value_parser = chain)]
    chain: Option<Chain>,
    /// Leave out up to N bad rows of each file and take the rest
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip_bad: u64,
    /// Give a field the same value in every row
    #[arg(long, value_name = "FIELD=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// State that the files hold every transaction of these blocks, such as 15M:15.1M
    #[arg(long, value_name = "FIRST:LAST", value_parser = block_range)]
    complete_blocks: Option<(u64, u64)>,
    /// Source under which labels of the files are filed [default: the file's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// List the built-in layouts and end
    #[arg(long)]
    list_layouts: bool,
}

/// What became of the files.
#[derive(Debug, Default, Serialize)]
struct Answer {
    imports: Vec<ImportAnswer>,
    refused: Vec<RefusedFile>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    if args.list_layouts {
        let answer = layouts();
        session.print(&answer, || layouts_page(&answer.layouts))?;
        return Ok(Outcome::Clean);
    }
    let set: BTreeMap<String, String> = args.set.into_iter().collect();
    let mut answer = Answer::default();
    for path in args.files {
        let question = ImportQuestion {
            path: path.clone(),
            layout: args.layout.clone(),
            chain: args.chain,
            skip_bad: args.skip_bad,
            set: set.clone(),
            complete_blocks: args.complete_blocks,
            source: args.source.clone(),
            holder: environment::holder(),
        };
        let done = {
            let watch = session.watch();
            api::query::import(&session.workspace, &question, &watch)
        };
        match done {
            Ok(import) => {
                tell_bad_rows(session, &import);
                answer.imports.push(import);
            }
            // Waiting for a lock or stopping concerns every file that is left.
            Err(error) if ends_all(&error) => return Err(error.into()),
            Err(error) => {
                if !answer.refused.is_empty() {
                    talk::note("");
                }
                talk::error(&error.to_string());
                if let Some(text) = hint::of_query(&error) {
                    talk::hint(&text);
                }
                let reason = claims::without_file(&path, &error.to_string());
                answer.refused.push(RefusedFile { file: path, reason });
            }
        }
    }
    session.print(&answer, || page(&answer))?;
    Ok(if answer.refused.is_empty() { Outcome::Clean } else { Outcome::Failed })
}

fn ends_all(error: &QueryError) -> bool {
    matches!(error.kind(), ErrorKind::Busy | ErrorKind::Interrupted)
}

fn tell_bad_rows(session: &Session, import: &ImportAnswer) {
    let bad = &import.bad_rows;
    if bad.count == 0 {
        return;
    }
    let mut text = format!("{}: {} left out", import.file.display(), counted(bad.count, "bad row"));
    for row in bad.first.iter().take(BAD_ROWS_TOLD) {
        text.push_str(&format!("\n  {row}"));
    }
    if let Some(more) = bad.count.checked_sub(BAD_ROWS_TOLD as u64).filter(|more| *more > 0) {
        text.push_str(&format!("\n  and {} more", grouped(more)));
    }
    session.warn(&text);
}

fn page(answer: &Answer) -> Page {
    let mut table = Table::new([
        Column::text("file"),
        Column::text("layout"),
        Column::number("rows"),
        Column::number("bad").if_filled(),
        Column::number("transactions").if_filled(),
        Column::number("moves").if_filled(),
        Column::number("deposits").if_filled(),
        Column::number("withdrawals").if_filled(),
        Column::number("labels").if_filled(),
        Column::number("prices").if_filled(),
        Column::text("state"),
    ]);
    for import in &answer.imports {
        let state = if import.changed { "new" } else { "unchanged" };
        let name = import.file.file_name().unwrap_or(import.file.as_os_str());
        table.row([
            name.to_string_lossy().into_owned().into(),
            import.layout.as_str().into(),
            (import.rows > 0 || import.changed).then_some(import.rows).into(),
            import.bad_rows.count.into(),
            import.new.transactions.into(),
            import.new.moves.into(),
            import.new.mixer_deposits.into(),
            import.new.mixer_withdrawals.into(),
            import.labels.new.into(),
            import.prices.new.into(),
            state.into(),
        ]);
    }
    let mut page = Page::new().table(table);
    // What a chain holds is what the last file left.
    let last: BTreeMap<Chain, &ImportAnswer> =
        answer.imports.iter().filter_map(|import| Some((import.chain?, import))).collect();
    for (chain, import) in last {
        page = page.line(format!("{chain} now holds {}", holdings(import)));
    }
    page
}

fn holdings(import: &ImportAnswer) -> String {
    let ImportAnswer { total, listed_addresses, capped_addresses, .. } = import;
    let mut parts = vec![
        format!("{} transactions", grouped(total.transactions)),
        format!("{} moves", grouped(total.moves)),
    ];
    if total.mixer_deposits + total.mixer_withdrawals > 0 {
        let (deposits, withdrawals) = (total.mixer_deposits, total.mixer_withdrawals);
        let (deposits, withdrawals) = (grouped(deposits), grouped(withdrawals));
        parts.push(format!("{deposits} mixer deposits, {withdrawals} withdrawals"));
    }
    if *listed_addresses > 0 {
        let (listed, capped) = (grouped(*listed_addresses), grouped(*capped_addresses));
        parts.push(format!("{listed} addresses listed, {capped} of them to a cap"));
    }
    parts.join("; ")
}

fn layouts_page(layouts: &[LayoutAnswer]) -> Page {
    let mut table = Table::new([
        Column::text("layout"),
        Column::text("row"),
        Column::text("chain"),
        Column::text("columns"),
    ]);
    for one in layouts {
        let column = |field: &api::query::FieldAnswer| {
            let names = field.columns.join(" or ");
            if field.optional { format!("[{names}]") } else { names }
        };
        let columns: Vec<String> =
            one.fields.iter().filter(|field| !field.columns.is_empty()).map(column).collect();
        table.row([
            one.layout.as_str().into(),
            one.record.as_str().into(),
            one.chain.map(|chain| chain.slug().to_owned()).into(),
            columns.join(" ").into(),
        ]);
    }
    Page::new().table(table)
}

/// Reads a chain by slug or ticker.
pub(super) fn chain(text: &str) -> Result<Chain, String> {
    Chain::from_ticker(text).ok_or_else(|| {
        let known: Vec<&str> = Chain::all().map(Chain::slug).collect();
        format!("expected one of {}", known.join(", "))
    })
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("expected FIELD=VALUE")?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

fn block_range(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once(':').ok_or("expected FIRST:LAST")?;
    let (first, last) = (block(first)?, block(last)?);
    if first > last {
        return Err(format!("{first} comes after {last}"));
    }
    Ok((first, last))
}

/// Reads a height: `15100000`, `15_100_000`, `15.1M`, `800k`.
fn block(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no height: expected 15100000, 15.1M or 800k");
    let text = text.trim().replace('_', "");
    let (digits, places) = match text.strip_suffix(['M', 'm']) {
        Some(digits) => (digits, 6),
        None => text.strip_suffix(['k', 'K']).map_or((text.as_str(), 0), |digits| (digits, 3)),
    };
    let height = chain::Amount::from_decimal(digits, places).map_err(|_| wrong())?;
    height.to_u128().and_then(|height| u64::try_from(height).ok()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_read_exactly() {
        assert_eq!(block_range("15M:15.1M"), Ok((15_000_000, 15_100_000)));
        assert_eq!(block_range("800k:810_000"), Ok((800_000, 810_000)));
        for wrong in ["5:4", "1", "a:b", "1:", "-1:2", "0.5:1"] {
            assert!(block_range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn settings_have_a_name_and_a_value() {
        assert_eq!(setting("pool=0x1=2"), Ok(("pool".to_owned(), "0x1=2".to_owned())));
        assert!(setting("pool").is_err());
    }
}
