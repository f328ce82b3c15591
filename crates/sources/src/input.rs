//! A file as a stream of decompressed bytes, with an end that is really its end.
//!
//! The form is told by the first bytes, not by the name. A name that promises compression must keep
//! the promise, because a download that broke off in its first bytes would else pass as text.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Limits, SourceError};

/// Below this size no ratio is judged: a small file of zeros is harmless.
const RATIO_FLOOR_BYTES: u64 = 64 << 20;
/// A zstd frame may ask for this much memory (2^27 bytes), as the zstd tool itself allows.
const WINDOW_LOG_MAX: u32 = 27;
const BUFFER_BYTES: usize = 1 << 17;

/// What an input found wrong, carried through the readers inside an [`io::Error`].
#[derive(Debug)]
pub(crate) enum Fault {
    Truncated { offset: u64 },
    Damaged { offset: u64, reason: String },
    Limit { what: &'static str, limit: u64 },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Truncated { offset } => write!(f, "ends too early at byte {offset}"),
            Fault::Damaged { offset, reason } => write!(f, "damaged near byte {offset}: {reason}"),
            Fault::Limit { what, limit } => write!(f, "{what} exceeds {limit}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::other(fault)
    }
}

/// How many bytes of the file have been taken from disk; shared with whoever draws the progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Progress {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

struct Counted {
    file: File,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.progress.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The decompressed bytes of a file.
pub(crate) struct Input {
    stream: Box<dyn Read + Send>,
    compressed: bool,
    progress: Progress,
    produced: u64,
    limits: Limits,
}

/// An opened file: its stream and the number of bytes on disk.
pub(crate) struct Opened {
    pub(crate) stream: BufReader<Input>,
    pub(crate) progress: Progress,
    pub(crate) bytes_total: u64,
}

/// Opens a file and peeks at it far enough to know whether it holds anything.
pub(crate) fn open(path: &Path, limits: Limits) -> Result<Opened, SourceError> {
    let failed = |source| SourceError::from_io(path, source);
    let file = File::open(path).map_err(failed)?;
    let bytes_total = file.metadata().map_err(failed)?.len();
    let progress = Progress::default();
    let mut raw =
        BufReader::with_capacity(BUFFER_BYTES, Counted { file, progress: progress.clone() });
    let head = raw.fill_buf().map_err(failed)?;
    if head.is_empty() {
        return Err(SourceError::Empty { file: path.to_owned() });
    }
    let form = Form::of(head);
    form.check_name(path)?;
    let stream: Box<dyn Read + Send> = match form {
        Form::Plain => Box::new(raw),
        Form::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
        Form::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(raw).map_err(failed)?;
            decoder.window_log_max(WINDOW_LOG_MAX).map_err(failed)?;
            Box::new(decoder)
        }
    };
    let input = Input {
        stream,
        compressed: form != Form::Plain,
        progress: progress.clone(),
        produced: 0,
        limits,
    };
    let mut stream = BufReader::with_capacity(BUFFER_BYTES, input);
    if stream.fill_buf().map_err(failed)?.is_empty() {
        return Err(SourceError::Empty { file: path.to_owned() });
    }
    Ok(Opened { stream, progress, bytes_total })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Gzip,
    Zstd,
}

impl Form {
    fn of(head: &[u8]) -> Form {
        match head {
            [0x1f, 0x8b, ..] => Form::Gzip,
            // A frame, or a skippable frame in front of one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Form::Zstd,
            _ => Form::Plain,
        }
    }

    fn check_name(self, path: &Path) -> Result<(), SourceError> {
        let promised = match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Form::Gzip,
            Some("zst") => Form::Zstd,
            _ => return Ok(()),
        };
        if promised == self {
            return Ok(());
        }
        Err(SourceError::Damaged {
            file: path.to_owned(),
            offset: 0,
            reason: "its name promises compressed data and its first bytes are none".to_owned(),
        })
    }
}

