//! Tasks P8 and P9 on a data directory: the median time of a trace from one output to the tip. Each
//! trace runs once to have the columns in memory and once to be measured.

use std::{path::Path, process::ExitCode};

use benches::{
    BenchError, Part, open_ledger, run,
    taint::{self, Ended},
    timed,
};
use trace::Policy;

fn main() -> ExitCode {
    run(|words| {
        let (policy, folder, places) = match words {
            [policy, folder] => (policy, folder, false),
            [policy, folder, word] if word == "places" => (policy, folder, true),
            _ => return Err(usage()),
        };
        let policy = match policy.as_str() {
            "haircut" => Policy::Haircut,
            "fifo" => Policy::Fifo,
            _ => return Err(usage()),
        };
        let ledger = open_ledger(Path::new(folder))?;
        let seeds = taint::seeds(&ledger);
        let (mut ended, mut parts) = (Ended::default(), Vec::new());
        for seed in &seeds {
            taint::engine(&ledger, *seed, policy);
            let (run, part) = timed(|| taint::engine(&ledger, *seed, policy));
            ended = ended.plus(Ended::of(&run));
            parts.push(part);
        }
        Ok(ended.answer(&seeds, places).line_with(median(&parts)))
    })
}

fn usage() -> BenchError {
    BenchError::Usage("trace_seeds haircut|fifo DATA_DIR [places]")
}

/// The upper of the two in the middle, each clock for itself.
fn median(parts: &[Part]) -> Part {
    let middle = |clock: fn(&Part) -> u64| {
        let mut times: Vec<u64> = parts.iter().map(clock).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    Part { wall: middle(|part| part.wall), cpu: middle(|part| part.cpu) }
}
