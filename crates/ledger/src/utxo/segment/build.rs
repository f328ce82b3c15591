//! From rows to columns: the indexes follow from the rows.

use zerocopy::little_endian as le;

use super::{SCRIPTS_BETWEEN_MARKS, files::Columns, firsts};
use crate::utxo::{
    batch::key,
    cells::{U40, WIDE_FEE, WIDE_VALUE, Wide},
    hash_index,
    packed_script::payload_bytes,
    rows::{Rows, place, row32},
};

/// Builds the columns of a stretch of blocks.
pub(crate) fn build(rows: &Rows) -> Columns {
    let mut columns = Columns {
        block_hash: rows.blocks.iter().map(|block| block.hash).collect(),
        block_time: rows.blocks.iter().map(|block| block.time.into()).collect(),
        block_tx: starts(rows.blocks.iter().map(|block| block.first_tx), rows.tx_id.len()),
        tx_id: rows.tx_id.clone(),
        tx_shape: rows.tx_shape.iter().map(|shape| shape.0).collect(),
        tx_input: starts(rows.tx_input.iter().copied(), rows.prevout.len()),
        tx_output: starts(rows.tx_output.iter().copied(), rows.value.len()),
        input_spends: rows.prevout.iter().map(|output| u40(*output)).collect(),
        output_address: rows.address.iter().map(|address| (*address).into()).collect(),
        ..Columns::default()
    };
    (columns.output_first, columns.address_mark) =
        firsts::build(&rows.script_output, rows.value.len());
    amounts(rows, &mut columns);
    scripts(rows, &mut columns);
    again(rows, &mut columns);
    let ids = hash_index::build(rows.tx_id.iter().map(key));
    (columns.tx_by_id, columns.tx_tag, columns.tx_bucket) = (ids.rows, ids.tags, ids.buckets);
    let hashes = hash_index::build((0..rows.scripts.len()).map(|at| rows.scripts.get(at).hash()));
    columns.address_by_hash = hashes.rows;
    columns.address_tag = hashes.tags;
    columns.address_bucket = hashes.buckets;
    columns
}

fn starts(firsts: impl Iterator<Item = u32>, end: usize) -> Vec<le::U32> {
    firsts.chain([row32(end)]).map(le::U32::new).collect()
}

/// The number of an output; 2^40 of them would fill a thousand disks.
fn u40(output: u64) -> U40 {
    U40::new(output).expect("outputs are numbered with 40 bits")
}

fn amounts(rows: &Rows, columns: &mut Columns) {
    let widest = U40::new(U40::MAX).expect("it is the largest");
    columns.output_value.reserve_exact(rows.value.len());
    for (row, value) in rows.value.iter().enumerate() {
        let narrow = U40::new(*value).filter(|_| *value != U40::MAX);
        if narrow.is_none() {
            let row = row32(row).into();
            columns.wide.push(Wide { column: WIDE_VALUE, row, value: (*value).into() });
        }
        columns.output_value.push(narrow.unwrap_or(widest));
    }
    columns.tx_fee.reserve_exact(rows.tx_fee.len());
    for (row, fee) in rows.tx_fee.iter().enumerate() {
        let narrow = u32::try_from(*fee).ok().filter(|fee| *fee != u32::MAX);
        if narrow.is_none() {
            let row = row32(row).into();
            columns.wide.push(Wide { column: WIDE_FEE, row, value: (*fee).into() });
        }
        columns.tx_fee.push(narrow.unwrap_or(u32::MAX).into());
    }
}

fn scripts(rows: &Rows, columns: &mut Columns) {
    columns.address_kind.clone_from(&rows.scripts.codes);
    for at in 0..rows.scripts.len() {
        let bytes = &mut columns.address_bytes;
        if at % SCRIPTS_BETWEEN_MARKS == 0 {
            columns.address_at.push((bytes.len() as u64).into());
        }
        let script = rows.scripts.get(at);
        if payload_bytes(script.code).is_none() {
            bytes.extend_from_slice(&row32(script.payload.len()).to_le_bytes());
        }
        bytes.extend_from_slice(script.payload);
    }
}

/// The outputs of addresses that had appeared before, here or earlier.
fn again(rows: &Rows, columns: &mut Columns) {
    let first = rows.before.addresses;
    let mut pairs = Vec::new();
    for (row, address) in (0_u32..).zip(&rows.address) {
        let own = address.checked_sub(first).map(place);
        let appears = own.is_some_and(|own| rows.script_output[own] == row);
        if !appears {
            pairs.push(u64::from(*address) << 32 | u64::from(row));
        }
    }
    pairs.sort_unstable();
    let half = |pair: u64| u32::try_from(pair).expect("half of 64 bits");
    columns.again_address = pairs.iter().map(|pair| half(pair >> 32).into()).collect();
    columns.again_output = pairs.iter().map(|pair| half(pair & 0xffff_ffff).into()).collect();
}
