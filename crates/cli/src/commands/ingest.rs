//! `tracewell ingest`: blocks of a node into the ledger.

mod node;

use std::{path::PathBuf, time::Instant};

use api::query::{
    BitcoinNetwork, IngestBitcoinAnswer, IngestBitcoinQuestion, LedgerChange, ingest_bitcoin,
};
use clap::Subcommand;

use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped, grouped_decimal},
    session::Session,
};

/// How many blocks beside the chain are shown to people.
const BLOCKS_SHOWN: usize = 20;

/// Store the blocks of a node, read from its own files or asked for
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell ingest bitcoin --blocks node/blocks
  tracewell ingest bitcoin --blocks node/regtest/blocks --network regtest --check --json
  tracewell ingest bitcoin --rpc http://127.0.0.1:8332 --rpc-cookie node/.cookie --follow 10

Reads Bitcoin Core's blk*.dat while the node runs, orders the blocks by most work, checks each one
(length, proof of work, parent, merkle root) and stores what the ledger does not have yet. Run it
again for the blocks that came since; blocks of a branch that has become stale are forgotten. It
may be interrupted or killed: what it had stored stays, and the next run goes on from there.

With --check nothing is stored, every block is read, and the exit code is 1 if anything is wrong.

The nodes of Litecoin, Dogecoin and Bitcoin Cash keep the same files: name the --network. Those of
Zcash are read with --check alone. Where proof of work is not a hash of the header, the answer says
what of it was not checked.

With --rpc a running node is asked for the blocks that are new: right for the last few, slow for a
whole chain; with --follow it is asked again and again. It is the only connection that is made, and no proxy is used.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A node of Bitcoin Core, or of a coin that keeps its blocks alike: its files, or its RPC
    Bitcoin(Bitcoin),
}

#[derive(Debug, clap::Args)]
struct Bitcoin {
    /// The folder `blocks` in the node's data directory
    #[arg(long, value_name = "DIR", required_unless_present = "rpc", conflicts_with = "rpc")]
    blocks: Option<PathBuf>,
    /// Check every block and store nothing
    #[arg(long, conflicts_with = "rpc")]
    check: bool,
    #[command(flatten)]
    node: node::Options,
    /// mainnet, testnet3, testnet4, signet or regtest; litecoin, dogecoin, bitcoin-cash or zcash,
    /// also with -testnet or -regtest behind it (not bitcoin-cash)
    #[arg(long, value_name = "NAME", default_value = "mainnet")]
    network: BitcoinNetwork,
    /// Do not ask for proof of work: for chains that were made up for a test
    #[arg(long)]
    without_work: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let Command::Bitcoin(args) = args.command;
    let Some(blocks) = args.blocks else {
        return node::run(session, args.node, args.network, !args.without_work);
    };
    let question = IngestBitcoinQuestion {
        blocks,
        network: args.network,
        check: args.check,
        check_work: !args.without_work,
        holder: environment::holder(),
    };
    let started = Instant::now();
    let answer = {
        let watch = session.watch();
        ingest_bitcoin(&session.workspace, &question, &watch)?
    };
    session.print(&answer, || page(&answer))?;
    session.say(&rate(&answer, started.elapsed().as_millis()));
    Ok(if answer.clean { Outcome::Clean } else { Outcome::Finding })
}

/// How fast it was, for people: the answer itself is the same on every machine.
fn rate(answer: &IngestBitcoinAnswer, milliseconds: u128) -> String {
    // Bytes a millisecond are kilobytes a second.
    let rate = u128::from(answer.bytes) / milliseconds.max(1) / 1_000;
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000 / 10);
    format!("{} bytes in {seconds}.{rest:02} s, {} MB/s", grouped(answer.bytes), grouped(rate))
}

