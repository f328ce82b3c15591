//! The referee of task P8: the same traces by a program that has nothing in common with our engine.

use std::{path::Path, process::ExitCode};

use benches::{
    BenchError, open_ledger, run,
    taint::{self, Ended},
};

fn main() -> ExitCode {
    run(|words| match words {
        [folder] => {
            let ledger = open_ledger(Path::new(folder))?;
            let seeds = taint::seeds(&ledger);
            let ended = seeds
                .iter()
                .map(|seed| taint::plainly(&ledger, *seed))
                .fold(Ended::default(), Ended::plus);
            Ok(ended.answer(&seeds, true).line())
        }
        _ => Err(BenchError::Usage("trace_plainly DATA_DIR")),
    })
}
