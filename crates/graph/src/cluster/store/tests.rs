//! The store against the rules, the ledger and damage.

use std::{collections::BTreeMap, fs, path::Path};

use chain::Chain;
use ledger::utxo::{
    AddressNo, TxNo, UtxoLedger, UtxoWriter,
    made::{MadeChain, MadeTx},
};
use proptest::prelude::*;

use super::*;
use crate::cluster::{
    change_layer::{ChangeLayer, ServiceNo},
    evidence::Scope,
    made, properties,
};

const HOLDER: &str = "a test";

fn plan() -> Plan {
    Plan { without_same_key: false, change: Some(Vec::new()) }
}

/// Every file of the store but the lock, by name.
fn files(data_dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let folder = chain_folder(data_dir, Chain::Bitcoin).join(FOLDER);
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let named = entries.map(|entry| {
        let name = entry.file_name().into_string().expect("our own names");
        (name, fs::read(entry.path()).expect("a file"))
    });
    named.filter(|(name, _)| name != "lock").collect()
}

fn built(data_dir: &Path, facts: &impl Facts, plan: &Plan) -> Built {
    build(data_dir, Chain::Bitcoin, facts, plan, HOLDER).expect("built")
}

fn opened(data_dir: &Path) -> Clusters {
    Clusters::open(data_dir, Chain::Bitcoin).expect("it opens").expect("it was built")
}

/// A coinbase for each of six owners; 0 and 1 spend together, 1 again with 2; 4 pays 7 with change
/// to 8.
fn story() -> MadeChain {
    let coins: Vec<MadeTx> =
        (0..6).map(|owner| MadeTx::paying(&[], &[(50_000, owner), (40_000, owner)])).collect();
    MadeChain::default()
        .block(coins)
        .block([MadeTx::paying(&[(0, 0), (1, 0)], &[(90_000, 6)])])
        .block([MadeTx::paying(&[(1, 1), (2, 0)], &[(10_000, 3), (70_000, 2)])])
        .block([MadeTx::paying(&[(4, 0)], &[(20_000, 7), (29_123, 8)])])
}

proptest! {
    // Each case writes some dozen files.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn going_on_gives_the_bytes_of_building_anew(
        chain in properties::a_chain(),
        height in 0_u32..25,
        services in proptest::collection::vec((any::<u32>(), 0_u32..3), 0..4),
    ) {
        let services = services.iter().map(|(place, service)| {
            (AddressNo(place % chain.addresses()), ServiceNo(*service))
        });
        let plan = Plan { without_same_key: false, change: Some(services.collect()) };
        let (stepwise, anew) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let earlier = chain.cut(chain.transactions_through(height));
        built(stepwise.path(), &earlier, &Plan { change: None, ..plan.clone() });
        let resumed = built(stepwise.path(), &chain, &plan);
        prop_assert_eq!(resumed.resumed_at, earlier.transactions());
        let at_once = built(anew.path(), &chain, &plan);
        prop_assert_eq!(at_once.resumed_at, 0);
        prop_assert_eq!(files(stepwise.path()), files(anew.path()));
        let again = built(anew.path(), &chain, &plan);
        prop_assert_eq!(again.bytes_written, 0);

        // And what is read back is what the rules say.
        let clusters = opened(anew.path());
        clusters.check().expect("undamaged");
        let partition = properties::clusters(&chain);
        let sizes = partition.sizes();
        for address in (0..chain.addresses()).map(AddressNo) {
            let cluster = clusters.cluster_of(address, Layer::CoSpend).expect("built");
            prop_assert_eq!(cluster, partition.cluster_of(address));
            let size = sizes.iter().find(|size| size.cluster == cluster);
            let size = size.map_or(1, |size| size.addresses);
            prop_assert_eq!(clusters.size_of(cluster, Layer::CoSpend).expect("built"), size);
        }
        let change = ChangeLayer::build(&chain, &partition, &plan.change.expect("it is there"));
        prop_assert_eq!(clusters.partition(Layer::Change).expect("built"), change.partition);
        prop_assert_eq!(clusters.change_links(), change.links);
        prop_assert_eq!(clusters.refused(), change.refused);
    }
}

