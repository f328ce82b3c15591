//! Task P6 on a data directory: one of three scans. It runs once to have the columns in memory and
//! once to be measured.

use std::{path::Path, process::ExitCode};

use benches::{Answer, BenchError, Part, open_ledger, run, scan, timed};
use ledger::utxo::UtxoLedger;

fn main() -> ExitCode {
    run(|words| match words {
        [what, folder] => {
            let ledger = open_ledger(Path::new(folder))?;
            let scan = match what.as_str() {
                "outputs" => outputs,
                "fees" => fees,
                "zero-conf" => zero_conf,
                _ => return Err(usage()),
            };
            scan(&ledger);
            let (answer, part) = scan(&ledger);
            Ok(answer.line_with(part))
        }
        _ => Err(usage()),
    })
}

fn usage() -> BenchError {
    BenchError::Usage("scan_columns outputs|fees|zero-conf DATA_DIR")
}

fn outputs(ledger: &UtxoLedger) -> (Answer, Part) {
    let (sums, part) = timed(|| scan::outputs(ledger));
    (scan::outputs_answer(sums), part)
}

fn fees(ledger: &UtxoLedger) -> (Answer, Part) {
    let (satoshi, part) = timed(|| scan::fees(ledger));
    (scan::fees_answer(ledger, satoshi), part)
}

fn zero_conf(ledger: &UtxoLedger) -> (Answer, Part) {
    let (spends, part) = timed(|| scan::zero_conf(ledger));
    (scan::zero_conf_answer(ledger, spends), part)
}
