//! Incident files, ours and other people's tables. What stands behind a zero byte is the table of
//! payments that an incident may name.
#![no_main]

use attribution::Store;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut store = Store::in_memory().expect("memory is there");
    let (text, payments) = text.split_once('\0').unwrap_or((text, ""));
    let include = |_: &str| Ok(payments.to_owned());
    let _refused_or_not = (
        store.import_incidents_with("fuzz.toml", text, &include),
        store.import_defillama_csv("fuzz.csv", text),
        store.import_tayvano_csv("fuzz.csv", text),
        store.import_official_csv("fuzz.csv", text),
        store.import_defihacklabs_csv("fuzz.csv", text),
        store.import_yearly_csv("fuzz.csv", text),
    );
    store.incidents().expect("the store is whole after any import");
});
