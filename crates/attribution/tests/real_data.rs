//! Every importer and the read API against the published files, with the counts that the data's
//! `SOURCE.md` gives.

mod data;

use std::collections::{BTreeMap, BTreeSet};

use attribution::{
    ActorFilter, AttributionError, Category, ImportReport, LabelRow, Origin, Role, Store, Tag,
};
use chain::{Address, Chain, Timestamp};
use data::Data;

fn ether(text: &str) -> Address {
    Address::parse(Chain::Ethereum, text).expect("an address of the test")
}

fn tags_of(store: &Store, text: &str) -> Vec<Tag> {
    store.tags(Chain::Ethereum, &ether(text)).expect("reads")
}

fn rejects(report: &ImportReport) -> Vec<String> {
    report.rejected.iter().map(|r| format!("{}: {}", r.line_or_path, r.reason)).collect()
}

#[test]
fn all_tagpacks_are_counted_to_the_last_tag() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    let (mut packs, mut tags, mut actors) = (0, 0, 0);
    let (mut imported, mut unchanged, mut rejected) = (0, 0, Vec::new());
    let mut trimmed = Vec::new();
    for (name, text) in data.packs() {
        match store.import_pack(&name, &text, &data::no_include) {
            Ok(report) if report.kind == "actorpack" => {
                actors += report.imported;
                assert_eq!((report.rows, report.rejected.len()), (3_813, 0));
            }
            Ok(report) => {
                packs += 1;
                tags += report.rows;
                imported += report.imported;
                unchanged += report.unchanged;
                rejected.extend(rejects(&report).into_iter().map(|line| format!("{name} {line}")));
                trimmed.extend(report.notes.into_iter().filter(|note| note.contains("blanks")));
            }
            Err(AttributionError::Refused { name, reason }) => {
                assert!(name.starts_with("release"), "{name}: {reason}");
                assert!(reason.contains("neither a TagPack nor an ActorPack"));
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert_eq!((packs, tags, actors), (67, 137_438, 3_813));
    assert_eq!((imported, unchanged, rejected.len()), (137_427, 6, 5), "{rejected:#?}");
    assert!(trimmed.iter().any(|note| note.contains("0x4736dCf1b7A3d580672CcE6E7c65cd5cc9cFBa9D")));
    // A wrong check sum, two wrong letter cases, a Bitcoin Cash spelling for Bitcoin SV, and the
    // TRON address that OFAC itself lists as Bitcoin.
    for address in [
        "1Mn386ue8o3mW9866octLNP8HFqcYsphJCV",
        "0xA0DF9CA52e8aB5DDE22C55D9B3C2CDF814B9B773",
        "0xf299f6B031Cc4dd1BfcB86A5e5590f99336a29c6",
        "bitcoincash:qpnrayau0ax6qcwlxhdzp8kze5gfjwlznygdmdpwjv",
        "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq",
    ] {
        assert!(rejected.iter().any(|line| line.contains(address)), "{address}");
    }
}

#[test]
fn the_addresses_that_a_trace_must_know() {
    let Some(data) = Data::find() else { return };
    let store = data.full_store();
    let digest = |text: &str| {
        store.digest(Chain::Ethereum, &ether(text), None).expect("reads").expect("known")
    };
    for (address, actor, jurisdiction) in [
        ("0xf5bec430576ff1b82e44ddb5a1c93f6f9d0884f3", "yobit", Some("RU")),
        ("0xc098b2a3aa256d2140208c3de6543aaef5cd3a94", "ftx", Some("AG")),
        ("0x28ffe35688ffffd0659aee2e34778b0ae4e193ad", "huobi", Some("SC")),
        ("0xcac725bef4f114f728cbcfd744a731c2a463c3fc", "huobi", Some("SC")),
        ("0x73f8fc2e74302eb2efda125a326655acf0dc2d1b", "huobi", Some("SC")),
        ("0xa7efae728d2936e78bda97dc267687568dd593f3", "okex", Some("SC")),
        ("0x3f5ce5fbfe3e9af3971dd833d26ba9b5c936f0be", "binance", Some("MT")),
    ] {
        let digest = digest(address);
        assert_eq!(digest.actor.as_ref().map(|a| a.id.as_str()), Some(actor), "{address}");
        assert_eq!(digest.category, Some(Category::Exchange), "{address}");
        assert_eq!(digest.role, Role::Service);
        assert_eq!(digest.jurisdictions.first().map(String::as_str), jurisdiction);
    }
    let delta = digest("0x8d12a197cb00d4747a1fe03395095ce2a5cc6819");
    assert_eq!((delta.actor, delta.category), (None, Some(Category::Dex)));
    for address in TORNADO {
        let digest = digest(address);
        assert_eq!(digest.role, Role::Mixer, "{address}");
        assert_eq!(digest.actor.map(|actor| actor.id).as_deref(), Some("tornado"));
    }
    let thief = digest("0x098b716b8aaf21512996dc57eb0615e2383e2f96");
    assert!(!thief.role.stops() && thief.sanctioned);
    assert_eq!(thief.role, Role::Illicit);
    // One pack files the bridge under `market`.
    let bridge = digest("0x1a2a1c938ce3ec39b6d47113c7955baa9dd454f2");
    assert_eq!(bridge.role, Role::Bridge);
    // Packs file wrapped Ether under a DEX, Tether's dollar under its issuer.
    for currency in
        ["0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", "0xdac17f958d2ee523a2206206994597c13d831ec7"]
    {
        let digest = digest(currency);
        assert_eq!(digest.role, Role::Other, "{digest:?}");
        assert!(digest.why.contains("a currency's contract"), "{}", digest.why);
    }
    let nobody = digest("0x0000000000000000000000000000000000000000");
    assert_eq!(nobody.role, Role::Burn);
}

const TORNADO: [&str; 5] = [
    "0xd90e2f925da726b50c4ed8d0fb90ad053324f31b",
    "0x12d66f87a04a9e220743712ce6d9bb1b5616b8fc",
    "0x47ce0c6ed5b0ce3d3a51fdb1c52dc66a7c3c2936",
    "0x910cbd523d972eb0a6f4cae4618ad62622b39dbf",
    "0xa160cdab225685da1d56aa342ad8841c3b53f291",
];

#[test]
fn lists_have_dates_and_tornado_is_delisted() {
    let Some(data) = Data::find() else { return };
    let store = data.full_store();
    for address in TORNADO {
        let tags = tags_of(&store, address);
        let listing = tags.iter().find(|tag| tag.origin == Origin::SanctionsList).expect("listed");
        let day = |time: Option<Timestamp>| time.map(|time| time.day().to_string());
        assert_eq!(day(listing.valid_from).as_deref(), Some("2024-09-27"), "{address}");
        assert_eq!(day(listing.valid_to).as_deref(), Some("2025-11-27"), "{address}");
        let sanctioned = |at: &str| {
            let at = Some(at.parse().expect("a time"));
            let digest = store.digest(Chain::Ethereum, &ether(address), at).expect("reads");
            digest.expect("known").sanctioned
        };
        assert!(sanctioned("2024-12-01") && !sanctioned("2025-12-01"));
    }
    let thief = tags_of(&store, "0x098b716b8aaf21512996dc57eb0615e2383e2f96");
    let origins: Vec<_> = thief.iter().map(|tag| (tag.origin, tag.source.as_str())).collect();
    assert!(origins.contains(&(Origin::SanctionsList, "ofac-sdn")));
    assert!(origins.contains(&(Origin::Authority, "fbi_dprk_addresses")));
    let listing = thief.iter().find(|tag| tag.origin == Origin::SanctionsList).expect("listed");
    assert_eq!((listing.valid_to, listing.label.as_str()), (None, "OFAC SDN: LAZARUS GROUP"));
}

#[test]
fn authority_lists_match_their_source_page() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    let reports = data.import_lists(&mut store);
    let counts: Vec<_> = reports
        .iter()
        .map(|r| (r.name.as_str(), r.rows, r.imported, r.unchanged, r.rejected.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("ofac_digital_currency_2024-09-27.csv", 654, 654, 0, 0),
            ("ofac_digital_currency_2025-11-27.csv", 756, 756, 0, 0),
            // One address that OFAC printed with 39 digits.
            ("ofac_raw_2021", 97, 96, 0, 1),
            // 961 addresses, some under several entities or assets.
            ("ofac_entities_2026-08-20.lowercased.json", 977, 976, 1, 0),
            ("fbi_dprk_addresses.csv", 102, 102, 0, 0),
            // 895 rows, one of which holds two addresses.
            ("israel_mod_seizure_wallets.csv", 896, 497, 1, 398),
        ]
    );
    let corrected = "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq";
    assert!(reports[1].notes.iter().any(|note| note.contains(corrected)));
    assert!(reports[5].notes[0].starts_with("389 account numbers"), "{:?}", reports[5].notes);
    // What the newest edition holds in lower case only is found all the same: the 2025 addresses
    // are a subset of it, so none of them is delisted.
    let text = data.text("authority-lists/ofac_digital_currency_2025-11-27.csv");
    for line in text.lines().skip(1) {
        let mut fields = line.split(',');
        let (asset, address) = (fields.next().expect("asset"), fields.next().expect("address"));
        let Some(chain) = Chain::from_ticker(asset) else { continue };
        let Ok(address) = Address::parse(chain, address) else { continue };
        let tags = store.tags(chain, &address).expect("reads");
        assert!(tags.iter().any(|tag| tag.valid_to.is_none()), "{asset} {address}: {tags:?}");
    }
}

#[test]
fn explorer_labels_are_counted() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    let reports = data.import_explorers(&mut store);
    let rows: Vec<(&str, u64)> = reports.iter().map(|r| (r.name.as_str(), r.rows)).collect();
    assert_eq!(
        rows,
        [
            ("arbiscan_accounts.json", 507),
            ("avalanche_accounts.json", 618),
            ("bscscan_accounts.json", 2_875),
            ("etherscan_accounts.json", 23_288),
            ("etherscan_all.json", 29_945),
            ("ftmscan_accounts.json", 534),
            ("optimism_accounts.json", 470),
            ("polygonscan_accounts.json", 4_724),
        ]
    );
    // What the scraper took for an address: empty cells, `genesis`, the text of an empty table.
    let wrong: Vec<_> = reports.iter().flat_map(rejects).collect();
    assert_eq!(wrong.len(), 9, "{wrong:#?}");
}

