//! Who spent each output: the one part of a ledger that changes in place.
//!
//! A word for each output: the number of the spending transaction plus one, or zero. It follows
//! from the inputs and is kept because it cannot be looked up in them. A word above the number of
//! transactions of a manifest says nothing to whoever reads by that manifest, so words may be
//! written before the manifest that makes them true is in place, and a kill in between is harmless
//! until other transactions take these numbers: before that, the writer clears what a killed one
//! left (`super::writer`).

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{OutputNo, TxNo, rows::place};
use crate::{
    LedgerError,
    map::SharedWords,
    sealed::{sync, sync_folder},
};

/// Outputs of one file: 4 MiB; few in tests, so that there are several files.
const CHUNK_OUTPUTS: u64 = if cfg!(test) { 1 << 4 } else { 1 << 20 };
const CHUNK_BYTES: usize = if cfg!(test) { 4 << 4 } else { 4 << 20 };

/// The words of all outputs, in files of equal size.
#[derive(Debug)]
pub(super) struct Spenders {
    folder: PathBuf,
    chunks: Vec<Chunk>,
}

#[derive(Debug)]
struct Chunk {
    words: SharedWords,
    /// Whether a word was set since the last flush.
    changed: AtomicBool,
}

fn path_of(folder: &Path, chunk: u64) -> PathBuf {
    folder.join(format!("{chunk:06}"))
}

impl Spenders {
    /// Maps the words of so many outputs for reading.
    pub(super) fn open(folder: PathBuf, outputs: u64) -> Result<Spenders, LedgerError> {
        Spenders::map(folder, outputs, false)
    }

    /// Maps them for writing; makes the files that are not there, filled with zeros: a full disk
    /// is told here and not in the middle of a write.
    pub(super) fn open_to_write(folder: PathBuf, outputs: u64) -> Result<Spenders, LedgerError> {
        fs::create_dir_all(&folder).map_err(LedgerError::io(&folder))?;
        for chunk in 0..outputs.div_ceil(CHUNK_OUTPUTS) {
            let path = path_of(&folder, chunk);
            let there = fs::metadata(&path).map_or(0, |data| data.len());
            if there != CHUNK_BYTES as u64 {
                make(&folder, &path)?;
            }
        }
        Spenders::map(folder, outputs, true)
    }

    fn map(folder: PathBuf, outputs: u64, write: bool) -> Result<Spenders, LedgerError> {
        let mut chunks = Vec::new();
        for chunk in 0..outputs.div_ceil(CHUNK_OUTPUTS) {
            let path = path_of(&folder, chunk);
            let words = SharedWords::open(&path, write).map_err(LedgerError::io(&path))?;
            if words.len() * 4 != CHUNK_BYTES {
                let what = format!("{} bytes, not {CHUNK_BYTES}", words.len() * 4);
                return Err(LedgerError::corrupt(path, 0, what));
            }
            chunks.push(Chunk { words, changed: AtomicBool::new(false) });
        }
        Ok(Spenders { folder, chunks })
    }

    /// The spender of an output, if it is one of the first `transactions`.
    #[inline]
    pub(super) fn get(&self, output: OutputNo, transactions: u32) -> Option<TxNo> {
        let (chunk, at) = split(output);
        let word = self.chunks.get(chunk)?.words.get(at);
        (word <= transactions).then(|| word.checked_sub(1)).flatten().map(TxNo)
    }

    /// Whether anybody, committed or not, is noted.
    pub(super) fn word(&self, output: OutputNo) -> u32 {
        let (chunk, at) = split(output);
        self.chunks.get(chunk).map_or(0, |chunk| chunk.words.get(at))
    }

    /// Notes a spender, or with `None` that there is none.
    #[inline]
    pub(super) fn set(&self, output: OutputNo, spender: Option<TxNo>) {
        let (chunk, at) = split(output);
        if let Some(chunk) = self.chunks.get(chunk) {
            chunk.words.set(at, spender.map_or(0, |tx| tx.0 + 1));
            chunk.changed.store(true, Ordering::Relaxed);
        }
    }

    /// Makes what was set survive a power cut.
    pub(super) fn flush(&self) -> Result<(), LedgerError> {
        let changed = |(_, chunk): &(u64, &Chunk)| chunk.changed.swap(false, Ordering::Relaxed);
        for (number, chunk) in (0..).zip(&self.chunks).filter(changed) {
            chunk.words.flush().map_err(LedgerError::io(path_of(&self.folder, number)))?;
        }
        Ok(())
    }

    /// Removes files that lie beyond so many outputs. Whoever has them mapped keeps them.
    pub(super) fn trim(folder: &Path, outputs: u64) -> Result<(), LedgerError> {
        let mut chunk = outputs.div_ceil(CHUNK_OUTPUTS);
        while path_of(folder, chunk).exists() {
            let path = path_of(folder, chunk);
            fs::remove_file(&path).map_err(LedgerError::io(&path))?;
            chunk += 1;
        }
        Ok(())
    }
}

/// Makes a file of zeros, whole or not at all.
fn make(folder: &Path, path: &Path) -> Result<(), LedgerError> {
    let draft = folder.join("draft");
    let written = File::create(&draft).and_then(|mut file| {
        io::copy(&mut io::repeat(0).take(CHUNK_BYTES as u64), &mut file)?;
        sync(&file)
    });
    written.map_err(LedgerError::io(&draft))?;
    fs::rename(&draft, path).map_err(LedgerError::io(path))?;
    sync_folder(folder)
}

fn split(output: OutputNo) -> (usize, usize) {
    let chunk = usize::try_from(output.0 / CHUNK_OUTPUTS).unwrap_or(usize::MAX);
    let at = u32::try_from(output.0 % CHUNK_OUTPUTS).expect("below 2^20");
    (chunk, place(at))
}