#[test]
fn the_ledger_gives_the_clusters_of_the_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    let done = built(folder.path(), &ledger, &plan());
    assert_eq!((done.joined, done.clusters, done.change), (3, 1, Some((1, 0))));
    let clusters = opened(folder.path());
    let cluster = |number, layer| clusters.cluster_of(AddressNo(number), layer).expect("built").0;
    let all = |layer| (0..9).map(|number| cluster(number, layer)).collect::<Vec<_>>();
    assert_eq!(all(Layer::CoSpend), [0, 0, 0, 3, 4, 5, 6, 7, 8]);
    assert_eq!(all(Layer::Change), [0, 0, 0, 3, 4, 5, 6, 7, 4]);
    assert_eq!(all(Layer::SameKey), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let evidence = clusters.evidence(&ledger);
    let scope = |end| Scope::new(Layer::CoSpend, TxNo(end));
    let links = evidence.why(AddressNo(0), AddressNo(2), &scope(9)).expect("one cluster");
    let txs: Vec<_> = links.iter().map(|link| link.tx).collect();
    assert_eq!(txs, [Some(TxNo(6)), Some(TxNo(7))]);
    assert_eq!(evidence.why(AddressNo(0), AddressNo(2), &scope(7)), None);
    assert_eq!(evidence.why(AddressNo(4), AddressNo(8), &scope(9)), None);
}

#[test]
fn the_fast_sweep_sees_what_the_slow_one_sees() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    for from in 0..10 {
        let mut seen = Vec::new();
        ledger.joint_spends(TxNo(from), |spends, addresses| {
            let mut rest = addresses;
            for spend in spends {
                let (own, behind) = rest.split_at(spend.counts.inputs);
                seen.push((spend.tx, own.to_vec(), spend.counts.outputs));
                rest = behind;
            }
        });
        let expected: Vec<_> = [(6, [0, 1], 1), (7, [1, 2], 2)]
            .into_iter()
            .filter(|(tx, ..)| *tx >= from)
            .map(|(tx, addresses, outputs)| (TxNo(tx), addresses.map(AddressNo).to_vec(), outputs))
            .collect();
        assert_eq!(seen, expected);
        let mut scripts = Vec::new();
        ledger.each_script(AddressNo(from), |script| scripts.push(script));
        let expected: Vec<_> = (from..9).map(|at| ledger.script(AddressNo(at))).collect();
        assert_eq!(scripts, expected);
    }
}

#[test]
fn after_a_stale_branch_they_are_built_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    built(folder.path(), &ledger, &plan());
    drop(ledger);
    // The last two blocks turn out stale; in the new branch 1 and 2 never meet.
    let mut other = story();
    other.blocks.truncate(2);
    other.branch_at = Some(2);
    let other = other.block([MadeTx::paying(&[(3, 0), (4, 1)], &[(80_000, 9)])]);
    let mut writer = UtxoWriter::open(folder.path(), Chain::Bitcoin, HOLDER).expect("free");
    writer.unwind_to(2).expect("unwound");
    other.write(&mut writer, 1).expect("written");
    drop(writer);
    let ledger = UtxoLedger::open(folder.path(), Chain::Bitcoin).expect("opens").expect("there");
    assert!(!opened(folder.path()).is_on_branch(&ledger));
    let done = built(folder.path(), &ledger, &plan());
    assert_eq!(done.resumed_at, 0);
    let fresh = tempfile::tempdir().expect("a folder");
    let elsewhere = other.store(fresh.path()).expect("stored");
    built(fresh.path(), &elsewhere, &plan());
    assert_eq!(files(folder.path()), files(fresh.path()));
    assert!(opened(folder.path()).is_on_branch(&ledger));
}

