//! `tracewell ingest bitcoin --rpc`: what is new on a running node.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use api::query::{
    BitcoinNetwork, IngestNodeAnswer, IngestNodeQuestion, NodeAuth, Progress, QueryError,
    ingest_bitcoin_node,
};

use super::{forgotten, ledger, unchecked};
use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped, grouped_decimal},
    session::Session,
};

/// How often a wait is interrupted to see whether to stop.
const LOOKS_A_SECOND: u64 = 10;

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
    /// Keep up with the node: ask again after so many seconds, until Ctrl-C
    #[arg(long, value_name = "SECONDS", requires = "rpc", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    follow: Option<u64>,
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
    match options.follow {
        Some(every_seconds) => follow(session, &question, every_seconds),
        None => once(session, &question),
    }
}

/// Asks again and again. What is wrong at first is refused; later a node may restart.
fn follow(
    session: &Session,
    question: &IngestNodeQuestion,
    every_seconds: u64,
) -> Result<Outcome, CliError> {
    let watch = session.watch();
    let mut met = false;
    loop {
        match ingest_bitcoin_node(&session.workspace, question, &watch) {
            Ok(answer) => {
                if !met || answer.blocks > 0 || answer.ledger.unwound > 0 {
                    session.print(&answer, || page(&answer))?;
                }
                met = true;
            }
            Err(QueryError::Interrupted) => return Ok(Outcome::Clean),
            Err(error @ QueryError::Source(_)) if met => {
                session.warn(&format!("{error}; asking again in {every_seconds} s"));
            }
            Err(error) => return Err(error.into()),
        }
        watch.stage("waiting for the next block");
        for _ in 0..every_seconds * LOOKS_A_SECOND {
            if watch.interrupted() {
                return Ok(Outcome::Clean);
            }
            thread::sleep(Duration::from_secs(1) / 10);
        }
    }
}

fn once(session: &Session, question: &IngestNodeQuestion) -> Result<Outcome, CliError> {
    let started = Instant::now();
    let answer = {
        let watch = session.watch();
        ingest_bitcoin_node(&session.workspace, question, &watch)?
    };
    session.print(&answer, || page(&answer))?;
    let milliseconds = started.elapsed().as_millis();
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000 / 10);
    session.say(&format!("{} in {seconds}.{rest:02} s", counted(answer.blocks, "block")));
    Ok(Outcome::Clean)
}

fn page(answer: &IngestNodeAnswer) -> Page {
    let mut table = Table::new([Column::text("new on the node"), Column::number("count")]);
    let chain = answer.ledger.chain;
    let (symbol, decimals) = (chain.native_symbol(), chain.native_decimals());
    let coins = |amount: chain::Amount| grouped_decimal(&amount.to_decimal(decimals));
    for (what, count) in [
        ("blocks".to_owned(), grouped(answer.blocks)),
        ("transactions".to_owned(), grouped(answer.transactions)),
        ("inputs".to_owned(), grouped(answer.inputs)),
        ("outputs".to_owned(), grouped(answer.outputs)),
        (format!("value created, {symbol}"), coins(answer.output_value)),
        (format!("of that to miners, {symbol}"), coins(answer.coinbase_value)),
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
    lines.extend(unchecked(answer.work_checked, answer.work_unchecked));
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
