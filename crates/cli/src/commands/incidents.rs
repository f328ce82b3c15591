//! `tracewell incidents`: thefts.

use std::path::PathBuf;

use api::query::{
    Incident, IncidentAnswer, IncidentQuestion, Seed, SeedTotalAnswer, import_incidents, incident,
    incidents,
};
use clap::Subcommand;

use super::claims;
use crate::{
    error::CliError,
    exit::Outcome,
    output::{Cell, Column, Page, Table, counted, grouped_decimal},
    session::Session,
};

/// Seeds that people read; JSON has them all.
const SEEDS_SHOWN: usize = 20;

/// Import, list and show thefts
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell incidents import thefts.toml
  tracewell incidents import bitfinex-2016.toml --tables ~/bitfinex
  tracewell incidents list --year 2022 --seeded

Imports, lists and shows thefts: what was taken, from whom, where the stolen value starts, and who
is held responsible by whom. Files are TOML as users write it, or one of the known feeds (CSV).")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import incident files and feeds
    Import {
        /// Files to import
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Folder of the tables that incident files name [default: the incident file's own]
        #[arg(long, value_name = "DIR")]
        tables: Option<PathBuf>,
    },
    /// List incidents
    List {
        /// Only those whose id, name or victim contains this
        text: Option<String>,
        /// Only of this year
        #[arg(long)]
        year: Option<u16>,
        /// Only those that some source puts on this group
        #[arg(long)]
        group: Option<String>,
        /// Only those that say where the stolen value starts
        #[arg(long)]
        seeded: bool,
    },
    /// Show one incident
    Show {
        /// Its identifier
        id: String,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    match args.command {
        Command::Import { files, tables } => {
            let answer = {
                let watch = session.watch();
                import_incidents(&session.workspace, &files, tables.as_deref(), &watch)?
            };
            return claims::report(session, &answer);
        }
        Command::List { text, year, group, seeded } => {
            let question = IncidentQuestion { year, group, text, seeded };
            let found = incidents(&session.workspace, &question)?;
            session.print(&found, || list_page(&found.incidents))?;
        }
        Command::Show { id } => {
            let found = incident(&session.workspace, &id)?;
            session.print(&found, || answer_page(&found))?;
        }
    }
    Ok(Outcome::Clean)
}

fn groups(incident: &Incident) -> String {
    let mut groups: Vec<&str> =
        incident.attributions.iter().map(|attribution| attribution.group.as_str()).collect();
    groups.dedup();
    groups.join(", ")
}

fn list_page(found: &[Incident]) -> Page {
    let mut table = Table::new([
        Column::text("incident"),
        Column::text("date"),
        Column::text("name"),
        Column::number("loss USD"),
        Column::number("seeds"),
        Column::text("put on").if_filled(),
    ]);
    for incident in found {
        table.row([
            incident.id.as_str().into(),
            incident.date.as_str().into(),
            incident.name.as_str().into(),
            incident.loss_usd.map_or(Cell::Empty, |usd| Cell::Decimal(usd.to_string())),
            (incident.seeds.len() as u64).into(),
            groups(incident).into(),
        ]);
    }
    Page::new().table(table).line(counted(found.len() as u64, "incident"))
}

/// One incident, and what its seeds say they are worth.
fn answer_page(found: &IncidentAnswer) -> Page {
    let mut page = show_page(&found.incident);
    for total in &found.seed_totals {
        page = page.line(seed_total(total));
    }
    page
}

fn seed_total(total: &SeedTotalAnswer) -> String {
    let worth = match (&total.usd, &total.usd_day) {
        (Some(usd), Some(day)) => {
            format!(", ${} at the close of {day}", grouped_decimal(&usd.to_string()))
        }
        _ => String::new(),
    };
    format!(
        "{} on {} state{} {} {}{worth}.",
        counted(total.seeds as u64, "seed"),
        total.chain,
        if total.seeds == 1 { "s" } else { "" },
        grouped_decimal(&total.units),
        total.asset
    )
}

pub(super) fn show_page(incident: &Incident) -> Page {
    let usd = |usd: chain::Usd| grouped_decimal(&usd.to_string());
    let mut page = Page::new()
        .heading(incident.name.clone())
        .fact("incident", incident.id.clone())
        .fact("date", incident.date.clone())
        .fact("victim", incident.victim.clone())
        .fact("chains", incident.chains.join(", "))
        .fact("loss, USD", incident.loss_usd.map(usd))
        .fact("loss as written", incident.loss_as_written.clone())
        .fact("returned, USD", incident.returned_usd.map(usd))
        .fact("technique", incident.technique.clone())
        .fact("source", incident.source.clone());
    for note in &incident.notes {
        page = page.fact("note", note.clone());
    }
    let mut seeds = Table::new([
        Column::text("seed"),
        Column::text("chain"),
        Column::text("what"),
        Column::text("limits").if_filled(),
    ]);
    for seed in incident.seeds.iter().take(SEEDS_SHOWN) {
        let (kind, what, limits) = seed_words(seed);
        seeds.row([kind.into(), seed.chain().slug().into(), what.into(), limits.into()]);
    }
    let mut attributions = Table::new([
        Column::text("put on"),
        Column::text("country").if_filled(),
        Column::text("by"),
        Column::text("on").if_filled(),
        Column::text("confidence").if_filled(),
    ]);
    for attribution in &incident.attributions {
        attributions.row([
            attribution.group.as_str().into(),
            attribution.country.as_deref().into(),
            attribution.source.as_str().into(),
            attribution.date.map(|day| day.to_string()).into(),
            attribution.confidence.as_deref().into(),
        ]);
    }
    page = page.table(seeds);
    if incident.seeds.len() > SEEDS_SHOWN {
        let rest = (incident.seeds.len() - SEEDS_SHOWN) as u64;
        page = page.line(format!("and {}; --json has all", counted(rest, "more seed")));
    }
    page.table(attributions)
}

fn seed_words(seed: &Seed) -> (&'static str, String, String) {
    match seed {
        Seed::Transaction { tx, .. } => ("transaction", tx.to_string(), String::new()),
        Seed::Transfer { tx, phase, item, .. } => {
            ("transfer", tx.to_string(), format!("{phase} {item}"))
        }
        Seed::Outputs { tx, output, address, amount, chain } => {
            let what = output.map_or_else(|| tx.to_string(), |output| format!("{tx}:{output}"));
            let mut limits: Vec<String> = Vec::new();
            limits.extend(amount.as_ref().map(|it| format!("{it} {}", chain.native_symbol())));
            limits.extend(address.as_ref().map(|it| format!("to {it}")));
            ("outputs", what, limits.join(" "))
        }
        Seed::Address { address, asset, amount, from, until, cluster, .. } => {
            let mut limits = Vec::new();
            limits.extend(cluster.then(|| "its cluster".to_owned()));
            match (amount, asset) {
                (Some(amount), Some(asset)) => limits.push(format!("{amount} {asset}")),
                (Some(one), None) | (None, Some(one)) => limits.push(one.clone()),
                (None, None) => {}
            }
            limits.extend(from.map(|time| format!("from {time}")));
            limits.extend(until.map(|time| format!("until {time}")));
            ("address", address.to_string(), limits.join(", "))
        }
    }
}
