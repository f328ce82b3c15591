//! Reading a segment: checked opening, lookups, and back to facts for a merge.

use std::{ops::Range, path::Path};

use chain::{
    Account, Amount, AssetId, Hash32, Phase, Timestamp, TxId,
    record::{MixerDeposit, MixerWithdrawal, TransactionBody, TransferKind},
};

use super::{
    DepositRow, HAS_BODY, HAS_HASH, Mapped, NO_TIME, NOBODY, SUCCEEDED, Segment, WIDE_FEE,
    WIDE_MOVE, WIDE_VALUE, WithdrawalRow,
};
use crate::{
    LedgerError,
    facts::{Facts, MoveFact, Place, TxFact},
    manifest::SegmentEntry,
};

impl Segment {
    /// Maps a segment's columns and checks that their lengths belong together.
    pub(crate) fn open(segments: &Path, entry: &SegmentEntry) -> Result<Segment, LedgerError> {
        let columns = Mapped::open(&segments.join(&entry.name))?;
        let txs = columns.tx_id.values().len();
        let moves = columns.move_tx.values().len();
        let addresses = columns.address_id.values().len();
        let posts = columns.posting_move.values().len();
        let columns = Mapped {
            tx_block: columns.tx_block.expect_len(txs)?,
            tx_place: columns.tx_place.expect_len(txs)?,
            tx_time: columns.tx_time.expect_len(txs)?,
            tx_from: columns.tx_from.expect_len(txs)?,
            tx_to: columns.tx_to.expect_len(txs)?,
            tx_created: columns.tx_created.expect_len(txs)?,
            tx_value: columns.tx_value.expect_len(txs)?,
            tx_fee: columns.tx_fee.expect_len(txs)?,
            tx_flags: columns.tx_flags.expect_len(txs)?,
            tx_moves: columns.tx_moves.expect_len(txs + 1)?,
            tx_by_id: columns.tx_by_id.expect_len(txs)?,
            move_phase: columns.move_phase.expect_len(moves)?,
            move_place: columns.move_place.expect_len(moves)?,
            move_asset: columns.move_asset.expect_len(moves)?,
            move_from: columns.move_from.expect_len(moves)?,
            move_to: columns.move_to.expect_len(moves)?,
            move_amount: columns.move_amount.expect_len(moves)?,
            address_posts: columns.address_posts.expect_len(addresses + 1)?,
            ..columns
        };
        let last = columns.address_posts.values().last().map_or(0, |last| last.get());
        if usize::try_from(last).ok() != Some(posts) {
            let path = segments.join(&entry.name).join("address.posts");
            return Err(LedgerError::corrupt(path, 16, "its end is not the end of the postings"));
        }
        Ok(Segment {
            name: entry.name.clone(),
            blocks: entry.first_block..=entry.last_block,
            assets: entry.assets.clone(),
            columns,
        })
    }

    pub(crate) fn tx_count(&self) -> usize {
        self.columns.tx_id.values().len()
    }

    pub(crate) fn move_count(&self) -> usize {
        self.columns.move_tx.values().len()
    }

    pub(crate) fn account(&self, number: u32) -> Option<Account> {
        if number == NOBODY {
            return None;
        }
        // A number beyond the dictionary is damage that `verify` names; here it is nobody.
        self.columns.address_id.values().get(index(number)).map(|bytes| Account(*bytes))
    }

    fn amount(&self, column: u8, row: usize, low: u128) -> Amount {
        let wide = self.columns.wide.values();
        if wide.is_empty() {
            return Amount::from(low);
        }
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let found = wide.binary_search_by_key(&(column, row), |wide| (wide.column, wide.row.get()));
        Amount::from_halves(low, found.map_or(0, |at| wide[at].high.get()))
    }

    pub(crate) fn move_amount(&self, row: usize) -> Amount {
        self.amount(WIDE_MOVE, row, self.columns.move_amount.values()[row].get())
    }

    pub(crate) fn asset(&self, row: usize) -> Option<&AssetId> {
        self.assets.get(index(self.columns.move_asset.values()[row].get()))
    }

    pub(crate) fn time(&self, tx: usize) -> Timestamp {
        stored_time(self.columns.tx_time.values()[tx].get())
            .unwrap_or(Timestamp::from_seconds(0).expect("the epoch is a time"))
    }

    /// Row numbers of a transaction's value moves.
    pub(crate) fn moves_of(&self, tx: usize) -> Range<usize> {
        let starts = self.columns.tx_moves.values();
        let end = self.columns.move_tx.values().len();
        let bound = |at: usize| index(starts[at].get()).min(end);
        bound(tx)..bound(tx + 1)
    }

