//! A user's layout file.
#![no_main]

use sources::Layout;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(layout) = Layout::parse("fuzz", text) {
        // What was accepted can be described.
        let _described = layout.columns();
    }
});
