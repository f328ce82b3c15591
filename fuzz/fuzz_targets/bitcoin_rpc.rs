//! Answers of a Bitcoin node: the envelope, and each form of result.
#![no_main]

use sources::bitcoin::rpc::{
    answer::{self, ChainInfo, HeaderInfo},
    verbose::{VerboseBlock, satoshi_of},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(Ok(result)) = answer::envelope(bytes) {
        read(result.get());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
});

fn read(text: &str) {
    let _one_or_none = (ChainInfo::read(text), HeaderInfo::read(text), answer::block_hash(text));
    if let Ok(bytes) = answer::block_bytes(text) {
        assert!(bytes.len() * 2 <= text.len());
    }
    if let Ok(block) = VerboseBlock::read(text) {
        assert!(block.transactions.len() <= text.len());
    }
    if let Ok(satoshi) = satoshi_of(text) {
        let spelled = format!("{}.{:08}", satoshi / 100_000_000, satoshi % 100_000_000);
        assert_eq!(satoshi_of(&spelled), Ok(satoshi));
    }
}
