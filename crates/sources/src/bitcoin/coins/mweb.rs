//! The extension block of Litecoin (LIP 2 to LIP 4). Its amounts are hidden: it is read to its end
//! and nothing of it is kept but its name. Features that are not known add no bytes, as in the node.

use super::super::bytes::Bytes;

/// A public key or a commitment: a point of the curve.
const POINT: usize = 33;
const SIGNATURE: usize = 64;
const HASH: usize = 32;
/// The proof that an amount is not negative; its length never changes.
const RANGE_PROOF: usize = 675;
/// Key for the exchange, tag, masked amount, masked nonce.
const STANDARD_FIELDS: usize = POINT + 1 + 8 + 16;

mod input {
    pub(super) const STEALTH_KEY: u8 = 1;
    pub(super) const EXTRA_DATA: u8 = 2;
}

mod output {
    pub(super) const STANDARD_FIELDS: u8 = 1;
    pub(super) const EXTRA_DATA: u8 = 2;
}

mod kernel {
    pub(super) const FEE: u8 = 1;
    pub(super) const PEG_IN: u8 = 2;
    pub(super) const PEG_OUT: u8 = 4;
    pub(super) const HEIGHT_LOCK: u8 = 8;
    pub(super) const STEALTH_EXCESS: u8 = 16;
    pub(super) const EXTRA_DATA: u8 = 32;
}

/// Reads an extension block and returns its name, the BLAKE3 hash of its header.
pub(super) fn skip(rest: &mut Bytes<'_>) -> Result<[u8; 32], &'static str> {
    let start = *rest;
    let _height = rest.var_int()?;
    // Roots of outputs, kernels and unspent leaves; offsets of kernels and of stealth.
    rest.take(5 * HASH)?;
    let (_outputs, _kernels) = (rest.var_int()?, rest.var_int()?);
    let name = *blake3::hash(rest.since(start)).as_bytes();
    for part in [skip_input, skip_output, skip_kernel] {
        for _ in 0..rest.compact_size()? {
            part(rest)?;
        }
    }
    Ok(name)
}

fn skip_input(rest: &mut Bytes<'_>) -> Result<(), &'static str> {
    let [features] = rest.array()?;
    // The output that it spends, its commitment, its key.
    rest.take(HASH + 2 * POINT)?;
    if features & input::STEALTH_KEY != 0 {
        rest.take(POINT)?;
    }
    if features & input::EXTRA_DATA != 0 {
        rest.items(1)?;
    }
    rest.take(SIGNATURE).map(|_| ())
}

fn skip_output(rest: &mut Bytes<'_>) -> Result<(), &'static str> {
    // Its commitment, the keys of sender and receiver.
    rest.take(3 * POINT)?;
    let [features] = rest.array()?;
    if features & output::STANDARD_FIELDS != 0 {
        rest.take(STANDARD_FIELDS)?;
    }
    if features & output::EXTRA_DATA != 0 {
        rest.items(1)?;
    }
    rest.take(RANGE_PROOF + SIGNATURE).map(|_| ())
}

fn skip_kernel(rest: &mut Bytes<'_>) -> Result<(), &'static str> {
    let [features] = rest.array()?;
    let has = |feature: u8| features & feature != 0;
    if has(kernel::FEE) {
        rest.var_int()?;
    }
    if has(kernel::PEG_IN) {
        rest.var_int()?;
    }
    if has(kernel::PEG_OUT) {
        for _ in 0..rest.compact_size()? {
            let _amount = rest.var_int()?;
            let _script = rest.items(1)?;
        }
    }
    if has(kernel::HEIGHT_LOCK) {
        rest.var_int()?;
    }
    if has(kernel::STEALTH_EXCESS) {
        rest.take(POINT)?;
    }
    if has(kernel::EXTRA_DATA) {
        rest.items(1)?;
    }
    // Excess and its signature.
    rest.take(POINT + SIGNATURE).map(|_| ())
}