#[test]
fn incident_tables_match_their_source_page() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    let reports = data.import_incidents(&mut store);
    assert!(reports.iter().all(|report| report.rejected.is_empty()));
    let rows: Vec<_> = reports.iter().map(|report| report.rows).collect();
    // 443 of DefiLlama's 449 rows give a loss; the yearly table has three series of eight years.
    assert_eq!(rows, [449, 84, 6, 24, 793]);
    let incidents = store.incidents().expect("reads");
    let sums = |prefix: &str| {
        let mut sums: BTreeMap<String, (u128, u32)> = BTreeMap::new();
        for incident in incidents.iter().filter(|incident| incident.id.starts_with(prefix)) {
            let Some(loss) = incident.loss_usd else { continue };
            let sum = sums.entry(incident.date[..4].to_owned()).or_default();
            sum.0 += loss.to_micros();
            sum.1 += 1;
        }
        sums.into_iter()
            .map(|(year, (sum, n))| (year, (sum + 500_000_000_000) / 1_000_000_000_000, n))
            .collect::<Vec<_>>()
    };
    let expected = |rows: &[(&str, u128, u32)]| {
        rows.iter().map(|(year, sum, n)| ((*year).to_owned(), *sum, *n)).collect::<Vec<_>>()
    };
    let llama = sums("defillama-");
    assert_eq!(
        llama[..9],
        expected(&[
            ("2016", 60, 1),
            ("2017", 158, 2),
            ("2018", 769, 2),
            ("2020", 3_684, 17),
            ("2021", 2_360, 71),
            ("2022", 3_324, 65),
            ("2023", 1_517, 96),
            ("2024", 1_273, 91),
            ("2025", 2_549, 96),
        ])
    );
    assert_eq!(llama.iter().map(|(_, _, n)| n).sum::<u32>(), 443);
    let dprk: Vec<_> = sums("tayvano-").into_iter().map(|(year, sum, _)| (year, sum)).collect();
    let published = [109, 430, 192, 307, 477, 768, 650, 2];
    assert_eq!(dprk.iter().map(|(_, sum)| *sum).collect::<Vec<_>>(), published);
    let count = |prefix: &str| incidents.iter().filter(|i| i.id.starts_with(prefix)).count();
    assert_eq!((count("tayvano-"), count("official-")), (84, 6));
    assert_eq!(store.yearly_totals().expect("reads").len(), 24);
}

