//! Sanctions lists, seizure lists and explorer labels.
#![no_main]

use attribution::{OfacRaw, Store};
use chain::{Chain, Day};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let day = Day::from_number(19_000);
    let mut store = Store::in_memory().expect("memory is there");
    let raw = OfacRaw { sdn: text, alt: text, sdn_comments: text };
    let _refused_or_not = (
        store.import_ofac_csv("fuzz.csv", text, day),
        store.import_ofac_json("fuzz.json", text, day),
        store.import_ofac_raw("fuzz", raw, day),
        store.import_fbi_csv("fuzz.csv", text),
        store.import_israel_csv("fuzz.csv", text),
        store.import_explorer("fuzz.json", text, Some(Chain::Ethereum)),
    );
    store.conflicts(10).expect("the store is whole after any import");
});
