//! `tracewell show`: paste anything.

use api::query::{
    AddressAnswer, ClusterOfAddress, CoverageOfAddress, ShowAnswer, Tag, TransactionAnswer,
    UtxoTransactionAnswer, VerdictAnswer, show,
};
use chain::{Chain, Timestamp};

use super::{actors, import::chain, incidents, trace::short};
use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, grouped, grouped_decimal},
    session::Session,
};

/// Show what is known of an address, transaction, actor or incident
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell show 0x098b716b8aaf21512996dc57eb0615e2383e2f96
  tracewell show yobit --json

Shows every statement about an address with its source and dates, what the facts say it did, how
completely they hold it, and where sources contradict each other.")]
pub(crate) struct Args {
    /// An address, a transaction id, an actor or an incident
    what: String,
    /// The chain, where the text could be of several
    #[arg(long, value_parser = chain)]
    chain: Option<Chain>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let answer = show(&session.workspace, &args.what, args.chain)?;
    session.print(&answer, || page(&answer))?;
    Ok(Outcome::Clean)
}

fn page(answer: &ShowAnswer) -> Page {
    match answer {
        ShowAnswer::Address(answer) => address_page(answer),
        ShowAnswer::Transaction(answer) => transaction_page(answer),
        ShowAnswer::UtxoTransaction(answer) => utxo_transaction_page(answer),
        ShowAnswer::Actor(answer) => actors::show_page(answer),
        ShowAnswer::Incident(incident) => incidents::show_page(incident),
    }
}

fn held(held: CoverageOfAddress) -> String {
    match held {
        CoverageOfAddress::Complete => "all its transactions are here".to_owned(),
        CoverageOfAddress::Capped { rows } => {
            format!("its first {} transactions, to a cap", grouped(rows))
        }
        CoverageOfAddress::Unlisted => "only what others did with it".to_owned(),
    }
}

fn day(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.day().to_string())
}

fn cluster(cluster: &ClusterOfAddress) -> String {
    let height = grouped(cluster.height);
    match cluster.size {
        1 => format!("alone, by block {height}"),
        size => format!("{} addresses (cluster {}), by block {height}", grouped(size), cluster.id),
    }
}

/// Whose word about another address of the cluster is word about this one.
fn known_as(cluster: &ClusterOfAddress) -> Option<String> {
    let label = cluster.label.as_ref()?;
    let conflict = match label.conflict.as_slice() {
        [] => String::new(),
        several => format!("; tagged with several: {}", several.join(", ")),
    };
    let sources = label.digest.sources.join(", ");
    Some(format!("{}, by the tag of {} ({sources}){conflict}", label.digest.label, label.from))
}

fn address_page(answer: &AddressAnswer) -> Page {
    let mut page = Page::new().heading(format!("{} on {}", answer.id, answer.chain));
    if let Some(digest) = &answer.digest {
        let actor = digest.actor.as_ref().map(|actor| actor.label.clone());
        page = page
            .fact("known as", digest.label.clone())
            .fact("actor", actor)
            .fact("category", digest.category.map(|category| category.to_string()))
            .fact("countries", digest.jurisdictions.join(", "))
            .fact("sanctioned", digest.sanctioned.then(|| "yes".to_owned()))
            .fact("because", digest.why.clone());
    }
    let also: Vec<&str> = answer.also_on.iter().map(|chain| chain.slug()).collect();
    page = page
        .fact("incidents", answer.incidents.join(", "))
        .fact("also on", also.join(", "))
        .fact("facts", answer.coverage.map(held))
        .fact(
            "script",
            answer.script.as_ref().map(|script| format!("{} ({})", script.script, script.form)),
        )
        .fact(
            "holds",
            answer.script.as_ref().map(|script| {
                format!(
                    "{} {} in {} of {} outputs",
                    grouped_decimal(&script.balance.to_decimal(answer.chain.native_decimals())),
                    answer.chain.native_symbol(),
                    grouped(script.unspent),
                    grouped(script.outputs),
                )
            }),
        )
        .fact("cluster", answer.cluster.as_ref().map(cluster))
        .fact("its cluster is", answer.cluster.as_ref().and_then(known_as))
        .fact(
            "pool",
            answer.pool.map(|pool| {
                format!(
                    "{} deposits, {} withdrawals, blocks {} to {}{}",
                    grouped(pool.deposits as u64),
                    grouped(pool.withdrawals as u64),
                    grouped(pool.first_block),
                    grouped(pool.last_block),
                    if pool.gapless { ", no leaf missing" } else { ", leaves missing" }
                )
            }),
        )
        .fact(
            "out of mixers",
            Some(answer.mixer_withdrawals)
                .filter(|count| *count > 0)
                .map(|count| format!("{} withdrawals", grouped(count as u64))),
        );
    page = page.table(totals_table(answer)).table(tags_table(&answer.tags));
    for conflict in &answer.conflicts {
        let roles: Vec<String> = conflict.roles.iter().map(ToString::to_string).collect();
        let sides = if conflict.actors.len() > 1 { conflict.actors.clone() } else { roles };
        page = page.line(format!("Sources disagree: {}.", sides.join(" or ")));
    }
    page
}

