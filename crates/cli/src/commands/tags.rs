//! `tracewell tags`: what sources say about addresses.

use std::path::PathBuf;

use api::query::{TagKind, TagsQuestion, import_tags, tag_conflicts, tag_sources};
use chain::{Chain, Day};
use clap::Subcommand;

use super::{claims, import};
use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped},
    session::Session,
};

/// Import tags, actors and lists; see where sources disagree
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell tags import graphsense-tagpacks/ ofac_2025-11-27.csv etherscan_labels.json
  tracewell tags conflicts --limit 20

Imports what sources say about addresses: TagPacks and ActorPacks, explorers' labels, sanctions and
seizure lists. Every statement is kept with its source; where sources disagree, all are kept.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import files of any kind; folders: every pack below them
    Import(Files),
    /// Import OFAC's list of addresses: CSV, JSON, or OFAC's own files sdn, alt and sdn_comments
    Ofac(Files),
    /// Import the FBI's addresses (CSV)
    Fbi(Files),
    /// Import the wallets of Israeli seizure orders (CSV)
    Israel(Files),
    /// Import an explorer's labels (JSON)
    Labels(Files),
    /// How many statements each source makes
    List,
    /// Addresses about which sources disagree
    Conflicts {
        /// How many to show
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
}

#[derive(Debug, clap::Args)]
struct Files {
    /// Files to import
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Day of a list's edition, where neither file nor name says it
    #[arg(long, value_name = "DATE")]
    date: Option<Day>,
    /// Chain of an explorer's labels, where the file's name does not tell it
    #[arg(long, value_parser = import::chain)]
    chain: Option<Chain>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    match args.command {
        Command::Import(files) => take(session, files, None),
        Command::Ofac(files) => take(session, files, Some(TagKind::Ofac)),
        Command::Fbi(files) => take(session, files, Some(TagKind::Fbi)),
        Command::Israel(files) => take(session, files, Some(TagKind::Israel)),
        Command::Labels(files) => take(session, files, Some(TagKind::Labels)),
        Command::List => list(session),
        Command::Conflicts { limit } => conflicts(session, limit),
    }
}

fn take(session: &Session, files: Files, kind: Option<TagKind>) -> Result<Outcome, CliError> {
    let Files { files, date: day, chain } = files;
    let question = TagsQuestion { files, kind, day, chain };
    let answer = {
        let watch = session.watch();
        import_tags(&session.workspace, &question, &watch)?
    };
    claims::report(session, &answer)
}

fn list(session: &Session) -> Result<Outcome, CliError> {
    let answer = tag_sources(&session.workspace)?;
    session.print(&answer, || {
        let sources = &answer.sources;
        let mut table = Table::new([
            Column::text("kind"),
            Column::text("source"),
            Column::number("statements"),
        ]);
        for source in sources {
            let (kind, name) = (source.kind.as_str(), source.name.as_str());
            table.row([kind.into(), name.into(), source.count.into()]);
        }
        let sum: u64 = sources.iter().map(|source| source.count).sum();
        let (sources, sum) = (counted(sources.len() as u64, "source"), counted(sum, "statement"));
        Page::new().table(table).line(format!("{sources}, {sum}"))
    })?;
    Ok(Outcome::Clean)
}

fn conflicts(session: &Session, limit: usize) -> Result<Outcome, CliError> {
    let found = tag_conflicts(&session.workspace, limit)?;
    session.print(&found, || {
        let mut table = Table::new([
            Column::text("network"),
            Column::text("address"),
            Column::text("source"),
            Column::text("label"),
            Column::text("actor"),
            Column::text("role"),
            Column::text("confidence"),
        ]);
        for conflict in &found.conflicts {
            for tag in &conflict.tags {
                table.row([
                    conflict.network.as_str().into(),
                    conflict.address.as_str().into(),
                    tag.source.as_str().into(),
                    tag.label.as_str().into(),
                    tag.actor.as_deref().into(),
                    tag.role.slug().into(),
                    tag.confidence.to_string().into(),
                ]);
            }
        }
        let page = Page::new().table(table);
        match found.conflicts.len() as u64 {
            0 => page.line("No two sources disagree about an address."),
            shown if shown == found.total => page.line(match shown {
                1 => "1 address".to_owned(),
                _ => format!("{} addresses", grouped(shown)),
            }),
            shown => page.line(format!("{} of {} addresses", grouped(shown), grouped(found.total))),
        }
    })?;
    Ok(Outcome::Clean)
}