impl Input {
    pub(crate) fn is_compressed(&self) -> bool {
        self.compressed
    }

    fn fault(&self, error: io::Error) -> io::Error {
        if !self.compressed || error.kind() == io::ErrorKind::Interrupted {
            return error;
        }
        let offset = self.progress.get();
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Fault::Truncated { offset }.into();
        }
        Fault::Damaged { offset, reason: error.to_string() }.into()
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer).map_err(|error| self.fault(error))?;
        self.produced += count as u64;
        let limit = self.limits.decompressed_bytes;
        if self.produced > limit {
            return Err(Fault::Limit { what: "size in bytes after decompression", limit }.into());
        }
        let limit = self.limits.expansion;
        if self.compressed
            && self.produced > RATIO_FLOOR_BYTES
            && self.produced / limit.max(1) > self.progress.get()
        {
            return Err(Fault::Limit { what: "expansion by decompression", limit }.into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io::Write, path::PathBuf};

    fn zstd_of(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).expect("compresses")
    }

    fn gzip_of(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("compresses");
        encoder.finish().expect("compresses")
    }

    fn read_all(name: &str, bytes: &[u8], limits: Limits) -> Result<Vec<u8>, SourceError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let mut opened = open(&path, limits)?;
        let mut all = Vec::new();
        opened.stream.read_to_end(&mut all).map_err(|error| SourceError::from_io(&path, error))?;
        assert_eq!(opened.progress.get(), opened.bytes_total);
        Ok(all)
    }

    #[test]
    fn every_form_gives_the_same_bytes_also_in_several_frames() {
        let text = b"a,b\n1,2\n".repeat(10_000);
        let limits = Limits::default();
        for bytes in [text.clone(), gzip_of(&text), zstd_of(&text)] {
            assert_eq!(read_all("x", &bytes, limits).expect("readable"), text);
        }
        let twice = [zstd_of(b"ab"), zstd_of(b"cd")].concat();
        assert_eq!(read_all("x.zst", &twice, limits).expect("readable"), b"abcd");
        let twice = [gzip_of(b"ab"), gzip_of(b"cd")].concat();
        assert_eq!(read_all("x.gz", &twice, limits).expect("readable"), b"abcd");
    }

    #[test]
    fn a_truncated_file_is_an_error_at_every_length() {
        for whole in [zstd_of(&b"0123456789,".repeat(300)), gzip_of(&b"0123456789,".repeat(300))] {
            for length in 4..whole.len() {
                let found = read_all("x", &whole[..length], Limits::default());
                let Err(SourceError::Truncated { offset, .. }) = found else {
                    panic!("{length} of {} bytes: {found:?}", whole.len());
                };
                assert_eq!(offset, length as u64);
            }
        }
        // The second frame is cut in its magic number.
        let cut = [zstd_of(b"ab"), zstd_of(b"cd")[..2].to_vec()].concat();
        assert!(matches!(
            read_all("x", &cut, Limits::default()),
            Err(SourceError::Truncated { .. })
        ));
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let mut bytes = zstd_of(&b"0123456789,".repeat(300));
        bytes.extend_from_slice(b"garbage");
        assert!(matches!(
            read_all("x", &bytes, Limits::default()),
            Err(SourceError::Damaged { .. })
        ));
        assert!(matches!(
            read_all("x.zst", b"a,b\n", Limits::default()),
            Err(SourceError::Damaged { offset: 0, .. })
        ));
    }

    #[test]
    fn a_bomb_is_stopped_by_size_and_by_ratio() {
        let bomb = zstd_of(&vec![b'0'; 80 << 20]);
        let small = Limits { decompressed_bytes: 1 << 20, ..Limits::default() };
        assert!(
            matches!(read_all("x", &bomb, small), Err(SourceError::Limit { limit, .. }) if limit == 1 << 20)
        );
        assert!(matches!(
            read_all("x", &bomb, Limits::default()),
            Err(SourceError::Limit { limit: 2_000, .. })
        ));
    }
}
