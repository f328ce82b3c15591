//! Laws of the store on random chains, with levels so low that a few blocks make many segments.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chain::{Chain, Script, record::Outpoint};
use proptest::prelude::*;

use super::{
    AddressNo, OutputNo, TxNo, UtxoError, UtxoLedger, UtxoWriter,
    made::{MadeChain, MadeTx, owner_script},
    verify,
};

const SMALL: [u32; 3] = [6, 4, 2];

fn writer(folder: &Path) -> UtxoWriter {
    UtxoWriter::open_with(folder, Chain::Bitcoin, "a test", &SMALL).expect("opens")
}

fn ledger(folder: &Path) -> UtxoLedger {
    UtxoLedger::open(folder, Chain::Bitcoin).expect("opens").expect("there are blocks")
}

/// Every file below a folder but the lock, with its bytes.
fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "lock") {
                let name = path.strip_prefix(folder).expect("below").to_owned();
                files.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    files
}

/// A chain in which every choice comes from the numbers given.
fn chain_of(choices: &[u16]) -> MadeChain {
    let mut made = MadeChain::default();
    let mut unspent: Vec<(usize, u32, u64)> = Vec::new();
    let mut place = 0;
    let mut choices = choices.iter().map(|choice| usize::from(*choice)).peekable();
    while choices.peek().is_some() {
        let mut take = |below: usize| choices.next().unwrap_or(0) % below;
        let mut block =
            vec![MadeTx::paying(&[], &[(50_000, u32::try_from(take(9)).expect("few"))])];
        unspent.push((place, 0, 50_000));
        place += 1;
        for _ in 0..take(4) {
            let mut spends = Vec::new();
            let mut value = 0;
            for _ in 0..=take(3) {
                if unspent.is_empty() {
                    break;
                }
                let (tx, index, worth) = unspent.swap_remove(take(unspent.len()));
                spends.push((tx, index));
                value += worth;
            }
            if spends.is_empty() {
                break;
            }
            let fee = value.min(take(7) as u64);
            let count = 1 + take(3);
            let mut outputs = Vec::new();
            for at in 0..count {
                let worth = (value - fee) / count as u64
                    + if at == 0 { (value - fee) % count as u64 } else { 0 };
                let script = match take(12) {
                    0 => Script::new([0x6a, 1, 7]),
                    1 => Script::new([0x51]),
                    owner => owner_script(u32::try_from(owner).expect("few")),
                };
                outputs.push((worth, script));
                unspent.push((place, u32::try_from(at).expect("few"), worth));
            }
            block.push(MadeTx { spends, outputs });
            place += 1;
        }
        made.blocks.push(block);
    }
    made
}

fn chains() -> impl Strategy<Value = MadeChain> {
    proptest::collection::vec(any::<u16>(), 1..220).prop_map(|choices| chain_of(&choices))
}

fn stored(chain: &MadeChain, step: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    chain.write(&mut writer(folder.path()), step).expect("stored");
    folder
}

/// Compares every answer with the plain structs that the chain was made of.
fn assert_answers(chain: &MadeChain, ledger: &UtxoLedger) {
    let all: Vec<&MadeTx> = chain.blocks.iter().flatten().collect();
    let mut firsts = vec![0_u64];
    for tx in &all {
        firsts.push(firsts[firsts.len() - 1] + tx.outputs.len() as u64);
    }
    let number = |(tx, index): (usize, u32)| OutputNo(firsts[tx] + u64::from(index));
    let mut spenders: BTreeMap<OutputNo, TxNo> = BTreeMap::new();
    let mut of_script: BTreeMap<&Script, Vec<OutputNo>> = BTreeMap::new();
    let mut at = 0;
    for (height, block) in chain.blocks.iter().enumerate() {
        let facts = ledger.block(u32::try_from(height).expect("few")).expect("it is there");
        assert_eq!(facts.hash, chain.hash(height));
        assert_eq!(facts.transactions.len(), block.len());
        for tx in block {
            let own = TxNo(u32::try_from(at).expect("few"));
            assert_eq!(ledger.tx_id(own), chain.id(at));
            assert_eq!(ledger.find_tx(&chain.id(at)), Some(own));
            assert_eq!(ledger.height_of(own), facts.height);
            assert_eq!(ledger.time_of(own), facts.time);
            let spends: Vec<OutputNo> = tx.spends.iter().copied().map(number).collect();
            assert_eq!(ledger.inputs(own).collect::<Vec<_>>(), spends);
            let paid: u64 = spends.iter().map(|output| ledger.value(*output)).sum();
            let given: u64 = tx.outputs.iter().map(|output| output.0).sum();
            assert_eq!(ledger.is_coinbase(own), spends.is_empty());
            assert_eq!(ledger.fee(own), if spends.is_empty() { 0 } else { paid - given });
            spenders.extend(spends.into_iter().map(|output| (output, own)));
            for (output, (value, script)) in ledger.outputs(own).zip(&tx.outputs) {
                assert_eq!((ledger.value(output), ledger.tx_of_output(output)), (*value, own));
                assert_eq!(&ledger.script(ledger.address(output)), script);
                of_script.entry(script).or_default().push(output);
            }
            at += 1;
        }
    }
    for output in (0..firsts[all.len()]).map(OutputNo) {
        assert_eq!(ledger.spender(output), spenders.get(&output).copied());
    }
    let counts = ledger.counts();
    assert_eq!(usize::try_from(counts.addresses).expect("few"), of_script.len());
    for (script, outputs) in of_script {
        let address = ledger.find_address(script).expect("it was paid");
        assert_eq!(ledger.script_kind(address), script.kind());
        assert_eq!(ledger.outputs_of(address).collect::<Vec<_>>(), outputs);
        assert_eq!(ledger.first_output_of(address), outputs[0]);
    }
    assert_eq!(ledger.find_address(&Script::new([1, 2, 3])), None);
    let mut firsts: Vec<OutputNo> =
        (0..counts.addresses).map(|at| ledger.first_output_of(AddressNo(at))).collect();
    assert!(firsts.is_sorted(), "numbers follow the first appearance");
    firsts.dedup();
    assert_eq!(firsts.len(), usize::try_from(counts.addresses).expect("few"));
}

