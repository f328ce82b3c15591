//! Bad input: each a clear error, and the store as it was.

use attribution::{
    ActorFilter, AttributionError, Confidence, LabelRow, OfacRaw, PriceRow, Role, Store,
};
use chain::{Address, Chain, Day};
use proptest::prelude::*;

fn no_include(name: &str) -> Result<String, String> {
    Err(format!("{name}: no file beside it"))
}

fn store() -> Store {
    Store::in_memory().expect("opens")
}

fn refused(store: &mut Store, text: &str) -> String {
    let before = store.snapshot_hash().expect("reads");
    let error = store.import_pack("bad.yaml", text, &no_include).expect_err("refused");
    assert_eq!(store.snapshot_hash().expect("reads"), before);
    assert!(store.imports().expect("reads").is_empty());
    error.to_string()
}

const HEADER: &str =
    "title: T\ncreator: C\ncurrency: ETH\nconfidence: forensic\nsource: S\nlabel: L\n";
const GOOD: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn pack(fields: &str, tags: &str) -> String {
    format!("{HEADER}{fields}tags:\n{tags}")
}

#[test]
fn an_unknown_word_refuses_the_whole_pack_and_names_the_nearest() {
    let tag = format!("- address: '{GOOD}'\n- address: '{GOOD}'\n  category: exchnage\n");
    assert_eq!(
        refused(&mut store(), &pack("", &tag)),
        "bad.yaml: tags[1]: unknown category \"exchnage\"; did you mean \"exchange\"?"
    );
    let tag = format!("- address: '{GOOD}'\n");
    let text = refused(&mut store(), &pack("abuse: ransomeware\n", &tag));
    assert!(text.contains("unknown abuse \"ransomeware\"; did you mean \"ransomware\"?"), "{text}");
    let text = refused(&mut store(), &pack("", &tag).replace("forensic", "forensics"));
    assert!(
        text.contains("unknown confidence \"forensics\"; did you mean \"forensic\"?"),
        "{text}"
    );
    let text = refused(&mut store(), &pack("", &format!("{tag}  concepts: [exchange, nothing]\n")));
    assert!(text.contains("unknown concepts \"nothing\""), "{text}");
    let text = refused(&mut store(), &pack("colour: red\n", &tag));
    assert!(text.contains("colour"), "{text}");
}

#[test]
fn a_bomb_does_not_explode() {
    let mut bomb = String::from(
        "a: &a [\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\"]\n",
    );
    for (name, previous) in "bcdefghi".chars().zip("abcdefgh".chars()) {
        let references = vec![format!("*{previous}"); 9].join(",");
        bomb.push_str(&format!("{name}: &{name} [{references}]\n"));
    }
    let hidden = format!("title: T\nconcepts: &x [{}]\ntags:\n- *x\n", "lol,".repeat(9));
    // The first hides the bomb in fields that no pack has, the second in one that it has.
    for text in [
        format!("{bomb}tags: *i\n"),
        format!("context:\n  {}\ntags: []\n", bomb.replace('\n', "\n  ")),
        hidden,
    ] {
        let reason = refused(&mut store(), &text);
        assert!(reason.starts_with("bad.yaml: "), "{reason}");
        assert!(reason.len() < 2_000, "{reason}");
    }
    let deep = format!("context: {}{}\ntags: []\n", "[".repeat(5_000), "]".repeat(5_000));
    refused(&mut store(), &deep);
}

#[test]
fn what_is_neither_pack_is_told_so() {
    let text = refused(&mut store(), "name: Create release\non:\n  push: {}\n");
    assert!(text.contains("neither a TagPack nor an ActorPack"), "{text}");
    let text = refused(&mut store(), "tags: 5\n");
    assert!(text.contains("line 1"), "{text}");
}

#[test]
fn a_wrong_checksum_rejects_the_tag_with_the_right_spelling() {
    let mut store = store();
    let tags = format!(
        "- address: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'\n- address: '{GOOD} '\n- address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3\n  currency: 'BTC '\n"
    );
    let report = store.import_pack("p.yaml", &pack("", &tags), &no_include).expect("imports");
    assert_eq!((report.rows, report.imported, report.rejected.len()), (3, 1, 2));
    assert_eq!(report.rejected[0].line_or_path, "tags[0]");
    assert!(report.rejected[0].reason.contains(&format!("expected {GOOD}")));
    assert!(report.rejected[1].reason.contains("base58 checksum"));
    assert!(report.notes.iter().any(|note| note.contains("blanks around address")), "{report:?}");
    let again = store.import_pack("p.yaml", &pack("", &tags), &no_include).expect("imports");
    assert_eq!((again.imported, again.unchanged, again.rejected.len()), (0, 1, 2));
}

