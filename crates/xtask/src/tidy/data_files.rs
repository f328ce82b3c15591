//! No data in the repository: fixtures are small and made for their test.

use super::{Finding, tree::Tree};

const LARGEST_BYTES: u64 = 200_000;

/// Written by tools, and as large as they make them.
const GENERATED: &[&str] = &["Cargo.lock", "benches/peers/Cargo.lock", "fuzz/Cargo.lock"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sizes()
        .filter(|(path, bytes)| *bytes > LARGEST_BYTES && !GENERATED.contains(path))
        .map(|(path, bytes)| {
            let what = format!("{bytes} bytes; at most {LARGEST_BYTES} belong in the repository");
            Finding::in_file(path, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    #[test]
    fn a_large_file_is_named() {
        let large = "x".repeat(200_001);
        let tree = Tree::of(&[("a.csv", &large), ("b.csv", &large[1..]), ("Cargo.lock", &large)]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["a.csv"]);
    }
}
