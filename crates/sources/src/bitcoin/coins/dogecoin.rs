//! Dogecoin: blocks of Bitcoin without witnesses, and since 2014 headers whose work another chain did.
//!
//! A miner of Litecoin puts the name of a Dogecoin block into the first transaction of its own
//! block; what leads from that block's header to the name lies behind the Dogecoin header (AuxPoW).

use super::{
    super::{
        HEADER_BYTES, Hash, Header,
        block::{BlockVisitor, Ids, Input, Output, Transaction},
        bytes::Bytes,
        sha256d,
    },
    transaction::{Form, transaction, transactions},
    walk::Walk,
};

/// Bit of the version: another chain did the work.
const AUXILIARY: i32 = 1 << 8;
/// No tree of a node is higher.
const BRANCH_MAX: u32 = 30;

pub(super) fn body<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    header: &Header,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    if header.version & AUXILIARY != 0 {
        auxiliary(rest, header.hash)?;
    }
    transactions(rest, Form::default(), walk)
}

/// Reads what leads from the header of another chain's block to the name of this one, and follows
/// it. Whether that header has work is not known: it is Scrypt's.
fn auxiliary(rest: &mut Bytes<'_>, block: Hash) -> Result<(), &'static str> {
    let (mut coinbase, mut ids) = (FirstInput::default(), Vec::new());
    let form = Form { witnesses: true, ..Form::default() };
    transaction(rest, form, &mut Walk::new(&mut coinbase, Ids::Made(&mut ids)))?;
    // The name of the other block, which nodes do not look at either.
    let _named = rest.array::<32>()?;
    let other_root = branch(rest, ids[0])?;
    let chains_root = branch(rest, block)?;
    let other = Header::decode(&rest.array::<HEADER_BYTES>()?);
    if other_root.root != other.merkle_root || other_root.index != 0 {
        return Err("a coinbase of another chain that is not in the block that did the work");
    }
    // There it is written as people write it, last byte first.
    let mut written = chains_root.root.0;
    written.reverse();
    if coinbase.script.windows(written.len()).any(|part| part == written) {
        Ok(())
    } else {
        Err("a coinbase of another chain that does not name this block")
    }
}

/// The root of a tree by one of its leaves, and which leaf that is.
struct Branch {
    root: Hash,
    index: u32,
}

fn branch(rest: &mut Bytes<'_>, leaf: Hash) -> Result<Branch, &'static str> {
    let height = rest.compact_size()?;
    if height > BRANCH_MAX {
        return Err("a branch of a tree that is too high");
    }
    let mut hashes = Vec::new();
    for _ in 0..height {
        hashes.push(Hash(rest.array()?));
    }
    let index = rest.u32()?;
    let mut root = leaf;
    for (level, beside) in hashes.iter().enumerate() {
        root = match index >> level & 1 {
            0 => sha256d(&[&root.0, &beside.0]),
            _ => sha256d(&[&beside.0, &root.0]),
        };
    }
    Ok(Branch { root, index })
}

/// The script of a transaction's first input.
#[derive(Default)]
struct FirstInput {
    script: Vec<u8>,
}

impl BlockVisitor for FirstInput {
    fn input(&mut self, input: Input<'_>) {
        if input.index == 0 {
            self.script.extend(input.script);
        }
    }

    fn output(&mut self, _output: Output<'_>) {}

    fn transaction(&mut self, _transaction: Transaction<'_>) {}
}
