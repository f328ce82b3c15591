//! Key equivalence: one public key in several forms of script.
//!
//! Rule: scripts that pay to the same public key have one owner. A key written out (P2PK) gives its
//! hash; a hash gives P2PKH and P2WPKH, which hold it, and P2SH-P2WPKH, which holds the hash of a
//! script with it. An uncompressed key gives the hashes of both its spellings.
//! Source: BlockSci's type equivalence. Known to be wrong for: keys that somebody published. Blind
//! to: a key known by its hash alone in one spelling and in the other elsewhere; multisig and
//! Taproot, which are not one key. Page: `docs/methods/co_spend.md`.
//!
//! Every script has an id, the 20 bytes that its P2SH-P2WPKH form has, so scripts of one key are
//! those with one id. What is stored of it, one number an address, is the first four bytes: enough
//! to find candidates in one sweep, which are then compared in full.

use chain::{Script, ScriptKind};
use ledger::utxo::AddressNo;
use ripemd::Ripemd160;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use super::facts::Facts;

/// At most so many candidates are sorted at a time (0.5 GB).
const SWEEP_MAX: usize = 1 << 26;

/// The id of a key, by its P2SH-P2WPKH form.
type KeyId = [u8; 20];

/// What each script says of its key, in brief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTags {
    /// For each address the first bytes of its key's id; 0 where it has no key.
    pub first: Vec<u32>,
    /// Addresses that stand for a second id: uncompressed keys, written out.
    pub second: Vec<(u32, AddressNo)>,
}

impl KeyTags {
    /// Adds the addresses that are not in it yet.
    pub fn extend(&mut self, facts: &impl Facts) {
        let known = u32::try_from(self.first.len()).expect("addresses are counted in 32 bits");
        let mut next = known;
        facts.each_script(AddressNo(known), |script| {
            let [one, other] = key_ids(&script);
            self.first.push(one.as_ref().map_or(0, tag));
            self.second.extend(other.map(|id| (tag(&id), AddressNo(next))));
            next += 1;
        });
    }