fn totals_table(answer: &AddressAnswer) -> Table {
    let mut table = Table::new([
        Column::text("asset"),
        Column::number("received"),
        Column::number("sent"),
        Column::number("fees"),
        Column::number("in"),
        Column::number("out"),
        Column::text("first"),
        Column::text("last"),
    ]);
    for (asset, total) in &answer.totals {
        let units = |amount: chain::Amount| short(&amount.to_decimal(total.decimals), 4);
        table.row([
            asset.as_str().into(),
            units(total.received).into(),
            units(total.sent).into(),
            units(total.fees).into(),
            total.transfers_in.into(),
            total.transfers_out.into(),
            total.first.day().to_string().into(),
            total.last.day().to_string().into(),
        ]);
    }
    table
}

fn tags_table(tags: &[Tag]) -> Table {
    let mut table = Table::new([
        Column::text("statement"),
        Column::text("actor").if_filled(),
        Column::text("category").if_filled(),
        Column::text("from"),
        Column::text("until").if_filled(),
        Column::text("confidence"),
        Column::text("source"),
    ]);
    for tag in tags {
        let category = tag.abuse.or(tag.category).map(|category| category.to_string());
        table.row([
            tag.label.as_str().into(),
            tag.actor.clone().into(),
            category.into(),
            day(tag.valid_from.or(tag.lastmod)).into(),
            day(tag.valid_to).into(),
            tag.confidence.slug().into(),
            tag.source.as_str().into(),
        ]);
    }
    table
}

fn transaction_page(answer: &TransactionAnswer) -> Page {
    let mut table = Table::new([
        Column::text("move"),
        Column::text("from"),
        Column::text("to"),
        Column::number("amount"),
        Column::text("asset"),
    ]);
    for one in &answer.moves {
        let phase = serde_json::to_value(one.phase).ok();
        let phase = phase.as_ref().and_then(|phase| phase.as_str()).unwrap_or_default();
        let name = |address: &str, label: &Option<String>| match label {
            Some(label) => format!("{address} {label}"),
            None => address.to_owned(),
        };
        table.row([
            phase.into(),
            name(&one.from, &one.from_label).into(),
            one.to.as_ref().map(|to| name(to, &one.to_label)).into(),
            short(&one.units, 18).into(),
            one.asset.as_str().into(),
        ]);
    }
    let outcome = match answer.succeeded {
        Some(true) => Some("succeeded".to_owned()),
        Some(false) => Some("failed: it moved nothing but its fee".to_owned()),
        None => None,
    };
    Page::new()
        .heading(format!("{} on {}", answer.id, answer.chain))
        .fact("block", answer.block.to_string())
        .fact("index", answer.index.map(|index| index.to_string()))
        .fact("time", answer.time.to_string())
        .fact("outcome", outcome)
        .fact("deposit into", answer.mixer_deposits.join(", "))
        .table(table)
        .table(tags_table(&answer.tags))
}

fn coinjoin(claim: &VerdictAnswer) -> String {
    let apart = if claim.bars_co_spend { "kept apart" } else { "joined" };
    let VerdictAnswer { protocol, participants, rule_version, confidence, .. } = claim;
    format!(
        "{protocol}, {participants} equal ({rule_version}, {confidence}): its inputs are {apart}"
    )
}

fn utxo_transaction_page(answer: &UtxoTransactionAnswer) -> Page {
    let units = |amount: chain::Amount| amount.to_decimal(answer.chain.native_decimals());
    let symbol = answer.chain.native_symbol();
    // A script without an address is named by its form.
    let whose = |address: &Option<String>, label: &Option<String>, form: &str| match address {
        Some(address) => {
            label.as_ref().map_or_else(|| address.clone(), |it| format!("{address} {it}"))
        }
        None => form.to_owned(),
    };
    let mut inputs =
        Table::new([Column::text("spends"), Column::text("of"), Column::number(symbol)]);
    for one in &answer.inputs {
        inputs.row([
            format!("{}:{}", one.tx, one.output).into(),
            whose(&one.address, &one.label, one.form).into(),
            units(one.amount).into(),
        ]);
    }
    let mut outputs = Table::new([
        Column::number("output"),
        Column::text("to"),
        Column::number(symbol),
        Column::text("change by").if_filled(),
        Column::text("spent by").if_filled(),
    ]);
    for one in &answer.outputs {
        outputs.row([
            u64::from(one.output).into(),
            whose(&one.address, &one.label, one.form).into(),
            units(one.amount).into(),
            one.change.into(),
            one.spent_by.map(|id| id.to_string()).into(),
        ]);
    }
    let fee = (!answer.coinbase).then(|| format!("{} {symbol}", units(answer.fee)));
    Page::new()
        .heading(format!("{} on {}", answer.id, answer.chain))
        .fact("block", format!("{} {}", grouped(answer.block), answer.block_hash))
        .fact("index", answer.index.to_string())
        .fact("time", answer.time.to_string())
        .fact("coinbase", answer.coinbase.then(|| "yes: it makes new coins".to_owned()))
        .fact("fee", fee)
        .fact("CoinJoin", answer.coinjoin.as_ref().map(coinjoin))
        .table(inputs)
        .table(outputs)
        .table(tags_table(&answer.tags))
}
