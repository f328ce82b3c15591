//! One block into the ledger.

use chain::{UtxoTxId, record::Outpoint};
use ledger::utxo::{TxShape, UtxoError, UtxoWriter};
use sources::bitcoin::{
    Damage, Hash, Header,
    block::{self, BlockVisitor, Input, OutPoint, Output},
};

use super::walk::Totals;

/// Why a block was not gathered. The writer holds a part of it by then and has to be unwound.
pub(super) enum Refused {
    /// It is not what a node would have stored.
    Damage(Damage),
    /// It does not fit the ledger.
    Ledger(UtxoError),
}

impl From<UtxoError> for Refused {
    fn from(error: UtxoError) -> Refused {
        Refused::Ledger(error)
    }
}

/// Gathers the next block, which has been checked and has transactions of these ids.
///
/// # Errors
/// It does not follow; it spends what is not there. Damage only where it was not checked.
pub(super) fn gather(
    writer: &mut UtxoWriter,
    header: &Header,
    bytes: &[u8],
    ids: &[Hash],
) -> Result<Totals, Refused> {
    writer.begin_block(header.hash.0, header.parent.0, header.time)?;
    let mut feed = Feed::new(writer);
    block::walk_again(bytes, ids, &mut feed).map_err(Refused::Damage)?;
    let totals = feed.totals;
    writer.end_block(ids.iter().map(|id| &id.0))?;
    Ok(totals)
}

/// Hands what a block has to the ledger.
struct Feed<'a> {
    writer: &'a mut UtxoWriter,
    totals: Totals,
    coinbase: bool,
    /// Of the inputs of the transaction under way the lowest sequence: the one that tells whether
    /// it may be replaced.
    sequence: u32,
}

impl<'a> Feed<'a> {
    fn new(writer: &'a mut UtxoWriter) -> Feed<'a> {
        Feed { writer, totals: Totals::of_block(), coinbase: false, sequence: u32::MAX }
    }
}

impl BlockVisitor for Feed<'_> {
    fn input(&mut self, input: Input<'_>) {
        self.totals.input(input);
        if input.spends == OutPoint::NONE {
            self.coinbase = true;
            return;
        }
        self.sequence = self.sequence.min(input.sequence);
        let tx = UtxoTxId(input.spends.txid.0);
        self.writer.input(Outpoint { tx, index: input.spends.output });
    }

    fn output(&mut self, output: Output<'_>) {
        self.totals.output(output);
        self.writer.output(output.value, output.script);
    }

    fn transaction(&mut self, transaction: block::Transaction<'_>) {
        self.totals.transaction(transaction);
        let (version, lock_time) = (transaction.version(), transaction.lock_time());
        let shape = TxShape::new(version, lock_time, transaction.has_witness());
        let shape = shape.with_sequence(self.sequence);
        self.writer.end_transaction(if self.coinbase { shape.of_coinbase() } else { shape });
        self.coinbase = false;
        self.sequence = u32::MAX;
    }
}
