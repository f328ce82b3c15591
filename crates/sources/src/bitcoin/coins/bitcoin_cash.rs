//! Bitcoin Cash: blocks of Bitcoin without witnesses, and tokens before the scripts of outputs.
//!
//! The transactions of a block after the first lie in the order of their ids, so one may spend an
//! output of a later one.

use super::{
    super::{block::BlockVisitor, bytes::Bytes},
    transaction::{Form, transactions},
    walk::Walk,
};

/// No opcode: what begins a token.
const PREFIX: u8 = 0xef;
const RESERVED: u8 = 0x80;
const HAS_COMMITMENT: u8 = 0x40;
const HAS_NFT: u8 = 0x20;
const HAS_AMOUNT: u8 = 0x10;
/// Of the token's capability: none, mutable, minting.
const CAPABILITY: u8 = 0x0f;
const CAPABILITY_MAX: u8 = 2;
/// Amounts have 63 bits.
const AMOUNT_MAX: u64 = i64::MAX as u64;

pub(super) fn body<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    transactions(rest, Form { tokens: true, ..Form::default() }, walk)
}

/// The script behind a token, where there is one; else all of it: bytes that begin like a token and
/// are none are a script that nobody can spend.
pub(super) fn without_token(script: &[u8]) -> &[u8] {
    match script {
        [PREFIX, rest @ ..] => behind_token(Bytes(rest)).unwrap_or(script),
        _ => script,
    }
}

/// The bytes behind category, kind, commitment and amount, all of them in the only form allowed.
fn behind_token(mut rest: Bytes<'_>) -> Option<&[u8]> {
    let _category = rest.array::<32>().ok()?;
    let [kind] = rest.array().ok()?;
    let (nft, capability) = (kind & HAS_NFT != 0, kind & CAPABILITY);
    let sound = kind & RESERVED == 0
        && capability <= CAPABILITY_MAX
        && kind & (HAS_NFT | HAS_AMOUNT) != 0
        && (nft || (capability == 0 && kind & HAS_COMMITMENT == 0));
    if !sound {
        return None;
    }
    if kind & HAS_COMMITMENT != 0 {
        rest.items(1).ok().filter(|commitment| !commitment.is_empty())?;
    }
    if kind & HAS_AMOUNT != 0 {
        amount(&mut rest).filter(|amount| (1..=AMOUNT_MAX).contains(amount))?;
    }
    Some(rest.0)
}

/// A count of up to 64 bits in its shortest form.
fn amount(rest: &mut Bytes<'_>) -> Option<u64> {
    if let [0xff, ..] = rest.0 {
        rest.take(1).ok()?;
        let wide = u64::from_le_bytes(rest.array().ok()?);
        return (wide > u64::from(u32::MAX)).then_some(wide);
    }
    rest.compact_size().ok().map(u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of one category before a script of one byte.
    fn token(kind: u8, rest: &[u8]) -> Vec<u8> {
        [&[PREFIX], &[7; 32][..], &[kind], rest, &[0x51]].concat()
    }

    #[test]
    fn a_token_is_taken_off_whatever_it_carries() {
        for (kind, rest) in [
            (0x10, &[1][..]),
            (0x10, &[0xfd, 0xfd, 0]),
            (0x10, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
            (0x20, &[]),
            (0x21, &[]),
            (0x22, &[]),
            (0x60, &[2, 9, 9]),
            (0x72, &[1, 9, 0xfe, 0, 0, 1, 0]),
        ] {
            assert_eq!(without_token(&token(kind, rest)), [0x51], "{kind:#x} {rest:?}");
        }
        // A token may lock with an empty script, as any output may.
        let bare = token(0x20, &[]);
        assert_eq!(without_token(&bare[..bare.len() - 1]), [0_u8; 0]);
    }

    #[test]
    fn what_is_no_token_stays_as_it_is() {
        for (kind, rest) in [
            (0x00, &[][..]),
            (0x01, &[]),
            (0x23, &[]),
            (0xa0, &[]),
            (0x11, &[1]),
            (0x40, &[1, 9]),
            (0x50, &[1, 9, 1]),
            // Empty commitment, no amount, an amount beyond 63 bits, one longer than need be.
            (0x60, &[0]),
            (0x10, &[0]),
            (0x10, &[0xff, 0, 0, 0, 0, 0, 0, 0, 0x80]),
            (0x10, &[0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
            (0x10, &[0xfd, 1, 0]),
            (0x60, &[9, 1]),
        ] {
            let script = token(kind, rest);
            assert_eq!(without_token(&script), script, "{kind:#x} {rest:?}");
        }
        for script in [&[][..], &[PREFIX], &[PREFIX; 33], &[0x51, PREFIX]] {
            assert_eq!(without_token(script), script);
        }
    }
}
