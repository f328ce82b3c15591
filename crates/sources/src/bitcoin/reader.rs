//! Single records, read into a buffer that is used again.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use super::{BitcoinError, BlockFiles, Damage, FileKind, Place};

/// Reads records of one kind; keeps one file open and one buffer.
#[derive(Debug)]
pub struct BlockReader<'a> {
    files: &'a BlockFiles,
    kind: FileKind,
    open: Option<Open>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    number: u32,
    file: File,
    at: u64,
}

impl<'a> BlockReader<'a> {
    pub(super) fn new(files: &'a BlockFiles, kind: FileKind) -> BlockReader<'a> {
        BlockReader { files, kind, open: None, buffer: Vec::new() }
    }

    /// The payload of a record, without XOR.
    ///
    /// # Errors
    /// The file is gone or cannot be read; it ends before the record does.
    pub fn read(&mut self, place: Place) -> Result<&[u8], BitcoinError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.read_into(place, &mut buffer);
        self.buffer = buffer;
        read.map(|()| &*self.buffer)
    }

    /// The same into a buffer of the caller, which is cleared first.
    ///
    /// # Errors
    /// As [`BlockReader::read`].
    pub fn read_into(&mut self, place: Place, buffer: &mut Vec<u8>) -> Result<(), BitcoinError> {
        // The length of a place was compared with the limit when it was found; whoever made one up
        // gets what the file holds and no more memory than that.
        buffer.clear();
        let read = self.fill(place, buffer);
        let path = || self.files.path(self.kind, place.file);
        let left = read.map_err(|source| BitcoinError::Read { file: path(), source })?;
        let needed = u64::from(place.length);
        if left < needed {
            let damage = Box::new(Damage::Truncated { needed, left });
            return Err(BitcoinError::Damaged { file: path(), offset: place.offset, damage });
        }
        self.files.clear(buffer, place.offset);
        Ok(())
    }

    fn fill(&mut self, place: Place, buffer: &mut Vec<u8>) -> io::Result<u64> {
        let open = match &mut self.open {
            Some(open) if open.number == place.file => open,
            other => {
                let file = File::open(self.files.path(self.kind, place.file))?;
                other.insert(Open { number: place.file, file, at: 0 })
            }
        };
        if open.at != place.offset {
            open.file.seek(SeekFrom::Start(place.offset))?;
        }
        let wanted = u64::from(place.length);
        let read = (&mut open.file).take(wanted).read_to_end(buffer)? as u64;
        open.at = place.offset + read;
        Ok(read)
    }
}