fn assert_verified(folder: &Path) {
    let found = verify(folder, Chain::Bitcoin).expect("readable").expect("there are blocks");
    assert_eq!(found.findings, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_fact_is_given_back_and_the_steps_do_not_matter(chain in chains(), step in 1..9_usize) {
        let whole = stored(&chain, usize::MAX);
        assert_answers(&chain, &ledger(whole.path()));
        assert_verified(whole.path());
        let steps = stored(&chain, step);
        prop_assert!(bytes(whole.path()) == bytes(steps.path()), "steps of {step}");
    }

    #[test]
    fn a_stale_branch_leaves_no_trace(
        chain in chains(), other in chains(), fork in 0..40_usize, step in 1..9_usize,
    ) {
        // The branches share the blocks below the fork.
        let fork = fork % chain.blocks.len();
        let stale = stored(&chain, step);
        let mut best = chain.clone();
        best.blocks.truncate(fork);
        best.branch_at = Some(fork);
        best.blocks.extend((0..3).map(|_| vec![MadeTx::paying(&[], &[(77, 3)])]));
        best.blocks.extend(other.blocks.iter().map(|_| vec![MadeTx::paying(&[], &[(7, 99)])]));
        let mut writer = writer(stale.path());
        writer.unwind_to(u32::try_from(fork).expect("few")).expect("unwound");
        best.write(&mut writer, step).expect("stored");
        drop(writer);
        assert_verified(stale.path());
        assert_answers(&best, &ledger(stale.path()));
        prop_assert!(bytes(stale.path()) == bytes(stored(&best, usize::MAX).path()));
    }

    #[test]
    fn unwinding_is_never_having_seen(chain in chains(), keep in 0..60_usize) {
        let keep = keep % (chain.blocks.len() + 1);
        let long = stored(&chain, 3);
        writer(long.path()).unwind_to(u32::try_from(keep).expect("few")).expect("unwound");
        let mut short = chain.clone();
        short.blocks.truncate(keep);
        prop_assert!(bytes(long.path()) == bytes(stored(&short, usize::MAX).path()), "{keep}");
    }
}

fn three_blocks() -> MadeChain {
    MadeChain::default()
        .block([MadeTx::paying(&[], &[(50, 1)])])
        .block([MadeTx::paying(&[], &[(50, 2)]), MadeTx::paying(&[(0, 0)], &[(20, 1), (29, 3)])])
        .block([MadeTx::paying(&[], &[(1 << 41, 2)]), MadeTx::paying(&[(2, 1)], &[(9, 4)])])
}

fn refusal(chain: &MadeChain, step: usize) -> UtxoError {
    let folder = tempfile::tempdir().expect("a folder");
    chain.write(&mut writer(folder.path()), step).expect_err("refused")
}

#[test]
fn what_nobody_can_spend_is_refused_in_a_batch_and_across_batches() {
    for step in [1, usize::MAX] {
        let twice = three_blocks().block([MadeTx::paying(&[(0, 0)], &[(1, 1)])]);
        let spent = Outpoint { tx: twice.id(0), index: 0 };
        assert!(matches!(refusal(&twice, step), UtxoError::SpentTwice(one) if one == spent));
        let beyond = three_blocks().block([MadeTx::paying(&[(2, 2)], &[(1, 1)])]);
        assert!(matches!(refusal(&beyond, step), UtxoError::MissingOutput(_)));
        let unknown = three_blocks().block([MadeTx::paying(&[(99, 0)], &[(1, 1)])]);
        assert!(matches!(refusal(&unknown, step), UtxoError::MissingOutput(_)));
        let inflated = three_blocks().block([MadeTx::paying(&[(2, 0)], &[(21, 1)])]);
        assert!(matches!(refusal(&inflated, step), UtxoError::Inflation(_)));
    }
    let both = three_blocks().block([MadeTx::paying(&[(2, 0), (2, 0)], &[(1, 1)])]);
    assert!(matches!(refusal(&both, 1), UtxoError::SpentTwice(_)));
}

#[test]
fn large_amounts_are_kept_beside_their_columns() {
    let mut chain = three_blocks();
    let huge = (1 << 40) - 1;
    chain = chain.block([MadeTx::paying(&[(3, 0)], &[(huge, 1), (huge - 1, 2)])]);
    let folder = stored(&chain, 2);
    let ledger = ledger(folder.path());
    let tx = ledger.find_tx(&chain.id(5)).expect("stored");
    let values: Vec<u64> = ledger.outputs(tx).map(|output| ledger.value(output)).collect();
    assert_eq!((values, ledger.fee(tx)), (vec![huge, huge - 1], 3));
    let big = MadeTx::paying(&[], &[(u64::MAX / 2, 1)]);
    let chain = MadeChain::default().block([big]).block([MadeTx::paying(&[(0, 0)], &[(1, 1)])]);
    let folder = stored(&chain, 1);
    assert_eq!(self::ledger(folder.path()).fee(TxNo(1)), u64::MAX / 2 - 1);
    assert_verified(folder.path());
}

#[test]
fn an_id_that_came_twice_means_the_later_transaction() {
    // Two coinbases of Bitcoin's early history have the id of an older one (BIP 30).
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = writer(folder.path());
    let (id, other) = ([9; 32], [8; 32]);
    for (height, ids) in [&[id][..], &[id], &[[7; 32], other]].iter().enumerate() {
        let hash = |at: usize| [u8::try_from(at).expect("few") + 1; 32];
        let parent = height.checked_sub(1).map_or([0; 32], hash);
        writer.begin_block(hash(height), parent, 0).expect("the next");
        for (place, _) in ids.iter().enumerate() {
            let shape = super::TxShape::new(1, 0, false);
            writer.output(5, owner_script(1).as_bytes());
            if place == 0 {
                writer.end_transaction(shape.of_coinbase());
            } else {
                writer.input(Outpoint { tx: chain::UtxoTxId(id), index: 0 });
                writer.end_transaction(shape);
            }
        }
        writer.end_block(ids.iter()).expect("in order");
        writer.commit().expect("stored");
    }
    drop(writer);
    let ledger = ledger(folder.path());
    assert_eq!(ledger.find_tx(&chain::UtxoTxId(id)), Some(TxNo(1)));
    assert_eq!(ledger.inputs(TxNo(3)).collect::<Vec<_>>(), [OutputNo(1)]);
    assert_eq!((ledger.spender(OutputNo(0)), ledger.spender(OutputNo(1))), (None, Some(TxNo(3))));
    assert_verified(folder.path());
}

#[test]
fn a_block_must_follow_the_last() {
    let folder = stored(&three_blocks(), 1);
    let mut writer = writer(folder.path());
    let error = writer.begin_block([1; 32], [2; 32], 0).expect_err("another parent").to_string();
    assert!(error.contains("at height 3 does not follow"), "{error}");
}

#[test]
fn what_a_killed_writer_left_is_cleared() {
    let chain = three_blocks();
    let folder = stored(&chain, 1);
    let before = bytes(folder.path());
    // Segments and spenders of a fourth block are in place, its manifest is not.
    let more = chain.clone().block([MadeTx::paying(&[(2, 0)], &[(20, 7)])]);
    more.write(&mut writer(folder.path()), 1).expect("stored");
    let manifest = PathBuf::from("chains/bitcoin/utxo/manifest");
    fs::write(folder.path().join(&manifest), &before[&manifest]).expect("written");
    for (name, content) in before.iter().filter(|(name, _)| name.starts_with("chains")) {
        let path = folder.path().join(name);
        if !path.exists() {
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(path, content).expect("written");
        }
    }
    let read = ledger(folder.path());
    assert_eq!(read.counts().blocks, 3);
    assert_eq!(read.spender(OutputNo(2)), None, "a word of the future is none");
    drop(writer(folder.path()));
    assert!(bytes(folder.path()) == before);
}

#[test]
fn every_damaged_file_is_found() {
    let folder = stored(&chain_of(&(0..150).collect::<Vec<u16>>()), 4);
    assert_verified(folder.path());
    let files = bytes(folder.path());
    for (name, content) in &files {
        if content.is_empty() {
            continue;
        }
        let path = folder.path().join(name);
        let mut damaged = content.clone();
        let at = if name.to_string_lossy().contains("spenders") { 4 } else { content.len() / 2 };
        damaged[at] ^= 1;
        fs::write(&path, damaged).expect("written");
        let found = verify(folder.path(), Chain::Bitcoin);
        let clean = found.is_ok_and(|found| found.is_none_or(|it| it.findings.is_empty()));
        assert!(!clean, "{}", name.display());
        fs::write(&path, content).expect("written");
    }
}

#[test]
fn a_newer_format_is_refused_by_name() {
    let folder = stored(&three_blocks(), 1);
    let path = folder.path().join("chains/bitcoin/utxo/manifest");
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, text.replacen("ledger 1 ", "ledger 2 ", 1)).expect("written");
    let error = UtxoLedger::open(folder.path(), Chain::Bitcoin).expect_err("refused").to_string();
    assert!(error.contains("format version 2, this program reads up to 1"), "{error}");
}
