//! Real blocks, by the counts and hashes that their description states.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sources::bitcoin::{
    FileKind, Hash, Network,
    block::{self, BlockVisitor, Input, OutPoint, Output, Transaction},
    check,
};

use crate::{
    made_up::header,
    node::{Node, hashes},
};

/// The folder of real blocks, or a line that says that there is none.
pub(crate) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TRACEWELL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = folder.join("bitcoin");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no TRACEWELL_DATA");
    None
}

pub(crate) fn unpacked(path: &Path) -> Vec<u8> {
    let packed = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    zstd::decode_all(packed.as_slice()).expect("it is zstd")
}

/// What a block adds up to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Inputs of each transaction.
    pub(crate) inputs: Vec<u32>,
    /// Value of the outputs of each transaction.
    pub(crate) values: Vec<u64>,
    pub(crate) wtxids: Vec<Hash>,
    /// The script of the commitment to witnesses, the last that looks like one.
    commitment: Option<[u8; 32]>,
    inputs_here: u32,
    value_here: u64,
}

impl BlockVisitor for Sums {
    fn input(&mut self, input: Input<'_>) {
        let first = self.inputs.is_empty();
        assert_eq!(input.spends == OutPoint::NONE, first, "only a coinbase spends nothing");
        assert_eq!(input.index, self.inputs_here);
        self.inputs_here += 1;
    }

    fn output(&mut self, output: Output<'_>) {
        self.value_here += output.value;
        if self.inputs.is_empty()
            && output.script.starts_with(&[0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed])
        {
            self.commitment = output.script[6..].first_chunk().copied();
        }
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        assert_eq!(transaction.index as usize, self.inputs.len());
        let coinbase = self.inputs.is_empty();
        self.wtxids.push(if coinbase { Hash::default() } else { transaction.wtxid() });
        self.inputs.push(std::mem::take(&mut self.inputs_here));
        self.values.push(std::mem::take(&mut self.value_here));
    }
}

/// Decodes a block and checks all that can be checked of one alone.
pub(crate) fn checked(bytes: &[u8], network: Network) -> Sums {
    let (mut txids, mut sums) = (Vec::new(), Sums::default());
    let header = block::decode(bytes, &mut txids, &mut sums).expect("a block");
    check::proof_of_work(&header, network).expect("enough work");
    check::transactions(&header, &mut txids).expect("the right tree");
    sums
}

#[test]
fn every_single_block_decodes_as_described() {
    let Some(folder) = data() else { return };
    let table = std::fs::read_to_string(folder.join("blocks.csv")).expect("a list of blocks");
    let mut seen = 0;
    let mut with_witnesses = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [name, hash, transactions, time, length, ..] = cells[..] else { panic!("{line}") };
        let bytes = unpacked(&folder.join(format!("{name}.raw.zst")));
        let network =
            if name.starts_with("testnet3") { Network::Testnet3 } else { Network::Mainnet };
        let sums = checked(&bytes, network);
        let header = header(&bytes);
        assert_eq!(header.hash.to_string(), hash);
        assert_eq!(header.time.to_string(), time, "{name}");
        assert_eq!(sums.inputs.len().to_string(), transactions, "{name}");
        assert_eq!(bytes.len().to_string(), length, "{name}");
        // The hashes with witnesses are right, too: their root is what the coinbase commits to,
        // hashed with the 32 zeros that every miner reserves.
        if let Some(commitment) = sums.commitment {
            let (root, _) = check::merkle_root(&mut sums.wtxids.clone());
            let made = sources::bitcoin::sha256d(&[&root.0, &[0; 32]]);
            assert_eq!(made.0, commitment, "{name}");
            with_witnesses += 1;
        }
        seen += 1;
    }
    assert_eq!((seen, with_witnesses), (13, 7));
}

