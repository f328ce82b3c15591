//! Whole text files: lists, YAML packs, JSON.

use std::{io::Read, path::Path};

use crate::{Limits, SourceError, input};

/// Reads a whole text file, plain, gzip or zstd by its first bytes, of at most `limit_bytes` after
/// decompression. An empty file is an empty text.
///
/// # Errors
/// The file cannot be read, its compression is damaged or ends early, it is larger than the limit,
/// or it is not UTF-8.
pub fn read(path: &Path, limit_bytes: u64) -> Result<String, SourceError> {
    let limits = Limits { decompressed_bytes: limit_bytes, ..Limits::default() };
    let mut opened = match input::open(path, limits) {
        Ok(opened) => opened,
        Err(SourceError::Empty { .. }) => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    opened.stream.read_to_end(&mut bytes).map_err(|error| SourceError::from_io(path, error))?;
    String::from_utf8(bytes).map_err(|error| SourceError::NotUtf8 {
        file: path.to_owned(),
        offset: error.utf8_error().valid_up_to() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_checked_and_limited() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.txt");
        std::fs::write(&path, "häuser").expect("written");
        assert_eq!(read(&path, 7).expect("seven bytes"), "häuser");
        assert!(matches!(read(&path, 6), Err(SourceError::Limit { limit: 6, .. })));
        std::fs::write(&path, b"ab\xff").expect("written");
        assert!(matches!(read(&path, 7), Err(SourceError::NotUtf8 { offset: 2, .. })));
        std::fs::write(&path, zstd::encode_all(&b"abc"[..], 1).expect("compresses"))
            .expect("written");
        assert_eq!(read(&path, 7).expect("readable"), "abc");
        std::fs::write(&path, "").expect("written");
        assert_eq!(read(&path, 7).expect("readable"), "");
    }
}