#[test]
fn the_incident_files_of_the_examples_are_read() {
    let mut store = Store::in_memory().expect("opens");
    for id in ["ronin-2022", "cryptopia-2019", "harmony-2022", "harmony-2023-second-stage"] {
        let path = format!("{}/../../examples/incidents/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect(&path);
        store.import_incidents(&format!("{id}.toml"), &text).expect("imports");
        let incident = store.incident(id).expect("reads").expect("stored");
        let seeds = match id {
            "harmony-2023-second-stage" => 14,
            "harmony-2022" => 2,
            _ => 1,
        };
        assert_eq!((incident.seeds.len(), incident.attributions.is_empty()), (seeds, false));
    }
}

#[test]
fn conflicts_are_bounded_and_counted() {
    let Some(data) = Data::find() else { return };
    let store = data.full_store();
    let found = store.conflicts(10).expect("reads");
    assert_eq!((found.conflicts.len(), found.total), (10, 41));
    let contagion = ether("0xc601f6938c75c4ca03eaad570701d86e607771db");
    let conflict = store.conflicts_of(Chain::Ethereum, &contagion).expect("reads");
    let conflict = conflict.expect("one pack calls it a casino, two a fraud");
    assert_eq!(conflict.roles, [Role::Service, Role::Illicit]);
    let agreed = ether("0x28ffe35688ffffd0659aee2e34778b0ae4e193ad");
    assert_eq!(store.conflicts_of(Chain::Ethereum, &agreed).expect("reads"), None);
}

#[test]
fn actors_by_country() {
    let Some(data) = Data::find() else { return };
    let store = data.full_store();
    let filter = ActorFilter { jurisdiction: Some("ru".to_owned()), ..ActorFilter::default() };
    let russian: Vec<_> =
        store.actors(&filter).expect("reads").into_iter().map(|actor| actor.id).collect();
    assert_eq!(
        russian,
        [
            "bitfex",
            "bitsmedia",
            "btce",
            "chatex",
            "coinchimp",
            "coinomat",
            "exchangecredit",
            "garantex",
            "hydramarket",
            "matbea",
            "omgomgmarket",
            "swopfi",
            "yobit",
        ]
    );
    let hits = store.search_text("yob", 5).expect("reads");
    assert!(hits.iter().any(|hit| hit.id == "yobit"), "{hits:?}");
}

#[test]
fn a_second_import_and_another_order_change_nothing() {
    let Some(data) = Data::find() else { return };
    let mut forward = data.full_store();
    let hash = forward.snapshot_hash().expect("reads");
    for (_, report) in data.import_packs(&mut forward) {
        assert_eq!(report.imported, 0);
    }
    assert!(data.import_lists(&mut forward).iter().all(|report| report.imported == 0));
    assert_eq!(forward.snapshot_hash().expect("reads"), hash);
    let mut backward = Store::in_memory().expect("opens");
    data.import_incidents(&mut backward);
    data.import_explorers(&mut backward);
    data.import_lists(&mut backward);
    for (name, text) in data.packs().into_iter().rev() {
        if !name.starts_with("release") {
            backward.import_pack(&name, &text, &data::no_include).expect("imports");
        }
    }
    assert_eq!(backward.snapshot_hash().expect("reads"), hash);
    assert_eq!(backward.conflicts(20).expect("reads"), forward.conflicts(20).expect("reads"));
}

#[test]
fn no_address_that_the_fbi_published_stops_a_trace() {
    let Some(data) = Data::find() else { return };
    let store = data.full_store();
    let text = data.text("authority-lists/fbi_dprk_addresses.csv");
    let mut seen = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let chain = Chain::from_ticker(fields[1]).expect("a chain of the list");
        let address = Address::parse(chain, fields[2]).expect("an address of the list");
        let digest = store.digest(chain, &address, None).expect("reads").expect("known");
        assert_eq!(digest.role, Role::Illicit, "{}: {digest:?}", fields[2]);
        seen += 1;
    }
    assert_eq!(seen, 102);
}