#[test]
fn a_header_is_shared_and_what_stands_nearer_wins() {
    let mut store = store();
    let include = |name: &str| match name {
        "header.yaml" => Ok(format!("{HEADER}category: gambling\n")),
        _ => Err("no such file".to_owned()),
    };
    let text = format!(
        "header: !include header.yaml\nlastmod: 2023-08-16 12:18:52.619444\ncategory: exchange\ntags:\n- address: '{GOOD}'\n- address: '{GOOD}'\n  label: Own\n  category: miner\n"
    );
    store.import_pack("p.yaml", &text, &include).expect("imports");
    let address = Address::parse(Chain::Ethereum, GOOD).expect("an address");
    let tags = store.tags(Chain::Ethereum, &address).expect("reads");
    let shown: Vec<_> = tags
        .iter()
        .map(|tag| (tag.label.as_str(), tag.category.map(attribution::Category::slug)))
        .collect();
    assert_eq!(shown, [("L", Some("exchange")), ("Own", Some("mining"))]);
    assert_eq!(tags[0].confidence, Confidence::Forensic);
    assert_eq!(tags[0].lastmod.map(|t| t.to_string()).as_deref(), Some("2023-08-16T12:18:52Z"));
    let missing = text.replace("header.yaml", "other.yaml");
    let error = store.import_pack("p.yaml", &missing, &include).expect_err("refused");
    assert_eq!(error.to_string(), "p.yaml: !include other.yaml: no such file");
    let looping = |_: &str| Ok("header: !include a.yaml\n".to_owned());
    let text = "header: !include a.yaml\ntags: []\n";
    assert!(store.import_pack("p.yaml", text, &looping).is_err());
}

#[test]
fn a_transaction_can_be_tagged() {
    let mut store = store();
    let hash = format!("0x{}", "ab".repeat(32));
    let tags = format!("- tx_hash: '{hash}'\n- tx_hash: '0x12'\n- label: nothing\n");
    let report = store.import_pack("p.yaml", &pack("", &tags), &no_include).expect("imports");
    assert_eq!((report.imported, report.rejected.len()), (1, 2));
    let tx = hash.parse().expect("a hash");
    assert_eq!(store.transaction_tags(Chain::Ethereum, tx).expect("reads").len(), 1);
}

#[test]
fn a_newer_store_is_refused_by_version_and_a_busy_one_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.sqlite");
    drop(Store::open(&path).expect("opens"));
    drop(Store::open(&path).expect("opens again"));
    let other = rusqlite::Connection::open(&path).expect("opens");
    other.execute_batch("PRAGMA user_version = 99").expect("sets");
    let Err(error) = Store::open(&path) else { panic!("opened a newer store") };
    assert!(matches!(error, AttributionError::NewerSchema { found: 99, .. }));
    assert!(error.to_string().contains("schema 99"), "{error}");
    std::fs::write(folder.path().join("no.sqlite"), "this is no database at all, is it?")
        .expect("writes");
    assert!(Store::open(&folder.path().join("no.sqlite")).is_err());
}

#[test]
fn another_process_that_writes_is_waited_for_and_then_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.sqlite");
    let mut store = Store::open(&path).expect("opens");
    let other = rusqlite::Connection::open(&path).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let text = pack("", &format!("- address: '{GOOD}'\n"));
    let error = store.import_pack("p.yaml", &text, &no_include).expect_err("locked");
    assert!(matches!(error, AttributionError::Busy), "{error}");
    other.execute_batch("ROLLBACK").expect("unlocks");
    assert_eq!(store.import_pack("p.yaml", &text, &no_include).expect("imports").imported, 1);
}

#[test]
fn what_another_process_imports_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.sqlite");
    let reader = Store::open(&path).expect("opens");
    assert_eq!(reader.actors(&ActorFilter::default()).expect("reads").len(), 0);
    let before = reader.snapshot_hash().expect("reads");
    let mut writer = Store::open(&path).expect("opens");
    let actors = "title: A\nactors:\n- id: a\n  label: A\n  uri: a.org\n  categories: [exchange]\n";
    writer.import_pack("a.yaml", actors, &no_include).expect("imports");
    assert_eq!(reader.actors(&ActorFilter::default()).expect("reads").len(), 1);
    assert_ne!(reader.snapshot_hash().expect("reads"), before);
}

