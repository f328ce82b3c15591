//! What we read from block files and undo files, against the node's own words.

use std::path::Path;

use sources::bitcoin::{
    BestChain, BlockFiles, BlockReader, ChainOfHeaders, FileKind, Hash, Network, Place,
    block::{self, BlockVisitor, Input, OutPoint, Output, Transaction},
    check,
    rpc::verbose::{Prevout, VerboseBlock},
    undo,
};

use super::{made::Made, reorg};

/// The best chain of a folder, work checked.
fn order(files: &BlockFiles) -> BestChain {
    let mut chain = ChainOfHeaders::new(Network::Regtest, true);
    for found in files.headers() {
        let (header, place) = found.expect("a header");
        chain.add(&header, place).expect("it has its work");
    }
    chain.best(files).expect("a chain")
}

/// A block as we read it, in a form that can be compared.
#[derive(Default)]
struct Read {
    transactions: Vec<ReadTransaction>,
    under_way: ReadTransaction,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct ReadTransaction {
    txid: Hash,
    wtxid: Hash,
    version: u32,
    lock_time: u32,
    weight: u64,
    inputs: Vec<(OutPoint, u32)>,
    outputs: Vec<(u64, Vec<u8>)>,
}

impl BlockVisitor for Read {
    fn input(&mut self, input: Input<'_>) {
        self.under_way.inputs.push((input.spends, input.sequence));
    }

