//! `tracewell trace`: where did stolen value go.

use api::query::{
    CoverageAnswer, Endpoint, LineAnswer, PeelChainAnswer, Policy, RunAnswer, StopReason,
    TraceAnswer, TraceQuestion, trace,
};
use chain::{Amount, Chain, Timestamp};

use super::import::chain;
use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, grouped, grouped_decimal},
    session::Session,
};

/// Places of an amount that people read; JSON has them all.
const PLACES: usize = 2;
/// Peel chains that people read; JSON has more.
const PEEL_CHAINS: usize = 3;
/// Letters of a party's name that fit the table; JSON has them all.
const NAME_LETTERS: usize = 30;

/// Follow stolen value to where it ended: services, mixers, countries
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell trace ronin-2022
  tracewell trace cryptopia-2019 --policy haircut,fifo,lifo --json
  tracewell trace 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b:0 --policy tiho

Follows the value of an incident, of everything that an address sends, or of one transaction,
through the imported facts, and books every unit: at the first service or mixer that it enters, as
fees, as unspent, or at the edge where the facts end. The sheet sums to the theft exactly, under
each policy; the column \"any policy\" bounds what any rule of that kind could give.

The exit code is 3 if part of the value ends at the edge of coverage or of a budget.")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) target: Target,
    /// Policies: haircut, fifo, lifo, seniority, juniority, poison; on UTXO chains also tiho
    #[arg(long, value_delimiter = ',', default_value = "haircut,fifo")]
    policy: Vec<Policy>,
}

/// What to trace, for `trace` and `why` alike.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// An incident's id, an address, a transaction id, or an output as txid:number
    target: String,
    /// The chain of an address or transaction [default: ethereum for 0x…]
    #[arg(long, value_parser = chain)]
    chain: Option<Chain>,
    /// For an address: only what it sends from then on, such as 2022-03-22
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// For an address: only so much, in whole units of the native coin
    #[arg(long, value_name = "UNITS")]
    amount: Option<String>,
    /// For an address of a UTXO chain: its whole cluster
    #[arg(long)]
    cluster: bool,
    /// Follow nothing after this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Book value as frontier after so many hops
    #[arg(long, value_name = "N")]
    max_hops: Option<u32>,
    /// Book stolen parts below so many base units as pruned
    #[arg(long, value_name = "BASE_UNITS")]
    prune_below: Option<Amount>,
    /// Walk on through unlabelled addresses that look like services
    #[arg(long)]
    through_probable_services: bool,
    /// UTXO chains: spread value over the outputs of CoinJoins instead of stopping there
    #[arg(long)]
    through_coinjoins: bool,
    /// Policies to run at a time [default: all cores]; the answer is the same
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Target {
    pub(super) fn question(self, policies: Vec<Policy>) -> TraceQuestion {
        TraceQuestion {
            target: self.target,
            chain: self.chain,
            from: self.from,
            amount: self.amount,
            cluster: self.cluster,
            policies,
            until: self.until,
            hops_max: self.max_hops,
            prune_below: self.prune_below,
            through_probable_services: self.through_probable_services,
            through_coinjoins: self.through_coinjoins,
            threads: self.threads.unwrap_or_else(environment::cores),
        }
    }
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let question = args.target.question(args.policy);
    let answer = trace(&session.workspace, &question)?;
    session.print(&answer, || evidence(page(&answer), &answer))?;
    Ok(if answer.is_incomplete() { Outcome::Incomplete } else { Outcome::Clean })
}

/// The whole answer for people.
pub(super) fn page(answer: &TraceAnswer) -> Page {
    let mut page = Page::new().heading(format!("{} ({})", answer.name, answer.incident));
    for run in &answer.runs {
        page = add_run(page, run);
    }
    for coverage in &answer.coverage {
        page = page.line(facts(coverage));
    }
    for chain in &answer.missing_chains {
        let lines = answer.runs.iter().flat_map(|run| &run.balance_sheet);
        let stated = lines.filter(|line| line.chain == *chain).count() > 0;
        page = page.line(if stated {
            format!("Nothing was imported on {chain}: its seeds stand as the incident states them.")
        } else {
            format!("Nothing was imported on {chain}: its seeds are left out.")
        });
    }
    page
}

/// How much of a chain the answer rests on.
fn facts(coverage: &CoverageAnswer) -> String {
    let mut text = format!("Facts: {}, ", coverage.chain);
    let blocks: Vec<String> = coverage
        .blocks
        .iter()
        .map(|(first, last)| format!("{} to {}", grouped(*first), grouped(*last)))
        .collect();
    if !blocks.is_empty() {
        text.push_str(&format!("blocks {} in full", blocks.join(", ")));
    }
    if blocks.is_empty() || coverage.addresses > 0 {
        let (listed, capped) = (grouped(coverage.addresses), grouped(coverage.capped_addresses));
        let joint = if blocks.is_empty() { "" } else { ", " };
        text.push_str(&format!("{joint}{listed} addresses listed, {capped} of them only to a cap"));
    }
    if !coverage.internal_transfers {
        text.push_str("; no transfers inside transactions");
    }
    text + "."
}