#[test]
fn prices_are_of_their_day_and_of_the_first_source_by_name() {
    let mut store = store();
    let day: Day = "2022-03-23".parse().expect("a day");
    let row = |source: &str, price: &str| PriceRow {
        day,
        asset: "eth".to_owned(),
        price: price.parse().expect("a price"),
        source: source.to_owned(),
    };
    let rows = vec![row("zeta", "3000"), row("alpha", "3001.5"), row("alpha", "3002")];
    let report = store.import_prices("p.csv", rows.clone()).expect("imports");
    assert_eq!((report.imported, report.unchanged), (3, 0));
    assert_eq!(store.import_prices("p.csv", rows).expect("imports").imported, 0);
    let quote = store.prices().price("ETH", day).expect("reads").expect("a price");
    assert_eq!((quote.source.as_str(), quote.price.to_string().as_str()), ("alpha", "3001.5"));
    assert_eq!(store.prices().all("ETH", day).expect("reads").len(), 3);
    let next = Day::from_number(day.number() + 1).expect("a day");
    assert_eq!(store.prices().price("ETH", next).expect("reads"), None);
}

#[test]
fn an_incident_is_read_strictly_and_changed_only_by_a_later_revision() {
    let mut store = store();
    let good = "[[incident]]\nid = \"a-1\"\nname = \"A\"\ndate = \"2022-03-23\"\nsource = \"S\"\n";
    assert_eq!(store.import_incidents("a.toml", good).expect("imports").imported, 1);
    for (wrong, reason) in [
        (good.replace("a-1", "A 1"), "lower-case"),
        (good.replace("name", "nam"), "nam"),
        (format!("{good}{good}"), "stands twice"),
        (format!("{good}loss_usd = \"much\"\n"), "much"),
        (format!("{good}[[incident.seeds]]\nchain = \"ethereum\"\n"), "seed"),
        (good.replace("\"A\"", "\"B\""), "revised"),
    ] {
        let error = store.import_incidents("a.toml", &wrong).expect_err("refused").to_string();
        assert!(error.contains(reason), "{error}");
    }
    let later = format!("{}revised = \"2023-01-01\"\n", good.replace("\"A\"", "\"B\""));
    store.import_incidents("a.toml", &later).expect("imports");
    assert_eq!(store.incident("a-1").expect("reads").expect("stored").name, "B");
    assert_eq!(store.incidents().expect("reads").len(), 1);
}

#[test]
fn a_sanction_alone_stops_nothing_and_a_delisting_is_kept() {
    let mut store = store();
    let listed = format!("asset,address\nETH,{GOOD}\n");
    store.import_ofac_csv("l_2024-01-01.csv", &listed, None).expect("imports");
    let address = Address::parse(Chain::Ethereum, GOOD).expect("an address");
    let digest = |store: &Store, at: Option<&str>| {
        let at = at.map(|at| at.parse().expect("a time"));
        store.digest(Chain::Ethereum, &address, at).expect("reads").expect("known")
    };
    assert_eq!(digest(&store, None).role, Role::Sanctioned);
    assert!(digest(&store, None).sanctioned && !digest(&store, Some("2023-12-31")).sanctioned);
    // An older edition without it, then a newer one without, then it is listed again.
    for (name, text) in [
        ("l_2025-01-01.csv", "asset,address\n"),
        ("l_2023-01-01.csv", "asset,address\n"),
        ("l_2026-01-01.csv", listed.as_str()),
    ] {
        store.import_ofac_csv(name, text, None).expect("imports");
    }
    let spans: Vec<_> = store
        .tags(Chain::Ethereum, &address)
        .expect("reads")
        .iter()
        .map(|tag| {
            (tag.valid_from.map(|t| t.day().to_string()), tag.valid_to.map(|t| t.day().to_string()))
        })
        .collect();
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(spans, [(day("2024-01-01"), day("2025-01-01")), (day("2026-01-01"), None)]);
    assert!(!digest(&store, Some("2025-06-01")).sanctioned && digest(&store, None).sanctioned);
    assert!(store.import_ofac_csv("undated.csv", &listed, None).is_err());
    assert!(store.import_ofac_csv("l_2024-01-01.csv", "asset,adress\n", None).is_err());
}

