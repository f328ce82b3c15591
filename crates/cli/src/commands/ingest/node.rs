//! `tracewell ingest bitcoin --rpc`: what is new on a running node.

use std::{path::PathBuf, time::Instant};

use api::query::{
    BitcoinNetwork, IngestNodeAnswer, IngestNodeQuestion, NodeAuth, ingest_bitcoin_node,
};

use super::{forgotten, ledger};
use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped, grouped_decimal},
    session::Session,
};

/// How a node is reached.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A running node")]
pub(super) struct Options {
    /// Address of the node's RPC, such as http://127.0.0.1:8332
    #[arg(long, value_name = "URL")]
    rpc: Option<String>,
    /// The file `.cookie` in the node's data directory
    #[arg(long, value_name = "FILE", requires = "rpc", conflicts_with = "rpc_user")]
    rpc_cookie: Option<PathBuf>,
    /// User of the node's RPC; the password is taken from TRACEWELL_RPC_PASSWORD
    #[arg(long, value_name = "NAME", requires = "rpc")]
    rpc_user: Option<String>,
}

pub(super) fn run(
    session: &Session,
    options: Options,
    network: BitcoinNetwork,
    check_work: bool,
) -> Result<Outcome, CliError> {
    let auth = match (options.rpc_cookie, options.rpc_user) {
        (Some(file), _) => NodeAuth::Cookie(file),
        (None, Some(name)) => NodeAuth::User { name, password: environment::rpc_password()? },
        (None, None) => return Err(CliError::NoNodeUser),
    };
    let question = IngestNodeQuestion {
        node: options.rpc.unwrap_or_default(),
        auth,
        network,
        check_work,
        holder: environment::holder(),
    };
    let started = Instant::now();
    let answer = {
        let watch = session.watch();
        ingest_bitcoin_node(&session.workspace, &question, &watch)?
    };
    session.print(&answer, || page(&answer))?;
    let milliseconds = started.elapsed().as_millis();
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000 / 10);
    session.say(&format!("{} in {seconds}.{rest:02} s", counted(answer.blocks, "block")));
    Ok(Outcome::Clean)
}

fn page(answer: &IngestNodeAnswer) -> Page {
    let mut table = Table::new([Column::text("new on the node"), Column::number("count")]);
    let bitcoin = |amount: chain::Amount| grouped_decimal(&amount.to_decimal(8));
    for (what, count) in [
        ("blocks", grouped(answer.blocks)),
        ("transactions", grouped(answer.transactions)),
        ("inputs", grouped(answer.inputs)),
        ("outputs", grouped(answer.outputs)),
        ("value created, BTC", bitcoin(answer.output_value)),
        ("of that to miners, BTC", bitcoin(answer.coinbase_value)),
    ] {
        table.row([what.into(), count.into()]);
    }
    let page = Page::new().table(table).table(ledger(Some(&answer.ledger)));
    lines(answer).into_iter().fold(page, Page::line)
}

fn lines(answer: &IngestNodeAnswer) -> Vec<String> {
    let tip = &answer.tip;
    let height = tip.height.map(|height| format!(" at height {}", grouped(height)));
    let time = tip.time.map(|time| format!(", {time}"));
    let (height, time) = (height.unwrap_or_default(), time.unwrap_or_default());
    let mut lines = vec![format!("the node's tip: {}{height}{time}", tip.hash)];
    lines.extend(forgotten(&answer.ledger));
    if !answer.work_checked {
        lines.push("proof of work was not checked".to_owned());
    }
    match (answer.behind, answer.blocks) {
        (0, 0) => lines.push("nothing new: the ledger has all of these blocks".to_owned()),
        (0, _) => {}
        (behind, _) => lines.push(format!(
            "the node is behind: the ledger has {} more",
            counted(behind.into(), "block")
        )),
    }
    lines
}
