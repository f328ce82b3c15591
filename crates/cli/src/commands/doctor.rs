//! `tracewell doctor`: what is here, and what is missing.

use api::query::{ChainState, DoctorAnswer, UtxoChainState, doctor};

use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, counted, grouped},
    session::Session,
};

/// Show what is here, what is missing and what is broken
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell doctor
  tracewell doctor --json | jq .chains

Shows what the data folder holds and how completely, which files it came from, who is writing, and
what is missing for a trace. The exit code is 1 if something is broken; `verify` is the thorough
check.")]
pub(crate) struct Args {
    /// List every imported file
    #[arg(long)]
    imports: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let answer = doctor(&session.workspace)?;
    session.print(&answer, || page(&answer, args.imports))?;
    Ok(if answer.findings.is_empty() { Outcome::Clean } else { Outcome::Finding })
}

fn page(answer: &DoctorAnswer, imports: bool) -> Page {
    let missing = if answer.exists { "" } else { " (not there yet)" };
    let mut page = Page::new()
        .fact("version", answer.version.clone())
        .fact("data folder", format!("{}{missing}", answer.data_dir.display()));
    for chain in &answer.chains {
        page = chain_facts(page, chain);
    }
    for chain in &answer.utxo_chains {
        page = utxo_chain_facts(page, chain);
    }
    let claims: Vec<String> =
        answer.claims.iter().map(|(kind, count)| format!("{} {kind}", grouped(*count))).collect();
    page = page.fact("claims", claims.join(", "));
    if imports {
        page = page.table(imports_table(answer));
    }
    for finding in &answer.findings {
        page = page.line(format!("broken: {finding}"));
    }
    for advice in &answer.advice {
        page = page.line(format!("missing: {advice}"));
    }
    if answer.findings.is_empty() && answer.advice.is_empty() {
        page = page.line("Nothing is broken, nothing is missing.");
    }
    page
}

fn chain_facts(page: Page, chain: &ChainState) -> Page {
    let name = chain.chain.slug();
    let counts = &chain.counts;
    let facts = [
        (counts.transactions, "transaction"),
        (counts.moves, "move"),
        (counts.mixer_deposits, "mixer deposit"),
        (counts.mixer_withdrawals, "mixer withdrawal"),
        (chain.assets, "asset"),
        (chain.imports.len() as u64, "file"),
    ];
    let facts: Vec<String> = facts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(*count, what))
        .collect();
    let range = |(first, last): &(u64, u64)| format!("{} to {}", grouped(*first), grouped(*last));
    let listed = (chain.listed_addresses > 0).then(|| {
        let (listed, capped) = (grouped(chain.listed_addresses), grouped(chain.capped_addresses));
        format!("{listed} addresses, {capped} of them to a cap")
    });
    let complete: Vec<String> = chain.complete_blocks.iter().map(range).collect();
    let complete = (!complete.is_empty()).then(|| format!("blocks {}", complete.join(", ")));
    let coverage: Vec<String> = listed.into_iter().chain(complete).collect();
    page.fact(name, facts.join(", "))
        .fact("  blocks", chain.blocks.as_ref().map(range))
        .fact("  held in full", coverage.join("; "))
        .fact("  facts", chain.facts.get(..16).map(str::to_owned))
        .fact("  locked by", chain.locked_by.clone())
}

fn utxo_chain_facts(page: Page, chain: &UtxoChainState) -> Page {
    let counts = &chain.counts;
    let facts = [
        (u64::from(counts.blocks), "block"),
        (counts.transactions.into(), "transaction"),
        (counts.outputs, "output"),
    ];
    let mut facts: Vec<String> = facts.iter().map(|(count, what)| counted(*count, what)).collect();
    facts.push(format!("{} addresses", grouped(counts.addresses)));
    let time = chain.tip_time.map(|time| format!(", {time}")).unwrap_or_default();
    page.fact(chain.chain.slug(), facts.join(", "))
        .fact("  last block", chain.tip.as_ref().map(|tip| format!("{tip}{time}")))
        .fact("  facts", chain.facts.get(..16).map(str::to_owned))
        .fact("  locked by", chain.locked_by.clone())
}

fn imports_table(answer: &DoctorAnswer) -> Table {
    let mut table = Table::new([
        Column::text("chain"),
        Column::text("file"),
        Column::text("layout"),
        Column::number("records"),
        Column::number("bad").if_filled(),
    ]);
    for chain in &answer.chains {
        for import in &chain.imports {
            table.row([
                chain.chain.slug().into(),
                import.name.as_str().into(),
                import.layout.as_str().into(),
                import.rows.into(),
                import.skipped.into(),
            ]);
        }
    }
    table
}
