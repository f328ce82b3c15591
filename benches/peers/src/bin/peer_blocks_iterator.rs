//! Crate `blocks_iterator` at task P2: read the block files in the order of the chain and resolve
//! every input, for the fees. With the word `zero-conf` it counts instead the inputs that spend an
//! output of their own block, to check a count of ours.
#![allow(clippy::print_stdout, reason = "the answer goes to the one who measures")]

use std::{
    collections::{BTreeMap, HashSet},
    env,
    process::ExitCode,
};

use blocks_iterator::{
    BlockExtra, Config,
    bitcoin::{Network, hashes::Hash},
};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let (folder, zero_conf) = match words.as_slice() {
        [folder] => (folder, false),
        [folder, word] if word == "zero-conf" => (folder, true),
        _ => {
            eprintln!("usage: peer_blocks_iterator FOLDER [zero-conf]");
            return ExitCode::from(2);
        }
    };
    let mut config = Config::new(folder, Network::Bitcoin);
    // With the default the peer would leave out the last six blocks; it cannot do with none.
    config.max_reorg = 1;
    config.skip_prevout = zero_conf;
    let blocks = match blocks_iterator::try_iter(config) {
        Ok(blocks) => blocks,
        Err(why) => {
            eprintln!("{folder}: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut sums = BTreeMap::new();
    for block in blocks {
        let numbers =
            if zero_conf { vec![zero_conf_spends(&block)] } else { answer_of(&block).to_vec() };
        for (name, value) in numbers {
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

fn zero_conf_spends(block: &BlockExtra) -> (&'static str, u64) {
    let block = block.block();
    let ids: HashSet<_> = block.txdata.iter().map(|one| one.compute_txid()).collect();
    let inputs = block.txdata.iter().flat_map(|one| &one.input);
    let spends = inputs.filter(|input| ids.contains(&input.previous_output.txid)).count();
    ("zero_conf_spends", spends as u64)
}
