//! `tracewell actors`: the named parties.

use api::query::{ActorAnswer, ActorQuestion, actor, actors};
use clap::Subcommand;

use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted},
    session::Session,
};

/// List and show named parties: exchanges, mixers, groups
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell actors list --category exchange --jurisdiction RU
  tracewell actors show yobit

Lists and shows the named parties that packs describe, with their categories and the countries
under whose law they do business.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List actors
    List {
        /// Only those whose id, name, site or alias contains this
        text: Option<String>,
        /// Only of this category, such as exchange
        #[arg(long)]
        category: Option<String>,
        /// Only of this country, such as RU
        #[arg(long, value_name = "COUNTRY")]
        jurisdiction: Option<String>,
    },
    /// Show one actor
    Show {
        /// Its identifier
        id: String,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    match args.command {
        Command::List { text, category, jurisdiction } => {
            let question = ActorQuestion { category, jurisdiction, text };
            let found = actors(&session.workspace, &question)?;
            session.print(&found, || list_page(&found.actors))?;
        }
        Command::Show { id } => {
            let found = actor(&session.workspace, &id)?;
            session.print(&found, || show_page(&found))?;
        }
    }
    Ok(Outcome::Clean)
}

fn categories(answer: &ActorAnswer) -> String {
    let slugs: Vec<String> = answer.categories.iter().map(ToString::to_string).collect();
    slugs.join(", ")
}

fn list_page(found: &[ActorAnswer]) -> Page {
    let mut table = Table::new([
        Column::text("actor"),
        Column::text("name"),
        Column::text("categories"),
        Column::text("countries"),
    ]);
    for answer in found {
        table.row([
            answer.actor.id.as_str().into(),
            answer.actor.label.as_str().into(),
            categories(answer).into(),
            answer.actor.jurisdictions.join(", ").into(),
        ]);
    }
    let count = counted(found.len() as u64, "actor");
    Page::new().table(table).line(count)
}

pub(super) fn show_page(found: &ActorAnswer) -> Page {
    let actor = &found.actor;
    Page::new()
        .heading(actor.label.clone())
        .fact("actor", actor.id.clone())
        .fact("site", actor.uri.clone())
        .fact("categories", categories(found))
        .fact("countries", actor.jurisdictions.join(", "))
        .fact("concepts", actor.concepts.join(", "))
        .fact("also known as", actor.aliases.join(", "))
        .fact("described by", actor.sources.join(", "))
}
