//! Which column files a segment of an account chain has.

use zerocopy::little_endian as le;

use super::{DepositRow, Wide, WithdrawalRow};
use crate::column_files::column_files;

column_files! {
    tx_id: [u8; 32] = "tx.id", "Transaction ids in chain order.";
    tx_block: le::U32 = "tx.block", "Height of each transaction's block.";
    tx_place: le::U32 = "tx.place", "Index in the block; with bit 31 set, the order of listing instead.";
    tx_time: le::U64 = "tx.time", "Seconds since 1970.";
    tx_from: le::U32 = "tx.from", "Sender, as a row of `address.id`.";
    tx_to: le::U32 = "tx.to", "Recipient, or nobody.";
    tx_created: le::U32 = "tx.created", "Contract created, or nobody.";
    tx_value: le::U128 = "tx.value", "Value field, lower 128 bits.";
    tx_fee: le::U128 = "tx.fee", "Fee, lower 128 bits.";
    tx_flags: u8 = "tx.flags", "Bit 0: sender, value and fee are known. Bit 1: it succeeded.";
    tx_moves: le::U32 = "tx.moves", "First row in the `move` columns; one more value than transactions.";
    tx_by_id: le::U32 = "tx.by_id", "Transaction numbers in the order of their ids.";
    move_tx: le::U32 = "move.tx", "Transaction of each value move.";
    move_phase: u8 = "move.phase", "Fee 0, native 1, internal 2, token 3.";
    move_place: le::U32 = "move.place", "Log index or trace position; with bit 31 set, the order of listing.";
    move_asset: le::U32 = "move.asset", "Asset, as a row of the segment's asset list.";
    move_from: le::U32 = "move.from", "Who loses it, as a row of `address.id`.";
    move_to: le::U32 = "move.to", "Who gets it; nobody for a fee.";
    move_amount: le::U128 = "move.amount", "Base units, lower 128 bits.";
    wide: Wide = "wide", "Upper 128 bits of the few amounts that need them.";
    address_id: [u8; 20] = "address.id", "Every account met in the segment, ascending.";
    address_posts: le::U32 = "address.posts", "First row in `posting.move`; one more value than accounts.";
    posting_move: le::U32 = "posting.move", "Value moves of each account, ascending.";
    deposits: DepositRow = "mixer.deposits", "Deposits by pool and leaf.";
    withdrawals: WithdrawalRow = "mixer.withdrawals", "Withdrawals by pool and transaction.";
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_format_page_lists_every_file_with_its_meaning() {
        let page = include_str!("../../../../docs/formats/ledger.md");
        for (file, meaning) in FILES {
            assert!(page.contains(&format!("| `{file}` |")), "{file} is missing");
            assert!(page.contains(meaning), "the page describes {file} otherwise: {meaning}");
        }
    }
}
