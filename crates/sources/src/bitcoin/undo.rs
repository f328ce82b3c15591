//! Undo data: what the inputs of a block spent, in the node's compressed form.

use k256::{
    AffinePoint, FieldBytes,
    elliptic_curve::{point::DecompressPoint, sec1::ToSec1Point, subtle::Choice},
};

use super::{
    Damage, Hash,
    bytes::{Bytes, EARLY},
    sha256d,
};

const CHECKSUM_BYTES: usize = 32;
/// A node stores a longer script as one that nobody can spend.
const SCRIPT_BYTES_MAX: u32 = 10_000;
/// Forms of scripts that have a number of their own.
const SPECIAL_FORMS: u32 = 6;

/// An output that an input spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent<'a> {
    /// Index of the spending transaction in its block, from 1: a coinbase spends nothing.
    pub transaction: u32,
    /// Index of the input.
    pub input: u32,
    /// Height at which the output was made.
    pub height: u32,
    /// Whether a coinbase made it.
    pub coinbase: bool,
    /// Satoshi.
    pub value: u64,
    /// The script that locked it.
    pub script: &'a [u8],
}

/// How much there was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UndoCounts {
    /// Transactions, without the coinbase.
    pub transactions: u32,
    /// Inputs of all of them.
    pub inputs: u32,
}

/// The hash that a node writes after undo data: over the parent's hash and the data.
pub fn checksum(parent: Hash, undo: &[u8]) -> Hash {
    sha256d(&[&parent.0, undo])
}

/// The undo data of a record if it is that of a child of `parent`, and intact.
pub fn of_child(parent: Hash, record: &[u8]) -> Option<&[u8]> {
    let (undo, sum) = record.split_last_chunk::<CHECKSUM_BYTES>()?;
    (checksum(parent, undo).0 == *sum).then_some(undo)
}

