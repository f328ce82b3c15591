//! `tracewell demo`: the whole story on a scripted theft, beside the truth.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use api::query::{
    Endpoint, ImportQuestion, LineAnswer, Policy, RunAnswer, TagsQuestion, TraceAnswer,
    TraceQuestion, Workspace, import, import_incidents, import_tags, trace,
};
use chain::Amount;
use scenario::{EndpointKind, FileKind, Received, Scenario, ScenarioFile, Truth};
use serde::Serialize;

use super::{trace as trace_command, trace::short};
use crate::{
    environment,
    error::CliError,
    exit::Outcome,
    output::{Column, Page, Table},
    progress::Watch,
    session::Session,
};

/// Decimal places of the scripted coin.
const ETHER: u8 = 18;

/// See the whole story on a simulated theft, beside the truth
#[derive(Debug, clap::Args)]
#[command(long_about = "\
Examples:
  tracewell demo
  tracewell demo --seed 7 --keep story/

Writes a simulated theft as files (transactions, tags, actors, pool events, prices, the incident),
imports them through the same importers as real data, traces the theft and prints the balance
sheet beside what the script itself knows. Nothing in it is real. The exit code is 1 if the trace
differs from the truth.")]
pub(crate) struct Args {
    /// Another number, another theft; the same number, the same bytes
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep the files and the data in this folder, which must not exist yet
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// What the demo shows.
#[derive(Debug, Serialize)]
struct Answer {
    simulated: bool,
    trace: TraceAnswer,
    truth: Truth,
    comparison: Vec<Comparison>,
    matches: bool,
}

/// One place, as traced and as it was.
#[derive(Debug, Serialize)]
struct Comparison {
    policy: Policy,
    label: String,
    country: Option<String>,
    endpoint: EndpointKind,
    traced: Amount,
    truth: Amount,
    matches: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<Outcome, CliError> {
    let folder = match &args.keep {
        Some(folder) => folder.clone(),
        None => environment::scratch_folder("tracewell-demo"),
    };
    let done = tell(session, &folder, args.seed);
    if args.keep.is_none() {
        // What cannot be removed lies in the system's folder for such things.
        let _ = fs::remove_dir_all(&folder);
    }
    let answer = done?;
    session.print(&answer, || page(&answer, args.keep.as_deref()))?;
    Ok(if answer.matches { Outcome::Clean } else { Outcome::Finding })
}

fn tell(session: &Session, folder: &Path, seed: u64) -> Result<Answer, CliError> {
    session.say("Everything in this demo is simulated: names, addresses, amounts, the theft.");
    fs::create_dir(folder).map_err(CliError::file(folder))?;
    let files = folder.join("files");
    fs::create_dir(&files).map_err(CliError::file(&files))?;
    let scenario = scenario::theft(seed);
    for file in &scenario.files {
        let path = files.join(&file.name);
        fs::write(&path, &file.bytes).map_err(CliError::file(path))?;
    }
    let workspace = Workspace::new(folder.join("data"));
    let watch = session.watch();
    for file in &scenario.files {
        import_file(&workspace, &files.join(&file.name), file, &watch)?;
    }
    drop(watch);
    let mut question = TraceQuestion::new(&scenario.truth.incident);
    question.threads = environment::cores();
    let trace = trace(&workspace, &question)?;
    Ok(compare(scenario, trace))
}

/// Each file goes through the importer that a user's own would.
fn import_file(
    workspace: &Workspace,
    path: &Path,
    file: &ScenarioFile,
    watch: &Watch,
) -> Result<(), CliError> {
    let path = path.to_owned();
    match &file.kind {
        FileKind::ActorPack | FileKind::TagPack => {
            let question = TagsQuestion { files: vec![path], ..TagsQuestion::default() };
            import_tags(workspace, &question, watch)?;
        }
        FileKind::Incident => {
            import_incidents(workspace, &[path], None, watch)?;
        }
        FileKind::Transactions
        | FileKind::Coverage
        | FileKind::InternalTransfers
        | FileKind::TokenTransfers
        | FileKind::MixerDeposits { .. }
        | FileKind::Prices => {
            let mut set = BTreeMap::new();
            if let FileKind::MixerDeposits { pool } = &file.kind {
                set.insert("pool".to_owned(), pool.to_hex());
            }
            let question = ImportQuestion {
                path,
                layout: None,
                chain: None,
                skip_bad: 0,
                set,
                complete_blocks: None,
                source: None,
                holder: environment::holder(),
            };
            import(workspace, &question, watch)?;
        }
    }
    Ok(())
}

fn compare(scenario: Scenario, trace: TraceAnswer) -> Answer {
    let mut comparison = Vec::new();
    for run in &trace.runs {
        for place in &scenario.truth.endpoints {
            let truth: &Received = match run.policy {
                Policy::Haircut => &place.haircut,
                _ => &place.fifo,
            };
            let traced = traced(run, place.endpoint, place.actor.as_deref());
            comparison.push(Comparison {
                policy: run.policy,
                label: place.label.clone(),
                country: place.jurisdiction.clone(),
                endpoint: place.endpoint,
                traced,
                truth: truth.amount,
                matches: traced == truth.amount,
            });
        }
    }
    let sheet_is_known = trace.runs.iter().all(|run| {
        let known: Vec<&Comparison> =
            comparison.iter().filter(|one| one.policy == run.policy).collect();
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            amounts.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
        };
        // A line that the script knows nothing of would be missing here.
        sum(&mut known.iter().map(|one| one.traced))
            == sum(&mut run.balance_sheet.iter().map(|line| line.amount))
    });
    let matches = sheet_is_known && comparison.iter().all(|one| one.matches);
    Answer { simulated: true, trace, truth: scenario.truth, comparison, matches }
}

fn traced(run: &RunAnswer, endpoint: EndpointKind, actor: Option<&str>) -> Amount {
    let kind = match endpoint {
        EndpointKind::Service => Endpoint::Service,
        EndpointKind::Mixer => Endpoint::Mixer,
        EndpointKind::Bridge => Endpoint::Bridge,
        EndpointKind::ProbableService => Endpoint::ProbableService,
        EndpointKind::Unspent => Endpoint::Unspent,
        EndpointKind::Frontier => Endpoint::Frontier,
        EndpointKind::Fees => Endpoint::Fees,
    };
    let here = |line: &&LineAnswer| line.endpoint == kind && line.actor.as_deref() == actor;
    run.balance_sheet
        .iter()
        .filter(here)
        .fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount).unwrap_or(Amount::MAX))
}

fn page(answer: &Answer, kept: Option<&Path>) -> Page {
    let mut page =
        trace_command::page(&answer.trace).heading("Beside the truth (the script's own books)");
    let mut table = Table::new([
        Column::text("policy"),
        Column::text("ended at"),
        Column::text("country"),
        Column::number("traced, ETH"),
        Column::number("truth, ETH"),
        Column::text(""),
    ]);
    for one in &answer.comparison {
        let units = |amount: Amount| short(&amount.to_decimal(ETHER), 4);
        table.row([
            one.policy.to_string().into(),
            one.label.as_str().into(),
            one.country.clone().into(),
            units(one.traced).into(),
            units(one.truth).into(),
            if one.matches { "equal" } else { "DIFFERS" }.into(),
        ]);
    }
    page = page.table(table);
    page = page.line(if answer.matches {
        "The trace equals the truth to the last wei, under both policies."
    } else {
        "The trace differs from the truth."
    });
    page = page.line("All of this was simulated. Nobody was robbed.");
    match kept {
        Some(folder) => page.line(format!(
            "Look closer: tracewell --data-dir {} why {} volga",
            folder.join("data").display(),
            answer.trace.incident
        )),
        None => page.line("Look closer: tracewell demo --keep FOLDER"),
    }
}
