//! Which column files a segment of a UTXO chain has.

use zerocopy::little_endian as le;

use crate::{
    column_files::column_files,
    utxo::cells::{U40, Wide},
};

column_files! {
    block_hash: [u8; 32] = "block.hash", "Block hashes in the order of heights.";
    block_time: le::U32 = "block.time", "Seconds since 1970, by the miner's clock.";
    block_tx: le::U32 = "block.tx", "First transaction of each block; one more value than blocks.";
    tx_id: [u8; 32] = "tx.id", "Transaction ids in chain order.";
    tx_shape: u8 = "tx.shape", "Bit 0 coinbase, 1 segwit, 2 replaceable, 3 to 4 kind of lock time, 5 to 6 version.";
    tx_fee: le::U32 = "tx.fee", "Satoshi; 2^32 - 1: see `wide`.";
    tx_input: le::U32 = "tx.input", "First input of each transaction; one more value than transactions.";
    tx_output: le::U32 = "tx.output", "First output of each transaction; one more value than transactions.";
    tx_by_id: le::U32 = "tx.by_id", "Transactions in the order of the first eight bytes of their ids.";
    tx_tag: le::U16 = "tx.tag", "Sixteen bits of each of these ids.";
    tx_bucket: le::U32 = "tx.bucket", "First entry of each bucket of `tx.by_id`, and one more.";
    input_spends: U40 = "input.spends", "The output that each input spends, counted over the whole chain.";
    output_value: U40 = "output.value", "Satoshi; 2^40 - 1: see `wide`.";
    output_first: le::U64 = "output.first", "A bit for each output, the lowest first: whether its address appears with it.";
    output_address: le::U32 = "output.address", "The address of each output, counted over the whole chain.";
    address_kind: u8 = "address.kind", "Form of each script that appears here first.";
    address_bytes: u8 = "address.bytes", "What the form does not imply of each script.";
    address_at: le::U64 = "address.at", "Where every thirty-second script begins in `address.bytes`.";
    address_mark: le::U32 = "address.mark", "The output with which every thirty-second of these addresses appears.";
    address_by_hash: le::U32 = "address.by_hash", "These addresses in the order of the hashes of their scripts.";
    address_tag: le::U16 = "address.tag", "Sixteen bits of each of these hashes.";
    address_bucket: le::U32 = "address.bucket", "First entry of each bucket of `address.by_hash`, and one more.";
    again_address: le::U32 = "again.address", "Addresses that had appeared before, one for each further output here, ascending.";
    again_output: le::U32 = "again.output", "These outputs.";
    wide: Wide = "wide", "Values and fees that their columns have no room for.";
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_format_page_lists_every_file() {
        let page = include_str!("../../../../../docs/formats/utxo_ledger.md");
        for (file, meaning) in FILES {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{file}` |")));
            assert!(row.is_some_and(|row| row.contains(meaning)), "{file}");
        }
    }
}
