//! Litecoin: blocks of Bitcoin, and since 2022 an extension block (MWEB) behind the last transaction.
//!
//! The last transaction of such a block holds all coins that are in the extension: it spends what it
//! held after the block before and what transactions of this block pegged in, and pays what was
//! pegged out. The first of its outputs names the extension block.

use super::{
    super::{
        block::{BlockVisitor, Ids, Input, Output, Transaction},
        bytes::Bytes,
    },
    mweb,
    transaction::{Form, transaction},
    walk::Walk,
};

const FORM: Form = Form { witnesses: true, hogex: true, tokens: false };
/// Before the 32 bytes of the extension block's name: witness version 8 and their number.
const NAME_PREFIX: [u8; 2] = [0x58, 32];

pub(super) fn body<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    let count = rest.compact_size()?;
    for number in 1..=count {
        let last = *rest;
        if !transaction(rest, FORM, walk)? {
            continue;
        }
        if number < count || number == 1 {
            return Err("the transaction that joins the extension block is not the last");
        }
        let [present] = rest.array()?;
        return match present {
            1 => extension(rest, last),
            0 => Err("no extension block, and a transaction that joins it"),
            _ => Err("neither an extension block nor none"),
        };
    }
    Ok(())
}

/// Reads the extension block, which is the one that the transaction before it names.
fn extension(rest: &mut Bytes<'_>, joins: Bytes<'_>) -> Result<(), &'static str> {
    let mut first = FirstOutput::default();
    let (mut once_more, mut ids) = (joins, Vec::new());
    transaction(&mut once_more, FORM, &mut Walk::new(&mut first, Ids::Made(&mut ids)))?;
    let name = mweb::skip(rest)?;
    let expected = [&NAME_PREFIX[..], &name].concat();
    if first.script == expected { Ok(()) } else { Err("an extension block of another name") }
}

/// The script of a transaction's first output.
#[derive(Default)]
struct FirstOutput {
    script: Vec<u8>,
}

impl BlockVisitor for FirstOutput {
    fn input(&mut self, _input: Input<'_>) {}

    fn output(&mut self, output: Output<'_>) {
        if output.index == 0 {
            self.script.extend(output.script);
        }
    }

    fn transaction(&mut self, _transaction: Transaction<'_>) {}
}
