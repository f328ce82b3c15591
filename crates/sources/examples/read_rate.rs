//! Reads dumps and prints how fast: `cargo run --release -p sources --example read_rate -- FILE…`

use std::{path::Path, time::Instant};

use sources::{Dump, Limits, Options, SourceError, detect};

#[expect(clippy::print_stdout, reason = "an example talks to the terminal")]
fn main() -> Result<(), SourceError> {
    for name in std::env::args().skip(1) {
        let path = Path::new(&name);
        let layout = detect(path, Limits::default())?;
        let start = Instant::now();
        let mut dump = Dump::open(path, layout, &Options::default())?;
        let mut items = 0_u64;
        for item in dump.by_ref() {
            match item {
                Ok(_) => items += 1,
                Err(SourceError::Row(bad)) => println!("{bad}"),
                Err(error) => return Err(error),
            }
        }
        let elapsed = start.elapsed();
        println!("{name}: {} rows, {items} items in {elapsed:?} as {}", dump.rows(), layout.name());
    }
    Ok(())
}
