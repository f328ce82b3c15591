//! The laws of a ledger: the content is a function of the set of imported files, nothing is lost,
//! nothing is taken twice, and damage is named.

use std::{collections::BTreeMap, fs, path::Path};

use chain::{
    Account, Amount, Asset, AssetId, Chain, Phase, Timestamp, TxId,
    record::{
        AddressCoverage, MixerDeposit, MixerEvent, Record, TransactionBody, TransactionRecord,
        TransferKind, TransferRecord,
    },
};
use ledger::{Held, Import, ImportReport, Ledger, LedgerError, SourceFile, verify};
use proptest::prelude::*;

fn account(number: u8) -> Account {
    Account([number; 20])
}

fn tx_id(number: u16) -> TxId {
    let mut id = [0; 32];
    id[..2].copy_from_slice(&number.wrapping_mul(40_503).to_be_bytes());
    id[30..].copy_from_slice(&number.to_be_bytes());
    TxId(id)
}

fn time_of(block: u64) -> Timestamp {
    Timestamp::from_seconds(1_600_000_000 + i64::try_from(block).expect("small") * 12)
        .expect("a time")
}

/// The transaction of a number is always the same fact, whoever tells it.
fn transaction(number: u16) -> Record {
    let block = u64::from(number / 3) * 1000;
    Record::Transaction(TransactionRecord {
        id: tx_id(number),
        block,
        index: Some(u32::from(number % 3)),
        time: time_of(block),
        body: Some(TransactionBody {
            from: account(u8::try_from(number % 7).expect("below 7")),
            to: Some(account(u8::try_from(number % 11).expect("below 11"))),
            created: None,
            value: Amount::from_halves(
                u128::from(number) * 1000,
                u128::from(number.is_multiple_of(5)),
            ),
            fee: Amount::from(u64::from(number % 13)),
            succeeded: !number.is_multiple_of(4),
        }),
    })
}

fn token(number: u16, item: Option<u32>, amount: u64) -> Record {
    let block = u64::from(number / 3) * 1000;
    Record::Transfer(TransferRecord {
        tx: tx_id(number),
        block,
        index: None,
        time: time_of(block),
        kind: TransferKind::Token,
        item,
        asset: AssetId::Token(account(99)),
        from: account(1),
        to: account(2),
        amount: Amount::from(amount),
    })
}

fn mixer(leaf: u32, time: Option<Timestamp>) -> Record {
    let tx = tx_id(u16::try_from(leaf).expect("small"));
    let deposit =
        MixerDeposit { pool: account(50), leaf, tx, block: 77_000, time, commitment: None };
    Record::Mixer(MixerEvent::Deposit(deposit))
}

fn import(data_dir: &Path, name: &str, records: Vec<Record>) -> Result<ImportReport, LedgerError> {
    let mut import = Import::begin(data_dir, Chain::Ethereum, "a test")?;
    for record in records {
        import.add(record)?;
    }
    let fingerprint = blake3::hash(name.as_bytes()).to_hex().to_string();
    import.commit(SourceFile { fingerprint, name: name.into(), layout: "test".into() }, 0)
}

fn open(data_dir: &Path) -> Ledger {
    Ledger::open(data_dir, Chain::Ethereum).expect("opens").expect("was imported")
}

/// Every file below a folder with its bytes, by its path from there.
fn bytes_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("lock") {
                let name = path.strip_prefix(folder).expect("below the folder");
                files.insert(name.display().to_string(), fs::read(&path).expect("readable"));
            }
        }
    }
    files
}