    /// Finds a transaction by id.
    pub(crate) fn find_tx(&self, id: &TxId) -> Option<usize> {
        let ids = self.columns.tx_id.values();
        let by_id = self.columns.tx_by_id.values();
        let id_at = |number: u32| ids.get(index(number)).copied().unwrap_or([0; 32]);
        let at = by_id.binary_search_by(|number| id_at(number.get()).cmp(&id.0)).ok()?;
        // A number beyond the transactions is damage: its id was taken for zero above.
        Some(index(by_id[at].get())).filter(|number| *number < ids.len())
    }

    /// Row number of a value move's transaction.
    pub(crate) fn tx_of(&self, row: usize) -> usize {
        // A number beyond the transactions is damage that `verify` names; here it is the last.
        index(self.columns.move_tx.values()[row].get()).min(self.tx_count().saturating_sub(1))
    }

    /// The value moves of an account, ascending.
    pub(crate) fn postings(&self, account: &Account) -> &[zerocopy::little_endian::U32] {
        let Ok(at) = self.columns.address_id.values().binary_search(&account.0) else {
            return &[];
        };
        let starts = self.columns.address_posts.values();
        let range = index(starts[at].get())..index(starts[at + 1].get());
        self.columns.posting_move.values().get(range).unwrap_or(&[])
    }

    pub(crate) fn body(&self, tx: usize) -> Option<TransactionBody> {
        let columns = &self.columns;
        let flags = columns.tx_flags.values()[tx];
        if flags & HAS_BODY == 0 {
            return None;
        }
        Some(TransactionBody {
            from: self.account(columns.tx_from.values()[tx].get())?,
            to: self.account(columns.tx_to.values()[tx].get()),
            created: self.account(columns.tx_created.values()[tx].get()),
            value: self.amount(WIDE_VALUE, tx, columns.tx_value.values()[tx].get()),
            fee: self.amount(WIDE_FEE, tx, columns.tx_fee.values()[tx].get()),
            succeeded: flags & SUCCEEDED != 0,
        })
    }

    /// The facts that the segment was built from.
    pub(crate) fn to_facts(&self) -> Facts {
        let columns = &self.columns;
        let tx = |number: usize| TxFact {
            id: TxId(columns.tx_id.values()[number]),
            block: columns.tx_block.values()[number].get(),
            place: Place::from_raw(columns.tx_place.values()[number].get()),
            time: self.time(number),
            body: self.body(number),
            moves: self.moves_of(number).filter_map(|row| self.move_fact(row)).collect(),
        };
        Facts {
            txs: (0..self.tx_count()).map(tx).collect(),
            deposits: columns.deposits.values().iter().map(deposit).collect(),
            withdrawals: columns.withdrawals.values().iter().map(withdrawal).collect(),
        }
    }

    /// A listed move; the fee and the value field belong to the transaction's body.
    fn move_fact(&self, row: usize) -> Option<MoveFact> {
        let columns = &self.columns;
        let kind = match Phase::from_byte(columns.move_phase.values()[row])? {
            Phase::Fee | Phase::Native => return None,
            Phase::Internal => TransferKind::Internal,
            Phase::Token => TransferKind::Token,
        };
        Some(MoveFact {
            kind,
            place: Place::from_raw(columns.move_place.values()[row].get()),
            asset: self.asset(row)?.clone(),
            from: self.account(columns.move_from.values()[row].get())?,
            to: self.account(columns.move_to.values()[row].get())?,
            amount: self.move_amount(row),
        })
    }
}

/// Widening is lossless on every platform that can map these files.
pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).expect("pointers have at least 32 bits")
}

fn stored_time(seconds: u64) -> Option<Timestamp> {
    if seconds == NO_TIME {
        return None;
    }
    Timestamp::from_seconds(i64::try_from(seconds).ok()?)
}

fn stored_hash(flags: u8, bytes: [u8; 32]) -> Option<Hash32> {
    (flags & HAS_HASH != 0).then_some(Hash32(bytes))
}

/// A stored deposit as the noun that everyone else uses.
pub(crate) fn deposit(row: &DepositRow) -> MixerDeposit {
    MixerDeposit {
        pool: Account(row.pool),
        leaf: row.leaf.get(),
        tx: TxId(row.tx),
        block: row.block.get().into(),
        time: stored_time(row.time.get()),
        commitment: stored_hash(row.flags, row.commitment),
    }
}

/// A stored withdrawal as the noun that everyone else uses.
pub(crate) fn withdrawal(row: &WithdrawalRow) -> MixerWithdrawal {
    MixerWithdrawal {
        pool: Account(row.pool),
        tx: TxId(row.tx),
        block: row.block.get().into(),
        time: stored_time(row.time.get()),
        recipient: Account(row.recipient),
        relayer_fee: Amount::from_be_bytes(row.relayer_fee),
        nullifier: stored_hash(row.flags, row.nullifier),
    }
}
