//! Task P7 on a data directory: clusters from nothing, read from the columns and written.

use std::{path::Path, process::ExitCode};

use benches::{BenchError, clusters, open_ledger, run, timed};

fn main() -> ExitCode {
    run(|words| match words {
        [folder] => {
            let folder = Path::new(folder);
            let ledger = open_ledger(folder)?;
            // Once to have the columns in memory, once to be measured.
            let mut took = Default::default();
            for _ in 0..2 {
                clusters::forget(folder)?;
                let (built, part) = timed(|| clusters::co_spend(folder, &ledger));
                built?;
                took = part;
            }
            Ok(clusters::answer(folder)?.line_with(took))
        }
        _ => Err(BenchError::Usage("build_clusters DATA_DIR")),
    })
}
