//! Dumps in Parquet. Its decoder panics on some malformed files, which `sources` catches and calls
//! damage: such a panic must not end the run, and one that nobody catches still does.
#![no_main]

use std::{panic, sync::Once};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static QUIET: Once = Once::new();
    // The fuzzer's own hook ends the process before anybody can catch.
    QUIET.call_once(|| panic::set_hook(Box::new(|_| {})));
    tracewell_fuzz::read_dump("dump.parquet", bytes);
});
