//! Dumps in Parquet.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracewell_fuzz::read_dump("dump.parquet", bytes));
