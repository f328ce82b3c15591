//! Bitcoin blocks, and the files that they lie in.
#![no_main]

use std::fs;

use sources::bitcoin::{
    BlockFiles, ChainOfHeaders, FileKind, Network,
    block::{self, BlockVisitor, Transaction},
    check,
};

struct Ids;

impl BlockVisitor for Ids {
    fn transaction(&mut self, transaction: Transaction<'_>) {
        let _looked_at = (transaction.wtxid(), transaction.weight());
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut txids = Vec::new();
    if let Ok(header) = block::decode(bytes, &mut txids, &mut Ids) {
        let _right_or_not = check::transactions(&header, &mut txids);
        let _enough_or_not = check::proof_of_work(&header, Network::Mainnet);
    }
    let Some((key, file)) = bytes.split_first_chunk::<8>() else { return };
    let folder = tracewell_fuzz::folder();
    for (name, bytes) in [("xor.dat", &key[..]), ("blk00000.dat", file), ("rev00000.dat", file)] {
        fs::write(folder.join(name), bytes).expect("the folder is ours");
    }
    let files = BlockFiles::open(folder, Network::Mainnet).expect("there is a block file");
    let mut chain = ChainOfHeaders::new(Network::Mainnet, false);
    for (header, place) in files.headers().flatten() {
        let _taken_or_not = chain.add(&header, place);
    }
    let _one_or_none = chain.best(&files);
    let mut reader = files.reader(FileKind::Undo);
    for place in files.records(FileKind::Undo).flatten() {
        reader.read(place).expect("it was there a moment ago");
    }
});