fn any_record() -> impl Strategy<Value = Record> {
    prop_oneof![
        (0_u16..60).prop_map(transaction),
        (0_u16..60, 0_u64..3).prop_map(|(number, amount)| token(number, None, amount)),
        // A stated place always has the same content.
        (0_u16..60, 0_u32..4).prop_map(|(number, item)| token(number, Some(item), item.into())),
        (0_u32..30, any::<bool>())
            .prop_map(|(leaf, timed)| mixer(leaf, timed.then(|| time_of(77_000)))),
        (0_u8..10, 1_u64..5, any::<bool>()).prop_map(|(number, rows, capped)| Record::Coverage(
            AddressCoverage { account: account(number), rows, capped }
        )),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn the_order_of_imports_does_not_matter(
        files in prop::collection::vec(prop::collection::vec(any_record(), 0..40), 1..4),
    ) {
        let forward = tempfile::tempdir().expect("a folder");
        let backward = tempfile::tempdir().expect("a folder");
        for (number, records) in files.iter().enumerate() {
            import(forward.path(), &number.to_string(), records.clone()).expect("imports");
        }
        for (number, records) in files.iter().enumerate().rev() {
            import(backward.path(), &number.to_string(), records.clone()).expect("imports");
        }
        prop_assert_eq!(bytes_below(forward.path()), bytes_below(backward.path()));
        let verification = verify(forward.path(), Chain::Ethereum).expect("reads").expect("exists");
        prop_assert_eq!(verification.findings, vec![]);

        // Once more changes nothing, under the same name or another.
        let backward_hash = open(backward.path()).facts_hash();
        let before = open(forward.path()).facts_hash();
        for (number, records) in files.iter().enumerate() {
            let again = import(forward.path(), &number.to_string(), records.clone()).expect("known");
            prop_assert!(!again.changed);
            let copy = import(forward.path(), &format!("copy {number}"), records.clone());
            prop_assert_eq!(copy.expect("imports").segments_written, 0);
        }
        prop_assert_eq!(&open(forward.path()).facts_hash(), &before);
        prop_assert_eq!(before, backward_hash);
    }

    #[test]
    fn every_transaction_reads_back(numbers in prop::collection::btree_set(0_u16..500, 1..80)) {
        let folder = tempfile::tempdir().expect("a folder");
        let records = numbers.iter().rev().map(|number| transaction(*number)).collect();
        import(folder.path(), "all", records).expect("imports");
        let ledger = open(folder.path());
        for number in &numbers {
            let Record::Transaction(stated) = transaction(*number) else { unreachable!() };
            let found = ledger.find_tx(&stated.id).expect("is there");
            let stored = ledger.transaction(found);
            prop_assert_eq!(&stored.body, &stated.body);
            prop_assert_eq!((stored.block, stored.index), (stated.block, stated.index));
            let body = stated.body.expect("has one");
            let moves: Vec<_> = ledger.movements_of(found).collect();
            prop_assert_eq!(moves[0].phase, Phase::Fee);
            prop_assert_eq!(moves[0].amount, body.fee);
            let moved = if body.succeeded { body.value } else { Amount::ZERO };
            prop_assert_eq!(moves[1].amount, moved);
            for movement in &moves {
                let posted: Vec<_> = ledger.postings(&movement.from).collect();
                prop_assert!(posted.is_sorted() && posted.contains(&movement.number));
            }
        }
    }
}

#[test]
fn equal_transfers_without_a_place_are_a_multiset_maximum() {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "a", vec![token(9, None, 5), token(9, None, 5)]).expect("imports");
    import(folder.path(), "b", vec![token(9, None, 5)]).expect("imports");
    assert_eq!(open(folder.path()).counts().moves, 2);
    // A dump that states places names one of the two.
    import(folder.path(), "c", vec![token(9, Some(5), 5)]).expect("imports");
    assert_eq!(open(folder.path()).counts().moves, 2);
}

#[test]
fn contradictions_are_refused_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "a", vec![transaction(5)]).expect("imports");
    let before = bytes_below(folder.path());
    let Record::Transaction(mut other) = transaction(5) else { unreachable!() };
    other.body.as_mut().expect("has one").value = Amount::from(1_u64);
    let error = import(folder.path(), "b", vec![Record::Transaction(other)]).expect_err("refused");
    assert!(
        error
            .to_string()
            .contains("value is 340282366920938463463374607431768216456 in the ledger"),
        "{error}"
    );
    assert_eq!(bytes_below(folder.path()), before);
}

#[test]
fn an_import_in_progress_locks_out_a_second_and_changes_nothing_when_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Import::begin(folder.path(), Chain::Ethereum, "the first").expect("free");
    first.add(transaction(1)).expect("stages");
    let refused = Import::begin(folder.path(), Chain::Ethereum, "the second").expect_err("held");
    assert!(refused.to_string().contains("the first"), "{refused}");
    drop(first);
    assert!(Ledger::open(folder.path(), Chain::Ethereum).expect("reads").is_none());
}

#[test]
fn a_lost_manifest_is_damage_and_costs_no_facts() {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "a", vec![transaction(5)]).expect("imports");
    let manifest = folder.path().join("chains/ethereum/manifest");
    let bytes = fs::read(&manifest).expect("readable");
    fs::remove_file(&manifest).expect("removed");
    let segments = bytes_below(folder.path());
    let lost = |text: String| assert!(text.contains("missing, although 1 segments"), "{text}");
    lost(Ledger::open(folder.path(), Chain::Ethereum).expect_err("refused").to_string());
    lost(verify(folder.path(), Chain::Ethereum).expect_err("refused").to_string());
    lost(import(folder.path(), "b", vec![transaction(6)]).expect_err("refused").to_string());
    assert_eq!(bytes_below(folder.path()), segments);
    fs::write(&manifest, bytes).expect("restored");
    assert_eq!(open(folder.path()).counts().transactions, 1);
}

