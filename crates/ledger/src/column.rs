//! A column file: a 32-byte header and `count` values of fixed `width`, little-endian.
//!
//! Stores that are derived from the ledger keep their columns in the same files.

use std::{
    fs::File,
    io::{BufWriter, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian as le};

use crate::{LedgerError, map::MappedFile, sealed::sync};

const MAGIC: [u8; 8] = *b"TWCOLUMN";
/// Version of the column format; see `docs/formats/ledger.md`.
pub(crate) const COLUMN_VERSION: u16 = 1;
pub(crate) const HEADER_BYTES: usize = size_of::<Header>();

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    version: le::U16,
    width: le::U16,
    reserved: le::U32,
    count: le::U64,
    /// First eight bytes of the BLAKE3 of the values.
    check: [u8; 8],
}

/// What may stand in a column: plain bytes of fixed width with no alignment.
pub trait Cell: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned {}
impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned> Cell for T {}

/// A finished file as the manifest records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Size of the file.
    pub bytes: u64,
    /// BLAKE3 of the file, in hex.
    pub blake3: String,
}

/// Writes a column, syncs it and returns its size and checksum.
///
/// # Errors
/// The file system refuses.
pub fn write<T: Cell>(path: &Path, values: &[T]) -> Result<Written, LedgerError> {
    let payload = values.as_bytes();
    let check = blake3::hash(payload);
    let mut short = [0; 8];
    short.copy_from_slice(&check.as_bytes()[..8]);
    let width = u16::try_from(size_of::<T>()).expect("cells are at most a few hundred bytes");
    let header = Header {
        magic: MAGIC,
        version: COLUMN_VERSION.into(),
        width: width.into(),
        reserved: 0.into(),
        count: (values.len() as u64).into(),
        check: short,
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(header.as_bytes()).update(payload);
    let file = File::create(path).map_err(LedgerError::io(path))?;
    let mut writer = BufWriter::new(file);
    writer
        .write_all(header.as_bytes())
        .and_then(|()| writer.write_all(payload))
        .map_err(LedgerError::io(path))?;
    let file = writer.into_inner().map_err(|error| LedgerError::io(path)(error.into_error()))?;
    sync(&file).map_err(LedgerError::io(path))?;
    Ok(Written {
        bytes: (HEADER_BYTES + payload.len()) as u64,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// An open column.
#[derive(Debug)]
pub struct Column<T> {
    map: MappedFile,
    path: PathBuf,
    cell: PhantomData<T>,
}

impl<T: Cell> Column<T> {
    /// Maps a column and checks its header against the file's size.
    ///
    /// # Errors
    /// It cannot be read, or its header is not that of such a column.
    pub fn open(path: PathBuf) -> Result<Column<T>, LedgerError> {
        let map = MappedFile::open(&path).map_err(LedgerError::io(&path))?;
        check_header::<T>(&path, map.bytes())?;
        Ok(Column { map, path, cell: PhantomData })
    }

    /// The values.
    pub fn values(&self) -> &[T] {
        <[T]>::ref_from_bytes(&self.map.bytes()[HEADER_BYTES..])
            .expect("the header check found a whole number of unaligned cells")
    }

    /// Whether it holds just these values.
    pub fn is(&self, values: &[T]) -> bool {
        self.map.bytes()[HEADER_BYTES..] == *values.as_bytes()
    }

    /// The error for values that cannot be, whatever their checksum says.
    pub fn damaged(&self, what: &str) -> LedgerError {
        LedgerError::corrupt(&self.path, HEADER_BYTES as u64, what)
    }

    /// Compares the values with the checksum in the header.
    ///
    /// # Errors
    /// They do not match.
    pub fn check(&self) -> Result<(), LedgerError> {
        let (header, payload) = Header::ref_from_prefix(self.map.bytes())
            .expect("the file was as long as its header when it was opened");
        if blake3::hash(payload).as_bytes()[..8] == header.check {
            return Ok(());
        }
        let offset = HEADER_BYTES as u64;
        Err(LedgerError::corrupt(&self.path, offset, "the values do not match their checksum"))
    }

    /// Refuses a column whose length does not match its neighbours.
    pub(crate) fn expect_len(self, expected: usize) -> Result<Column<T>, LedgerError> {
        let found = self.values().len();
        if found == expected {
            Ok(self)
        } else {
            let what = format!("{found} values where its segment has {expected}");
            Err(LedgerError::corrupt(self.path, 16, what))
        }
    }
}

fn check_header<T>(path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let corrupt = |offset, what: String| Err(LedgerError::corrupt(path, offset, what));
    let Ok((header, payload)) = Header::ref_from_prefix(bytes) else {
        return corrupt(bytes.len() as u64, format!("shorter than its {HEADER_BYTES}-byte header"));
    };
    if header.magic != MAGIC {
        return corrupt(0, "not a column file".into());
    }
    if header.version.get() > COLUMN_VERSION {
        return Err(LedgerError::NewerVersion {
            path: path.to_owned(),
            found: header.version.get().into(),
            known: COLUMN_VERSION.into(),
        });
    }
    if usize::from(header.width.get()) != size_of::<T>() {
        return corrupt(10, format!("cells of {} bytes, not {}", header.width, size_of::<T>()));
    }
    let expected = header.count.get().checked_mul(size_of::<T>() as u64);
    if expected != Some(payload.len() as u64) {
        let what = format!("{} bytes of values for a count of {}", payload.len(), header.count);
        return corrupt(16, what);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.col");
        std::fs::write(&path, bytes).expect("written");
        Column::<le::U32>::open(path).expect_err("refused").to_string()
    }

    #[test]
    fn a_column_reads_back_and_every_damage_to_its_header_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.col");
        let values: Vec<le::U32> = (0..100).map(le::U32::new).collect();
        let written = write(&path, &values).expect("written");
        let bytes = std::fs::read(&path).expect("read");
        assert_eq!(written.bytes, bytes.len() as u64);
        assert_eq!(written.blake3, blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(Column::<le::U32>::open(path.clone()).expect("opens").values(), values);

        assert!(refused(&bytes[..20]).contains("shorter than its"));
        assert!(refused(&bytes[..bytes.len() - 1]).contains("for a count of 100"));
        let damaged = |at: usize, value: u8| {
            let mut copy = bytes.clone();
            copy[at] = value;
            refused(&copy)
        };
        assert!(damaged(0, b'X').contains("not a column file"));
        assert!(damaged(8, 9).contains("format version 9"));
        assert!(damaged(10, 8).contains("cells of 8 bytes"));
        assert!(Column::<le::U64>::open(path).is_err());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_are_refused_or_read(bytes: Vec<u8>) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("x.col");
            std::fs::write(&path, &bytes).expect("written");
            if let Ok(column) = Column::<le::U32>::open(path) {
                column.values();
            }
        }
    }
}
