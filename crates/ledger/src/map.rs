//! The one module that maps files into memory, and so the one that may say `unsafe`.
#![allow(unsafe_code)]

use std::{fs::File, io, path::Path};

use memmap2::Mmap;

/// The bytes of a file, mapped read-only.
#[derive(Debug)]
pub(crate) struct MappedFile {
    map: Option<Mmap>,
}

impl MappedFile {
    /// Maps a whole file. An empty file has no mapping, which the system would refuse.
    pub(crate) fn open(path: &Path) -> io::Result<MappedFile> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(MappedFile { map: None });
        }
        // SAFETY: the memory changes under us only if somebody writes to the file. Segment files
        // are written once under a temporary name, synced, renamed and never opened for writing
        // again; removal keeps the mapping alive. A foreign process that writes into the data
        // directory could break this, as it could break any database that maps its files.
        let map = unsafe { Mmap::map(&file)? };
        Ok(MappedFile { map: Some(map) })
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or(&[])
    }
}
