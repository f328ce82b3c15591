//! Which bytes a file holds, so that importing it twice is noticed.

use std::{fs::File, io::Read, path::Path};

use crate::SourceError;

/// Identity of a file's content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    /// BLAKE3 of the bytes as they are on disk, in lower-case hex.
    pub blake3: String,
    /// How many bytes.
    pub bytes: u64,
}

/// Hashes a file as it is on disk, compressed or not.
///
/// # Errors
/// The file cannot be read.
pub fn fingerprint(path: &Path) -> Result<Fingerprint, SourceError> {
    let failed = |source| SourceError::Read { file: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        };
    }
    Ok(Fingerprint { blake3: hasher.finalize().to_hex().to_string(), bytes: hasher.count() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_have_the_same_fingerprint() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc").expect("written");
        let found = fingerprint(&path).expect("readable");
        // The test vector of BLAKE3 for "abc".
        assert_eq!(
            found.blake3,
            "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
        );
        assert_eq!(found.bytes, 3);
        assert!(fingerprint(&folder.path().join("b")).is_err());
    }
}