#[test]
fn the_labels_of_the_harmony_trace_name_its_exchanges() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    data.import_packs(&mut store);
    let text = data.text("theft-ground-truth/HB/edges.csv.zst");
    let mut labels = BTreeSet::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        for (address, label) in [(fields[3], fields[4]), (fields[5], fields[6])] {
            let address = Address::parse(Chain::Ethereum, address).expect("an address of the dump");
            if !label.is_empty() {
                labels.insert(LabelRow {
                    chain: Chain::Ethereum,
                    address,
                    label: label.to_owned(),
                });
            }
        }
    }
    store.import_labels("edges.csv", labels.iter().cloned()).expect("imports");
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut deposits = 0;
    for row in labels {
        let tags = store.tags(row.chain, &row.address).expect("reads");
        let tag = tags.iter().find(|tag| tag.origin == Origin::Label && tag.label == row.label);
        let tag = tag.expect("stored");
        if row.label.contains("_Deposit_") {
            assert_eq!((tag.actor.as_ref(), tag.role), (None, Role::Other), "{}", row.label);
            deposits += 1;
        }
        if let Some(actor) = &tag.actor {
            assert_eq!((tag.role, tag.actor_by_name), (Role::Service, true), "{}", row.label);
            named.entry(actor.clone()).or_default().push(row.label);
        }
    }
    for labels in named.values_mut() {
        labels.sort();
    }
    let named: Vec<(&str, String)> =
        named.iter().map(|(actor, labels)| (actor.as_str(), labels.join(", "))).collect();
    let expected = [
        ("binance", "Binance 14"),
        ("huobi", "HTX 33, HTX 34"),
        ("okex", "OKX 25, OKX 29, OKX 3, OKX 30, OKX 35, OKX 38, OKX: Hot Wallet"),
    ];
    assert_eq!(named, expected.map(|(actor, labels)| (actor, labels.to_owned())));
    assert!(deposits > 0);
}

