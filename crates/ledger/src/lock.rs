//! One writer at a time; the lock file says who.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use chain::Chain;

use crate::LedgerError;

/// The right to change one chain's ledger. The system releases it when the process ends, however it
/// ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// A holder's words are cut here, so that a damaged lock file cannot flood an error message.
const HOLDER_BYTES_MAX: u64 = 400;

impl Lock {
    /// Takes the lock of a folder or names its holder.
    ///
    /// # Errors
    /// Somebody else holds it, or the file system refuses.
    pub fn take(folder: &Path, chain: Chain, holder: &str) -> Result<Lock, LedgerError> {
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(LedgerError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut words = String::new();
                // What the holder wrote is a courtesy: without it the lock is still a lock.
                let _ = file.take(HOLDER_BYTES_MAX).read_to_string(&mut words);
                let words = words.trim();
                let holder = if words.is_empty() { "another process" } else { words };
                return Err(LedgerError::Locked { chain, holder: holder.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(LedgerError::io(&path)(error)),
        }
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(holder.as_bytes()))
            .map_err(LedgerError::io(&path))?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Lock::take(folder.path(), Chain::Ethereum, "process 7").expect("free");
        let refused = Lock::take(folder.path(), Chain::Ethereum, "process 8").expect_err("held");
        assert_eq!(refused.to_string(), "the ledger of ethereum is locked by process 7");
        drop(first);
        Lock::take(folder.path(), Chain::Ethereum, "process 8").expect("free again");
    }
}