#[test]
fn other_rules_are_built_anew_and_a_layer_can_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    built(folder.path(), &ledger, &plan());
    let without = Plan { without_same_key: true, change: None };
    assert_eq!(built(folder.path(), &ledger, &without).resumed_at, 0);
    let clusters = opened(folder.path());
    assert_eq!(clusters.rules(), [coinjoin_rules(), "co-spend/1"]);
    let refused = clusters.cluster_of(AddressNo(0), Layer::Change).expect_err("not there");
    let words = "the clusters of bitcoin were built without one-time-change";
    assert_eq!(refused.to_string(), words);
    assert!(!files(folder.path()).keys().any(|name| name.starts_with("change")));
}

fn coinjoin_rules() -> &'static str {
    crate::coinjoin::RULES_VERSION
}

/// The bytes of format 1, for ever.
#[test]
fn the_bytes_are_those_of_the_format_page() {
    let folder = tempfile::tempdir().expect("a folder");
    built(folder.path(), &story().store(folder.path()).expect("stored"), &plan());
    let files = files(folder.path());
    let hex = |name: &str| {
        let (_, bytes) = files.iter().find(|file| file.0.starts_with(name)).expect("a file");
        bytes[32..].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let roots = [0, 0, 0, 3, 4, 5, 6, 7, 8];
    let numbers: String = roots.iter().map(|root| format!("{root:02x}000000")).collect();
    assert_eq!(hex("root."), numbers);
    assert_eq!(hex("size."), "0000000003000000");
    assert_eq!(hex("change.size."), "00000000030000000400000002000000");
    assert_eq!(hex("change.link."), "08000000040000000800000000");
    assert_eq!((hex("pair."), hex("change.refused.")), (String::new(), String::new()));
    let manifest = String::from_utf8(files["manifest"].clone()).expect("text");
    assert!(manifest.starts_with("tracewell-clusters 1 "), "{manifest}");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, NAMES);
}

/// Names end with the hash of the content, so they hold the content fast.
const NAMES: [&str; 10] = [
    "change.link.00000-0ad53521d8140696",
    "change.refused.00000-749ca915b3174f5d",
    "change.root.00000-8ed938554808a21e",
    "change.size.00000-712008011aac383e",
    "key.00000-245acd0ea0433227",
    "key.second.00000-328736fdac4f9084",
    "manifest",
    "pair.00000-328736fdac4f9084",
    "root.00000-56432527bbb6d163",
    "size.00000-9d9dd36af747e8c3",
];

#[test]
fn damage_is_refused_and_never_repaired() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    built(folder.path(), &ledger, &plan());
    let store = chain_folder(folder.path(), Chain::Bitcoin).join(FOLDER);
    for (name, bytes) in files(folder.path()) {
        for at in (0..bytes.len()).step_by(5) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(store.join(&name), &damaged).expect("written");
            let noticed = match Clusters::open(folder.path(), Chain::Bitcoin) {
                Ok(Some(clusters)) => clusters.check().is_err(),
                Ok(None) => false,
                Err(_) => true,
            };
            // Four reserved bytes of a column's header mean nothing.
            assert!(noticed || name != "manifest" && (12..16).contains(&at), "{name} byte {at}");
        }
        fs::write(store.join(&name), &bytes[..bytes.len() - 1]).expect("written");
        assert!(Clusters::open(folder.path(), Chain::Bitcoin).is_err(), "{name} cut");
        fs::write(store.join(&name), bytes).expect("written");
    }
    opened(folder.path()).check().expect("as it was");
}

#[test]
fn one_builder_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = story().store(folder.path()).expect("stored");
    built(folder.path(), &ledger, &plan());
    let store = chain_folder(folder.path(), Chain::Bitcoin).join(FOLDER);
    let _held = ledger::Lock::take(&store, Chain::Bitcoin, "another").expect("free");
    let refused = build(folder.path(), Chain::Bitcoin, &ledger, &plan(), HOLDER);
    assert!(refused.expect_err("held").to_string().ends_with("is locked by another"));
}

#[test]
fn nothing_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(Clusters::open(folder.path(), Chain::Bitcoin).expect("no error").is_none());
    let made = made::MadeChain::default();
    let done = built(folder.path(), &made, &plan());
    assert_eq!((done.joined, done.clusters, done.largest), (0, 0, None));
}
