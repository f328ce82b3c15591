//! Undo data of Bitcoin blocks.
#![no_main]

use sources::bitcoin::{Hash, undo};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut inputs = 0_u32;
    if let Ok(counts) = undo::decode(bytes, |_| inputs += 1) {
        assert_eq!(counts.inputs, inputs);
    }
    let _theirs_or_not = undo::of_child(Hash::default(), bytes);
});
