//! Payments in the Dumplings form, and every CoinJoin verdict on what is read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_dumplings("rounds.txt", bytes));