    fn output(&mut self, output: Output<'_>) {
        self.under_way.outputs.push((output.value, output.script.to_vec()));
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        let whole = std::mem::take(&mut self.under_way);
        self.transactions.push(ReadTransaction {
            txid: transaction.txid,
            wtxid: transaction.wtxid(),
            version: transaction.version().cast_unsigned(),
            lock_time: transaction.lock_time(),
            weight: transaction.weight(),
            ..whole
        });
    }
}

fn expected(block: &VerboseBlock) -> Vec<ReadTransaction> {
    let transaction = |said: &sources::bitcoin::rpc::verbose::VerboseTransaction| ReadTransaction {
        txid: said.txid,
        wtxid: said.wtxid,
        version: said.version,
        lock_time: said.lock_time,
        weight: said.weight,
        inputs: said
            .inputs
            .iter()
            .map(|input| (input.spends().unwrap_or(OutPoint::NONE), input.sequence))
            .collect(),
        outputs: said
            .outputs
            .iter()
            .map(|output| (output.value, output.script.bytes.clone()))
            .collect(),
    };
    block.transactions.iter().map(transaction).collect()
}

/// One block's bytes against the node's words.
fn compare(bytes: &[u8], said: &VerboseBlock) {
    let (mut txids, mut read) = (Vec::new(), Read::default());
    let header = block::decode(bytes, &mut txids, &mut read).expect("a block");
    check::transactions(&header, &mut txids).expect("its transactions");
    assert_eq!((header.hash, header.time), (said.hash, said.time));
    assert_eq!(read.transactions, expected(said), "block {}", said.height);
}

/// Whether a record of a folder holds what the inputs of this block spent.
fn undo_of(files: &BlockFiles, places: &[Place], said: &VerboseBlock, parent: Hash) {
    let said: Vec<&Prevout> = said.transactions[1..]
        .iter()
        .flat_map(|transaction| &transaction.inputs)
        .map(|input| input.prevout.as_ref().expect("the node says it"))
        .collect();
    let mut reader: BlockReader<'_> = files.reader(FileKind::Undo);
    // Two children may spend the same, so there may be more than one.
    let found = places.iter().any(|place| {
        let record = reader.read(*place).expect("a record");
        let Some(undo) = undo::of_child(parent, record) else { return false };
        let mut spent = Vec::new();
        undo::decode(undo, |one| {
            spent.push((one.coinbase, one.height, one.value, one.script.to_vec()));
        })
        .expect("undo data");
        spent.len() == said.len()
            && spent.iter().zip(&said).all(|(ours, theirs)| {
                let Prevout { generated, height, value, script } = theirs;
                *ours == (*generated, *height, *value, script.bytes.clone())
            })
    });
    assert!(found, "no record of what the inputs of a child of {parent} spent");
}

/// All of a folder against the node's words.
fn compare_folder(folder: &Path, best: &[VerboseBlock], stale: &[VerboseBlock]) -> BlockFiles {
    let files = BlockFiles::open(folder, Network::Regtest).expect("block files");
    let chain = order(&files);
    let hashes: Vec<Hash> = chain.blocks.iter().map(|block| block.hash).collect();
    let said: Vec<Hash> = best.iter().map(|block| block.hash).collect();
    assert_eq!(hashes, said);
    assert!(chain.whole && chain.detached.is_empty() && chain.repeated.is_empty());
    let mut reader = files.reader(FileKind::Blocks);
    for (at, said) in chain.blocks.iter().zip(best) {
        assert_eq!(at.depth, said.height);
        compare(reader.read(at.place).expect("its bytes"), said);
    }
    assert_eq!(chain.stale.len(), stale.len());
    for at in &chain.stale {
        let said = stale.iter().find(|block| block.hash == at.hash).expect("it is stale");
        compare(reader.read(at.place).expect("its bytes"), said);
    }
    let records: Result<Vec<Place>, _> = files.records(FileKind::Undo).collect();
    let records = records.expect("undo records");
    for pair in best.windows(2) {
        undo_of(&files, &records, &pair[1], pair[0].hash);
    }
    files
}

#[test]
fn every_block_and_every_prevout_is_what_the_node_says() {
    let Some(made) = Made::ready() else { return };
    let (best, stale) = (made.best(), made.stale());
    assert!(best.len() > 110 && stale.len() == reorg::STALE as usize);
    let files = compare_folder(&made.blocks(), &best, &stale);
    let key = std::fs::read(files.folder().join("xor.dat")).expect("a key");
    assert_ne!(key, [0; 8], "a node makes up a key");
    // The branch that lost was spent from as well, and its undo data is kept.
    let records: Result<Vec<Place>, _> = files.records(FileKind::Undo).collect();
    let below = best[stale[0].height as usize - 1].hash;
    undo_of(&files, &records.expect("undo records"), &stale[0], below);
    compare_folder(&made.blocks_before(), &made.best_before(), &[]);
    compare_folder(&made.blocks_clean(), &best, &[]);
}

#[test]
fn order_and_number_of_files_and_the_key_change_nothing() {
    let Some(made) = Made::ready() else { return };
    let files = compare_folder(&made.blocks_shuffled(), &made.best(), &made.stale());
    assert!(files.files(FileKind::Blocks).len() > 2, "many small files");
    assert_eq!(std::fs::read(files.folder().join("xor.dat")).expect("a key"), [0; 8]);
}

#[test]
fn what_a_node_has_pruned_is_told_from_damage() {
    let Some(made) = Made::ready() else { return };
    let files = BlockFiles::open(&made.blocks_pruned(), Network::Regtest).expect("block files");
    assert!(files.files(FileKind::Blocks)[0].number > 0);
    let chain = order(&files);
    assert!(!chain.whole && chain.stale.is_empty());
    assert!(chain.blocks.len() > 288);
}

/// The chain has in it what it was made for.
#[test]
fn every_form_of_script_is_on_the_chain() {
    let Some(made) = Made::ready() else { return };
    let best = made.best();
    let transactions = || best.iter().flat_map(|block| &block.transactions);
    let made: std::collections::BTreeSet<&str> = transactions()
        .flat_map(|one| &one.outputs)
        .map(|output| output.script.kind.as_str())
        .collect();
    let spent: std::collections::BTreeSet<&str> = transactions()
        .flat_map(|one| &one.inputs)
        .filter_map(|input| input.prevout.as_ref())
        .map(|prevout| prevout.script.kind.as_str())
        .collect();
    let forms = [
        "multisig",
        "nonstandard",
        "pubkey",
        "pubkeyhash",
        "scripthash",
        "witness_v0_keyhash",
        "witness_v0_scripthash",
        "witness_v1_taproot",
    ];
    for form in forms {
        assert!(made.contains(form) && spent.contains(form), "{form}: {made:?}, {spent:?}");
    }
    assert!(made.contains("nulldata") && made.contains("witness_unknown"), "{made:?}");
    let lengths = |length: usize| {
        transactions().flat_map(|one| &one.inputs).any(|input| {
            input.prevout.as_ref().is_some_and(|spent| spent.script.bytes.len() == length)
        })
    };
    assert!(lengths(35) && lengths(67), "bare keys of both lengths were spent");
}