/// Where to look next.
fn evidence(page: Page, answer: &TraceAnswer) -> Page {
    let mut lines = answer.runs.iter().flat_map(|run| &run.balance_sheet);
    match lines.find_map(|line| line.actor.as_ref()) {
        Some(actor) => page.line(format!("Evidence: tracewell why {} {actor}", answer.incident)),
        None => page,
    }
}

fn add_run(mut page: Page, run: &RunAnswer) -> Page {
    let seeds: Vec<String> = run
        .seed
        .iter()
        .map(|seed| {
            let usd = seed.usd.map(|usd| format!(" (${})", short(&usd.to_string(), 0)));
            let units = short(&seed.units, PLACES);
            format!("{units} {}{}", seed.asset, usd.unwrap_or_default())
        })
        .collect();
    let verdict = match (run.policy.conserves(), run.balanced) {
        (true, true) => "every unit booked",
        (true, false) => "NOT BALANCED",
        (false, _) => "reachability: amounts overlap and sum to nothing",
    };
    page = page.heading(format!("{}: {} stolen, {verdict}", run.policy, seeds.join(", ")));
    let one_asset = run.seed.len() == 1;
    let mut table = Table::new([
        Column::text("ended at"),
        Column::text("whose"),
        Column::text("country").if_filled(),
        Column::number("amount"),
        Column::text("asset").if_filled(),
        Column::number("share"),
        Column::number("US$ then").if_filled(),
        Column::number("any policy").if_filled(),
        Column::number("n").if_filled(),
        Column::number("hops"),
        Column::text("when"),
    ]);
    for line in &run.balance_sheet {
        table.row([
            ended_at(line).into(),
            cut(&whose(line), NAME_LETTERS).into(),
            line.jurisdiction.as_deref().map(countries).into(),
            short(&line.units, PLACES).into(),
            Some(line.asset.as_str()).filter(|_| !one_asset).into(),
            percent(&line.share).into(),
            line.usd.map(|usd| short(&usd.to_string(), 0)).into(),
            bounds(line).into(),
            Some(line.transfers as u64).filter(|count| *count > 0).into(),
            u64::from(line.min_hops).into(),
            when(line).into(),
        ]);
    }
    page = page.table(table);
    for line in &run.balance_sheet {
        for remark in remarks(line) {
            page = page.line(remark);
        }
    }
    for chain in run.peel_chains.iter().take(PEEL_CHAINS) {
        page = page.line(peel_chain(chain));
    }
    if run.peel_chain_count > PEEL_CHAINS {
        page = page.line(format!("{} peel chains in all.", grouped(run.peel_chain_count as u64)));
    }
    if !run.unreconciled.is_empty() {
        let count = run.unreconciled.len();
        page = page.line(format!(
            "{count} address{} paid more than the facts show they received; the rest is taken as \
             clean money that came another way.",
            if count == 1 { "" } else { "es" }
        ));
    }
    page
}

/// A peel chain in one sentence.
fn peel_chain(chain: &PeelChainAnswer) -> String {
    let asset = chain.chain.native_symbol();
    let units = |text: &str| short(text, PLACES);
    let mut text = format!(
        "Peel chain: {} transactions, {} to {}, from {}: {} {asset} went in, {} were peeled off, {} \
         went on to {}",
        chain.hops,
        chain.start.day(),
        chain.end.day(),
        chain.first,
        units(&chain.entered_units),
        units(&chain.peeled_units),
        units(&chain.left_units),
        chain.rest,
    );
    let mut parties: Vec<&str> = Vec::new();
    for label in chain.peels.iter().filter_map(|peel| peel.label.as_deref()) {
        if !parties.contains(&label) {
            parties.push(label);
        }
    }
    if !parties.is_empty() {
        text.push_str(&format!("; peels reached {}", parties.join(", ")));
    }
    text + "."
}

/// What any policy could give: one figure where it is certain, else the interval.
fn bounds(line: &LineAnswer) -> Option<String> {
    let decimals = decimals(line);
    let [least, most] =
        [line.at_least?, line.at_most?].map(|amount| short(&amount.to_decimal(decimals), PLACES));
    Some(if least == most { least } else { format!("{least} – {most}") })
}

