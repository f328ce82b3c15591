//! Blocks of Bitcoin Cash, with tokens.
#![no_main]

use sources::bitcoin::Network;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_coin(Network::BitcoinCash, bytes));
