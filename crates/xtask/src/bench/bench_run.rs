//! Measuring tasks on one set.

use std::{cell::Cell, fs, path::Path};

use super::{
    answer::{Printed, contradiction},
    blocks::BlockSet,
    contest::{self, Run},
    figures::Figures,
    folders::Folders,
    line::Line,
    measure,
    programs::Programs,
    task::{AIMED_MEGABYTES, Aim, IMPORT, Program, Stored, Task},
};
use crate::step::Failure;

/// A set, the programs, and what is known of the data directory so far.
pub(super) struct BenchRun<'a> {
    folders: &'a Folders,
    programs: &'a Programs,
    set: &'a BlockSet,
    rounds: usize,
    /// Whether the data directory was filled by the programs of this run.
    filled: Cell<bool>,
}

impl<'a> BenchRun<'a> {
    pub(super) fn new(
        folders: &'a Folders,
        programs: &'a Programs,
        set: &'a BlockSet,
        rounds: usize,
    ) -> BenchRun<'a> {
        BenchRun { folders, programs, set, rounds, filled: Cell::new(false) }
    }

    /// One task: ours and, where it can be had, the peer; then a line for each of its aims.
    pub(super) fn lines(&self, task: &Task) -> Result<Vec<Line>, Failure> {
        let peer = task.peer.filter(|(.., program)| self.programs.has(*program));
        let mut contestants = vec![("tracewell".to_owned(), task.ours)];
        contestants.extend(peer.map(|(name, _, program)| (name.to_owned(), program)));
        let figures = self.contest(task, &contestants)?;
        let referee = task.referee.filter(|(_, program)| self.programs.has(*program));
        let ours = figures.first().copied().unwrap_or_default();
        let mut lines = Vec::new();
        for aim in task.aims {
            let blank = Line {
                aim: *aim,
                peer: String::new(),
                peer_version: String::new(),
                quoted: None,
                referee: referee.map(|(name, _)| name),
                ours,
                theirs: Figures::default(),
                set: self.set.name(),
                aimed: self.set.megabytes == AIMED_MEGABYTES,
                rounds: self.rounds,
            };
            if let (Some((name, version, _)), Some(theirs)) = (peer, figures.get(1)) {
                let (peer, peer_version) = (name.to_owned(), version.to_owned());
                lines.push(Line { peer, peer_version, theirs: *theirs, ..blank.clone() });
            }
            lines.extend(quotes(aim, peer.map(|(name, ..)| name), &blank));
        }
        Ok(lines)
    }

    /// What ours took, without a peer and without a referee.
    pub(super) fn ours_alone(&self, task: &Task) -> Result<Figures, Failure> {
        let alone = Task { prepare: None, referee: None, ..*task };
        let figures = self.contest(&alone, &[("tracewell".to_owned(), task.ours)])?;
        Ok(figures.first().copied().unwrap_or_default())
    }

    /// Measures programs against each other; the referee is heard first.
    fn contest(
        &self,
        task: &Task,
        contestants: &[(String, Program)],
    ) -> Result<Vec<Figures>, Failure> {
        if task.stored == Stored::Read {
            self.fill()?;
        }
        if let Some(program) = task.prepare {
            self.run(program)?;
        }
        let id = task.aims.first().map_or("", |aim| aim.id);
        let names: Vec<String> = contestants.iter().map(|(name, _)| name.clone()).collect();
        eprintln!(
            "> {id}: {}, {} MB, {} rounds",
            names.join(" and "),
            self.set.megabytes,
            self.rounds
        );
        let result = contest::hold(id, &names, self.rounds, |at| {
            if task.stored == Stored::Written {
                self.empty()?;
            }
            self.run(contestants[at].1)
        })?;
        if let Some((name, program)) = task.referee.filter(|(_, one)| self.programs.has(*one)) {
            let (printed, _) = self.run(program)?;
            if let Some(difference) = contradiction(&result.answer, &printed.answer) {
                let (task, one) = (id.to_owned(), names[0].clone());
                return Err(Failure::Answers { task, one, other: name.to_owned(), difference });
            }
        }
        let mut figures: Vec<Figures> =
            result.usages.iter().map(|runs| Figures::of(runs)).collect();
        if let (Stored::Written, Some(ours)) = (task.stored, figures.first_mut()) {
            self.filled.set(true);
            let ledger = self.folders.ledger(self.set.megabytes);
            ours.stored = (bytes_below(&ledger)? * 1_000).checked_div(self.set.bytes);
        }
        Ok(figures)
    }

    /// One run of a program, with the block files in memory.
    fn run(&self, program: Program) -> Result<Run, Failure> {
        self.set.warm()?;
        let command = self.programs.command(program, self.set);
        measure::run(&self.folders.root, &command, |output| match program {
            Program::Product(_, fields) => Printed::read_fields(output, fields),
            Program::Ours(..) | Program::Peer(..) | Program::Python(..) => Printed::read(output),
        })
    }

    fn empty(&self) -> Result<(), Failure> {
        let ledger = self.folders.ledger(self.set.megabytes);
        if !ledger.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&ledger)
            .map_err(|why| Failure::Write { path: ledger.display().to_string(), why })
    }

    /// Imports the set, unless this run has done so: what another run left may be of another format.
    fn fill(&self) -> Result<(), Failure> {
        if !self.filled.get() {
            eprintln!("> import of {} MB", self.set.megabytes);
            self.empty()?;
            self.run(IMPORT)?;
            self.filled.set(true);
        }
        Ok(())
    }
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

/// Sizes of all files below a folder, added up.
fn bytes_below(folder: &Path) -> Result<u64, Failure> {
    let failed = |why| Failure::Read { path: folder.display().to_string(), why };
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let data = entry.metadata().map_err(failed)?;
        bytes += if data.is_dir() { bytes_below(&entry.path())? } else { data.len() };
    }
    Ok(bytes)
}
