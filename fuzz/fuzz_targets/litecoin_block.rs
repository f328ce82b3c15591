//! Blocks of Litecoin, with witnesses and extension blocks.
#![no_main]

use sources::bitcoin::Network;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_coin(Network::Litecoin, bytes));
