//! What the node itself says of its blocks.

use std::{fs, path::Path};

use serde_json::json;
use sources::bitcoin::{
    Hash,
    rpc::{NodeClient, verbose::VerboseBlock},
};

/// Writes what a node says of its best chain, one block a line, lowest first.
pub(super) fn write(client: &NodeClient, path: &Path) {
    let tip = client.chain_info().expect("it answers").height;
    let hashes = (0..=tip).map(|height| client.block_hash(height).expect("it is on the chain"));
    write_blocks(client, hashes, path);
}

/// Writes what a node says of these blocks.
pub(super) fn write_blocks(client: &NodeClient, blocks: impl Iterator<Item = Hash>, path: &Path) {
    let mut text = String::new();
    for hash in blocks {
        let answer = client.ask("getblock", &json!([hash.to_string(), 3])).expect("it has it");
        text.push_str(answer.get());
        text.push('\n');
    }
    fs::write(path, text).expect("written");
}

/// Reads it again.
pub(super) fn read(path: &Path) -> Vec<VerboseBlock> {
    let text = fs::read_to_string(path).expect("it was written");
    text.lines().map(|line| VerboseBlock::read(line).expect("a block")).collect()
}
