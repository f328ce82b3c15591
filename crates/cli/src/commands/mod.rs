//! One file a command: read the arguments, ask, print.

pub(crate) mod actors;
mod claims;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod incidents;
pub(crate) mod man;
pub(crate) mod show;
pub(crate) mod tags;
pub(crate) mod trace;
pub(crate) mod verify;
pub(crate) mod why;

use clap::Parser;

use crate::{
    args::{Command, CommandLine},
    error::CliError,
    exit::Outcome,
    session::Session,
};

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<Outcome, CliError> {
    let CommandLine { global, command } = CommandLine::try_parse().map_err(CliError::Usage)?;
    match command {
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
        asking => ask(&Session::begin(global)?, asking),
    }
}

fn ask(session: &Session, command: Command) -> Result<Outcome, CliError> {
    match command {
        Command::Demo(args) => demo::run(session, args),
        Command::Import(args) => import::run(session, args),
        Command::Tags(args) => tags::run(session, args),
        Command::Actors(args) => actors::run(session, args),
        Command::Incidents(args) => incidents::run(session, args),
        Command::Show(args) => show::run(session, args),
        Command::Trace(args) => trace::run(session, args),
        Command::Why(args) => why::run(session, args),
        Command::Verify(args) => verify::run(session, args),
        Command::Doctor(args) => doctor::run(session, args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
