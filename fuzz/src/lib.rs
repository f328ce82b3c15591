//! What the targets share: foreign bytes as a file, read to its end.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use sources::bitcoin::{
    Hash, Network,
    block::{BlockVisitor, Input, Output, Transaction},
    check, coins,
};
use sources::{Dump, Dumplings, Layout, Limits, Options, SourceError};
use tempfile::TempDir;

/// A folder that lives as long as the process.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a temporary folder")).path()
}

/// Every file below a folder with its bytes, in the order of their names.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("the folder is ours") {
            let path = entry.expect("the folder is ours").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("the file is ours");
                files.push((path, bytes));
            }
        }
    }
    files.sort();
    files
}

/// Walks through these bytes as a block of a network, twice, and compares what was seen.
pub fn read_coin(network: Network, bytes: &[u8]) {
    let (mut txids, mut first, mut second) = (Vec::new(), Seen::default(), Seen::default());
    let Ok(header) = coins::decode(network, bytes, &mut txids, &mut first) else { return };
    assert_eq!(txids.len(), first.transactions);
    let again = coins::walk_again(network, bytes, &txids, &mut second);
    assert_eq!((again, &first), (Ok(header), &second));
    let _enough_or_not = check::proof_of_work(&header, network);
    let _right_or_not = check::transactions(&header, &mut txids);
}

/// What a walk through a block saw.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    inputs: usize,
    outputs: usize,
    script_bytes: usize,
    transactions: usize,
    last: Option<(Hash, Hash, u64)>,
}

impl BlockVisitor for Seen {
    fn input(&mut self, input: Input<'_>) {
        self.inputs += 1;
        self.script_bytes += input.script.len();
    }

    fn output(&mut self, output: Output<'_>) {
        self.outputs += 1;
        self.script_bytes += output.script.len();
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        self.transactions += 1;
        self.last = Some((transaction.txid, transaction.wtxid(), transaction.weight()));
    }
}

/// A manifest with the checksum over its content that its first line should have; without such a
/// line, the bytes as they are.
pub fn resealed(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let space = bytes[..end.unwrap_or(0)].iter().rposition(|byte| *byte == b' ');
    let (Some(end), Some(space)) = (end, space) else { return bytes.to_vec() };
    let content = &bytes[end + 1..];
    let hash = blake3::hash(content).to_hex();
    [&bytes[..=space], hash.as_bytes(), b"\n", content].concat()
}

/// Reads a dump of these bytes; the first one picks the layout, the name's ending the format.
pub fn read_dump(name: &str, bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let layouts = Layout::built_in();
    let layout = &layouts[usize::from(*choice) % layouts.len()];
    let path = folder().join(name);
    fs::write(&path, bytes).expect("the folder is ours");
    let mut options = Options { limits: tight(), ..Options::default() };
    // Layouts of mixer events need a pool that the bytes do not name.
    options.set.insert("pool".to_owned(), "0x12d66f87a04a9e220743712ce6d9bb1b5616b8fc".to_owned());
    for options in [&options, &Options { limits: tight(), ..Options::default() }] {
        let Ok(dump) = Dump::open(&path, layout, options) else { continue };
        for row in dump {
            match row {
                Ok(_) | Err(SourceError::Row(_)) => {}
                // A dump that cannot go on has said why.
                Err(_) => break,
            }
        }
    }
    let _refused_or_not = sources::detect(&path, tight());
}

/// Reads payments of these bytes and judges them.
pub fn read_dumplings(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    fs::write(&path, bytes).expect("the folder is ours");
    let Ok(payments) = Dumplings::open(&path, tight()) else { return };
    for payment in payments.flatten() {
        graph::coinjoin::verdicts(&payment);
        graph::coinjoin::balanced_accounts(&payment);
    }
}

/// Limits under which no run takes long.
fn tight() -> Limits {
    Limits { decompressed_bytes: 1 << 22, expansion: 100, row_bytes: 1 << 16, columns: 64 }
}
