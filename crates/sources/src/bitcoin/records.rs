//! Records of files, one after the other: magic, length, payload.
//!
//! A node reserves space ahead, so a file ends in zeros that are not XORed. It may be writing while
//! we read: the last record of the last file may be there in part.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

use super::coins::zcash;
use super::{BitcoinError, BlockFiles, BlockReader, Coin, Damage, FileKind, HEADER_BYTES, Header};

/// Magic and length.
const FRAME_BYTES: usize = 8;
/// After the payload of an undo record.
const CHECKSUM_BYTES: u32 = 32;
/// Header and number of transactions.
const BLOCK_BYTES_MIN: u32 = 81;
/// A node begins a new file before one grows beyond this.
const UNDO_BYTES_MAX: u32 = 0x800_0000;
/// A payload whose last bytes, as they lie on disk, are this many zeros is still being written. A
/// finished block may end in 36: the reserved witness of a coinbase and its lock time.
const UNWRITTEN_BYTES: usize = 64;
const CHUNK_BYTES: usize = 1 << 16;

/// Where a payload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Number of the file.
    pub file: u32,
    /// Where the payload begins, after magic and length.
    pub offset: u64,
    /// Its length; that of undo data includes the checksum.
    pub length: u32,
}

/// Where the last file ended; the node will go on there or in a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Number of the file.
    pub file: u32,
    /// Where the next record will begin.
    pub offset: u64,
    /// Whether a part of it is there already.
    pub being_written: bool,
}

/// The records of all files of a kind, in the order of the files. After an error nothing follows.
#[derive(Debug)]
pub struct Records<'a> {
    files: &'a BlockFiles,
    kind: FileKind,
    /// Index of the file to open next.
    next_file: usize,
    cursor: Option<Cursor>,
    tail: Option<Tail>,
    bytes_before: u64,
}

/// A place in an open file.
#[derive(Debug)]
struct Cursor {
    number: u32,
    path: PathBuf,
    last: bool,
    file: File,
    bytes: u64,
    at: u64,
    /// Frame and the first bytes of the payload, without XOR.
    head: [u8; FRAME_BYTES + HEADER_BYTES],
}

/// What stands at a place.
enum Found {
    Record(Place),
    End { being_written: bool },
}

/// Why reading stopped: told with its file by the caller.
enum Stop {
    Read(io::Error),
    Damage(Damage),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Read(error)
    }
}

impl<'a> Records<'a> {
    pub(super) fn new(files: &'a BlockFiles, kind: FileKind) -> Records<'a> {
        Records { files, kind, next_file: 0, cursor: None, tail: None, bytes_before: 0 }
    }

    /// Where the last file ended; known once all records have come.
    pub fn tail(&self) -> Option<Tail> {
        self.tail
    }

    /// Bytes of the files that lie behind.
    pub fn bytes_passed(&self) -> u64 {
        self.bytes_before + self.cursor.as_ref().map_or(0, |cursor| cursor.at)
    }

    fn open_next(&mut self) -> Result<bool, BitcoinError> {
        let files = self.files.files(self.kind);
        let Some(next) = files.get(self.next_file) else { return Ok(false) };
        self.next_file += 1;
        let failed = |source| BitcoinError::Read { file: next.path.clone(), source };
        let file = File::open(&next.path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        self.cursor = Some(Cursor {
            number: next.number,
            path: next.path.clone(),
            last: self.next_file == files.len(),
            file,
            bytes,
            at: 0,
            head: [0; FRAME_BYTES + HEADER_BYTES],
        });
        Ok(true)
    }

    fn step(&mut self) -> Result<Option<Place>, BitcoinError> {
        loop {
            let Some(cursor) = &mut self.cursor else {
                if self.open_next()? {
                    continue;
                }
                return Ok(None);
            };
            match cursor.step(self.files, self.kind) {
                Ok(Found::Record(place)) => return Ok(Some(place)),
                Ok(Found::End { being_written }) => {
                    self.tail =
                        Some(Tail { file: cursor.number, offset: cursor.at, being_written });
                    self.bytes_before += cursor.bytes;
                    self.cursor = None;
                }
                Err(stop) => {
                    let file = cursor.path.clone();
                    return Err(match stop {
                        Stop::Read(source) => BitcoinError::Read { file, source },
                        Stop::Damage(damage) => {
                            let damage = Box::new(damage);
                            BitcoinError::Damaged { file, offset: cursor.at, damage }
                        }
                    });
                }
            }
        }
    }

    fn give_up(&mut self) {
        self.cursor = None;
        self.next_file = usize::MAX;
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Place, BitcoinError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.give_up();
        }
        step.transpose()
    }
}

impl Cursor {
    /// The record at the cursor, which moves behind it.
    fn step(&mut self, files: &BlockFiles, kind: FileKind) -> Result<Found, Stop> {
        let left = self.bytes - self.at;
        if left == 0 {
            return Ok(Found::End { being_written: false });
        }
        let read = self.read_head()?;
        let magic_bytes = read.min(4);
        if self.head[..magic_bytes].iter().all(|byte| *byte == 0) {
            match self.data_after(self.at)? {
                None => return Ok(Found::End { being_written: false }),
                // The node may have begun a record since the head was read.
                Some(at) if self.last && at < self.at + FRAME_BYTES as u64 => {
                    return Ok(Found::End { being_written: true });
                }
                Some(data) => return Err(Stop::Damage(Damage::Hole { data })),
            }
        }
        if read < FRAME_BYTES {
            let needed = FRAME_BYTES as u64;
            return Err(Stop::Damage(Damage::Truncated { needed, left }));
        }
        files.clear(&mut self.head, self.at);
        let (length, payload) = self.frame(files, kind).map_err(Stop::Damage)?;
        let needed = FRAME_BYTES as u64 + u64::from(payload);
        if left < needed {
            return Err(Stop::Damage(Damage::Truncated { needed, left }));
        }
        let end = self.at + needed;
        if self.last && self.unwritten(end, u64::from(length))? {
            return Ok(Found::End { being_written: true });
        }
        let offset = self.at + FRAME_BYTES as u64;
        self.at = end;
        Ok(Found::Record(Place { file: self.number, offset, length: payload }))
    }

