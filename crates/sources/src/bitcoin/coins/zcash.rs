//! Zcash: a header of its own, and transactions of which the transparent part is read.
//!
//! Forms of transactions are told by their version: 1 as in Bitcoin; 2 with transfers into and out of
//! the first shielded pool (Sprout); 3 with a height at which they expire; 4 with the second pool
//! (Sapling); 5 with the third (Orchard) and with ids of a kind of their own (ZIP 225, ZIP 244).

use super::{
    super::{
        Damage, HEADER_BYTES, Hash, Header,
        block::{self, BlockVisitor},
        bytes::Bytes,
        sha256d,
    },
    transaction::{inputs, outputs},
    walk::{Parts, Walk},
    zip244,
};

/// Version, parent, two roots, time, target, nonce; a solution of Equihash follows.
const FIXED_BYTES: usize = 140;
/// Of the networks with a price and for tests; private chains have shorter ones.
const SOLUTION_BYTES_MAX: u32 = 1_344;
/// A header with the longest solution and its length.
pub(in super::super) const HEADER_BYTES_MAX: u32 = 140 + 3 + SOLUTION_BYTES_MAX;

const OVERWINTERED: u32 = 1 << 31;
/// Names of the forms 3, 4 and 5, beside their versions.
const GROUP_3: u32 = 0x03c4_8270;
const GROUP_4: u32 = 0x892f_2085;
const GROUP_5: u32 = 0x26a7_270a;

/// Lengths of shielded parts.
const SPROUT: usize = 1_802;
const SPROUT_GROTH: usize = 1_698;
const SPROUT_KEY_AND_SIGNATURE: usize = 32 + 64;
const SPEND_4: usize = 384;
const OUTPUT_4: usize = 948;
pub(super) const SPEND_5: usize = 96;
pub(super) const OUTPUT_5: usize = 756;
pub(super) const ACTION: usize = 820;
const PROOF: usize = 192;
const SIGNATURE: usize = 64;

/// The header of a block that these bytes begin with.
pub(in super::super) fn header(bytes: &[u8]) -> Result<Header, Damage> {
    read_header(&mut Bytes(bytes)).map_err(block::why)
}

pub(super) fn read_header(rest: &mut Bytes<'_>) -> Result<Header, &'static str> {
    let start = *rest;
    let fixed = rest.array::<FIXED_BYTES>()?;
    if rest.items(1)?.len() as u64 > u64::from(SOLUTION_BYTES_MAX) {
        return Err("a solution that is too long");
    }
    // Version, parent and root stand where Bitcoin has them; behind a second root come the rest.
    let mut bytes = [0; HEADER_BYTES];
    bytes[..68].copy_from_slice(&fixed[..68]);
    bytes[68..].copy_from_slice(&fixed[100..112]);
    Ok(Header { hash: sha256d(&[rest.since(start)]), ..Header::decode(&bytes) })
}

pub(super) fn body<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    for _ in 0..rest.compact_size()? {
        transaction(rest, walk)?;
    }
    Ok(())
}

fn transaction<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    let start = *rest;
    let word = rest.u32()?;
    let version = word & !OVERWINTERED;
    if word == version {
        if version == 0 || i32::try_from(version).is_err() {
            return Err("a transaction of version 0");
        }
        return older(rest, start, version, 0, walk);
    }
    match (version, rest.u32()?) {
        (3, GROUP_3) | (4, GROUP_4) => older(rest, start, version, version, walk),
        (5, GROUP_5) => fifth(rest, start, walk),
        _ => Err("a transaction of a form that is not known"),
    }
}

/// The forms 1 to 4; `form` is 0 before the network's first upgrade.
fn older<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    start: Bytes<'_>,
    version: u32,
    form: u32,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    inputs(rest, walk)?;
    outputs(rest, false, walk)?;
    let lock_time = rest.u32()?;
    if form >= 3 {
        let _expires = rest.u32()?;
    }
    let mut shielded = false;
    if form == 4 {
        let _balance = rest.take(8)?;
        shielded |= !rest.items(SPEND_4)?.is_empty();
        shielded |= !rest.items(OUTPUT_4)?.is_empty();
    }
    if version >= 2 {
        let length = if form == 4 { SPROUT_GROTH } else { SPROUT };
        if !rest.items(length)?.is_empty() {
            rest.take(SPROUT_KEY_AND_SIGNATURE)?;
        }
    }
    if shielded {
        rest.take(SIGNATURE)?;
    }
    let bytes = start.0.get(..start.0.len() - rest.0.len()).unwrap_or_default();
    walk.transaction(|| sha256d(&[bytes]), parts(bytes, version, lock_time))
}

fn parts(bytes: &[u8], version: u32, lock_time: u32) -> Parts<'_> {
    let version = i32::try_from(version).expect("its top bit was cleared");
    Parts { bytes, version, lock_time, base_bytes: bytes.len() as u64, has_witness: false }
}

fn fifth<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    start: Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    let branch = rest.array()?;
    let lock_time = rest.u32()?;
    let _expires = rest.u32()?;
    // Word, group, branch, lock time, expiry.
    let head = &start.0[..20];
    let transparent = *rest;
    inputs(rest, walk)?;
    outputs(rest, false, walk)?;
    let transparent = zip244::transparent(rest.since(transparent))?;
    let sapling = sapling(rest)?;
    let orchard = orchard(rest)?;
    let bytes = &start.0[..start.0.len() - rest.0.len()];
    let txid = || zip244::id(branch, &[zip244::head(head), transparent, sapling, orchard]);
    walk.transaction(txid, parts(bytes, 5, lock_time))
}

/// Reads the part of the second pool; returns its digest.
fn sapling(rest: &mut Bytes<'_>) -> Result<Hash, &'static str> {
    let spends = rest.items(SPEND_5)?;
    let outputs = rest.items(OUTPUT_5)?;
    if spends.is_empty() && outputs.is_empty() {
        return Ok(zip244::sapling(spends, outputs, &[], &[]));
    }
    let balance = rest.take(8)?;
    let anchor = if spends.is_empty() { &[] } else { rest.take(32)? };
    let spend_count = spends.len() / SPEND_5;
    rest.take(spend_count * (PROOF + SIGNATURE) + outputs.len() / OUTPUT_5 * PROOF + SIGNATURE)?;
    Ok(zip244::sapling(spends, outputs, balance, anchor))
}

/// Reads the part of the third pool; returns its digest.
fn orchard(rest: &mut Bytes<'_>) -> Result<Hash, &'static str> {
    let actions = rest.items(ACTION)?;
    if actions.is_empty() {
        return Ok(zip244::orchard(actions, &[]));
    }
    // Flags, balance, anchor.
    let shared = rest.take(1 + 8 + 32)?;
    let _proofs = rest.items(1)?;
    rest.take(actions.len() / ACTION * SIGNATURE + SIGNATURE)?;
    Ok(zip244::orchard(actions, shared))
}
