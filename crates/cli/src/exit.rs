//! How a run ends.

use std::process::ExitCode;

use crate::error::CliError;

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to report.
    Clean,
    /// A finding: a hit, a mismatch, damage.
    Finding,
    /// Part of the work failed, and the rest was done.
    Failed,
    /// The answer is incomplete, by coverage or budget.
    Incomplete,
}

/// What the help of the program ends with.
pub(crate) const HELP: &str = "\
Begin with:
  tracewell demo
  tracewell trace --help

Exit codes:
  0    clean
  1    a finding: a hit, a mismatch, damage
  2    wrong usage, or the work failed
  3    the answer is incomplete: coverage or budget ended
  130  interrupted";

/// Tells an error to the user and turns the end of the run into an exit code.
pub(crate) fn code(end: Result<Outcome, CliError>) -> ExitCode {
    let code = match end {
        Ok(Outcome::Clean) => 0,
        Ok(Outcome::Finding) => 1,
        Ok(Outcome::Failed) => 2,
        Ok(Outcome::Incomplete) => 3,
        Err(error) => {
            error.tell();
            error.exit_code()
        }
    };
    ExitCode::from(code)
}
