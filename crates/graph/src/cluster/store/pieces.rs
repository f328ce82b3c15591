//! A column in pieces, so that a build writes only those that changed.
//!
//! A piece is a column file whose name ends with its hash. Equal pieces have equal names, and a
//! piece, once written, never changes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ledger::{
    LedgerError,
    column::{self, Cell, Column},
};

use super::manifest::FileEntry;

/// Addresses in a piece of a column with one value an address: 4 MiB of numbers.
pub(crate) const PIECE: usize = 1 << 20;

/// Writes pieces into a folder, beside those of an earlier build.
pub(crate) struct Pieces<'a> {
    folder: &'a Path,
    /// Bytes written anew.
    pub(crate) written: u64,
    /// Bytes that stand as they were.
    pub(crate) kept: u64,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(folder: &'a Path) -> Pieces<'a> {
        Pieces { folder, written: 0, kept: 0 }
    }

    /// Writes a piece with a name, unless it is what an earlier entry says.
    pub(crate) fn put<T: Cell>(
        &mut self,
        name: &str,
        values: &[T],
        earlier: Option<&FileEntry>,
    ) -> Result<FileEntry, LedgerError> {
        if let Some(earlier) = earlier
            && let Ok(column) = Column::<T>::open(self.folder.join(&earlier.name))
            && column.is(values)
        {
            self.kept += earlier.bytes;
            return Ok(earlier.clone());
        }
        let draft = self.folder.join(format!("{name}.draft"));
        let written = column::write(&draft, values)?;
        let entry = FileEntry::new(format!("{name}-{}", &written.blake3[..16]), written);
        let path = self.folder.join(&entry.name);
        fs::rename(&draft, &path).map_err(|error| LedgerError::Io { path, error })?;
        self.written += entry.bytes;
        Ok(entry)
    }
}

/// The pieces of a column, mapped.
#[derive(Debug)]
pub(crate) struct Mapped<T>(pub(crate) Vec<Column<T>>);

impl<T: Cell> Mapped<T> {
    /// Maps the pieces of a column and checks their sizes.
    pub(crate) fn open(folder: &Path, entries: &[FileEntry]) -> Result<Mapped<T>, LedgerError> {
        let open = |entry: &FileEntry| {
            let path: PathBuf = folder.join(&entry.name);
            let found = fs::metadata(&path)
                .map_err(|error| LedgerError::Io { path: path.clone(), error })?
                .len();
            if found != entry.bytes {
                let what = format!("{found} bytes, where the manifest says {}", entry.bytes);
                return Err(LedgerError::Corrupt { path, offset: found.min(entry.bytes), what });
            }
            Column::open(path)
        };
        entries.iter().map(open).collect::<Result<_, _>>().map(Mapped)
    }

    /// Compares every piece with its checksum.
    pub(crate) fn check(&self) -> Result<(), LedgerError> {
        self.0.iter().try_for_each(Column::check)
    }

    /// All values, in order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flat_map(Column::values)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.values().len()).sum()
    }
}