/// Walks through undo data, one call for each input in the order of the block.
///
/// # Errors
/// The bytes are not undo data, or more than one.
pub fn decode(undo: &[u8], mut visit: impl FnMut(Spent<'_>)) -> Result<UndoCounts, Damage> {
    walk(undo, &mut visit).map_err(|why| Damage::Undecodable { what: "undo data", why })
}

fn walk(undo: &[u8], visit: &mut impl FnMut(Spent<'_>)) -> Result<UndoCounts, &'static str> {
    let mut bytes = Bytes(undo);
    let mut script = Vec::new();
    let mut counts = UndoCounts { transactions: bytes.compact_size()?, inputs: 0 };
    // Each step takes at least one byte, so a count that is too large ends with the bytes.
    for transaction in 1..=counts.transactions {
        for input in 0..bytes.compact_size()? {
            let code = u32::try_from(bytes.var_int()?).map_err(|_| "a height beyond 31 bits")?;
            let height = code >> 1;
            if height > 0 {
                // Once the version of the transaction; always 0 today.
                bytes.var_int()?;
            }
            let value = amount(bytes.var_int()?).ok_or("an amount beyond 64 bits")?;
            bytes.script(&mut script)?;
            let coinbase = code & 1 == 1;
            visit(Spent { transaction, input, height, coinbase, value, script: &script });
            counts.inputs = counts.inputs.checked_add(1).ok_or("too many inputs")?;
        }
    }
    if bytes.0.is_empty() { Ok(counts) } else { Err("bytes after its end") }
}

/// Takes an amount out of the form in which round ones are short.
fn amount(packed: u64) -> Option<u64> {
    let Some(rest) = packed.checked_sub(1) else { return Some(0) };
    let zeros = u32::try_from(rest % 10).ok()?;
    let rest = rest / 10;
    let number = if zeros < 9 {
        (rest / 9).checked_mul(10)?.checked_add(rest % 9 + 1)?
    } else {
        rest.checked_add(1)?
    };
    number.checked_mul(10_u64.pow(zeros))
}

impl Bytes<'_> {
    /// Rebuilds a script into `script`.
    fn script(&mut self, script: &mut Vec<u8>) -> Result<(), &'static str> {
        const DUP: u8 = 0x76;
        const HASH160: u8 = 0xa9;
        const EQUAL: u8 = 0x87;
        const EQUAL_VERIFY: u8 = 0x88;
        const CHECK_SIG: u8 = 0xac;
        const RETURN: u8 = 0x6a;
        script.clear();
        let form = u32::try_from(self.var_int()?).map_err(|_| "a script beyond 32 bits")?;
        match form {
            0 => {
                script.extend([DUP, HASH160, 20]);
                script.extend(self.array::<20>()?);
                script.extend([EQUAL_VERIFY, CHECK_SIG]);
            }
            1 => {
                script.extend([HASH160, 20]);
                script.extend(self.array::<20>()?);
                script.push(EQUAL);
            }
            2 | 3 => {
                script.extend([33, if form == 2 { 2 } else { 3 }]);
                script.extend(self.array::<32>()?);
                script.push(CHECK_SIG);
            }
            4 | 5 => {
                script.push(65);
                script.extend(whole_key(self.array()?, form == 5)?);
                script.push(CHECK_SIG);
            }
            _ => {
                let length = form - SPECIAL_FORMS;
                let bytes = self.take(usize::try_from(length).map_err(|_| EARLY)?)?;
                if length > SCRIPT_BYTES_MAX {
                    script.push(RETURN);
                } else {
                    script.extend(bytes);
                }
            }
        }
        Ok(())
    }
}

/// The 65 bytes of a public key from the 32 of its x and whether its y is odd.
fn whole_key(x: [u8; 32], odd: bool) -> Result<[u8; 65], &'static str> {
    let point = AffinePoint::decompress(&FieldBytes::from(x), Choice::from(u8::from(odd)));
    let point: Option<AffinePoint> = point.into();
    let point = point.ok_or("a public key that is on no curve")?.to_sec1_point(false);
    point.as_bytes().try_into().map_err(|_| "a public key that is the point at infinity")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        (0..text.len()).step_by(2).map(digit).collect()
    }

    /// The examples of the node's own test of this form.
    #[test]
    fn amounts_are_unpacked_as_the_node_packs_them() {
        let cases = [
            (0, 0),
            (0x1, 1),
            (0x7, 1_000_000),
            (0x9, 100_000_000),
            (0x32, 5_000_000_000),
            (0x140_6f40, 2_100_000_000_000_000),
        ];
        for (packed, value) in cases {
            assert_eq!(amount(packed), Some(value), "{packed:#x}");
        }
        assert_eq!(amount(u64::MAX), None);
    }

    /// The key that the coinbase of the first block pays to.
    const FIRST_KEY: &str = "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f";

    #[test]
    fn every_form_of_script_is_rebuilt() {
        let script = |form: &[u8]| {
            let mut script = Vec::new();
            Bytes(form).script(&mut script).map(|()| script)
        };
        let key = unhex(FIRST_KEY);
        let x = &key[1..33];
        let rebuilt = script(&[&[5], x].concat()).expect("a key");
        assert_eq!(rebuilt, [&[65], &key[..], &[0xac]].concat());
        let other = script(&[&[4], x].concat()).expect("a key");
        assert_eq!((&other[..34], other[66] & 1), (&rebuilt[..34], 0));
        let compressed = script(&[&[3], x].concat()).expect("a key");
        assert_eq!(compressed, [&[33, 3], x, &[0xac]].concat());
        let hash = script(&[&[0][..], &[9; 20]].concat()).expect("a hash");
        assert_eq!(hash, [&[0x76, 0xa9, 20][..], &[9; 20], &[0x88, 0xac]].concat());
        let hash = script(&[&[1][..], &[9; 20]].concat()).expect("a hash");
        assert_eq!(hash, [&[0xa9, 20][..], &[9; 20], &[0x87]].concat());
        assert_eq!(script(&[8, 0x51, 0x52]), Ok(vec![0x51, 0x52]));
        assert_eq!(script(&[6]), Ok(vec![]));
        // 5 is no x of the curve: 5³ + 7 is no square.
        let mut off = [0; 33];
        (off[0], off[32]) = (4, 5);
        assert_eq!(script(&off), Err("a public key that is on no curve"));
        assert_eq!(script(&[8, 0x51]), Err(EARLY));
    }

    #[test]
    fn an_overlong_script_becomes_one_that_nobody_can_spend() {
        let spelled = |length: u64| {
            let (mut rest, mut out) = (length + 6, Vec::new());
            loop {
                let more = if out.is_empty() { 0 } else { 0x80 };
                out.insert(0, (rest & 0x7f) as u8 | more);
                if rest <= 0x7f {
                    return out;
                }
                rest = (rest >> 7) - 1;
            }
        };
        for (length, kept) in [(10_000, 10_000), (10_001, 1)] {
            let bytes = [spelled(length), vec![0x51; usize::try_from(length).expect("small")]];
            let (bytes, mut script) = (bytes.concat(), Vec::new());
            let mut bytes = Bytes(&bytes);
            bytes.script(&mut script).expect("a script");
            assert_eq!((script.len(), bytes.0.len()), (kept, 0));
        }
    }

    #[test]
    fn a_checksum_belongs_to_one_parent() {
        let (parent, undo) = (Hash([7; 32]), b"undo");
        let record = [&undo[..], &checksum(parent, undo).0].concat();
        assert_eq!(of_child(parent, &record), Some(&undo[..]));
        assert_eq!(of_child(Hash([8; 32]), &record), None);
        assert_eq!(of_child(parent, &record[1..]), None);
        assert_eq!(of_child(parent, b"short"), None);
    }
}
