//! Scripts without the bytes that their kind implies.

use chain::{Script, ScriptKind};

/// A script in the form in which it is stored: a code, and the bytes that the code does not imply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackedScript<'a> {
    pub(crate) code: u8,
    pub(crate) payload: &'a [u8],
}

/// Codes as they stand in the column `address.kind`.
mod code {
    pub(super) const OTHER: u8 = 0;
    pub(super) const KEY_HASH: u8 = 1;
    pub(super) const SCRIPT_HASH: u8 = 2;
    pub(super) const WITNESS_KEY_HASH: u8 = 3;
    pub(super) const WITNESS_SCRIPT_HASH: u8 = 4;
    pub(super) const TAPROOT: u8 = 5;
    pub(super) const KEY_SHORT: u8 = 6;
    pub(super) const KEY_LONG: u8 = 7;
    pub(super) const BARE_MULTISIG: u8 = 8;
    pub(super) const OP_RETURN: u8 = 9;
}

/// The highest code; a larger one in a column is damage.
pub(crate) const CODE_MAX: u8 = code::OP_RETURN;

/// Bytes of the payload, where the code says how many; else they are counted in front of it.
pub(crate) fn payload_bytes(code: u8) -> Option<usize> {
    match code {
        code::KEY_HASH | code::SCRIPT_HASH | code::WITNESS_KEY_HASH => Some(20),
        code::WITNESS_SCRIPT_HASH | code::TAPROOT => Some(32),
        code::KEY_SHORT => Some(33),
        code::KEY_LONG => Some(65),
        _ => None,
    }
}

impl<'a> PackedScript<'a> {
    /// Packs a script. Different scripts have different packed forms.
    pub(crate) fn of(script: &'a [u8]) -> PackedScript<'a> {
        let (code, payload) = match ScriptKind::of(script) {
            ScriptKind::KeyHash => (code::KEY_HASH, &script[3..23]),
            ScriptKind::ScriptHash => (code::SCRIPT_HASH, &script[2..22]),
            ScriptKind::WitnessKeyHash => (code::WITNESS_KEY_HASH, &script[2..]),
            ScriptKind::WitnessScriptHash => (code::WITNESS_SCRIPT_HASH, &script[2..]),
            ScriptKind::Taproot => (code::TAPROOT, &script[2..]),
            ScriptKind::Key if script.len() == 35 => (code::KEY_SHORT, &script[1..34]),
            ScriptKind::Key => (code::KEY_LONG, &script[1..66]),
            ScriptKind::BareMultisig => (code::BARE_MULTISIG, script),
            ScriptKind::OpReturn => (code::OP_RETURN, &script[1..]),
            ScriptKind::Other => (code::OTHER, script),
        };
        PackedScript { code, payload }
    }

    /// The script again.
    pub(crate) fn unpack(self) -> Script {
        let around = |before: &[u8], after: &[u8]| [before, self.payload, after].concat();
        let bytes = match self.code {
            code::KEY_HASH => around(&[0x76, 0xa9, 20], &[0x88, 0xac]),
            code::SCRIPT_HASH => around(&[0xa9, 20], &[0x87]),
            code::WITNESS_KEY_HASH => around(&[0, 20], &[]),
            code::WITNESS_SCRIPT_HASH => around(&[0, 32], &[]),
            code::TAPROOT => around(&[0x51, 32], &[]),
            code::KEY_SHORT => around(&[33], &[0xac]),
            code::KEY_LONG => around(&[65], &[0xac]),
            code::OP_RETURN => around(&[0x6a], &[]),
            _ => self.payload.to_vec(),
        };
        Script::new(bytes)
    }

    /// Which standard form the script has.
    pub(crate) fn kind(code: u8) -> ScriptKind {
        match code {
            code::KEY_HASH => ScriptKind::KeyHash,
            code::SCRIPT_HASH => ScriptKind::ScriptHash,
            code::WITNESS_KEY_HASH => ScriptKind::WitnessKeyHash,
            code::WITNESS_SCRIPT_HASH => ScriptKind::WitnessScriptHash,
            code::TAPROOT => ScriptKind::Taproot,
            code::KEY_SHORT | code::KEY_LONG => ScriptKind::Key,
            code::BARE_MULTISIG => ScriptKind::BareMultisig,
            code::OP_RETURN => ScriptKind::OpReturn,
            _ => ScriptKind::Other,
        }
    }

    /// A hash that spreads well: multiply and fold, eight bytes at a time. Hits are compared byte
    /// for byte, so a collision costs time and nothing else. The index on disk is in its order.
    pub(crate) fn hash(self) -> u64 {
        let mut hash = fold(0x9e37_79b9_7f4a_7c15 ^ u64::from(self.code), 0xa076_1d64_78bd_642f);
        let (words, rest) = self.payload.as_chunks::<8>();
        for word in words {
            hash = fold(hash ^ u64::from_le_bytes(*word), 0xe703_7ed1_a0b4_28db);
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let length = self.payload.len() as u64;
        fold(hash ^ u64::from_le_bytes(last), 0x8ebc_6af0_9c88_c6e3 ^ length)
    }
}

/// Both halves of the product, so that no bit of the input is lost.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product are what is wanted")]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Scripts near the borders of every form.
    fn scripts() -> impl Strategy<Value = Vec<u8>> {
        let any_bytes = proptest::collection::vec(any::<u8>(), 0..80);
        let form = (any::<[u8; 65]>(), 0..8_usize).prop_map(|(bytes, form)| match form {
            0 => [&[0x76, 0xa9, 20], &bytes[..20], &[0x88, 0xac]].concat(),
            1 => [&[0xa9, 20], &bytes[..20], &[0x87]].concat(),
            2 => [&[0, 20], &bytes[..20]].concat(),
            3 => [&[0, 32], &bytes[..32]].concat(),
            4 => [&[0x51, 32], &bytes[..32]].concat(),
            5 => [&[33, 2 + (bytes[0] & 1)], &bytes[..32], &[0xac]].concat(),
            6 => [&[65, 4 + (bytes[0] & 3)], &bytes[..64], &[0xac]].concat(),
            _ => [&[0x6a], &bytes[..]].concat(),
        });
        prop_oneof![any_bytes, form]
    }

    proptest! {
        #[test]
        fn packing_loses_nothing_and_agrees_on_the_kind(bytes in scripts()) {
            let packed = PackedScript::of(&bytes);
            let script = packed.unpack();
            prop_assert_eq!(script.as_bytes(), &bytes[..]);
            prop_assert_eq!(PackedScript::kind(packed.code), script.kind());
            prop_assert!(payload_bytes(packed.code).is_none_or(|n| n == packed.payload.len()));
            prop_assert!(packed.code <= CODE_MAX);
        }

        #[test]
        fn one_more_zero_is_another_hash(bytes in scripts()) {
            let longer = [&bytes[..], &[0]].concat();
            prop_assert_ne!(PackedScript::of(&bytes).hash(), PackedScript::of(&longer).hash());
        }
    }
}
