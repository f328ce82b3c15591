//! `unsafe` is said in two modules, and each block there says why it is sound.

use super::{Finding, tree::Tree};

/// The module that maps column files, and the one that calls what only some processors have.
const MAY: [&str; 2] = ["crates/ledger/src/map.rs", "crates/sha256/src/two_lanes.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources() {
        for token in source.tokens.iter().filter(|token| token.text == "unsafe") {
            if !MAY.contains(&source.path) {
                let what = format!("unsafe code outside {}", MAY.join(" and "));
                findings.push(Finding::at(source.path, token.line, what));
            } else if !has_reason(source.text, token.line) {
                let what = "no comment `SAFETY:` right above it";
                findings.push(Finding::at(source.path, token.line, what));
            }
        }
    }
    findings
}

/// Whether the comment that ends on the line above, or the line itself, gives the reason.
fn has_reason(text: &str, line: usize) -> bool {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let Some((own, above)) = lines.split_last() else { return false };
    let aside = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with('#')
    };
    own.contains("// SAFETY:")
        || above.iter().rev().take_while(aside).any(|line| line.contains("// SAFETY:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    #[test]
    fn only_these_modules_may_and_only_with_a_reason() {
        let block = "unsafe { read() }";
        let found = |path: &str, text: &str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!(
            found("crates/trace/src/lib.rs", &format!("// SAFETY: no\nfn a() {{ {block} }}")),
            1
        );
        for may in MAY {
            let near = format!("fn a() {{\n// SAFETY: it\n// holds.\n{block} }}");
            assert_eq!(found(may, &near), 0);
            assert_eq!(found(may, &format!("// SAFETY: far\nfn a() {{\n{block} }}")), 1);
        }
        assert_eq!(found("crates/trace/src/lib.rs", "// unsafe\nconst A: &str = \"unsafe\";"), 0);
    }
}
