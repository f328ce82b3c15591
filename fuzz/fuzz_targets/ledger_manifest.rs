//! The manifest of a ledger.
#![no_main]

use std::fs;

use chain::Chain;
use ledger::{Ledger, verify};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let root = tracewell_fuzz::folder();
    let folder = root.join("chains/ethereum");
    fs::create_dir_all(&folder).expect("the folder is ours");
    fs::write(folder.join("manifest"), bytes).expect("the folder is ours");
    let _refused_or_not = (Ledger::open(root, Chain::Ethereum), verify(root, Chain::Ethereum));
});
