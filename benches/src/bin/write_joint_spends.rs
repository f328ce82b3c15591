//! Prepares task P7 for the peer, which reads no ledger.

use std::{path::Path, process::ExitCode};

use benches::{BenchError, clusters, open_ledger, run};

fn main() -> ExitCode {
    run(|words| match words {
        [data_dir, folder] => {
            let ledger = open_ledger(Path::new(data_dir))?;
            Ok(clusters::write_joint_spends(&ledger, Path::new(folder))?.line())
        }
        _ => Err(BenchError::Usage("write_joint_spends DATA_DIR FOLDER")),
    })
}
