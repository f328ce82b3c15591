//! `tracewell why`: the evidence behind a figure, transaction by transaction.

use api::query::{PathAnswer, Policy, WhyAnswer, why};

use super::trace::{Target, short};
use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table},
    session::Session,
};

/// Show the transactions behind a line of a trace
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell why cryptopia-2019 yobit
  tracewell why ronin-2022 0x28ffe35688ffffd0659aee2e34778b0ae4e193ad --policy fifo

Shows the ways by which stolen value came to an endpoint: an actor, a label, an address, or a kind
of endpoint such as mixer, unspent or frontier. One way an arrival, the largest first, each with
its transactions from the theft on.")]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,
    /// An actor, a label, an address, or a kind of endpoint
    endpoint: String,
    /// The policy whose figures are shown
    #[arg(long, default_value = "haircut")]
    policy: Policy,
    /// How many ways to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let question = args.target.question(vec![args.policy]);
    let answer = why(&session.workspace, &question, &args.endpoint, args.limit)?;
    session.print(&answer, || page(&answer))?;
    Ok(Outcome::Clean)
}

fn page(answer: &WhyAnswer) -> Page {
    let mut page = Page::new();
    for (at, path) in answer.paths.iter().enumerate() {
        page = add_path(page, at + 1, path);
    }
    let mut said: Vec<String> = answer.paths.iter().filter_map(whose_word).collect();
    said.dedup();
    for word in said {
        page = page.line(word);
    }
    let (shown, all) = (answer.paths.len(), answer.arrivals);
    page.line(format!("{shown} of {all} arrivals, under {}.", answer.policy))
}

/// Whose word it is that the endpoint belongs to that party.
fn whose_word(path: &PathAnswer) -> Option<String> {
    let (label, confidence) = (path.label.as_ref()?, path.confidence.as_ref()?);
    Some(format!("{label} is the word of {} ({confidence}).", path.sources.join(", ")))
}

fn add_path(page: Page, number: usize, path: &PathAnswer) -> Page {
    let whose = path.label.as_deref().unwrap_or("an unlabelled address");
    let country = path.jurisdiction.as_ref().map(|country| format!(" ({country})"));
    let usd = path.usd.map(|usd| format!(", ${} then", short(&usd.to_string(), 0)));
    let mut table = Table::new([
        Column::text("time"),
        Column::text("from"),
        Column::text("to"),
        Column::number("stolen"),
        Column::text(""),
        Column::number("US$ then").if_filled(),
        Column::text("transaction"),
    ]);
    for step in &path.steps {
        let name = |address: &str, label: &Option<String>| match label {
            Some(label) => format!("{} {label}", brief(address)),
            None => brief(address),
        };
        table.row([
            step.time.to_string().into(),
            name(&step.from, &step.from_label).into(),
            step.to.as_ref().map(|to| name(to, &step.to_label)).into(),
            short(&step.units, 4).into(),
            path.asset.as_str().into(),
            step.usd.map(|usd| short(&usd.to_string(), 0)).into(),
            step.tx.to_string().into(),
        ]);
    }
    page.heading(format!(
        "{number}. {} {} into {whose}{}{}, {} hops",
        short(&path.units, 4),
        path.asset,
        country.unwrap_or_default(),
        usd.unwrap_or_default(),
        path.steps.len()
    ))
    .table(table)
}

/// The ends of an address; the transaction beside it has it in full.
fn brief(address: &str) -> String {
    let letters: Vec<char> = address.chars().collect();
    if letters.len() <= 14 {
        return address.to_owned();
    }
    let (head, tail) = (&letters[..6], &letters[letters.len() - 4..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}
