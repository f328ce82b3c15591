//! `tracewell cluster`: addresses that belong together, and why.

use api::query::{
    ClusterBuildAnswer, ClusterBuildQuestion, ClusterLabel, ClusterMonitorAnswer,
    ClusterShowAnswer, ClusterWhyAnswer, ClusterWhyQuestion, Layer, ReflectsAnswer, Spelling,
    cluster_build, cluster_monitor, cluster_show, cluster_why,
};
use chain::Chain;
use clap::Subcommand;

use super::{cluster_export, import::chain};
use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped},
    session::Session,
};

/// Find the addresses of one owner, and say why
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell cluster build
  tracewell cluster why 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH 1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm
  tracewell cluster export --csv > clusters.csv

Addresses belong together if they have one key, or if one transaction that is no CoinJoin spends
from them. `why` shows the transactions, and what would be without one of them. Guesses about
change are a layer of their own (--layer change), which nothing counts unasked.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the clusters, or read the blocks that came since
    Build {
        /// The highest layer: co-spend or change
        #[arg(long, default_value = "co-spend", value_name = "LAYER")]
        layer: Layer,
        /// Without key equivalence, which hashes every script once
        #[arg(long)]
        without_same_key: bool,
        #[command(flatten)]
        on: On,
    },
    /// Show the cluster of an address
    Show {
        /// An address, or a script in hex
        address: String,
        /// The layer up to which rules count: same-key, co-spend or change
        #[arg(long, default_value = "co-spend", value_name = "LAYER")]
        layer: Layer,
        /// How many of its addresses to show
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        on: On,
    },
    /// Show why two addresses are in one cluster; exit code 1 if they are not
    Why {
        /// One address
        a: String,
        /// The other
        b: String,
        /// Only what was known at a height
        #[arg(long, value_name = "HEIGHT")]
        as_of: Option<u32>,
        /// A rule or a transaction to leave out; may be given several times
        #[arg(long, value_name = "RULE|TXID")]
        without: Vec<String>,
        /// The layer up to which rules count: same-key, co-spend or change
        #[arg(long, default_value = "co-spend", value_name = "LAYER")]
        layer: Layer,
        #[command(flatten)]
        on: On,
    },
    /// Print every address with its cluster
    Export {
        /// Lines `address,cluster`: what is printed without --json too
        #[arg(long)]
        csv: bool,
        /// The script in hex instead of the address
        #[arg(long)]
        scripts: bool,
        /// The layer up to which rules count: same-key, co-spend or change
        #[arg(long, default_value = "co-spend", value_name = "LAYER")]
        layer: Layer,
        #[command(flatten)]
        on: On,
    },
    /// Look for clusters that may be more than one owner's
    Monitor {
        /// The layer up to which rules count: co-spend or change
        #[arg(long, default_value = "co-spend", value_name = "LAYER")]
        layer: Layer,
        /// How many of the largest to look at
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        on: On,
    },
}

/// Which chain is meant.
#[derive(Debug, clap::Args)]
struct On {
    /// The chain, where there is more than one
    #[arg(long, value_parser = chain)]
    chain: Option<Chain>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let workspace = &session.workspace;
    match args.command {
        Command::Build { layer, without_same_key, on } => {
            let holder = environment::holder();
            let question =
                ClusterBuildQuestion { chain: on.chain, layer, without_same_key, holder };
            let answer = cluster_build(workspace, &question, &session.watch())?;
            session.print(&answer, || build_page(&answer))?;
        }
        Command::Show { address, layer, limit, on } => {
            let answer = cluster_show(workspace, &address, on.chain, layer, limit)?;
            session.print(&answer, || show_page(&answer))?;
        }
        Command::Why { a, b, as_of, without, layer, on } => {
            let question = ClusterWhyQuestion { a, b, chain: on.chain, layer, as_of, without };
            let answer = cluster_why(workspace, &question)?;
            session.print(&answer, || why_page(&answer))?;
            return Ok(if answer.same { Outcome::Clean } else { Outcome::Finding });
        }
        // `--csv` is what is printed anyway, and stands for those who say what they want.
        Command::Export { csv: _, scripts, layer, on } => {
            let spelling = if scripts { Spelling::Script } else { Spelling::Address };
            cluster_export::run(session, on.chain, layer, spelling)?;
        }
        Command::Monitor { layer, limit, on } => {
            let answer = cluster_monitor(workspace, on.chain, layer, limit)?;
            session.print(&answer, || monitor_page(&answer))?;
            let found =
                !answer.conflicts.is_empty() || answer.largest.iter().any(|one| one.suspect);
            return Ok(if found { Outcome::Finding } else { Outcome::Clean });
        }
    }
    Ok(Outcome::Clean)
}

