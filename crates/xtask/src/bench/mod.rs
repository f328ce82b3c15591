//! `cargo xtask bench`: what our tasks cost, beside other programs at the same task.
//!
//! Nothing here is a test: times are those of one machine. What is tested is the counting.

mod answer;
mod bench_run;
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

use bench_run::BenchRun;
use blocks::BlockSet;
use folders::Folders;
use growth::Growth;
use line::Line;
pub(crate) use measure::launch;
use options::{Options, SIZES};
use page::Conditions;
use programs::Programs;
use task::{TASKS, Task};

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
    let conditions = Conditions {
        machine: machine::description(),
        command: format!("cargo xtask bench {}", words.join(" ")),
        load: machine::load(),
        rounds: options.rounds,
    };
    let lines =
        side_by_side(&BenchRun::new(&folders, &programs, &set, options.rounds), &tasks, &options)?;
    let growth = if options.growth {
        growths(&folders, &tasks, &programs, &options, &lines)?
    } else {
        Vec::new()
    };
    if !options.json {
        println!("{}\n{}", page::table(&lines), growth::table(&growth));
    }
    if options.write {
        let path = root.join(PAGE);
        fs::write(&path, page::text(&lines, &growth, &conditions))
            .map_err(|why| Failure::Write { path: path.display().to_string(), why })?;
    }
    Ok(())
}

/// The lines of all tasks. In JSON each is printed as soon as it is known.
fn side_by_side(
    run: &BenchRun<'_>,
    tasks: &[&Task],
    options: &Options,
) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for task in tasks {
        for line in run.lines(task)? {
            if !options.wants(line.aim.id) {
                continue;
            }
            if options.json {
                println!("{}", line.to_json());
            }
            lines.push(line);
        }
    }
    Ok(lines)
}

/// Ours at every size, for tasks that read the whole chain; what is measured already is not
/// measured again.
fn growths(
    folders: &Folders,
    tasks: &[&Task],
    programs: &Programs,
    options: &Options,
    known: &[Line],
) -> Result<Vec<Growth>, Failure> {
    let of_bytes = || {
        let whole = tasks.iter().filter(|task| task.whole);
        whole.filter_map(|task| Some((task, task.aims.first()?)))
    };
    let mut rows: Vec<Growth> = of_bytes()
        .map(|(_, aim)| Growth { task: aim.id, what: aim.what, points: Vec::new() })
        .collect();
    for size in SIZES {
        let set = BlockSet::ready(folders, size)?;
        let run = BenchRun::new(folders, programs, &set, options.rounds);
        for ((task, aim), row) in of_bytes().zip(&mut rows) {
            let same = |line: &&Line| line.aim.what == aim.what && size == options.size;
            let ours = match known.iter().find(same) {
                Some(line) => line.ours,
                None => run.ours_alone(task)?,
            };
            row.points.push((set.bytes, ours.cpu.unwrap_or_default().0));
        }
    }
    Ok(rows)
}
