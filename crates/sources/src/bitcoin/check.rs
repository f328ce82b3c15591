//! What a block must fulfil whatever its transactions do.

use ruint::aliases::U256;

use super::{
    Damage, Hash, Header, Network,
    block::{BlockVisitor, decode},
    sha256d,
};

/// The target that a compact form stands for; `None` where it is zero, negative or beyond 256 bits.
pub fn target(bits: u32) -> Option<U256> {
    let exponent = bits >> 24;
    let mantissa = bits & 0x007f_ffff;
    let negative = bits & 0x0080_0000 != 0;
    let mantissa_bits = u32::BITS - mantissa.leading_zeros();
    if mantissa == 0 || negative {
        return None;
    }
    let wide = U256::from(mantissa);
    let target = match exponent.checked_sub(3) {
        None => wide >> (8 * (3 - exponent)),
        Some(bytes) if bytes * 8 + mantissa_bits > 256 => return None,
        Some(bytes) => wide << (8 * bytes),
    };
    (!target.is_zero()).then_some(target)
}

/// The hashes that one expects to need for a target: what the best chain has most of.
pub fn work(target: U256) -> U256 {
    // 2^256 / (target + 1), in 256 bits.
    match target.checked_add(U256::ONE) {
        Some(above) => (!target / above).saturating_add(U256::ONE),
        None => U256::ONE,
    }
}

/// Whether the hash of a header meets the target that it names, and the network allows that target.
/// Returns the work. Which target the rules of difficulty ask for at this height is not checked.
///
/// # Errors
/// The target is none, or too easy; the hash is above it.
pub fn proof_of_work(header: &Header, network: Network) -> Result<U256, Damage> {
    let (block, bits) = (header.hash, header.bits);
    let target = claimed_target(header, network)?;
    if target > network.easiest_target() {
        return Err(Damage::Target { block, bits, network: network.name() });
    }
    if U256::from_le_bytes(block.0) > target {
        return Err(Damage::InsufficientWork { block, bits });
    }
    Ok(work(target))
}

/// The target that a header names.
///
/// # Errors
/// It names none.
pub fn claimed_target(header: &Header, network: Network) -> Result<U256, Damage> {
    let (block, bits) = (header.hash, header.bits);
    target(bits).ok_or(Damage::Target { block, bits, network: network.name() })
}

/// The merkle root of transaction ids, and whether the tree is one that other transactions share.
///
/// An odd row repeats its last hash, so a block that repeats its last transactions has the root of
/// the block that does not (CVE-2012-2459). Two equal hashes side by side betray it. The ids are
/// used up.
pub fn merkle_root(ids: &mut Vec<Hash>) -> (Hash, bool) {
    let mut mutated = false;
    while ids.len() > 1 {
        let pairs = ids.len().div_ceil(2);
        for pair in 0..pairs {
            let left = ids[2 * pair];
            let right = match ids.get(2 * pair + 1) {
                Some(right) => {
                    mutated |= *right == left;
                    *right
                }
                None => left,
            };
            ids[pair] = sha256d(&[&left.0, &right.0]);
        }
        ids.truncate(pairs);
    }
    (ids.first().copied().unwrap_or_default(), mutated)
}

/// Whether the transactions are those that the header promises. The ids are used up.
///
/// # Errors
/// They are not, or they are repeated such that the root does not show it.
pub fn transactions(header: &Header, ids: &mut Vec<Hash>) -> Result<(), Damage> {
    let block = header.hash;
    let (found, mutated) = merkle_root(ids);
    if found != header.merkle_root {
        return Err(Damage::MerkleRoot { block, promised: header.merkle_root, found });
    }
    if mutated { Err(Damage::MutatedTree { block }) } else { Ok(()) }
}

/// Whether bytes are a block with the transactions that its header promises; leaves the ids of
/// these in `ids`. `roots` is a buffer. Proof of work is not looked at.
///
/// # Errors
/// They are not.
pub fn block(bytes: &[u8], ids: &mut Vec<Hash>, roots: &mut Vec<Hash>) -> Result<Header, Damage> {
    struct Nobody;
    impl BlockVisitor for Nobody {}
    let header = decode(bytes, ids, &mut Nobody)?;
    roots.clone_from(ids);
    transactions(&header, roots)?;
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_targets_are_read_as_nodes_read_them() {
        let is = |bits, value: u64| assert_eq!(target(bits), Some(U256::from(value)), "{bits:#x}");
        is(0x0112_3456, 0x12);
        is(0x0212_3456, 0x1234);
        is(0x0312_3456, 0x12_3456);
        is(0x0412_3456, 0x1234_5600);
        is(0x0500_9234, 0x9234_0000);
        for none in [0, 0x0012_3456, 0x0100_3456, 0x0180_0001, 0x0492_3456, 0xff12_3456] {
            assert_eq!(target(none), None, "{none:#x}");
        }
        assert_eq!(target(0x1d00_ffff), Some(U256::from(0xffff) << 208));
        assert_eq!(target(0x2000_ffff).map(|wide| wide >> 232), Some(U256::from(0xff_ffu32) >> 0));
        assert_eq!(target(0x2100_ffff).map(|wide| wide >> 240), Some(U256::from(0xffffu32)));
        assert_eq!(target(0x2101_0000), None);
    }

    #[test]
    fn the_first_target_takes_two_to_the_32_hashes_and_a_bit() {
        let first = target(0x1d00_ffff).expect("a target");
        assert_eq!(work(first), U256::from(0x1_0001_0001_u64));
        assert_eq!(work(U256::MAX), U256::ONE);
        assert_eq!(work(target(0x207f_ffff).expect("a target")), U256::from(2));
    }

    fn ids(names: &[u8]) -> Vec<Hash> {
        names.iter().map(|name| Hash([*name; 32])).collect()
    }

    #[test]
    fn a_repeated_end_keeps_the_root_and_is_seen() {
        for (honest, repeated) in [
            (&[1, 2, 3][..], &[1, 2, 3, 3][..]),
            (&[1, 2, 3, 4, 5, 6], &[1, 2, 3, 4, 5, 6, 5, 6]),
            (&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5, 5, 5, 5]),
        ] {
            let (root, mutated) = merkle_root(&mut ids(honest));
            assert!(!mutated, "{honest:?}");
            assert_eq!(merkle_root(&mut ids(repeated)), (root, true), "{repeated:?}");
        }
        assert_eq!(merkle_root(&mut ids(&[7])), (Hash([7; 32]), false));
        assert_eq!(merkle_root(&mut ids(&[])), (Hash::default(), false));
    }
}
