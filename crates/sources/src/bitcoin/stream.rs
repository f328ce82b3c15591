//! The blocks of a chain, read and checked by a thread of their own while another works on them.

use std::{sync::mpsc, thread};

use super::{BitcoinError, BlockAt, BlockFiles, BlockReader, FileKind, Hash, Header, check};

/// Blocks that may wait: enough that neither side stands still, and some megabytes.
const WAITING_MAX: usize = 8;

/// A block that has been read and checked: length, form, merkle root.
#[derive(Debug)]
pub struct CheckedBlock {
    /// Where it lies and how high it is.
    pub at: BlockAt,
    /// Its header.
    pub header: Header,
    /// All its bytes.
    pub bytes: Vec<u8>,
    /// The ids of its transactions.
    pub ids: Vec<Hash>,
}

/// Reads blocks in their order, checks each, and hands them over, one after the other.
///
/// # Errors
/// A block cannot be read or is damaged: those before it have been handed over. What `take`
/// refuses.
///
/// # Panics
/// Where `take` does.
pub fn checked_blocks<E: From<BitcoinError>>(
    files: &BlockFiles,
    blocks: &[BlockAt],
    mut take: impl FnMut(&CheckedBlock) -> Result<(), E>,
) -> Result<(), E> {
    let (give, taken) = mpsc::sync_channel(WAITING_MAX);
    // Buffers go back to be filled again.
    let (give_back, returned) = mpsc::channel::<CheckedBlock>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut reader =
                Reader { files, reader: files.reader(FileKind::Blocks), roots: Vec::new() };
            for at in blocks {
                let buffers = returned.try_recv().ok();
                let block = reader.read(*at, buffers);
                let failed = block.is_err();
                // Whoever takes no more has said why.
                if give.send(block).is_err() || failed {
                    return;
                }
            }
        });
        // Ends the thread when it is dropped, also by an early return.
        let taken = taken;
        for block in &taken {
            let block = block?;
            take(&block)?;
            // The reader may have reached its end.
            let _ = give_back.send(block);
        }
        Ok(())
    })
}

struct Reader<'a> {
    files: &'a BlockFiles,
    reader: BlockReader<'a>,
    /// The merkle root uses up a list of ids.
    roots: Vec<Hash>,
}

impl Reader<'_> {
    fn read(
        &mut self,
        at: BlockAt,
        buffers: Option<CheckedBlock>,
    ) -> Result<CheckedBlock, BitcoinError> {
        let (mut bytes, mut ids) =
            buffers.map_or_else(Default::default, |old| (old.bytes, old.ids));
        self.reader.read_into(at.place, &mut bytes)?;
        let damaged = |damage| self.files.damaged(at.place, damage);
        let header = check::block(&bytes, &mut ids, &mut self.roots).map_err(damaged)?;
        Ok(CheckedBlock { at, header, bytes, ids })
    }
}