fn page(answer: &IngestBitcoinAnswer) -> Page {
    let read = if answer.stored { "read and stored" } else { "checked" };
    let mut table = Table::new([Column::text(read), Column::number("count")]);
    let (symbol, decimals) = (answer.chain.native_symbol(), answer.chain.native_decimals());
    let coins = |amount: chain::Amount| grouped_decimal(&amount.to_decimal(decimals));
    for (what, count) in [
        ("blocks".to_owned(), grouped(answer.blocks)),
        ("transactions".to_owned(), grouped(answer.transactions)),
        ("inputs".to_owned(), grouped(answer.inputs)),
        ("outputs".to_owned(), grouped(answer.outputs)),
        (format!("value created, {symbol}"), coins(answer.output_value)),
        (format!("of that to miners, {symbol}"), coins(answer.coinbase_value)),
        ("stale blocks".to_owned(), grouped(answer.stale.len() as u64)),
    ] {
        table.row([what.into(), count.into()]);
    }
    let mut findings =
        Table::new([Column::text("file"), Column::number("byte"), Column::text("finding")]);
    for finding in &answer.findings {
        let file = finding.file.display().to_string();
        findings.row([file.into(), finding.offset.into(), finding.what.as_str().into()]);
    }
    let page = Page::new().table(table).table(ledger(answer.ledger.as_ref()));
    let page = page.table(beside(answer)).table(findings);
    lines(answer).into_iter().fold(page, Page::line)
}

/// What of the proof of work was not checked.
fn unchecked(checked: bool, what: Option<&str>) -> Option<String> {
    let all = || (!checked).then(|| "proof of work was not checked".to_owned());
    what.map(|what| format!("proof of work: {what}")).or_else(all)
}

/// What the ledger has now.
fn ledger(change: Option<&LedgerChange>) -> Table {
    let mut table = Table::new([Column::text("in the ledger"), Column::number("count")]);
    let Some(change) = change else { return table };
    for (what, count) in [
        ("blocks", change.now.blocks.into()),
        ("transactions", change.now.transactions.into()),
        ("inputs", change.now.inputs),
        ("outputs", change.now.outputs),
        ("addresses", change.now.addresses.into()),
    ] {
        table.row([what.into(), grouped(count).into()]);
    }
    table
}

/// Blocks that are not of the chain.
fn beside(answer: &IngestBitcoinAnswer) -> Table {
    let mut table = Table::new([
        Column::text("beside the chain"),
        Column::number("height").if_filled(),
        Column::text("block"),
        Column::text("file"),
        Column::number("byte"),
    ]);
    let stale = answer.stale.iter().map(|block| ("stale", block));
    let detached = answer.detached.iter().map(|block| ("parent pruned", block));
    for (why, block) in stale.chain(detached).take(BLOCKS_SHOWN) {
        table.row([
            why.into(),
            block.height.map(u64::from).into(),
            block.hash.as_str().into(),
            block.file.display().to_string().into(),
            block.offset.into(),
        ]);
    }
    table
}

/// Says how many blocks were given up, if any.
fn forgotten(change: &LedgerChange) -> Option<String> {
    let count = u64::from(change.unwound);
    (count > 0).then(|| format!("{} had become stale and are forgotten", counted(count, "block")))
}

fn lines(answer: &IngestBitcoinAnswer) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(tip) = &answer.tip {
        let height = tip.height.map(|height| format!(" at height {}", grouped(height)));
        let time = tip.time.map(|time| format!(", {time}"));
        let (height, time) = (height.unwrap_or_default(), time.unwrap_or_default());
        lines.push(format!("tip: {}{height}{time}", tip.hash));
    }
    if answer.tip.is_some() && !answer.whole {
        lines.push("the node pruned what was before; heights are not known".to_owned());
    }
    let more = (answer.stale.len() + answer.detached.len()).saturating_sub(BLOCKS_SHOWN) as u64;
    if more > 0 {
        lines.push(format!("{} more beside the chain; --json lists all", grouped(more)));
    }
    if answer.repeated > 0 {
        lines.push(format!("{} in the files more than once", counted(answer.repeated, "block")));
    }
    if answer.being_written {
        lines.push("the node is writing a block, which was left out".to_owned());
    }
    lines.extend(unchecked(answer.work_checked, answer.work_unchecked));
    lines.extend(answer.ledger.as_ref().and_then(forgotten));
    if answer.stored && answer.blocks == 0 {
        lines.push("nothing new: the ledger has all of these blocks".to_owned());
    }
    lines.push(match answer.findings_count {
        0 if answer.stored => return lines,
        0 => "clean; nothing was stored".to_owned(),
        count => format!("{}; nothing was stored", counted(count, "finding")),
    });
    lines
}
