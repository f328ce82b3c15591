//! The files of the repository, or of a made-up one in a test.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::rust::Source;
use crate::step::Failure;

/// A file: its size, and its text where it is text.
#[derive(Debug)]
struct File {
    bytes: u64,
    text: Option<String>,
}

/// Every file by its path from the root, with `/` between folders.
#[derive(Debug, Default)]
pub(super) struct Tree(BTreeMap<String, File>);

/// Folders that are built, or that another tool keeps.
const FOREIGN: &[&str] = &["target", ".git", "node_modules", "corpus", "artifacts", "coverage"];

impl Tree {
    /// Reads the repository below a folder.
    pub(super) fn read(root: &Path) -> Result<Tree, Failure> {
        let mut tree = Tree::default();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in read_at(&root.join(&folder), fs::read_dir)? {
                let entry = entry.map_err(|why| failure(&root.join(&folder), why))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = folder.join(&name);
                let kind = entry.file_type().map_err(|why| failure(&path, why))?;
                if kind.is_dir() && !FOREIGN.contains(&name.as_str()) {
                    folders.push(path);
                } else if kind.is_file() {
                    let bytes = read_at(&root.join(&path), fs::read)?;
                    tree.insert(&path.to_string_lossy().replace('\\', "/"), bytes);
                }
            }
        }
        Ok(tree)
    }

    /// A made-up repository.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.insert(path, text.as_bytes().to_vec());
        }
        tree
    }

    fn insert(&mut self, path: &str, bytes: Vec<u8>) {
        let size = u64::try_from(bytes.len()).expect("a file in memory has less than 2^64 bytes");
        let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        self.0.insert(path.to_owned(), File { bytes: size, text });
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path)?.text.as_deref()
    }

    pub(super) fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file.bytes))
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(path, file)| Some((path.as_str(), file.text.as_deref()?)))
    }

    /// The crates of the workspace by folder name, each with its manifest.
    pub(super) fn manifests(&self) -> Vec<(&str, Result<toml::Table, toml::de::Error>)> {
        self.texts()
            .filter_map(|(path, text)| {
                let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
                (!name.contains('/')).then(|| (name, text.parse::<toml::Table>()))
            })
            .collect()
    }

    /// Every Rust file, read into tokens.
    pub(super) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.texts()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| Source::read(path, text))
    }
}

fn failure(path: &Path, why: std::io::Error) -> Failure {
    Failure::Read { path: path.display().to_string(), why }
}

fn read_at<T>(path: &Path, read: impl Fn(PathBuf) -> std::io::Result<T>) -> Result<T, Failure> {
    read(path.to_owned()).map_err(|why| failure(path, why))
}
