//! Who sees the parts of a block, and in which order.

use super::super::{
    Hash,
    block::{BlockVisitor, Ids, Inner, Input, OutPoint, Output, Transaction},
};

/// Where the parts of a transaction stand.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Parts<'a> {
    pub(in super::super) bytes: &'a [u8],
    pub(in super::super) version: i32,
    pub(in super::super) lock_time: u32,
    /// Bytes that count four times in the weight: all but witnesses and the marks around them.
    pub(in super::super) base_bytes: u64,
    pub(in super::super) has_witness: bool,
}

/// A walk through a block.
pub(super) struct Walk<'a, V> {
    visitor: &'a mut V,
    ids: Ids<'a>,
    transactions: usize,
    /// Whether the first transaction is a coinbase, by its first input.
    coinbase: Option<bool>,
}

impl<'a, V: BlockVisitor> Walk<'a, V> {
    pub(super) fn new(visitor: &'a mut V, ids: Ids<'a>) -> Walk<'a, V> {
        Walk { visitor, ids, transactions: 0, coinbase: None }
    }

    pub(super) fn input(&mut self, input: Input<'_>) {
        self.coinbase.get_or_insert(input.spends == OutPoint::NONE);
        self.visitor.input(input);
    }

    pub(super) fn output(&mut self, output: Output<'_>) {
        self.visitor.output(output);
    }

    /// The transaction under way is complete; `txid` makes its id where that is not known.
    pub(super) fn transaction(
        &mut self,
        txid: impl FnOnce() -> Hash,
        parts: Parts<'_>,
    ) -> Result<(), &'static str> {
        let index = u32::try_from(self.transactions).map_err(|_| "too many transactions")?;
        // A transaction without inputs has not set it.
        self.coinbase.get_or_insert(false);
        let txid = self.ids.of(self.transactions, txid).ok_or("more transactions than before")?;
        self.transactions += 1;
        self.visitor.transaction(Transaction { index, txid, inner: Inner::Coin(parts) });
        Ok(())
    }

    /// The block is complete.
    pub(super) fn end(&self) -> Result<(), &'static str> {
        match self.coinbase {
            None => Err("no transaction in it"),
            Some(false) => Err("its first transaction is no coinbase"),
            Some(true) => Ok(()),
        }
    }
}
