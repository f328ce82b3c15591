//! A sound ledger in which one file has other bytes: the first byte picks the file.
#![no_main]

use std::{fs, path::PathBuf, sync::OnceLock};

use chain::{
    Account, Amount, Chain, Timestamp, TxId,
    record::{Record, TransactionBody, TransactionRecord},
};
use ledger::{Import, Ledger, SourceFile, verify};

/// The files of the ledger with their sound bytes.
static FILES: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();

fn build() -> Vec<(PathBuf, Vec<u8>)> {
    let root = tracewell_fuzz::folder();
    let mut import = Import::begin(root, Chain::Ethereum, "fuzz").expect("an empty folder");
    for number in 1..=9_u8 {
        let body = TransactionBody {
            from: Account([number; 20]),
            to: Some(Account([number + 1; 20])),
            created: None,
            value: Amount::from(1_000_u64),
            fee: Amount::from(7_u64),
            succeeded: true,
        };
        let record = TransactionRecord {
            id: TxId([number; 32]),
            block: u64::from(number),
            index: Some(0),
            time: Timestamp::from_seconds(i64::from(number)).expect("a time"),
            body: Some(body),
        };
        import.add(Record::Transaction(record)).expect("no contradiction");
    }
    let source = SourceFile {
        fingerprint: "00".repeat(32),
        name: "fuzz".to_owned(),
        layout: "fuzz".to_owned(),
    };
    import.commit(source, 0).expect("nothing is in the way");
    tracewell_fuzz::files(&root.join("chains"))
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let files = FILES.get_or_init(build);
    let (path, sound) = &files[usize::from(*choice) % files.len()];
    let manifest = path.ends_with("manifest");
    let bytes = if manifest { tracewell_fuzz::resealed(bytes) } else { bytes.to_vec() };
    fs::write(path, &bytes).expect("the file is ours");
    let root = tracewell_fuzz::folder();
    let clean = verify(root, Chain::Ethereum)
        .is_ok_and(|report| report.is_some_and(|report| report.findings.is_empty()));
    let unchecked = manifest || path.ends_with("lock");
    assert!(!clean || bytes == *sound || unchecked, "a changed file passes `verify`");
    // Opening looks at headers only. What it accepts must be read without a crash if it is sound.
    if let Ok(Some(ledger)) = Ledger::open(root, Chain::Ethereum)
        && clean
    {
        for account in (1..=10).map(|number| Account([number; 20])) {
            for number in ledger.postings(&account) {
                let _movement = ledger.movement(number);
            }
        }
    }
    fs::write(path, sound).expect("the file is ours");
});
