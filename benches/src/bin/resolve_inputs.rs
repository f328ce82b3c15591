//! Task P2 on a folder of block files. The last block is left out: the peer, which waits for one
//! that follows, leaves it out too.

use std::{path::Path, process::ExitCode};

use benches::{BenchError, BlocksInOrder, resolve, run};

fn main() -> ExitCode {
    run(|words| match words {
        [folder] => Ok(resolve::answer(&BlocksInOrder::open(Path::new(folder), 1)?)?.line()),
        _ => Err(BenchError::Usage("resolve_inputs FOLDER")),
    })
}