#[test]
fn assets_and_coverage_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let usd = Asset { id: AssetId::Token(account(99)), symbol: "USDX".into(), decimals: 6 };
    let coverage = AddressCoverage { account: account(3), rows: 7, capped: true };
    import(
        folder.path(),
        "a",
        vec![Record::Asset(usd.clone()), token(1, Some(0), 0), Record::Coverage(coverage)],
    )
    .expect("imports");
    let ledger = open(folder.path());
    let number = ledger.asset_no(&usd.id).expect("known");
    assert_eq!(ledger.asset(number), &usd);
    assert_eq!(ledger.held(&account(3)), Held::Capped { rows: 7 });
    assert_eq!(ledger.held(&account(4)), Held::Unlisted);
}

#[test]
fn verify_names_every_damaged_file() {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "a", (0..50).map(transaction).collect()).expect("imports");
    let names: Vec<String> = bytes_below(folder.path()).into_keys().collect();
    let segments: Vec<&String> = names.iter().filter(|name| name.contains("segments")).collect();
    assert!(segments.len() > 20, "one file per column");
    for name in segments {
        let path = folder.path().join(name);
        let bytes = fs::read(&path).expect("readable");
        let mut damaged = bytes.clone();
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        fs::write(&path, &damaged).expect("written");
        let opened = Ledger::open(folder.path(), Chain::Ethereum);
        let checked = opened.and_then(|ledger| ledger.expect("imported").check());
        assert!(checked.is_err(), "{name}");
        let verification = verify(folder.path(), Chain::Ethereum).expect("reads").expect("exists");
        assert_eq!(verification.findings.len(), 1, "{name}");
        assert_eq!(verification.findings[0].path, path);
        fs::write(&path, &bytes[..last]).expect("written");
        let verification = verify(folder.path(), Chain::Ethereum).expect("reads").expect("exists");
        assert!(verification.findings[0].what.contains("the manifest says"));
        fs::write(&path, &bytes).expect("written");
    }
}

/// What is damaged without a change of size opens; reading it must not panic, whatever it says.
#[test]
fn reading_damaged_columns_does_not_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "a", (0..50).map(transaction).collect()).expect("imports");
    let names = bytes_below(folder.path()).into_keys();
    for name in names.filter(|name| name.contains("segments")) {
        let path = folder.path().join(&name);
        let bytes = fs::read(&path).expect("readable");
        for fill in [0, 0xff] {
            let mut damaged = bytes.clone();
            damaged[32..].fill(fill);
            fs::write(&path, &damaged).expect("written");
            let Ok(Some(ledger)) = Ledger::open(folder.path(), Chain::Ethereum) else { continue };
            let posted = |number| ledger.postings(&account(number)).collect::<Vec<_>>();
            for number in (0..7).flat_map(posted) {
                let movement = ledger.movement(number);
                let transaction = ledger.transaction(movement.tx);
                assert!(ledger.movements_of(transaction.number).count() <= 100, "{name}");
            }
            for id in (0..50).map(tx_id).chain([TxId([0; 32])]) {
                ledger.find_tx(&id).map(|number| ledger.transaction(number));
            }
        }
        fs::write(&path, &bytes).expect("written");
    }
}

/// An airdrop, in tokens of as many contracts: anything quadratic in the moves of a transaction or
/// in the assets of a segment would take minutes here.
#[test]
fn a_transaction_may_have_very_many_transfers_of_very_many_tokens() {
    const MOVES: u32 = 30_000;
    let airdrop = |item: u32, amount: u64| {
        let mut contract = [9; 20];
        contract[..4].copy_from_slice(&item.to_be_bytes());
        let Record::Transfer(transfer) = token(1, Some(item), amount) else { unreachable!() };
        Record::Transfer(TransferRecord { asset: AssetId::Token(Account(contract)), ..transfer })
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut records: Vec<Record> = (0..MOVES).map(|item| airdrop(item, 5)).collect();
    records.extend((0..MOVES).map(|item| airdrop(item, 5)));
    import(folder.path(), "airdrop", records).expect("imports");
    assert_eq!(open(folder.path()).counts().moves, u64::from(MOVES), "each move once");
    assert_eq!(open(folder.path()).assets().count(), 1 + 30_000, "each token once");

    let equal = (0..MOVES).map(|_| token(2, None, 7)).collect();
    import(folder.path(), "equal", equal).expect("imports");
    let again = (0..=MOVES).map(|_| token(2, None, 7)).collect();
    import(folder.path(), "equal again", again).expect("imports");
    assert_eq!(open(folder.path()).counts().moves, 2 * u64::from(MOVES) + 1);

    let mut contradicting: Vec<Record> = (0..MOVES).map(|item| airdrop(item, 5)).collect();
    contradicting.push(airdrop(MOVES - 1, 6));
    assert!(import(folder.path(), "other", contradicting).is_err(), "one place, two transfers");
}
