//! The manifests of both kinds of ledger, also with the checksum that makes them believed.
#![no_main]

use std::fs;

use chain::Chain;
use ledger::{
    Ledger,
    utxo::{self, UtxoLedger},
    verify,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let root = tracewell_fuzz::folder();
    let folders = ["chains/ethereum", "chains/bitcoin/utxo"].map(|name| root.join(name));
    for bytes in [bytes, &tracewell_fuzz::resealed(bytes)] {
        for folder in &folders {
            fs::create_dir_all(folder).expect("the folder is ours");
            fs::write(folder.join("manifest"), bytes).expect("the folder is ours");
        }
        let _refused_or_not = (Ledger::open(root, Chain::Ethereum), verify(root, Chain::Ethereum));
        let _refused_or_not =
            (UtxoLedger::open(root, Chain::Bitcoin), utxo::verify(root, Chain::Bitcoin));
    }
});
