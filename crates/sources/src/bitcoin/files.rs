//! A folder of block files.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{BitcoinError, BlockReader, Headers, Network, Place, Records};

/// Length of the key in `xor.dat`.
const KEY_BYTES: usize = 8;

/// Which of the node's two kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `blk*.dat`: blocks.
    Blocks,
    /// `rev*.dat`: what the inputs of a block spent, with a checksum.
    Undo,
}

impl FileKind {
    fn prefix(self) -> &'static str {
        match self {
            FileKind::Blocks => "blk",
            FileKind::Undo => "rev",
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockFile {
    /// The number in its name.
    pub number: u32,
    /// Where it is.
    pub path: PathBuf,
    /// Its size when the folder was opened, unused tail included.
    pub bytes: u64,
}

/// A node's `blocks` folder, as it was when it was opened.
#[derive(Clone, Debug)]
pub struct BlockFiles {
    folder: PathBuf,
    network: Network,
    key: [u8; KEY_BYTES],
    blocks: Vec<BlockFile>,
    undo: Vec<BlockFile>,
}

impl BlockFiles {
    /// Lists the files and reads the key. Nothing is written and no lock is taken, so the node may
    /// be running.
    ///
    /// # Errors
    /// The folder cannot be read or holds no `blk*.dat`; `xor.dat` is not 8 bytes long.
    pub fn open(folder: &Path, network: Network) -> Result<BlockFiles, BitcoinError> {
        let key = xor_key(&folder.join("xor.dat"))?;
        let blocks = list(folder, FileKind::Blocks)?;
        if blocks.is_empty() {
            return Err(BitcoinError::NoBlockFiles { folder: folder.to_owned() });
        }
        let undo = list(folder, FileKind::Undo)?;
        Ok(BlockFiles { folder: folder.to_owned(), network, key, blocks, undo })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The network.
    pub fn network(&self) -> Network {
        self.network
    }

    /// The files of a kind, by number.
    pub fn files(&self, kind: FileKind) -> &[BlockFile] {
        match kind {
            FileKind::Blocks => &self.blocks,
            FileKind::Undo => &self.undo,
        }
    }

    /// Sizes of the block files, added up.
    pub fn bytes_total(&self) -> u64 {
        self.blocks.iter().map(|file| file.bytes).sum()
    }

    /// The headers of all blocks in the order of the files, which is that of their arrival.
    pub fn headers(&self) -> Headers<'_> {
        Headers::new(self)
    }

    /// The places of all records of a kind.
    pub fn records(&self, kind: FileKind) -> Records<'_> {
        Records::new(self, kind)
    }

    /// A reader of single blocks with a buffer of its own.
    pub fn reader(&self, kind: FileKind) -> BlockReader<'_> {
        BlockReader::new(self, kind)
    }

    /// The path of the file with a number, for messages.
    pub fn path(&self, kind: FileKind, number: u32) -> PathBuf {
        match self.file(kind, number) {
            Some(file) => file.path.clone(),
            None => self.folder.join(format!("{}{number:05}.dat", kind.prefix())),
        }
    }

    /// An error about a block.
    pub fn damaged(&self, place: Place, damage: super::Damage) -> BitcoinError {
        let file = self.path(FileKind::Blocks, place.file);
        BitcoinError::Damaged { file, offset: place.offset, damage: Box::new(damage) }
    }

    pub(super) fn file(&self, kind: FileKind, number: u32) -> Option<&BlockFile> {
        let files = self.files(kind);
        files.binary_search_by_key(&number, |file| file.number).ok().map(|at| &files[at])
    }

