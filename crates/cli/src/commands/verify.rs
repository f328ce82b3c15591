//! `tracewell verify`: everything that is stored, checked.

use api::query::{VerifyAnswer, verify};

use crate::{
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table, grouped},
    session::Session,
};

/// Check every stored byte; exit code 1 if anything is wrong
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell verify
  tracewell verify --json --data-dir backup/

Reads everything that is stored: sizes and checksums of all files, the order of the columns, that
indexes, value moves, fees and spenders follow from the transactions. The store of claims is checked by SQLite,
which knows its structure and keeps no checksums of its content. Nothing is repaired. The exit code is 1 if anything is wrong.")]
pub(crate) struct Args {}

pub(crate) fn run(session: &Session, _args: Args) -> Result<Outcome, CliError> {
    let answer = {
        let watch = session.watch();
        verify(&session.workspace, &watch)?
    };
    session.print(&answer, || page(&answer))?;
    Ok(if answer.clean { Outcome::Clean } else { Outcome::Finding })
}

fn page(answer: &VerifyAnswer) -> Page {
    let mut table = Table::new([
        Column::text("part"),
        Column::number("files").if_filled(),
        Column::number("bytes").if_filled(),
        Column::number("transactions").if_filled(),
        Column::number("moves or outputs").if_filled(),
        Column::number("statements").if_filled(),
        Column::number("findings"),
    ]);
    let mut findings = Table::new([Column::text("file"), Column::text("finding")]);
    for one in &answer.chains {
        table.row([
            one.chain.slug().into(),
            one.files.into(),
            one.bytes.into(),
            one.counts.transactions.into(),
            one.counts.moves.into(),
            None::<u64>.into(),
            (one.findings.len() as u64).into(),
        ]);
    }
    for one in &answer.utxo_chains {
        table.row([
            one.chain.slug().into(),
            one.verification.files.into(),
            one.verification.bytes.into(),
            u64::from(one.verification.counts.transactions).into(),
            one.verification.counts.outputs.into(),
            None::<u64>.into(),
            (one.verification.findings.len() as u64).into(),
        ]);
    }
    // What holds no facts has no counts of them.
    let mut row = |part: String, statements: Option<u64>, findings: usize| {
        let [files, bytes, transactions, moves] = [(); 4].map(|()| None::<u64>.into());
        let findings = findings as u64;
        table.row([
            part.into(),
            files,
            bytes,
            transactions,
            moves,
            statements.into(),
            findings.into(),
        ]);
    };
    for one in &answer.clusters {
        row(format!("{} clusters", one.chain), None, one.findings.len());
    }
    if let Some(store) = &answer.store {
        row("claims".to_owned(), Some(store.statements), store.findings.len());
    }
    let of_chains = answer.chains.iter().flat_map(|one| &one.findings);
    let of_utxo_chains = answer.utxo_chains.iter().flat_map(|one| &one.verification.findings);
    let of_clusters = answer.clusters.iter().flat_map(|one| &one.findings);
    let of_store = answer.store.iter().flat_map(|store| &store.findings);
    let mut count = 0_u64;
    for finding in of_chains.chain(of_utxo_chains).chain(of_clusters).chain(of_store) {
        findings.row([finding.path.display().to_string().into(), finding.what.as_str().into()]);
        count += 1;
    }
    let verdict = match (table.is_empty(), count) {
        (true, _) => "nothing is stored yet".to_owned(),
        (false, 0) => "clean".to_owned(),
        (false, 1) => "1 finding".to_owned(),
        (false, count) => format!("{} findings", grouped(count)),
    };
    Page::new().table(table).table(findings).line(verdict)
}
