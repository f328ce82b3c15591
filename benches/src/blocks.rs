//! The blocks of a folder, parents first.

use std::path::Path;

use sources::bitcoin::{BitcoinError, BlockAt, BlockFiles, ChainOfHeaders, FileKind, Network};

/// Where the blocks of the best chain lie. Proof of work is not asked for: the chain is made up.
#[derive(Debug)]
pub struct BlocksInOrder {
    files: BlockFiles,
    blocks: Vec<BlockAt>,
}

impl BlocksInOrder {
    /// Reads the headers and orders them; the last `but_last` blocks are left out.
    ///
    /// # Errors
    /// The folder has no block files, or damaged ones.
    pub fn open(folder: &Path, but_last: usize) -> Result<BlocksInOrder, BitcoinError> {
        let files = BlockFiles::open(folder, Network::Mainnet)?;
        let mut chain = ChainOfHeaders::new(Network::Mainnet, false);
        for found in files.headers() {
            let (header, place) = found?;
            chain.add(&header, place).map_err(|damage| files.damaged(place, damage))?;
        }
        let mut blocks = chain.best(&files)?.blocks;
        blocks.truncate(blocks.len().saturating_sub(but_last));
        Ok(BlocksInOrder { files, blocks })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Hands out the bytes of each block; they are gone when the next one comes. What the visitor
    /// says is wrong is told with the block's file and offset.
    ///
    /// # Errors
    /// A file cannot be read; the visitor's own.
    pub fn each<E: From<BitcoinError>>(
        &self,
        mut visit: impl FnMut(&BlockFiles, &BlockAt, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut reader = self.files.reader(FileKind::Blocks);
        for at in &self.blocks {
            let bytes = reader.read(at.place)?;
            visit(&self.files, at, bytes)?;
        }
        Ok(())
    }
}
