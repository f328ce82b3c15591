//! `cargo xtask bench`: what our tasks cost, beside other programs at the same task.
//!
//! Nothing here is a test: times are those of one machine. What is tested is the counting.

mod answer;
mod blocks;
mod contest;
mod figures;
mod folders;
mod growth;
mod line;
mod machine;
mod measure;
mod options;
mod page;
mod programs;
mod statistics;
mod task;

use std::{fs, path::Path};

use blocks::BlockSet;
use figures::Figures;
use folders::Folders;
use growth::Growth;
use line::Line;
pub(crate) use measure::launch;
use options::{Options, SIZES};
use programs::Programs;
use task::{AIMED_MEGABYTES, Aim, Program, TASKS, Task};

use crate::step::Failure;

const PAGE: &str = "docs/benchmarks.md";

/// Measures the tasks that were asked for, prints the lines, and renews the page if asked to.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let options = Options::read(words)?;
    let tasks: Vec<&Task> =
        TASKS.iter().filter(|task| task.aims.iter().any(|aim| options.wants(aim.id))).collect();
    let folders = Folders::of(root);
    let set = BlockSet::ready(&folders, options.size)?;
    let programs = Programs::build(&folders, &tasks)?;
    let mut lines = Vec::new();
    for task in &tasks {
        for line in measured(root, task, &programs, &set, options.rounds)? {
            if !options.wants(line.aim.id) {
                continue;
            }
            if options.json {
                println!("{}", line.to_json());
            }
            lines.push(line);
        }
    }
    let growth = if options.growth {
        growths(root, &folders, &tasks, &programs, &options)?
    } else {
        Vec::new()
    };
    if !options.json {
        println!("{}\n{}", page::table(&lines), growth::table(&growth));
    }
    if options.write {
        let path = root.join(PAGE);
        let command = format!("cargo xtask bench {}", words.join(" "));
        fs::write(&path, page::text(&lines, &growth, &machine::description(), &command))
            .map_err(|why| Failure::Write { path: path.display().to_string(), why })?;
    }
    Ok(())
}

/// One task: ours and, where it can be had, the peer; then a line for each of its aims.
fn measured(
    root: &Path,
    task: &Task,
    programs: &Programs,
    set: &BlockSet,
    rounds: usize,
) -> Result<Vec<Line>, Failure> {
    let peer = task.peer.filter(|(_, _, program)| programs.has(*program));
    let mut contestants = vec![("tracewell".to_owned(), task.ours)];
    contestants.extend(peer.map(|(name, _, program)| (name.to_owned(), program)));
    let id = task.aims.first().map_or("", |aim| aim.id);
    let figures = contest(root, id, &contestants, programs, set, rounds)?;
    let ours = figures.first().copied().unwrap_or_default();
    let aimed = set.megabytes == AIMED_MEGABYTES;
    let mut lines = Vec::new();
    for aim in task.aims {
        let blank = Line {
            aim: *aim,
            peer: String::new(),
            peer_version: String::new(),
            quoted: None,
            ours,
            theirs: Figures::default(),
            set: set.name(),
            aimed,
            rounds,
        };
        if let (Some((name, version, _)), Some(theirs)) = (peer, figures.get(1)) {
            let (peer, peer_version) = (name.to_owned(), version.to_owned());
            lines.push(Line { peer, peer_version, theirs: *theirs, ..blank.clone() });
        }
        lines.extend(quotes(aim, peer.map(|(name, ..)| name), &blank));
    }
    Ok(lines)
}

/// A line for each peer that is quoted; its figures hold for one size of set.
fn quotes<'a>(
    aim: &'a Aim,
    measured: Option<&'a str>,
    blank: &'a Line,
) -> impl Iterator<Item = Line> + 'a {
    aim.quotes.iter().filter(move |quote| Some(quote.peer) != measured).map(|quote| Line {
        peer: quote.peer.to_owned(),
        peer_version: quote.version.to_owned(),
        quoted: Some(quote.words),
        theirs: if blank.aimed { quote.figures } else { Figures::default() },
        ..blank.clone()
    })
}

/// Measures programs against each other; the set is read into memory before each run.
fn contest(
    root: &Path,
    id: &str,
    contestants: &[(String, Program)],
    programs: &Programs,
    set: &BlockSet,
    rounds: usize,
) -> Result<Vec<Figures>, Failure> {
    let names: Vec<String> = contestants.iter().map(|(name, _)| name.clone()).collect();
    eprintln!("> {id}: {}, {rounds} rounds", names.join(" and "));
    let result = contest::hold(id, &names, rounds, |at| {
        set.warm()?;
        measure::run(root, &programs.command(contestants[at].1, set))
    })?;
    Ok(result.usages.iter().map(|runs| Figures::of(runs)).collect())
}

/// Ours alone at every size.
fn growths(
    root: &Path,
    folders: &Folders,
    tasks: &[&Task],
    programs: &Programs,
    options: &Options,
) -> Result<Vec<Growth>, Failure> {
    let mut rows: Vec<Growth> = tasks
        .iter()
        .filter_map(|task| task.aims.first())
        .map(|aim| Growth { task: aim.id, what: aim.what, points: Vec::new() })
        .collect();
    for size in SIZES {
        let set = BlockSet::ready(folders, size)?;
        for (task, row) in tasks.iter().zip(&mut rows) {
            let ours = [("tracewell".to_owned(), task.ours)];
            let figures = contest(root, row.task, &ours, programs, &set, options.rounds)?;
            let cpu = figures.first().and_then(|figures| figures.cpu).unwrap_or_default();
            row.points.push((set.bytes, cpu.0));
        }
    }
    Ok(rows)
}
