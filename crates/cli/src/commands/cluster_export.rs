//! `tracewell cluster export`: a line for every address of the chain.

use std::io::{self, BufWriter, Write};

use api::query::{ExportRow, Layer, Spelling, cluster_export};
use chain::Chain;

use crate::{error::CliError, session::Session};

/// Prints `address,cluster` lines, or JSON lines.
pub(super) fn run(
    session: &Session,
    chain: Option<Chain>,
    layer: Layer,
    spelling: Spelling,
) -> Result<(), CliError> {
    let json = session.prints_json();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut refused = None;
    if !json {
        writeln!(out, "address,cluster").map_err(CliError::Output)?;
    }
    cluster_export(&session.workspace, chain, layer, spelling, |row| {
        let written = write_row(&mut out, &row, json);
        refused = written.err();
        refused.is_none()
    })?;
    match refused {
        Some(error) => Err(CliError::Output(error)),
        None => out.flush().map_err(CliError::Output),
    }
}

fn write_row(out: &mut impl Write, row: &ExportRow, json: bool) -> io::Result<()> {
    if json {
        serde_json::to_writer(&mut *out, row)?;
        return out.write_all(b"\n");
    }
    // Addresses and hex have no comma and no quote in them.
    writeln!(out, "{},{}", row.address, row.cluster)
}
