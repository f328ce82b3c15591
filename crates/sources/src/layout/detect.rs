//! Which built-in layout a file is in, by its columns.

use std::path::Path;

use super::Layout;
use crate::{Limits, SourceError, table};

/// How many layouts a failed search names.
const NEAREST: usize = 3;

impl Layout {
    /// The columns that the layout needs and the header lacks.
    pub fn missing(&self, header: &[&str]) -> Vec<String> {
        self.required_columns()
            .filter(|(_, names)| !names.iter().any(|name| header.contains(&name.as_str())))
            .map(|(_, names)| names.join(" or "))
            .collect()
    }

    /// How many columns of the header the layout looks at.
    fn used(&self, header: &[&str]) -> usize {
        let mut wanted: Vec<&str> =
            self.wanted_columns().filter(|name| header.contains(name)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.len()
    }

    /// The built-in layouts whose columns the header has, those that use most of it first. More than
    /// one is returned only if they use equally many.
    pub fn candidates(header: &[&str]) -> Vec<&'static Layout> {
        let fitting = Layout::built_in().iter().filter(|layout| layout.missing(header).is_empty());
        let fitting: Vec<(usize, &Layout)> =
            fitting.map(|layout| (layout.used(header), layout)).collect();
        let most = fitting.iter().map(|(used, _)| *used).max();
        fitting.into_iter().filter(|(used, _)| Some(*used) == most).map(|(_, one)| one).collect()
    }
}

/// Chooses the built-in layout of a file by its columns.
///
/// # Errors
/// The file cannot be read, or none or several layouts fit; the error names the nearest ones and the
/// columns that they miss.
pub fn detect(path: &Path, limits: Limits) -> Result<&'static Layout, SourceError> {
    let opened = table::open(path, &table::Request { limits, ..table::Request::default() })?;
    let header: Vec<&str> = opened.table.header().iter().map(String::as_str).collect();
    let fitting = Layout::candidates(&header);
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(SourceError::NoLayout { file: path.to_owned(), nearest: nearest(&header) }),
        several => Err(SourceError::AmbiguousLayout {
            file: path.to_owned(),
            layouts: several.iter().map(|layout| layout.name.clone()).collect(),
        }),
    }
}

fn nearest(header: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Layout::built_in()
        .iter()
        .map(|layout| (layout.name.clone(), layout.missing(header)))
        .collect();
    // The sort is stable and the list alphabetical, so ties come out the same everywhere.
    all.sort_by_key(|(_, missing)| missing.len());
    all.truncate(NEAREST);
    all
}

/// The name in the header that looks most like the one wanted, if any is close.
pub(crate) fn nearest_name(wanted: &str, header: &[String]) -> Option<String> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let target = plain(wanted);
    header
        .iter()
        // A name longer than this is not a misspelling, and the distance costs its square.
        .filter(|name| name.len() <= 64)
        .map(|name| {
            let candidate = plain(name);
            let part = !candidate.is_empty()
                && (candidate.contains(&target) || target.contains(&candidate));
            (if part { 1 } else { distance(&target, &candidate) }, name)
        })
        .filter(|(far, _)| *far <= target.len().div_ceil(3))
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name.clone())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, right) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_not() {
        let header: Vec<String> =
            ["Hash", "block_no", "from_address"].iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(nearest_name("hash", &header).as_deref(), Some("Hash"));
        assert_eq!(nearest_name("from", &header).as_deref(), Some("from_address"));
        assert_eq!(nearest_name("leaf_index", &header), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn each_builtin_layout_is_found_from_its_own_columns() {
        for layout in Layout::built_in() {
            let header: Vec<&str> = layout.wanted_columns().collect();
            let found: Vec<&str> =
                Layout::candidates(&header).iter().map(|layout| layout.name()).collect();
            assert_eq!(found, [layout.name()]);
        }
    }
}
