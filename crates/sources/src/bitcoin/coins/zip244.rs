//! The id of a Zcash transaction of version 5 (ZIP 244): a tree of BLAKE2b digests over all of it
//! but signatures, proofs and scripts of inputs.

use blake2b_simd::{Params, State};

use super::{
    super::{Hash, bytes::Bytes},
    zcash::{ACTION, OUTPUT_5, SPEND_5},
};

/// Where the ciphertext of a note is cut: what a light client reads, the memo, the rest.
const COMPACT: usize = 52;
const MEMO_END: usize = COMPACT + 512;
const CIPHERTEXT: usize = 580;

fn hasher(person: &[u8; 16]) -> State {
    Params::new().hash_length(32).personal(person).to_state()
}

fn end(state: &State) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(state.finalize().as_bytes());
    Hash(hash)
}

fn digest(person: &[u8; 16], parts: &[&[u8]]) -> Hash {
    let mut state = hasher(person);
    for part in parts {
        state.update(part);
    }
    end(&state)
}

/// The id from the digests of the four parts and the branch of the network's rules.
pub(super) fn id(branch: [u8; 4], parts: &[Hash; 4]) -> Hash {
    let mut person = *b"ZcashTxHash_\0\0\0\0";
    person[12..].copy_from_slice(&branch);
    digest(&person, &parts.each_ref().map(|part| &part.0[..]))
}

/// Digest of version, group, branch, lock time and expiry.
pub(super) fn head(head: &[u8]) -> Hash {
    digest(b"ZTxIdHeadersHash", &[head])
}

/// Digest of inputs and outputs, which are known to be whole.
pub(super) fn transparent(bytes: &[u8]) -> Result<Hash, &'static str> {
    let mut rest = Bytes(bytes);
    let mut spent = hasher(b"ZTxIdPrevoutHash");
    let mut sequences = hasher(b"ZTxIdSequencHash");
    let mut outputs = hasher(b"ZTxIdOutputsHash");
    let inputs = rest.compact_size()?;
    for _ in 0..inputs {
        spent.update(rest.take(36)?);
        rest.items(1)?;
        sequences.update(rest.take(4)?);
    }
    if rest.compact_size()? == 0 && inputs == 0 {
        return Ok(digest(b"ZTxIdTranspaHash", &[]));
    }
    outputs.update(rest.0);
    let parts = [end(&spent), end(&sequences), end(&outputs)];
    Ok(digest(b"ZTxIdTranspaHash", &parts.each_ref().map(|part| &part.0[..])))
}

/// Digest of the second pool's part.
pub(super) fn sapling(spends: &[u8], outputs: &[u8], balance: &[u8], anchor: &[u8]) -> Hash {
    if spends.is_empty() && outputs.is_empty() {
        return digest(b"ZTxIdSaplingHash", &[]);
    }
    let (spends, outputs) = (sapling_spends(spends, anchor), sapling_outputs(outputs));
    digest(b"ZTxIdSaplingHash", &[&spends.0, &outputs.0, balance])
}

fn sapling_spends(spends: &[u8], anchor: &[u8]) -> Hash {
    if spends.is_empty() {
        return digest(b"ZTxIdSSpendsHash", &[]);
    }
    let mut compact = hasher(b"ZTxIdSSpendCHash");
    let mut rest = hasher(b"ZTxIdSSpendNHash");
    for spend in spends.as_chunks::<SPEND_5>().0 {
        let (commitment, spend) = spend.split_at(32);
        let (nullifier, key) = spend.split_at(32);
        compact.update(nullifier);
        rest.update(commitment).update(anchor).update(key);
    }
    digest(b"ZTxIdSSpendsHash", &[&end(&compact).0, &end(&rest).0])
}

fn sapling_outputs(outputs: &[u8]) -> Hash {
    if outputs.is_empty() {
        return digest(b"ZTxIdSOutputHash", &[]);
    }
    let mut compact = hasher(b"ZTxIdSOutC__Hash");
    let mut memos = hasher(b"ZTxIdSOutM__Hash");
    let mut rest = hasher(b"ZTxIdSOutN__Hash");
    for output in outputs.as_chunks::<OUTPUT_5>().0 {
        // Value commitment; note commitment and key; ciphertext; what the sender may read.
        let (commitment, output) = output.split_at(32);
        let (note, output) = output.split_at(64);
        let (text, outgoing) = output.split_at(CIPHERTEXT);
        compact.update(note).update(&text[..COMPACT]);
        memos.update(&text[COMPACT..MEMO_END]);
        rest.update(commitment).update(&text[MEMO_END..]).update(outgoing);
    }
    let parts = [end(&compact), end(&memos), end(&rest)];
    digest(b"ZTxIdSOutputHash", &parts.each_ref().map(|part| &part.0[..]))
}

/// Digest of the third pool's part; `shared` is flags, balance and anchor.
pub(super) fn orchard(actions: &[u8], shared: &[u8]) -> Hash {
    if actions.is_empty() {
        return digest(b"ZTxIdOrchardHash", &[]);
    }
    let mut compact = hasher(b"ZTxIdOrcActCHash");
    let mut memos = hasher(b"ZTxIdOrcActMHash");
    let mut rest = hasher(b"ZTxIdOrcActNHash");
    for action in actions.as_chunks::<ACTION>().0 {
        // Value commitment; nullifier; key; note commitment and key; ciphertexts as above.
        let (commitment, action) = action.split_at(32);
        let (nullifier, action) = action.split_at(32);
        let (key, action) = action.split_at(32);
        let (note, action) = action.split_at(64);
        let (text, outgoing) = action.split_at(CIPHERTEXT);
        compact.update(nullifier).update(note).update(&text[..COMPACT]);
        memos.update(&text[COMPACT..MEMO_END]);
        rest.update(commitment).update(key).update(&text[MEMO_END..]).update(outgoing);
    }
    let parts = [end(&compact).0, end(&memos).0, end(&rest).0];
    digest(b"ZTxIdOrchardHash", &[&parts[0], &parts[1], &parts[2], shared])
}
