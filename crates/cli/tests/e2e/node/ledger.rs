//! The ledger that `tracewell ingest` makes of a node's files, against the node's own words.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chain::{Chain, Script, UtxoAddress, UtxoTxId};
use ledger::utxo::{OutputNo, TxNo, TxShape, UtxoLedger};
use sources::bitcoin::{
    block::OutPoint,
    rpc::verbose::{VerboseBlock, VerboseInput, VerboseScript, VerboseTransaction},
};

use super::{made::Made, reorg};
use crate::tracewell::{Run, Tracewell};

const CHAIN: Chain = Chain::BitcoinRegtest;
/// A sequence below this asks to be replaceable.
const FINAL: u32 = 0xffff_fffe;

/// The command that stores a folder of block files.
pub(super) fn words(blocks: &Path) -> Vec<String> {
    let blocks = blocks.display().to_string();
    ["ingest", "bitcoin", "--blocks", &blocks, "--network", "regtest"].map(str::to_owned).into()
}

/// Stores a folder of block files; the answer.
pub(super) fn ingest(here: &Tracewell, blocks: &Path) -> serde_json::Value {
    let words = words(blocks);
    here.json(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Tries to.
pub(super) fn try_ingest(here: &Tracewell, blocks: &Path) -> Run {
    here.run(words(blocks))
}

/// Nothing is wrong with what is stored; how many blocks there are.
pub(super) fn verified(data_dir: &Path) -> u32 {
    let Some(verified) = ledger::utxo::verify(data_dir, CHAIN).expect("readable") else { return 0 };
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    verified.counts.blocks
}

/// The whole ledger against the node's words.
pub(super) fn compare(data_dir: &Path, said: &[VerboseBlock]) {
    assert_eq!(verified(data_dir) as usize, said.len());
    let ledger = UtxoLedger::open(data_dir, CHAIN).expect("readable").expect("it is there");
    let spenders = spenders(said);
    let mut owned: BTreeMap<&[u8], Vec<OutputNo>> = BTreeMap::new();
    let (mut tx, mut output) = (0, 0);
    for block in said {
        let facts = ledger.block(block.height).expect("as many blocks");
        assert_eq!((facts.hash, facts.time.seconds()), (block.hash.0, block.time.into()));
        let count = u32::try_from(block.transactions.len()).expect("few");
        assert_eq!(facts.transactions, tx..tx + count);
        for said in &block.transactions {
            transaction(&ledger, TxNo(tx), block.height, said);
            for out in &said.outputs {
                let number = OutputNo(output);
                let point = OutPoint { txid: said.txid, output: out.n };
                assert_eq!(ledger.tx_of_output(number), TxNo(tx));
                assert_eq!(ledger.value(number), out.value);
                script(&ledger, number, &out.script);
                assert_eq!(ledger.spender(number), spenders.get(&point).copied().map(TxNo));
                owned.entry(&out.script.bytes).or_default().push(number);
                output += 1;
            }
            tx += 1;
        }
    }
    let counts = ledger.counts();
    assert_eq!((counts.transactions, counts.outputs), (tx, output));
    assert_eq!(counts.inputs, spenders.len() as u64);
    assert_eq!(counts.addresses as usize, owned.len());
    for (script, outputs) in &owned {
        let address = ledger.find_address(&Script::new(*script)).expect("it is there");
        assert_eq!(ledger.outputs_of(address).collect::<Vec<_>>(), *outputs);
    }
}

/// Who spends what, by the numbers that the ledger must give.
fn spenders(said: &[VerboseBlock]) -> BTreeMap<OutPoint, u32> {
    let transactions = said.iter().flat_map(|block| &block.transactions).zip(0..);
    let spends = |(transaction, number): (&VerboseTransaction, u32)| {
        let points: Vec<OutPoint> =
            transaction.inputs.iter().filter_map(VerboseInput::spends).collect();
        points.into_iter().map(move |point| (point, number))
    };
    transactions.flat_map(spends).collect()
}

fn transaction(ledger: &UtxoLedger, tx: TxNo, height: u32, said: &VerboseTransaction) {
    let id = UtxoTxId(said.txid.0);
    assert_eq!((ledger.tx_id(tx), ledger.find_tx(&id)), (id, Some(tx)));
    assert_eq!(ledger.height_of(tx), height);
    assert_eq!(ledger.fee(tx), said.fee.unwrap_or(0), "{id}");
    let coinbase = said.inputs.iter().all(|input| input.spends().is_none());
    assert_eq!(ledger.is_coinbase(tx), coinbase);
    let spending: &[VerboseInput] = if coinbase { &[] } else { &said.inputs };
    assert_eq!(shape(said, spending, coinbase), ledger.tx_shape(tx), "{id}");
    assert_eq!(ledger.outputs(tx).len(), said.outputs.len());
    assert_eq!(ledger.inputs(tx).len(), spending.len());
    for (output, said) in ledger.inputs(tx).zip(spending) {
        let point = said.spends().expect("not a coinbase");
        let maker = ledger.tx_of_output(output);
        assert_eq!(ledger.tx_id(maker).0, point.txid.0);
        assert_eq!(output.0 - ledger.first_output(maker).0, u64::from(point.output));
        let spent = said.prevout.as_ref().expect("the node says it");
        assert_eq!(ledger.value(output), spent.value);
        assert_eq!(ledger.height_of(maker), spent.height);
        assert_eq!(ledger.is_coinbase(maker), spent.generated);
        script(ledger, output, &spent.script);
    }
}

fn shape(said: &VerboseTransaction, spending: &[VerboseInput], coinbase: bool) -> TxShape {
    let witnesses = said.txid != said.wtxid;
    let shape = TxShape::new(said.version.cast_signed(), said.lock_time, witnesses);
    if coinbase {
        return shape.of_coinbase();
    }
    let replaceable = spending.iter().any(|input| input.sequence < FINAL);
    if replaceable { shape.with_sequence(0) } else { shape }
}

fn script(ledger: &UtxoLedger, output: OutputNo, said: &VerboseScript) {
    let found = ledger.script(ledger.address(output));
    assert_eq!(found.as_bytes(), said.bytes);
    let address = UtxoAddress::of_script(CHAIN, &found);
    assert_eq!(address.as_ref().map(UtxoAddress::as_str), said.address.as_deref(), "{found}");
}

#[test]
fn every_transaction_fee_prevout_script_and_address_is_what_the_node_says() {
    let Some(made) = Made::ready() else { return };
    let best = made.best();
    let mut all = BTreeSet::new();
    for blocks in [made.blocks(), made.blocks_clean(), made.blocks_shuffled()] {
        let here = Tracewell::new();
        let answer = ingest(&here, &blocks);
        assert_eq!(answer["stored"], true, "{answer}");
        assert_eq!(answer["ledger"]["now"]["blocks"].as_u64(), Some(best.len() as u64));
        compare(&here.data_dir(), &best);
        all.insert(here.files("chains"));
        // Once more: nothing is new, nothing changes.
        assert_eq!(ingest(&here, &blocks)["ledger"]["unwound"], 0);
        all.insert(here.files("chains"));
    }
    assert_eq!(all.len(), 1, "the same chain in other files is the same ledger, byte for byte");
}

#[test]
fn a_branch_that_lost_leaves_no_trace() {
    let Some(made) = Made::ready() else { return };
    let (here, fresh) = (Tracewell::new(), Tracewell::new());
    ingest(&here, &made.blocks_before());
    compare(&here.data_dir(), &made.best_before());
    let before = here.files("chains");
    let answer = ingest(&here, &made.blocks());
    assert_eq!(answer["ledger"]["unwound"], reorg::STALE, "{answer}");
    compare(&here.data_dir(), &made.best());
    ingest(&fresh, &made.blocks_clean());
    assert!(here.files("chains") == fresh.files("chains"), "the stale branch left a trace");
    assert!(here.files("chains") != before);
}

#[test]
fn a_pruned_node_is_refused_with_the_reason_and_can_be_checked() {
    let Some(made) = Made::ready() else { return };
    let here = Tracewell::new();
    let run = try_ingest(&here, &made.blocks_pruned());
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("the node has pruned its first blocks"), "{run}");
    assert_eq!(verified(&here.data_dir()), 0);
    let mut check = words(&made.blocks_pruned());
    check.extend(["--check".to_owned(), "--json".to_owned()]);
    let run = here.clean(&check);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&answer["clean"], &answer["whole"]), (&true.into(), &false.into()));
}