#[test]
fn a_list_that_lost_its_letter_case_still_finds_base58() {
    let mut store = store();
    let text = r#"{"metadata":{"sdnListDate":"08/20/2026"},"addresses":{"tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t":{"entries":[{"entity":"X","type":"Digital Currency Address - TRX"}]}}}"#;
    let report = store.import_ofac_json("l.json", text, None).expect("imports");
    assert_eq!((report.imported, report.rejected.len()), (1, 0));
    let listed = Address::parse(Chain::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t").expect("one");
    let tags = store.tags(Chain::Tron, &listed).expect("reads");
    assert_eq!(tags.len(), 1);
    assert!(tags[0].context.as_deref().is_some_and(|c| c.contains("without letter case")));
}

/// Every importer at once on the same text: none may panic, and none may leave half a file.
fn feed(store: &mut Store, text: &str) {
    let day = "2024-01-01".parse().ok();
    let _ = store.import_pack("x.yaml", text, &|_| Ok(text.to_owned()));
    let _ = store.import_tagpack("x.yaml", text, &no_include);
    let _ = store.import_actorpack("x.yaml", text, &no_include);
    let _ = store.import_ofac_csv("x.csv", text, day);
    let raw = OfacRaw { sdn: text, alt: text, sdn_comments: text };
    let _ = store.import_ofac_raw("x", raw, day);
    let _ = store.import_ofac_json("x.json", text, day);
    let _ = store.import_fbi_csv("x.csv", text);
    let _ = store.import_israel_csv("x.csv", text);
    let _ = store.import_explorer("x.json", text, Some(Chain::Ethereum));
    let _ = store.import_incidents("x.toml", text);
    let _ = store.import_defillama_csv("x.csv", text);
    let _ = store.import_tayvano_csv("x.csv", text);
    let _ = store.import_official_csv("x.csv", text);
    let _ = store.import_defihacklabs_csv("x.csv", text);
    let _ = store.import_yearly_csv("x.csv", text);
}

/// Texts that get past the first check of each parser.
const STARTS: &[&str] = &[
    "",
    "title: T\ntags:\n- address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'\n  label: L\n  currency: ",
    "header: !include x\ntags:\n",
    "title: T\nactors:\n- id: a\n  categories: [",
    "asset,address,names\nXBT,",
    "1,\"A\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"Digital Currency Address - ",
    "{\"addresses\":{\"t1\":{\"entries\":[{\"entity\":\"a\",\"type\":\"Digital Currency Address - ",
    "case,chain,address,published,publication\na,BTC,",
    "order,wallet_or_account,currency\n1/20,",
    "{\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\":{\"name\":\"",
    "[[incident]]\nid = \"a\"\nname = \"A\"\ndate = \"",
    "date,name,classification,technique,amount,chain,source,returnedFunds\n2020-01-01,",
    "date,victim,amount_usd,kind,amount_as_printed,note\n2020,",
    "victim,amount_usd_as_stated,attributed_by\nA,1,",
    "month,incident,loss_as_written,attacker,attack_contract,vulnerable_contract,attack_tx,explorer\n",
    "year,tayvano_usd,chainalysis_usd\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_text_makes_an_importer_panic(
        start in proptest::sample::select(STARTS),
        rest in prop_oneof![any::<String>(), "[ -~\\n]{0,200}", "[a-zA-Z0-9:,\\n \\[\\]{}&*!'\"-]{0,120}"],
    ) {
        feed(&mut store(), &format!("{start}{rest}"));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_either(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        feed(&mut store(), &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn the_order_of_imports_does_not_matter(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let build = |order: &[usize]| {
            let mut store = store();
            for at in order {
                one_of_six(&mut store, *at);
            }
            let address = Address::parse(Chain::Ethereum, GOOD).expect("an address");
            (
                store.snapshot_hash().expect("reads"),
                store.tags(Chain::Ethereum, &address).expect("reads"),
                store.digest(Chain::Ethereum, &address, None).expect("reads"),
                store.conflicts(10).expect("reads"),
            )
        };
        prop_assert_eq!(build(&order), build(&[0, 1, 2, 3, 4, 5]));
    }
}

fn one_of_six(store: &mut Store, which: usize) {
    let tag = format!("- address: '{GOOD}'\n");
    match which {
        0 => store.import_pack("a.yaml", &pack("actor: one\nlastmod: 2020-01-01\n", &tag), &no_include),
        1 => store.import_pack("a.yaml", &pack("actor: one\nlastmod: 2021-01-01\n", &tag), &no_include),
        2 => store.import_pack("b.yaml", &pack("actor: two\ncategory: exchange\n", &tag), &no_include),
        3 => {
            let actors = "title: A\nactors:\n- id: one\n  label: One\n  uri: o\n  categories: [mixing_service]\n  aliases: [uno]\n";
            store.import_pack("actors.yaml", actors, &no_include)
        }
        4 => {
            let text = format!("{{\"{GOOD}\":{{\"name\":\"Uno 1\",\"labels\":[\"uno\"]}}}}");
            store.import_explorer("etherscan.json", &text, None)
        }
        _ => {
            let address = Address::parse(Chain::Ethereum, GOOD).expect("an address");
            let row = LabelRow { chain: Chain::Ethereum, address, label: "somebody".to_owned() };
            store.import_labels("dump.csv", vec![row.clone(), row])
        }
    }
    .expect("imports");
}
