//! The one module that maps files into memory, and so the one that may say `unsafe`.
#![allow(unsafe_code)]

use std::{
    fs::File,
    io,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use memmap2::{Mmap, MmapOptions, MmapRaw};

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

/// A file of 32-bit words that one process writes while others read: every access is atomic.
#[derive(Debug)]
pub(crate) struct SharedWords {
    map: MmapRaw,
    writable: bool,
}

impl SharedWords {
    /// Maps a whole file, which must not be empty nor shrink.
    pub(crate) fn open(path: &Path, write: bool) -> io::Result<SharedWords> {
        let file = File::options().read(true).write(write).open(path)?;
        let options = MmapOptions::new();
        let map = if write { options.map_raw(&file)? } else { options.map_raw_read_only(&file)? };
        Ok(SharedWords { map, writable: write })
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.map.len() / size_of::<u32>()
    }

    /// A word.
    ///
    /// # Panics
    /// Beyond the end.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> u32 {
        u32::from_le(self.word(at).load(Ordering::Relaxed))
    }

    /// Changes a word.
    ///
    /// # Panics
    /// Beyond the end; in a file that was opened for reading only.
    #[inline]
    pub(crate) fn set(&self, at: usize, value: u32) {
        assert!(self.writable, "the file was opened for reading");
        self.word(at).store(value.to_le(), Ordering::Relaxed);
    }

    /// Makes all changes survive a power cut.
    pub(crate) fn flush(&self) -> io::Result<()> {
        self.map.flush()
    }

    #[inline]
    fn word(&self, at: usize) -> &AtomicU32 {
        assert!(at < self.len(), "a word beyond the end of its file");
        // SAFETY: the mapping begins at a page and so is aligned; the word lies within it, as the
        // assertion says; it lives as long as `self`. Everybody who touches these files does it
        // through this type, so all accesses are atomic. The files are made at their full size
        // before they get their name and are never cut, so no access leaves the file.
        unsafe { &*self.map.as_mut_ptr().cast::<AtomicU32>().add(at) }
    }
}
