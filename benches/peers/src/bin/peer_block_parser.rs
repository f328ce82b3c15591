//! Crate `bitcoin-block-parser` at task P1: read the block files, decode every block, compute every
//! transaction id.
#![allow(clippy::print_stdout, reason = "the answer goes to the one who measures")]

use std::{collections::BTreeMap, env, process::ExitCode};

use bitcoin::{Block, hashes::Hash};
use bitcoin_block_parser::BlockParser;

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1) else {
        eprintln!("usage: peer_block_parser FOLDER");
        return ExitCode::from(2);
    };
    let parser = match BlockParser::new(&folder) {
        Ok(parser) => parser,
        Err(why) => {
            eprintln!("{folder}: {why}");
            return ExitCode::FAILURE;
        }
    };
    // The work is done in the closure, on the threads of the parser, as its manual asks for.
    let mut sums = BTreeMap::new();
    for block in parser.parse(answer_of) {
        for (name, value) in block {
            let sum: &mut u64 = sums.entry(name).or_default();
            *sum = sum.wrapping_add(value);
        }
    }
    println!("{}", serde_json::json!({ "answer": sums }));
    ExitCode::SUCCESS
}

fn answer_of(block: Block) -> [(&'static str, u64); 6] {
    let (mut inputs, mut outputs, mut satoshi, mut ids) = (0, 0, 0, 0_u64);
    for transaction in &block.txdata {
        if !transaction.is_coinbase() {
            inputs += transaction.input.len() as u64;
        }
        outputs += transaction.output.len() as u64;
        satoshi += transaction.output.iter().map(|output| output.value.to_sat()).sum::<u64>();
        let id = transaction.compute_txid().to_byte_array();
        let (first, _) = id.split_first_chunk().expect("an id has 32 bytes");
        ids = ids.wrapping_add(u64::from_le_bytes(*first));
    }
    [
        ("blocks", 1),
        ("transactions", block.txdata.len() as u64),
        ("inputs", inputs),
        ("outputs", outputs),
        ("satoshi_out", satoshi),
        ("txid_sum", ids),
    ]
}
