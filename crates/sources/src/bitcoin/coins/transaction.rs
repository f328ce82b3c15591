//! Transactions as Bitcoin writes them, and what Litecoin and Bitcoin Cash have added.

use super::{
    super::{
        Hash,
        block::{BlockVisitor, Input, OutPoint, Output},
        bytes::{Bytes, EARLY},
        sha256d,
    },
    bitcoin_cash::without_token,
    walk::{Parts, Walk},
};

/// What the transactions of a coin may have beside inputs and outputs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    /// Witnesses (BIP 144).
    pub(super) witnesses: bool,
    /// The mark of the transaction that joins a block and its extension block (LIP 2).
    pub(super) hogex: bool,
    /// Tokens before the scripts of outputs (CashTokens).
    pub(super) tokens: bool,
}

/// What stands between version and inputs where the transaction has witnesses: no inputs, and this.
const WITNESS_FLAG: u8 = 1;
/// The same for what Litecoin adds.
const MWEB_FLAG: u8 = 8;

/// Reads a transaction; says whether it is the one that joins the extension block.
pub(super) fn transaction<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    form: Form,
    walk: &mut Walk<'_, V>,
) -> Result<bool, &'static str> {
    let start = *rest;
    let version = rest.array::<4>()?;
    let flag = flag(rest, form)?;
    let body = *rest;
    let count = inputs(rest, walk)?;
    if count == 0 {
        return Err("a transaction without inputs");
    }
    outputs(rest, form.tokens, walk)?;
    let body = rest.since(body);
    match flag {
        Some(WITNESS_FLAG) => witnesses(rest, count)?,
        Some(_) if rest.array()? != [0] => return Err("a transaction of the extension block"),
        _ => {}
    }
    let lock_time = rest.array::<4>()?;
    let bytes = rest.since(start);
    let txid = || match flag {
        None => sha256d(&[bytes]),
        Some(_) => sha256d(&[&version, body, &lock_time]),
    };
    walk.transaction(
        txid,
        Parts {
            bytes,
            version: i32::from_le_bytes(version),
            lock_time: u32::from_le_bytes(lock_time),
            base_bytes: body.len() as u64 + 8,
            has_witness: flag == Some(WITNESS_FLAG),
        },
    )?;
    Ok(flag == Some(MWEB_FLAG))
}

/// The flag behind a count of no inputs.
fn flag(rest: &mut Bytes<'_>, form: Form) -> Result<Option<u8>, &'static str> {
    let [0, flag, ..] = rest.0 else { return Ok(None) };
    rest.take(2)?;
    match *flag {
        WITNESS_FLAG if form.witnesses => Ok(Some(WITNESS_FLAG)),
        MWEB_FLAG if form.hogex => Ok(Some(MWEB_FLAG)),
        0 => Err("a transaction without inputs"),
        WITNESS_FLAG => Err("a transaction with witnesses, which this coin does not have"),
        _ => Err("a transaction with a flag that is not known"),
    }
}

/// Reads inputs and their count.
pub(super) fn inputs<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    walk: &mut Walk<'_, V>,
) -> Result<u32, &'static str> {
    let count = rest.compact_size()?;
    for index in 0..count {
        let spends = OutPoint { txid: Hash(rest.array()?), output: rest.u32()? };
        let script = rest.items(1)?;
        walk.input(Input { index, spends, script, sequence: rest.u32()? });
    }
    Ok(count)
}

/// Reads outputs and their count.
pub(super) fn outputs<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    tokens: bool,
    walk: &mut Walk<'_, V>,
) -> Result<u32, &'static str> {
    let count = rest.compact_size()?;
    for index in 0..count {
        let value = u64::from_le_bytes(rest.array()?);
        let script = rest.items(1)?;
        let script = if tokens { without_token(script) } else { script };
        walk.output(Output { index, value, script });
    }
    Ok(count)
}

fn witnesses(rest: &mut Bytes<'_>, inputs: u32) -> Result<(), &'static str> {
    let mut any = false;
    for _ in 0..inputs {
        let items = rest.compact_size()?;
        any |= items > 0;
        for _ in 0..items {
            rest.items(1)?;
        }
    }
    if any { Ok(()) } else { Err("a flag for witnesses, and none") }
}

/// Reads so many transactions as the count before them says.
pub(super) fn transactions<V: BlockVisitor>(
    rest: &mut Bytes<'_>,
    form: Form,
    walk: &mut Walk<'_, V>,
) -> Result<(), &'static str> {
    let count = rest.compact_size().map_err(|_| EARLY)?;
    for _ in 0..count {
        transaction(rest, form, walk)?;
    }
    Ok(())
}
