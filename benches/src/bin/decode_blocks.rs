//! Task P1 on a folder of block files.

use std::{path::Path, process::ExitCode};

use benches::{BenchError, BlocksInOrder, decode, run};

fn main() -> ExitCode {
    run(|words| match words {
        [folder] => Ok(decode::answer(&BlocksInOrder::open(Path::new(folder), 0)?)?.line()),
        _ => Err(BenchError::Usage("decode_blocks FOLDER")),
    })
}
