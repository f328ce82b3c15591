//! A sound ledger of a UTXO chain in which one file has other bytes: the first byte picks the file.
#![no_main]

use std::{fs, path::PathBuf, sync::OnceLock};

use chain::Chain;
use ledger::utxo::{
    AddressNo, OutputNo, TxNo, UtxoLedger,
    made::{MadeChain, MadeTx},
    verify,
};

/// The files of the ledger with their sound bytes.
static FILES: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();

fn build() -> Vec<(PathBuf, Vec<u8>)> {
    let root = tracewell_fuzz::folder();
    MadeChain::default()
        .block([MadeTx::paying(&[], &[(50, 1)])])
        .block([MadeTx::paying(&[], &[(50, 2)]), MadeTx::paying(&[(0, 0)], &[(20, 1), (29, 3)])])
        .block([MadeTx::paying(&[], &[(1 << 41, 2)]), MadeTx::paying(&[(2, 1)], &[(9, 4)])])
        .store(root)
        .expect("a chain that holds");
    tracewell_fuzz::files(&root.join("chains"))
}

/// Asks everything that can be asked.
fn read(ledger: &UtxoLedger) {
    for tx in (0..ledger.counts().transactions).map(TxNo) {
        let (_, _) = (ledger.time_of(tx), ledger.fee(tx));
        let _found = ledger.find_tx(&ledger.tx_id(tx));
        for output in ledger.inputs(tx).chain(ledger.outputs(tx)) {
            let (_, _) = (ledger.value(output), ledger.tx_of_output(output));
            let _script = ledger.script(ledger.address(output));
        }
    }
    for output in (0..ledger.counts().outputs).map(OutputNo) {
        let _spender = ledger.spender(output);
    }
    for address in (0..ledger.counts().addresses).map(AddressNo) {
        let _number = ledger.find_address(&ledger.script(address));
        let _outputs: Vec<OutputNo> = ledger.outputs_of(address).take(100).collect();
        let _kind = ledger.script_kind(address);
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let files = FILES.get_or_init(build);
    let (path, sound) = &files[usize::from(*choice) % files.len()];
    let spenders = path.components().any(|part| part.as_os_str() == "spenders");
    let manifest = path.ends_with("manifest");
    if manifest {
        fs::write(path, tracewell_fuzz::resealed(bytes)).expect("the file is ours");
    } else if spenders {
        // Of full length always: the program makes these files whole before it names them.
        let mut changed = sound.clone();
        let count = bytes.len().min(changed.len());
        changed[..count].copy_from_slice(&bytes[..count]);
        fs::write(path, changed).expect("the file is ours");
    } else {
        fs::write(path, bytes).expect("the file is ours");
    }
    let root = tracewell_fuzz::folder();
    let clean = verify(root, Chain::Bitcoin)
        .is_ok_and(|report| report.is_some_and(|report| report.findings.is_empty()));
    let unchecked = spenders || manifest || path.ends_with("lock");
    assert!(!clean || bytes == sound.as_slice() || unchecked, "a changed file passes `verify`");
    if let Ok(Some(ledger)) = UtxoLedger::open(root, Chain::Bitcoin) {
        read(&ledger);
    }
    fs::write(path, sound).expect("the file is ours");
});