/// Blocks 0 to 438 as they lie in the file: magic, length, block.
fn first_blocks(folder: &Path) -> Vec<Vec<u8>> {
    let bytes = unpacked(&folder.join("mainnet_blocks_0_438.blk.zst"));
    let mut rest = bytes.as_slice();
    let mut blocks = Vec::new();
    while let Some((frame, after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes(*frame.last_chunk().expect("eight bytes"));
        let (block, after) = after.split_at(length as usize);
        blocks.push(block.to_vec());
        rest = after;
    }
    blocks
}

/// Numbers that look random and are the same each time.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for at in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        items.swap(at, (state >> 33) as usize % (at + 1));
    }
}

#[test]
fn the_first_439_blocks_are_one_chain_however_they_lie() {
    let Some(folder) = data() else { return };
    let blocks = first_blocks(&folder);
    assert_eq!(blocks.len(), 439);
    let expected: Vec<Hash> = blocks.iter().map(|block| header(block).hash).collect();
    let mut shuffled = blocks.clone();
    shuffle(&mut shuffled);
    assert_ne!(shuffled, blocks);
    let split = |blocks: &[Vec<u8>]| blocks.chunks(7).map(<[_]>::to_vec).collect::<Vec<_>>();
    let key = Some([0x5a, 0, 0xff, 0x13, 0x77, 0x80, 1, 0xc3]);
    for (files, key, tail) in [
        (vec![blocks.clone()], None, 0),
        (vec![blocks.clone()], key, 16 << 20),
        (split(&blocks), None, 1_000),
        (vec![shuffled.clone()], Some([0; 8]), 5),
        (split(&shuffled), key, 70_000),
    ] {
        let mut node = Node::of(Network::Mainnet, files);
        (node.key, node.tail) = (key, tail);
        let written = node.write();
        let best = written.best().expect("a chain");
        assert!(best.whole && best.stale.is_empty());
        assert_eq!(hashes(&best), expected);
        let files = written.open().expect("opens");
        let mut reader = files.reader(FileKind::Blocks);
        let mut transactions = 0;
        for at in &best.blocks {
            let bytes = reader.read(at.place).expect("readable");
            transactions += checked(bytes, Network::Mainnet).inputs.len();
        }
        assert_eq!(transactions, 446);
    }
}

#[test]
fn long_runs_of_real_headers_have_their_work() {
    let Some(folder) = data() else { return };
    for (name, network, count) in [
        ("mainnet_headers_0_10236", Network::Mainnet, 10_237),
        ("signet_headers_0_2015", Network::Signet, 2_016),
    ] {
        let bytes = unpacked(&folder.join(format!("{name}.bin.zst")));
        let mut parent = Hash::default();
        let mut seen = 0;
        for chunk in bytes.chunks_exact(80) {
            let header = header(chunk);
            check::proof_of_work(&header, network).expect("enough work");
            assert_eq!(header.parent, parent);
            parent = header.hash;
            seen += 1;
        }
        assert_eq!(seen, count);
    }
}

/// With the outputs that block 866,342 spent, no transaction pays out more than it takes in, and the
/// coinbase takes the subsidy and exactly the fees.
#[test]
fn the_coinbase_of_866342_takes_subsidy_and_fees() {
    let Some(folder) = data() else { return };
    let sums = checked(&unpacked(&folder.join("mainnet_866342.raw.zst")), Network::Mainnet);
    let spent = unpacked(&folder.join("mainnet_866342.spent_utxos.zst"));
    let spent: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&spent).expect("a list of outputs");
    let inputs: u32 = sums.inputs[1..].iter().sum();
    assert_eq!(spent.len(), inputs as usize);
    let mut spent = spent.iter().map(|one| {
        let output = &one["txout"];
        assert!(output["script_pubkey"].as_str().is_some_and(|script| !script.is_empty()));
        output["value"].as_u64().expect("satoshi")
    });
    let mut fees = 0;
    for (inputs, paid) in sums.inputs.iter().zip(&sums.values).skip(1) {
        let taken: u64 = spent.by_ref().take(*inputs as usize).sum();
        fees += taken.checked_sub(*paid).expect("no transaction makes money");
    }
    assert_eq!(sums.values[0], 312_500_000 + fees);
    println!("{inputs} inputs, {fees} satoshi of fees");
}
