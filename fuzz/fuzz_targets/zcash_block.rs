//! Blocks of Zcash: long headers, and transactions with shielded parts.
#![no_main]

use sources::bitcoin::Network;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_coin(Network::Zcash, bytes));
