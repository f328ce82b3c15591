//! Small JSON files that are replaced as a whole: a line with name, version and checksum, then JSON.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::LedgerError;

/// A manifest with a million segments would be smaller.
const BYTES_MAX: u64 = 1 << 30;

/// What stands in the first line of a kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Seal {
    /// The kind of file.
    pub word: &'static str,
    /// The version that this program writes, the highest that it reads.
    pub version: u32,
}

impl Seal {
    /// Parses and checks the bytes of a file.
    ///
    /// # Errors
    /// They are damaged, of another kind, or of a newer version.
    pub fn read<T: DeserializeOwned>(self, path: &Path, bytes: &[u8]) -> Result<T, LedgerError> {
        let corrupt =
            |offset: usize, what: String| Err(LedgerError::corrupt(path, offset as u64, what));
        let Some(end) = bytes.iter().take(200).position(|byte| *byte == b'\n') else {
            return corrupt(0, "no header line".into());
        };
        let header = String::from_utf8_lossy(&bytes[..end]);
        let words: Vec<&str> = header.split(' ').collect();
        let [word, version, hash] = words[..] else {
            return corrupt(0, "not a manifest of this kind".into());
        };
        if word != self.word {
            return corrupt(0, "not a manifest of this kind".into());
        }
        match version.parse::<u32>() {
            Ok(found) if found > self.version => {
                let path = path.to_owned();
                return Err(LedgerError::NewerVersion { path, found, known: self.version });
            }
            Ok(found) if found == self.version => {}
            Ok(_) | Err(_) => return corrupt(word.len() + 1, "no format version".into()),
        }
        let body = &bytes[end + 1..];
        if blake3::hash(body).to_hex().as_str() != hash {
            return corrupt(end + 1, "the content does not match its checksum".into());
        }
        serde_json::from_slice(body)
            .or_else(|error| corrupt(end + 1 + error.column(), error.to_string()))
    }

    /// The bytes as they stand on disk.
    pub fn write(self, content: &impl Serialize) -> Vec<u8> {
        let body = serde_json::to_vec_pretty(content)
            .expect("a manifest holds only texts, numbers and lists");
        let hash = blake3::hash(&body).to_hex();
        let mut bytes = format!("{} {} {hash}\n", self.word, self.version).into_bytes();
        bytes.extend(body);
        bytes
    }
}

/// The bytes of a manifest; `None` where there is none and nothing in the folder that it would
/// name. What it names without it is damage: the first manifest is written before anything else.
pub(crate) fn load(path: &Path, named: &Path) -> Result<Option<Vec<u8>>, LedgerError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match fs::read_dir(named).map_or(0, Iterator::count) {
                0 => Ok(None),
                lost => {
                    let what =
                        format!("missing, although {lost} segments lie beside it; restore it");
                    Err(LedgerError::corrupt(path, 0, what))
                }
            }
        }
        Err(error) => Err(LedgerError::io(path)(error)),
        Ok(metadata) if metadata.len() > BYTES_MAX => {
            Err(LedgerError::corrupt(path, 0, "larger than any manifest"))
        }
        Ok(_) => fs::read(path).map(Some).map_err(LedgerError::io(path)),
    }
}

/// Replaces a file of a folder atomically.
///
/// # Errors
/// The file system refuses; the file is as before.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
    let path = folder.join(name);
    let draft = folder.join(format!("{name}.tmp"));
    let mut file = File::create(&draft).map_err(LedgerError::io(&draft))?;
    file.write_all(bytes).and_then(|()| sync(&file)).map_err(LedgerError::io(&draft))?;
    fs::rename(&draft, &path).map_err(LedgerError::io(&path))?;
    sync_folder(folder)
}

/// Makes a rename in a folder survive a power cut.
///
/// # Errors
/// The file system refuses.
pub fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    File::open(folder).and_then(|file| sync(&file)).map_err(LedgerError::io(folder))
}

/// Makes what was written survive a power cut. The tests of this crate write thousands of small
/// files and cut no power: they do not wait for the disk.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}