    /// Undoes the XOR of bytes that stand at an offset of a file.
    pub(super) fn clear(&self, bytes: &mut [u8], offset: u64) {
        if self.key == [0; KEY_BYTES] {
            return;
        }
        // The place in the key depends on the place in the file, not on that in the record.
        let mut key = self.key;
        let turn = usize::try_from(offset % (KEY_BYTES as u64)).expect("less than eight");
        key.rotate_left(turn);
        let (words, rest) = bytes.as_chunks_mut::<KEY_BYTES>();
        let wide = u64::from_ne_bytes(key);
        for word in words {
            *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
        }
        for (byte, key) in rest.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
}

/// The key; nodes before version 28 have none and XOR nothing.
fn xor_key(path: &Path) -> Result<[u8; KEY_BYTES], BitcoinError> {
    match fs::read(path) {
        Ok(bytes) => bytes
            .as_slice()
            .try_into()
            .map_err(|_| BitcoinError::XorKey { file: path.to_owned(), bytes: bytes.len() as u64 }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok([0; KEY_BYTES]),
        Err(source) => Err(BitcoinError::Read { file: path.to_owned(), source }),
    }
}

fn list(folder: &Path, kind: FileKind) -> Result<Vec<BlockFile>, BitcoinError> {
    let failed = |file: &Path| {
        let file = file.to_owned();
        move |source| BitcoinError::Read { file, source }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(|name| number(name, kind)) else { continue };
        let path = entry.path();
        // A pruning node may have deleted it since it was listed.
        let bytes = match fs::metadata(&path) {
            Ok(data) => data.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&path)(error)),
        };
        files.push(BlockFile { number, path, bytes });
    }
    files.sort_by(|a, b| (a.number, &a.path).cmp(&(b.number, &b.path)));
    if let Some(pair) = files.windows(2).find(|pair| pair[0].number == pair[1].number) {
        let BlockFile { path, number, .. } = pair[1].clone();
        return Err(BitcoinError::TwoOfANumber { file: path, number });
    }
    Ok(files)
}

/// `blk00012.dat` is number 12. Numbers above 99,999 have more digits.
fn number(name: &str, kind: FileKind) -> Option<u32> {
    let digits = name.strip_prefix(kind.prefix())?.strip_suffix(".dat")?;
    let decimal = digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        folder
    }

    fn open(folder: &tempfile::TempDir) -> Result<BlockFiles, BitcoinError> {
        BlockFiles::open(folder.path(), Network::Regtest)
    }

    #[test]
    fn files_come_by_number_and_others_are_left_alone() {
        let names = ["blk100000.dat", "blk00010.dat", "blk00009.dat", "blk1.dat", "blkxxxxx.dat"];
        let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
        files.push(("rev00009.dat", b"xy"));
        let folder = folder(&files);
        let opened = open(&folder).expect("a folder of blocks");
        let numbers: Vec<u32> =
            opened.files(FileKind::Blocks).iter().map(|file| file.number).collect();
        assert_eq!(numbers, [9, 10, 100_000]);
        assert_eq!((opened.bytes_total(), opened.files(FileKind::Undo).len()), (3, 1));
    }

    #[test]
    fn a_key_of_another_length_is_refused_and_none_means_none() {
        let none = folder(&[("blk00000.dat", b"")]);
        assert_eq!(open(&none).expect("opens").key, [0; 8]);
        for length in [0, 7, 9] {
            let wrong = folder(&[("blk00000.dat", b""), ("xor.dat", &vec![1; length])]);
            let error = open(&wrong).expect_err("a key of the wrong length").to_string();
            assert!(error.contains(&format!("xor.dat: {length} bytes")), "{error}");
        }
        assert!(matches!(open(&folder(&[])), Err(BitcoinError::NoBlockFiles { .. })));
        let twice = folder(&[("blk00007.dat", b""), ("blk000007.dat", b"")]);
        assert!(matches!(open(&twice), Err(BitcoinError::TwoOfANumber { number: 7, .. })));
    }

    #[test]
    fn the_key_turns_with_the_offset() {
        let key = [1, 2, 3, 4, 5, 6, 7, 8];
        let opened = open(&folder(&[("blk00000.dat", b""), ("xor.dat", &key)])).expect("opens");
        let mut whole = vec![0; 40];
        opened.clear(&mut whole, 0);
        assert_eq!(whole, key.repeat(5));
        for from in 0..20 {
            let mut part = vec![0; 17];
            opened.clear(&mut part, from as u64);
            assert_eq!(part, whole[from..from + 17], "{from}");
        }
    }
}
