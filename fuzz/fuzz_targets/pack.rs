//! TagPacks and ActorPacks, with an include that any pack may name.
#![no_main]

use attribution::Store;

const INCLUDED: &str = "title: a header\ncreator: somebody\nlabel: inherited\ncurrency: ETH\n";

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut store = Store::in_memory().expect("memory is there");
    let include = |_: &str| Ok(INCLUDED.to_owned());
    let _refused_or_not = store.import_pack("fuzz.yaml", text, &include);
    // Half an import would break the question for conflicts.
    store.conflicts(10).expect("the store is whole after any import");
});
