//! Every hash is what `sha2` makes of it, whoever is beside it.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn expected(message: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(message)).into()
}

fn check(messages: &[Vec<u8>]) {
    let mut hashes = vec![None; messages.len()];
    sha256::double_each(
        messages.len(),
        |number| &messages[number],
        |number, hash| assert_eq!(hashes[number].replace(hash), None, "told once"),
    );
    for (message, hash) in messages.iter().zip(hashes) {
        assert_eq!(hash, Some(expected(message)), "{} bytes", message.len());
        assert_eq!(hash, Some(sha256::double(&[message])));
    }
}

fn bytes(length: usize, salt: usize) -> Vec<u8> {
    let byte = |at: usize| (at * 131 + length * 7 + salt).to_le_bytes()[0];
    (0..length).map(byte).collect()
}

#[test]
fn each_length_alone_and_all_in_a_row() {
    let messages: Vec<Vec<u8>> = (0..300).map(|length| bytes(length, 3)).collect();
    for message in &messages {
        check(std::slice::from_ref(message));
    }
    check(&messages);
    check(&[]);
}

#[test]
fn each_length_beside_each_edge() {
    for edge in [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 127, 128, 250, 1_000] {
        for length in 0..300 {
            check(&[bytes(length, 1), bytes(edge, 2)]);
        }
    }
}

#[test]
fn a_known_hash() {
    // The header of the first block of all, by its name.
    let mut header = vec![1, 0, 0, 0];
    header.extend([0; 32]);
    header.extend(hex("3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"));
    header.extend(hex("29ab5f49ffff001d1dac2b7c"));
    let mut name = hex("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
    name.reverse();
    assert_eq!(sha256::double(&[&header[..10], &header[10..]]).to_vec(), name);
    check(&[header.clone(), header]);
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).expect("ASCII"));
    digits.map(|two| u8::from_str_radix(two, 16).expect("hex digits")).collect()
}

proptest! {
    #[test]
    fn any_messages(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..9)) {
        check(&messages);
    }
}