    /// Pairs of addresses with one key, of which at least one is not below `known`; the smaller
    /// one, the first of its key, first. Ascending.
    pub fn pairs(&self, facts: &impl Facts, known: AddressNo) -> Vec<(AddressNo, AddressNo)> {
        let fresh: FxHashSet<u32> = match known.0 {
            0 => FxHashSet::default(),
            _ => self.entries().filter(|entry| entry.1 >= known).map(|entry| entry.0).collect(),
        };
        let sweeps = u32::try_from(self.first.len().div_ceil(SWEEP_MAX)).unwrap_or(u32::MAX);
        let mut pairs = Vec::new();
        for sweep in 0..sweeps {
            let mut entries: Vec<(u32, AddressNo)> = self
                .entries()
                .filter(|(tag, _)| sweeps == 1 || tag % sweeps == sweep)
                .filter(|(tag, _)| known.0 == 0 || fresh.contains(tag))
                .collect();
            entries.sort_unstable();
            for group in entries.chunk_by(|one, other| one.0 == other.0) {
                pair_up(facts, group, known, &mut pairs);
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    fn entries(&self) -> impl Iterator<Item = (u32, AddressNo)> + '_ {
        let first = (0_u32..).zip(&self.first).map(|(at, tag)| (*tag, AddressNo(at)));
        first.filter(|(tag, _)| *tag != 0).chain(self.second.iter().copied())
    }
}

/// Whether two scripts pay to one public key.
pub fn same_key(one: &Script, other: &Script) -> bool {
    let (ones, others) = (key_ids(one), key_ids(other));
    ones.iter().flatten().any(|id| others.iter().flatten().any(|other| id == other))
}

/// Pairs those of a few candidates that have one id, each with the first of them.
fn pair_up(
    facts: &impl Facts,
    group: &[(u32, AddressNo)],
    known: AddressNo,
    pairs: &mut Vec<(AddressNo, AddressNo)>,
) {
    if group.len() < 2 {
        return;
    }
    let mut members: Vec<(KeyId, AddressNo)> = Vec::new();
    for (expected, address) in group {
        let ids = key_ids(&facts.script(*address)).into_iter().flatten();
        members.extend(ids.filter(|id| tag(id) == *expected).map(|id| (id, *address)));
    }
    members.sort_unstable();
    members.dedup();
    for same in members.chunk_by(|one, other| one.0 == other.0) {
        let (first, rest) = same.split_first().expect("a group has somebody in it");
        pairs.extend(rest.iter().filter(|it| it.1 >= known).map(|it| (first.1, it.1)));
    }
}

/// The first bytes of an id, never 0.
fn tag(id: &KeyId) -> u32 {
    let [one, two, three, four, ..] = *id;
    u32::from_le_bytes([one, two, three, four]).max(1)
}

/// The ids of the key that a script pays to: none, one, or for an uncompressed key one for each
/// spelling.
fn key_ids(script: &Script) -> [Option<KeyId>; 2] {
    let bytes = script.as_bytes();
    match script.kind() {
        ScriptKind::KeyHash => [Some(nested(&bytes[3..23])), None],
        ScriptKind::WitnessKeyHash => [Some(nested(&bytes[2..22])), None],
        ScriptKind::ScriptHash => [bytes[2..22].try_into().ok(), None],
        ScriptKind::Key => {
            let key = &bytes[1..bytes.len() - 1];
            let (compressed, uncompressed) = spellings(key);
            let id = |key: &[u8]| nested(&hash160(key));
            [Some(id(&compressed)), uncompressed.map(|key| id(&key))]
        }
        ScriptKind::WitnessScriptHash
        | ScriptKind::Taproot
        | ScriptKind::BareMultisig
        | ScriptKind::OpReturn
        | ScriptKind::Other => [None, None],
    }
}

/// A public key compressed, and uncompressed where both coordinates are at hand.
fn spellings(key: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let [_, x_and_y @ ..] = key else { return (Vec::new(), None) };
    if x_and_y.len() != 64 {
        return (key.to_vec(), None);
    }
    let parity = 2 + (x_and_y[63] & 1);
    let compressed = [&[parity][..], &x_and_y[..32]].concat();
    (compressed, Some([&[4][..], x_and_y].concat()))
}

/// What P2SH-P2WPKH makes of the hash of a key.
fn nested(key_hash: &[u8]) -> KeyId {
    let mut program = [0; 22];
    program[1] = 20;
    program[2..].copy_from_slice(key_hash);
    hash160(&program)
}

/// RIPEMD-160 of the SHA-256.
pub(crate) fn hash160(bytes: &[u8]) -> [u8; 20] {
    Ripemd160::digest(Sha256::digest(bytes)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Script {
        text.parse().expect("it is hex")
    }

    /// The generator of secp256k1, the key of the private key 1, whose addresses everybody knows.
    #[test]
    fn every_form_of_a_known_key_has_one_id() {
        let x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        let y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        let compressed = [
            format!("2102{x}ac"),
            format!("4104{x}{y}ac"),
            // 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH, bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4,
            // 3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN.
            "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac".to_owned(),
            "0014751e76e8199196d454941c45d1b3a323f1433bd6".to_owned(),
            "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487".to_owned(),
        ];
        for one in &compressed {
            for other in &compressed {
                assert!(same_key(&script(one), &script(other)), "{one} {other}");
            }
        }
        // 1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm is the uncompressed spelling's.
        let uncompressed = script("76a91491b24bf9f5288532960ac687abb035127b1d28a588ac");
        assert!(same_key(&uncompressed, &script(&compressed[1])));
        assert!(!same_key(&uncompressed, &script(&compressed[0])));
        assert!(!same_key(&uncompressed, &script(&compressed[2])));
    }

    #[test]
    fn scripts_without_a_single_key_have_no_id() {
        let key = format!("5120{}", "33".repeat(32));
        for text in ["6a0101", "51", &key] {
            assert_eq!(key_ids(&script(text)), [None, None], "{text}");
            assert!(!same_key(&script(text), &script(text)));
        }
    }
}
