//! Storing the blocks of a chain in the ledger.

use ledger::utxo::UtxoWriter;
use sources::bitcoin::{BestChain, CheckedBlock, checked_blocks};

use super::{
    LedgerChange, chain_of,
    feed::{self, Refused},
    walk::{Totals, Walk},
};
use crate::query::{QueryError, Workspace};

/// Stores the blocks of the best chain that the ledger does not have.
pub(super) fn store(
    workspace: &Workspace,
    walk: &mut Walk<'_>,
    chain: &BestChain,
) -> Result<(), QueryError> {
    walk.note_beside(chain);
    if !chain.whole {
        return Err(QueryError::Question(
            "the node has pruned its first blocks: a ledger needs all of them, because later ones \
             spend what they made; `--check` reads what is there"
                .to_owned(),
        ));
    }
    let slug = chain_of(walk.question.network);
    walk.progress.stage("opening the ledger");
    let mut writer = UtxoWriter::open(workspace.data_dir(), slug, &walk.question.holder)?;
    let before = writer.stored_blocks();
    let shared = shared_blocks(&writer, chain)?;
    let known = u32::try_from(chain.blocks.len()).unwrap_or(u32::MAX);
    // Files that end where the ledger goes on are older, not another branch.
    let unwound = if shared < known { before - shared } else { 0 };
    if unwound > 0 {
        walk.progress.stage("forgetting stale blocks");
        writer.unwind_to(shared)?;
    }
    let mut storing = Storing { walk, chain, writer, totals: Totals::default() };
    let stored = storing.all();
    let Storing { writer, totals, .. } = storing;
    walk.add_up(&totals);
    stored?;
    let now = ledger::utxo::UtxoLedger::open(workspace.data_dir(), slug)?;
    drop(writer);
    walk.answer.stored = true;
    walk.answer.ledger = Some(LedgerChange {
        chain: slug,
        before,
        unwound,
        now: now.map_or_else(Default::default, |ledger| ledger.counts()),
    });
    Ok(())
}

/// How many blocks the ledger and the chain have in common.
fn shared_blocks(writer: &UtxoWriter, chain: &BestChain) -> Result<u32, QueryError> {
    let stored = writer.stored_blocks();
    let same = |height: &u32| {
        let at = usize::try_from(*height).unwrap_or(usize::MAX);
        chain.blocks.get(at).map(|block| block.hash.0) == writer.stored_hash(*height)
    };
    let shared = (0..stored).rev().find(same).map_or(0, |height| height + 1);
    if stored > 0 && shared == 0 {
        return Err(QueryError::Question(
            "the ledger holds another chain: not even the first block is the same; use another \
             `--data-dir`"
                .to_owned(),
        ));
    }
    Ok(shared)
}

struct Storing<'a, 'b> {
    walk: &'a mut Walk<'b>,
    chain: &'a BestChain,
    writer: UtxoWriter,
    totals: Totals,
}

impl Storing<'_, '_> {
    /// Stores all that is not there. Blocks before a damaged one are stored, as far as they were
    /// read; so are those before an interruption.
    fn all(&mut self) -> Result<(), QueryError> {
        self.walk.progress.stage("storing blocks");
        let from = self.writer.stored_blocks();
        let outcome = self.blocks(from, self.chain.blocks.len());
        let Err(error) = outcome else { return Ok(()) };
        // What a damaged block began is dropped; what came before it is gathered again.
        let (first, good) = (self.writer.stored_blocks(), self.good());
        self.writer.unwind_to(first)?;
        if good > first && !matches!(error, QueryError::Utxo(_)) {
            let end = usize::try_from(good).unwrap_or(usize::MAX);
            self.blocks(first, end)?;
        }
        Err(error)
    }

    /// Blocks that have been read without a fault, stored or not.
    fn good(&self) -> u32 {
        self.walk.answer.tip.as_ref().and_then(|tip| tip.height).map_or(0, |height| height + 1)
    }

    fn blocks(&mut self, from: u32, end: usize) -> Result<(), QueryError> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let length = |at: &sources::bitcoin::BlockAt| u64::from(at.place.length);
        let blocks = self.chain.blocks.get(from..end).unwrap_or_default();
        let total = blocks.iter().map(length).sum();
        let (files, mut read) = (self.walk.files, 0);
        checked_blocks(files, blocks, |block| -> Result<(), QueryError> {
            if self.walk.progress.interrupted() {
                return Err(QueryError::Interrupted);
            }
            self.walk.progress.bytes(read, total);
            read += length(&block.at);
            self.block(block)
        })?;
        self.walk.progress.stage("writing the ledger");
        self.writer.commit()?;
        Ok(())
    }

    /// Hands a block that is sound to the ledger.
    fn block(&mut self, block: &CheckedBlock) -> Result<(), QueryError> {
        let gathered = feed::gather(&mut self.writer, &block.header, &block.bytes, &block.ids);
        self.totals.add(&gathered.map_err(|refused| match refused {
            Refused::Ledger(error) => QueryError::from(error),
            Refused::Damage(damage) => self.walk.files.damaged(block.at.place, damage).into(),
        })?);
        self.walk.checked(&block.at, &block.header, true);
        if self.writer.is_full() {
            self.writer.commit()?;
        }
        Ok(())
    }
}
