//! From the command line to the command.

use clap::{CommandFactory, Parser};

use crate::{
    args::{Command, CommandLine},
    commands::{
        actors, cluster, completions, demo, doctor, import, incidents, ingest, man, show, tags,
        trace, verify, why,
    },
    error::CliError,
    exit::Outcome,
    session::Session,
};

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<Outcome, CliError> {
    let CommandLine { global, command } = CommandLine::try_parse().map_err(CliError::Usage)?;
    match command {
        Command::Completions(args) => completions::run(args, CommandLine::command()),
        Command::Man(args) => man::run(args, CommandLine::command()),
        asking => ask(&Session::begin(global)?, asking),
    }
}

fn ask(session: &Session, command: Command) -> Result<Outcome, CliError> {
    match command {
        Command::Demo(args) => demo::run(session, args),
        Command::Import(args) => import::run(session, args),
        Command::Ingest(args) => ingest::run(session, args),
        Command::Tags(args) => tags::run(session, args),
        Command::Actors(args) => actors::run(session, args),
        Command::Incidents(args) => incidents::run(session, args),
        Command::Show(args) => show::run(session, args),
        Command::Cluster(args) => cluster::run(session, args),
        Command::Trace(args) => trace::run(session, args),
        Command::Why(args) => why::run(session, args),
        Command::Verify(args) => verify::run(session, args),
        Command::Doctor(args) => doctor::run(session, args),
        Command::Completions(args) => completions::run(args, CommandLine::command()),
        Command::Man(args) => man::run(args, CommandLine::command()),
    }
}
