//! Incident files, ours and other people's tables.
#![no_main]

use attribution::Store;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut store = Store::in_memory().expect("memory is there");
    let _refused_or_not = (
        store.import_incidents("fuzz.toml", text),
        store.import_defillama_csv("fuzz.csv", text),
        store.import_tayvano_csv("fuzz.csv", text),
        store.import_official_csv("fuzz.csv", text),
        store.import_defihacklabs_csv("fuzz.csv", text),
        store.import_yearly_csv("fuzz.csv", text),
    );
    store.incidents().expect("the store is whole after any import");
});
