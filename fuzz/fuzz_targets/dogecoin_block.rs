//! Blocks of Dogecoin, whose work another chain may have done.
#![no_main]

use sources::bitcoin::Network;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_coin(Network::Dogecoin, bytes));