    /// Reads frame and header, or what there is of them, as they lie on disk.
    fn read_head(&mut self) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.at))?;
        self.head = [0; FRAME_BYTES + HEADER_BYTES];
        let mut read = 0;
        while read < self.head.len() {
            match self.file.read(&mut self.head[read..]) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // What was appended since the file was opened belongs to the next look.
        Ok(read.min(usize::try_from(self.bytes - self.at).unwrap_or(usize::MAX)))
    }

    /// Length in the frame, and that of the payload with its checksum.
    fn frame(&self, files: &BlockFiles, kind: FileKind) -> Result<(u32, u32), Damage> {
        let [m0, m1, m2, m3, l0, l1, l2, l3, ..] = self.head;
        let (found, expected) = ([m0, m1, m2, m3], files.network().magic());
        if found != expected {
            let network = files.network().name();
            return Err(Damage::WrongMagic { found, expected, network });
        }
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        let (least, most, after) = match kind {
            FileKind::Blocks => (BLOCK_BYTES_MIN, files.network().block_bytes_max(), 0),
            FileKind::Undo => (1, UNDO_BYTES_MAX, CHECKSUM_BYTES),
        };
        if length < least || length > most {
            return Err(Damage::Length { length, least, most });
        }
        Ok((length, length + after))
    }

    /// Whether a record that ends here ends in zeros, and nothing but zeros follows.
    fn unwritten(&mut self, end: u64, length: u64) -> io::Result<bool> {
        let mut last = [0; UNWRITTEN_BYTES];
        let count = usize::try_from(length).map_or(UNWRITTEN_BYTES, |all| all.min(UNWRITTEN_BYTES));
        let last = &mut last[..count];
        self.file.seek(SeekFrom::Start(end - count as u64))?;
        self.file.read_exact(last)?;
        Ok(last.iter().all(|byte| *byte == 0) && self.data_after(end)?.is_none())
    }

    /// The first byte from here on that is not zero on disk.
    fn data_after(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut at = self.file.seek(SeekFrom::Start(from))?;
        let mut chunk = vec![0; CHUNK_BYTES];
        while at < self.bytes {
            let read = self.file.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            if let Some(place) = chunk[..read].iter().position(|byte| *byte != 0) {
                return Ok(Some(at + place as u64));
            }
            at += read as u64;
        }
        Ok(None)
    }
}

/// The headers of all blocks, in the order of the files. After an error nothing follows.
#[derive(Debug)]
pub struct Headers<'a> {
    records: Records<'a>,
    /// Reads headers that are longer than the head of a record.
    long: Option<BlockReader<'a>>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(files: &'a BlockFiles) -> Headers<'a> {
        let is_long = files.network().coin() == Coin::Zcash;
        let long = is_long.then(|| files.reader(FileKind::Blocks));
        Headers { records: files.records(FileKind::Blocks), long }
    }

    /// Where the last file ended; known once all headers have come.
    pub fn tail(&self) -> Option<Tail> {
        self.records.tail()
    }

    /// Bytes of the files that lie behind.
    pub fn bytes_passed(&self) -> u64 {
        self.records.bytes_passed()
    }
}

impl Iterator for Headers<'_> {
    type Item = Result<(Header, Place), BitcoinError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = match self.records.next()? {
            Ok(place) => place,
            Err(error) => return Some(Err(error)),
        };
        if let Some(reader) = &mut self.long {
            return Some(long_header(reader, place, self.records.files));
        }
        let cursor = self.records.cursor.as_ref().expect("a record came from it");
        let header = cursor.head.last_chunk().expect("the head ends in a header");
        Some(Ok((Header::decode(header), place)))
    }
}

fn long_header(
    reader: &mut BlockReader<'_>,
    place: Place,
    files: &BlockFiles,
) -> Result<(Header, Place), BitcoinError> {
    let length = place.length.min(zcash::HEADER_BYTES_MAX);
    let bytes = reader.read(Place { length, ..place })?;
    let header = zcash::header(bytes).map_err(|damage| files.damaged(place, damage))?;
    Ok((header, place))
}
