//! A regtest chain that a test mines: two tries a block.

use sources::bitcoin::{Hash, Header, Network, check, sha256d};

/// Every second hash meets it.
const BITS: u32 = 0x207f_ffff;

/// A transaction with one input and outputs of these values, to anybody.
pub(crate) fn transaction(spends: Hash, index: u32, script: &[u8], values: &[u64]) -> Vec<u8> {
    let mut bytes = 2_i32.to_le_bytes().to_vec();
    bytes.push(1);
    bytes.extend(spends.0);
    bytes.extend(index.to_le_bytes());
    bytes.push(u8::try_from(script.len()).expect("short"));
    bytes.extend(script);
    bytes.extend([0xff; 4]);
    bytes.push(u8::try_from(values.len()).expect("few"));
    for value in values {
        bytes.extend(value.to_le_bytes());
        bytes.extend([1, 0x51]);
    }
    bytes.extend([0; 4]);
    bytes
}

/// A coinbase that differs by its number.
pub(crate) fn coinbase(number: u32) -> Vec<u8> {
    let script = [&[4][..], &number.to_le_bytes()].concat();
    transaction(Hash::default(), u32::MAX, &script, &[50_0000_0000])
}

/// A block of these transactions on a parent, with work.
pub(crate) fn block(parent: Hash, transactions: &[Vec<u8>]) -> Vec<u8> {
    let mut ids: Vec<Hash> = transactions.iter().map(|bytes| sha256d(&[bytes])).collect();
    let (root, _) = check::merkle_root(&mut ids);
    let body = transactions.concat();
    for nonce in 0_u32.. {
        let mut bytes = 4_i32.to_le_bytes().to_vec();
        bytes.extend(parent.0);
        bytes.extend(root.0);
        bytes.extend(1_600_000_000_u32.to_le_bytes());
        bytes.extend(BITS.to_le_bytes());
        bytes.extend(nonce.to_le_bytes());
        if check::proof_of_work(&header(&bytes), Network::Regtest).is_ok() {
            bytes.push(u8::try_from(transactions.len()).expect("few"));
            bytes.extend(body);
            return bytes;
        }
    }
    unreachable!("every second nonce does")
}

pub(crate) fn header(block: &[u8]) -> Header {
    Header::decode(block.first_chunk().expect("a header"))
}

pub(crate) fn hash(block: &[u8]) -> Hash {
    header(block).hash
}

/// So many blocks on a parent; `salt` makes another chain.
pub(crate) fn chain(parent: Hash, salt: u32, count: u32) -> Vec<Vec<u8>> {
    let mut parent = parent;
    (0..count)
        .map(|number| {
            let made = block(parent, &[coinbase(salt * 1_000 + number)]);
            parent = hash(&made);
            made
        })
        .collect()
}
