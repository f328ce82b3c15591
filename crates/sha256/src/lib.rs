//! Double SHA-256 of many messages.
//!
//! Bitcoin's names are double hashes, and a block has thousands of them that do not wait for each
//! other. One hash is a chain of steps of which each waits for the one before, so a processor with
//! instructions for SHA-256 (x86-64 with SHA-NI) idles half of the time: `two_lanes` gives it two
//! messages at once. Other processors take the messages one after the other by the crate `sha2`.

#[cfg(target_arch = "x86_64")]
mod two_lanes;

use sha2::{Digest, Sha256};

/// SHA-256 of the SHA-256 of the parts, one after the other.
pub fn double(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Sha256::digest(hasher.finalize()).into()
}

/// SHA-256 of the SHA-256 of each message from number 0 to below `count`. `done` gets each number
/// once with its hash, in any order.
pub fn double_each<'a>(
    count: usize,
    message: impl Fn(usize) -> &'a [u8],
    mut done: impl FnMut(usize, [u8; 32]),
) {
    #[cfg(target_arch = "x86_64")]
    if two_lanes::double_each(count, &message, &mut done) {
        return;
    }
    for number in 0..count {
        done(number, double(&[message(number)]));
    }
}