fn when(line: &LineAnswer) -> Option<String> {
    let day = |time: Timestamp| time.day().to_string();
    match (line.first.map(day), line.last.map(day)) {
        (Some(first), Some(last)) if first != last => Some(format!("{first} – {last}")),
        (_, Some(last)) => Some(last),
        (first, None) => first,
    }
}

/// Cuts a name to some letters.
fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters - 1).chain(['…']).collect()
}

/// What is to be known beside the numbers.
fn remarks(line: &LineAnswer) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(pools) = line.pool_deposits {
        let (joined, of) = (grouped(pools.joined as u64), grouped(pools.of as u64));
        remarks.push(format!(
            "{}: {joined} of {of} transfers are deposits by the pools' own events.",
            whose(line)
        ));
    }
    if let (Some(least), Some(most)) = (
        line.coinjoins.iter().map(|it| it.anonymity_set).min(),
        line.coinjoins.iter().map(|it| it.anonymity_set).max(),
    ) {
        let count = grouped(line.coinjoin_count as u64);
        let crowd = if least == most { least.to_string() } else { format!("{least} to {most}") };
        remarks.push(format!(
            "{}: {count} transaction{}, anonymity set {crowd} equal outputs.",
            whose(line),
            if line.coinjoin_count == 1 { "" } else { "s" },
        ));
    }
    if line.carried > line.amount && line.label.is_some() {
        let carried = short(&line.carried.to_decimal(decimals(line)), PLACES);
        remarks.push(format!(
            "{}: {} carried {carried} {} in all, stolen or not.",
            whose(line),
            if line.transfers == 1 {
                "the transfer".to_owned()
            } else {
                format!("the {} transfers", grouped(line.transfers as u64))
            },
            line.asset
        ));
    }
    if !line.unpriced.is_zero() {
        let unpriced = short(&line.unpriced.to_decimal(decimals(line)), PLACES);
        remarks.push(format!(
            "{}: no price of the day for {unpriced} {}.",
            ended_at(line),
            line.asset
        ));
    }
    remarks
}

/// Decimal places of the line's asset, from its two spellings of one amount.
fn decimals(line: &LineAnswer) -> u8 {
    (0..=u8::MAX).find(|places| line.amount.to_decimal(*places) == line.units).unwrap_or_default()
}

fn ended_at(line: &LineAnswer) -> String {
    let kind = serde_json::to_value(line.endpoint).ok();
    let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default().replace('_', " ");
    match line.reason {
        StopReason::Coverage => format!("{kind}: facts end"),
        StopReason::Budget => format!("{kind}: budget"),
        _ => line.category.as_ref().map_or(kind, |category| category.replace('_', " ")),
    }
}

/// The party, or where value rests, how many addresses and the first of them with a name.
fn whose(line: &LineAnswer) -> String {
    if let Some(label) = &line.label {
        return label.clone();
    }
    if line.endpoint == Endpoint::Fees {
        return String::new();
    }
    let count = format!(
        "{} address{}",
        grouped(line.holder_count as u64),
        if line.holder_count == 1 { "" } else { "es" }
    );
    match line.holders.iter().find_map(|holder| holder.label.as_ref()) {
        Some(name) => format!("{count}, {name}"),
        None => count,
    }
}

/// A party under the law of many countries is not of one.
fn countries(text: &str) -> String {
    let all: Vec<&str> = text.split(',').collect();
    if all.len() <= 3 {
        all.join(", ")
    } else {
        format!("{}, +{}", all[..2].join(", "), all.len() - 2)
    }
}

/// Cuts a decimal text to some places, without rounding up what was not there.
pub(super) fn short(text: &str, places: usize) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction.chars().take(places).collect();
    let cut = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let is_nothing = |text: &str| text.chars().all(|digit| matches!(digit, '0' | '.'));
    if is_nothing(&cut) && !is_nothing(text) {
        return format!("<0.{:0>places$}", 1);
    }
    grouped_decimal(&cut)
}

/// `0.0142` as `1.42 %`.
fn percent(share: &str) -> String {
    let digits: String = share.chars().filter(char::is_ascii_digit).collect();
    let hundredths = digits.trim_start_matches('0');
    let padded = format!("{hundredths:0>3}");
    let (whole, places) = padded.split_at(padded.len() - 2);
    format!("{whole}.{places} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_read_as_percent() {
        for (share, shown) in [("0.0142", "1.42 %"), ("1.0000", "100.00 %"), ("0.0000", "0.00 %")] {
            assert_eq!(percent(share), shown);
        }
    }

    #[test]
    fn amounts_are_cut_and_never_to_nothing() {
        assert_eq!(short("175099.996620424", 4), "175,099.9966");
        assert_eq!(short("0.000001", 4), "<0.0001");
        assert_eq!(short("12", 4), "12");
        assert_eq!(short("0", 4), "0");
    }
}
