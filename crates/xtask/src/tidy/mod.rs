//! The house rules that no compiler checks. `cargo xtask tidy` prints what breaks them, and each
//! rule is a test of this crate as well, so that nobody has to remember the command.

mod crate_order;
mod data_files;
mod dead_links;
mod forbidden_words;
mod forgotten_files;
mod length;
mod lint_table;
mod methods_pages;
mod outside_world;
mod raw_memory;
mod rust;
mod tree;

use std::{fmt, path::Path};

use crate::step::Failure;
use tree::Tree;

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: Option<usize>,
    what: String,
}

impl Finding {
    fn in_file(path: &str, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: None, what: what.into() }
    }

    fn at(path: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: Some(line), what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}

/// A rule: looks at the tree and lists what breaks it.
type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("crate order", crate_order::check),
    ("data files", data_files::check),
    ("dead links", dead_links::check),
    ("forbidden words", forbidden_words::check),
    ("forgotten files", forgotten_files::check),
    ("length", length::check),
    ("lint table", lint_table::check),
    ("methods pages", methods_pages::check),
    ("outside world", outside_world::check),
    ("raw memory", raw_memory::check),
];

/// Runs every rule on the repository and prints what breaks it.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let tree = Tree::read(root)?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let findings = rule(&tree);
        for finding in &findings {
            eprintln!("tidy ({name}): {finding}");
        }
        broken += findings.len();
    }
    if broken > 0 {
        return Err(Failure::Untidy(broken));
    }
    eprintln!("tidy: {} rules hold in {} files", RULES.len(), tree.len());
    Ok(())
}

/// The repository itself must keep each rule; every rule's file shows that it can be broken.
#[cfg(test)]
fn assert_repository_keeps(rule: Rule) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Tree::read(&root).expect("the repository can be read");
    let findings: Vec<String> = rule(&tree).iter().map(Finding::to_string).collect();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}