#[test]
fn where_slugs_name_an_actor_the_name_tag_names_the_same() {
    let Some(data) = Data::find() else { return };
    let mut store = Store::in_memory().expect("opens");
    data.import_packs(&mut store);
    let name = "etherscan_all.json";
    let text = data.text(&format!("tags/etherscan-labels-2023-10/{name}.zst"));
    store.import_explorer(name, &text, None).expect("imports");
    let entries: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let rows: Vec<LabelRow> = entries
        .into_iter()
        .filter_map(|(address, entry)| {
            let address = Address::parse(Chain::Ethereum, &address).ok()?;
            let label = entry["name"].as_str()?.to_owned();
            Some(LabelRow { chain: Chain::Ethereum, address, label })
        })
        .collect();
    store.import_labels("names", rows.iter().cloned()).expect("imports");
    let (mut same, mut other) = (0, Vec::new());
    for row in rows {
        let tags = store.tags(row.chain, &row.address).expect("reads");
        let actor = |origin| {
            let tag = tags.iter().find(|tag| tag.origin == origin && tag.label == row.label)?;
            Some((tag.actor.clone()?, tag.actor_by_name))
        };
        match (actor(Origin::Explorer), actor(Origin::Label)) {
            (Some((by_slug, false)), Some((by_name, true))) if by_slug == by_name => same += 1,
            (Some((by_slug, false)), Some((by_name, true))) => other.push((by_slug, by_name)),
            _ => {}
        }
    }
    assert_eq!((same, other.as_slice()), (362, [].as_slice()));
}
