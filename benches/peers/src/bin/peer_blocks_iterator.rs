//! Crate `blocks_iterator` at task P2: read the block files in the order of the chain and resolve
//! every input, for the fees.
#![allow(clippy::print_stdout, reason = "the answer goes to the one who measures")]

use std::{collections::BTreeMap, env, process::ExitCode};

use blocks_iterator::{
    BlockExtra, Config,
    bitcoin::{Network, hashes::Hash},
};

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1) else {
        eprintln!("usage: peer_blocks_iterator FOLDER");
        return ExitCode::from(2);
    };
    let mut config = Config::new(&folder, Network::Bitcoin);
    // Nothing follows the last block of a made-up chain; without this the peer would leave out six.
    config.max_reorg = 1;
    let blocks = match blocks_iterator::try_iter(config) {
        Ok(blocks) => blocks,
        Err(why) => {
            eprintln!("{folder}: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut sums = BTreeMap::new();
    for block in blocks {
        for (name, value) in answer_of(&block) {
            let sum: &mut u64 = sums.entry(name).or_default();
            *sum = sum.wrapping_add(value);
        }
    }
    println!("{}", serde_json::json!({ "answer": sums }));
    ExitCode::SUCCESS
}

fn answer_of(block: &BlockExtra) -> [(&'static str, u64); 5] {
    let ids = block.txids().iter().fold(0_u64, |sum, id| {
        let id = id.to_byte_array();
        let (first, _) = id.split_first_chunk().expect("an id has 32 bytes");
        sum.wrapping_add(u64::from_le_bytes(*first))
    });
    // The peer counts a coinbase's input, which spends nothing.
    let inputs = block.block_total_inputs() as u64 - 1;
    [
        ("blocks", 1),
        ("transactions", block.txids().len() as u64),
        ("inputs", inputs),
        ("txid_sum", ids),
        ("satoshi_fees", block.fee().unwrap_or_default()),
    ]
}
