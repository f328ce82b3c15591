//! A Rust file that no module declares is not compiled, not tested, and believed to be both.

use std::collections::BTreeMap;

use super::{
    Finding,
    rust::{ModDeclaration, Source},
    tree::Tree,
};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let reached = reached(tree);
    tree.sources()
        .filter(|source| source.crate_name().is_some() && !reached.contains_key(source.path))
        .map(|source| Finding::in_file(source.path, "no module declares this file"))
        .collect()
}

/// Every file of a crate that Cargo compiles, and whether only test builds have it.
pub(super) fn reached(tree: &Tree) -> BTreeMap<String, bool> {
    let sources: BTreeMap<&str, Source<'_>> = tree
        .sources()
        .filter(|source| source.crate_name().is_some())
        .map(|source| (source.path, source))
        .collect();
    let mut open: Vec<(String, bool)> = sources
        .keys()
        .filter(|path| is_root(path))
        .map(|path| ((*path).to_owned(), !path.contains("/src/")))
        .collect();
    let mut reached = BTreeMap::new();
    while let Some((path, test)) = open.pop() {
        let Some(source) = sources.get(path.as_str()) else { continue };
        // A file that both builds have belongs to the product.
        let known = reached.get(&path).copied();
        if known.is_some_and(|known| known <= test) {
            continue;
        }
        reached.insert(path, test);
        for declared in &source.modules {
            let below = candidates(source.path, declared);
            open.extend(below.map(|path| (path, test || declared.test)));
        }
    }
    reached
}

/// Files that Cargo itself looks for.
fn is_root(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(
        parts.as_slice(),
        ["crates", _, "build.rs"]
            | ["crates", _, "src", "lib.rs" | "main.rs"]
            | ["crates", _, "src", "bin", _]
            | ["crates", _, "src", "bin", _, "main.rs"]
            | ["crates", _, "tests" | "benches" | "examples", _]
            | ["crates", _, "tests" | "benches" | "examples", _, "main.rs"]
    )
}

/// The two files that a declaration may mean.
fn candidates(path: &str, declared: &ModDeclaration) -> [String; 2] {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let own = file == "mod.rs" || is_root(path);
    let base =
        if own { folder.to_owned() } else { format!("{folder}/{}", file.trim_end_matches(".rs")) };
    let below = format!("{base}/{}", declared.path.join("/"));
    [format!("{below}.rs"), format!("{below}/mod.rs")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    #[test]
    fn only_the_file_that_nobody_declares_is_named() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod b; mod c; mod inline { mod far; }"),
            ("crates/a/src/b.rs", "mod deep;"),
            ("crates/a/src/b/deep.rs", ""),
            ("crates/a/src/c/mod.rs", "#[cfg(test)] mod tests;"),
            ("crates/a/src/c/tests.rs", ""),
            ("crates/a/src/inline/far.rs", ""),
            ("crates/a/tests/outside.rs", "mod help;"),
            ("crates/a/tests/help/mod.rs", ""),
            ("crates/a/src/lost.rs", "mod found;"),
            ("crates/a/src/lost/found.rs", ""),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["crates/a/src/lost.rs", "crates/a/src/lost/found.rs"]);
        let reached = reached(&tree);
        for (path, test) in [("src/c/tests.rs", true), ("src/b/deep.rs", false)] {
            assert_eq!(reached.get(&format!("crates/a/{path}")), Some(&test), "{path}");
        }
    }
}