/// The height that an answer reflects, and what the ledger has beyond it.
fn as_of(reflects: &ReflectsAnswer) -> String {
    let behind = reflects.tip_height.saturating_sub(reflects.height);
    match behind {
        0 => format!("block {}", grouped(reflects.height)),
        more => {
            format!("block {}; {} more in the ledger", grouped(reflects.height), grouped(more))
        }
    }
}

fn build_page(answer: &ClusterBuildAnswer) -> Page {
    let read = answer.transactions.saturating_sub(answer.resumed_at);
    let largest = answer.largest_address.as_ref();
    let links = answer.change_links.zip(answer.change_refused);
    Page::new()
        .heading(format!("Clusters of {}", answer.chain))
        .fact("up to", as_of(&answer.reflects))
        .fact("rules", answer.rule_version.clone())
        .fact("transactions read", format!("{} of {}", grouped(read), grouped(answer.transactions)))
        .fact("addresses", grouped(answer.addresses))
        .fact("in a cluster", grouped(answer.joined))
        .fact("clusters", grouped(answer.clusters))
        .fact("pairs of one key", grouped(answer.same_key))
        .fact(
            "largest",
            largest.map(|address| format!("{} addresses, {address}", grouped(answer.largest))),
        )
        .fact(
            "change links",
            links.map(|(taken, refused)| {
                format!("{} taken, {} refused", grouped(taken), grouped(refused))
            }),
        )
}

fn label_facts(page: Page, label: Option<&ClusterLabel>) -> Page {
    let Some(label) = label else { return page };
    let digest = &label.digest;
    let page = page
        .fact("known as", digest.label.clone())
        .fact("actor", digest.actor.as_ref().map(|actor| actor.label.clone()))
        .fact("by the tag of", label.from.clone())
        .fact("said by", digest.sources.join(", "))
        .fact("tagged addresses", grouped(label.tagged));
    if label.conflict.is_empty() {
        return page;
    }
    page.line(format!("Its addresses are tagged with several: {}.", label.conflict.join(", ")))
}

fn show_page(answer: &ClusterShowAnswer) -> Page {
    let page = Page::new()
        .heading(format!("Cluster {} on {}", answer.id, answer.chain))
        .fact("address", answer.address.clone())
        .fact("addresses", grouped(answer.size))
        .fact("rules", answer.rule_version.clone())
        .fact("up to", as_of(&answer.reflects));
    let mut table = Table::new([Column::text("address")]);
    for member in &answer.members {
        table.row([member.as_str().into()]);
    }
    let shown = answer.members.len();
    label_facts(page, answer.label.as_ref()).table(table).line(format!(
        "{} of {} addresses, in the order in which they appeared.",
        grouped(shown as u64),
        grouped(answer.size)
    ))
}

fn why_page(answer: &ClusterWhyAnswer) -> Page {
    let mut table = Table::new([
        Column::text("rule"),
        Column::text("address"),
        Column::text("address"),
        Column::number("block").if_filled(),
        Column::text("transaction").if_filled(),
        Column::number("score"),
    ]);
    for link in &answer.links {
        table.row([
            link.rule_version.into(),
            link.a.as_str().into(),
            link.b.as_str().into(),
            link.height.map(grouped).into(),
            link.tx.map(|tx| tx.to_string()).into(),
            u64::from(link.score).into(),
        ]);
    }
    let without = match answer.without.as_slice() {
        [] => String::new(),
        some => format!(" without {}", some.join(", ")),
    };
    let height = grouped(answer.as_of);
    let page = Page::new().table(table);
    if !answer.same {
        return page.line(format!("Not in one cluster by block {height}{without}."));
    }
    page.line(format!(
        "In one cluster by {}, as of block {height}{without}.",
        counted(answer.links.len() as u64, "link")
    ))
}

fn monitor_page(answer: &ClusterMonitorAnswer) -> Page {
    let mut table = Table::new([
        Column::number("cluster"),
        Column::text("first address"),
        Column::number("addresses"),
        Column::number("payments of 2 outputs"),
        Column::number("both inside"),
        Column::text(""),
    ]);
    for one in &answer.largest {
        table.row([
            u64::from(one.id).into(),
            one.address.as_str().into(),
            grouped(one.size).into(),
            grouped(one.payments).into(),
            grouped(one.inside).into(),
            if one.suspect { "suspect" } else { "" }.into(),
        ]);
    }
    let mut page = Page::new().table(table);
    for (cluster, actors) in &answer.conflicts {
        page = page.line(format!(
            "Addresses of cluster {cluster} are tagged with several: {}.",
            actors.join(", ")
        ));
    }
    if answer.refused_count > 0 {
        let count = counted(answer.refused_count as u64, "change link");
        page = page.line(format!("{count} refused, to keep clusters apart."));
    }
    page.line(format!("Up to {}.", as_of(&answer.reflects)))
}
