//! The blocks of a chain, read and checked by a thread of their own while another works on them.

use std::{sync::mpsc, thread};

use super::{
    BitcoinError, BlockAt, BlockFiles, BlockReader, FileKind, Hash, Header, block::Naming, check,
};

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

/// Reads blocks in their order, checks each, and hands them over, one after the other; in the place
/// of one that cannot be read or is damaged, the reason.
///
/// # Errors
/// What `take` refuses; nothing more is handed over then.
///
/// # Panics
/// Where `take` does.
pub fn checked_blocks<E>(
    files: &BlockFiles,
    blocks: &[BlockAt],
    mut take: impl FnMut(Result<&CheckedBlock, BitcoinError>) -> Result<(), E>,
) -> Result<(), E> {
    let (give, taken) = mpsc::sync_channel(WAITING_MAX);
    // Buffers go back to be filled again.
    let (give_back, returned) = mpsc::channel::<CheckedBlock>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut reader =
                Reader { files, reader: files.reader(FileKind::Blocks), naming: Naming::default() };
            for at in blocks {
                let buffers = returned.try_recv().ok();
                let block = reader.read(*at, buffers);
                // Whoever takes no more has said why.
                if give.send(block).is_err() {
                    return;
                }
            }
        });
        // Ends the thread when it is dropped, also by an early return.
        let taken = taken;
        for block in &taken {
            match block {
                Ok(block) => {
                    take(Ok(&block))?;
                    // The reader may have reached its end.
                    let _ = give_back.send(block);
                }
                Err(error) => take(Err(error))?,
            }
        }
        Ok(())
    })
}

struct Reader<'a> {
    files: &'a BlockFiles,
    reader: BlockReader<'a>,
    naming: Naming,
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
        let network = self.files.network();
        let header = check::block(network, &bytes, &mut ids, &mut self.naming).map_err(damaged)?;
        Ok(CheckedBlock { at, header, bytes, ids })
    }
}
