//! Words that have no business in the repository.

use super::{Finding, rust::Source, tree::Tree};

/// Macros that mark unfinished work.
const MACROS: &[&str] = &["todo", "unimplemented", "dbg"];

/// Comment marks of unfinished work, in two parts so that this file may contain them.
const MARKS: &[[&str; 2]] = &[["TO", "DO"], ["FIX", "ME"], ["X", "XX"]];

/// Hosts of package registries, in two parts. A user's configuration says where packages come from.
const HOSTS: &[[&str; 2]] = &[
    ["crates", ".io"],
    ["npmjs", ".org"],
    ["npmjs", ".com"],
    ["pypi", ".org"],
    ["pythonhosted", ".org"],
    ["proxy.golang", ".org"],
    ["docker", ".io"],
    ["ghcr", ".io"],
    ["rubygems", ".org"],
    ["maven", ".org"],
];

/// Folders of somebody's machine, in two parts.
const FOLDERS: &[[&str; 2]] = &[["/ho", "me/"], ["/ro", "ot/"], ["/Use", "rs/"], ["C:\\", "Users"]];

/// Written by tools.
const GENERATED: &[&str] = &["Cargo.lock", "benches/peers/Cargo.lock", "fuzz/Cargo.lock"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree
        .texts()
        .filter(|(path, _)| !GENERATED.contains(path))
        .flat_map(|(path, text)| in_text(path, text))
        .collect();
    findings.extend(tree.sources().flat_map(|source| in_code(&source)));
    findings
}

fn in_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        for mark in MARKS.iter().map(|parts| parts.concat()) {
            if has_word(content, &mark) {
                findings.push(Finding::at(path, line, format!("{mark}: finish it or file it")));
            }
        }
        for host in HOSTS.iter().map(|parts| parts.concat()) {
            if content.contains(&host) {
                findings.push(Finding::at(path, line, format!("{host}: names a registry's host")));
            }
        }
        for folder in FOLDERS.iter().map(|parts| parts.concat()) {
            if content.contains(&folder) {
                findings.push(Finding::at(
                    path,
                    line,
                    format!("{folder}: a folder of one machine"),
                ));
            }
        }
    }
    findings
}

fn has_word(text: &str, word: &str) -> bool {
    let inside =
        |letter: Option<char>| letter.is_some_and(|one| one.is_alphanumeric() || one == '_');
    text.match_indices(word).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

fn in_code(source: &Source<'_>) -> Vec<Finding> {
    let path = source.path;
    let mut findings = Vec::new();
    if let Some(why) = &source.unreadable {
        findings.push(Finding::in_file(path, format!("cannot be read as Rust: {why}")));
    }
    for call in source.macro_calls().filter(|call| MACROS.contains(&call.text.as_str())) {
        findings.push(Finding::at(path, call.line, format!("{}!: unfinished", call.text)));
    }
    for token in source.tokens.iter().filter(|token| speaks_of_entities(&token.text)) {
        let what = format!("{}: say cluster (ours), actor (a party) or tag (a claim)", token.text);
        findings.push(Finding::at(path, token.line, what));
    }
    findings
}

/// Whether an identifier has the word as one of its parts: the field uses it for a cluster and for
/// a named party, which we never mix.
fn speaks_of_entities(identifier: &str) -> bool {
    let (camel, snake) = (["Ent", "ity"].concat(), ["ent", "ity"].concat());
    let camel_part = identifier.match_indices(&camel).any(|(at, _)| {
        !identifier[at + camel.len()..].starts_with(|next: char| next.is_lowercase())
    });
    camel_part || identifier.to_lowercase().split('_').any(|part| part == snake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    fn lines(text: &str) -> Vec<Option<usize>> {
        check(&Tree::of(&[("crates/chain/src/lib.rs", text)]))
            .into_iter()
            .map(|found| found.line)
            .collect()
    }

    #[test]
    fn each_kind_of_word_is_found() {
        for [first, second] in MARKS {
            assert_eq!(lines(&format!("\n// {first}{second}: later")), [Some(2)]);
            assert_eq!(lines(&format!("// a{first}{second}b")), []);
        }
        for [first, second] in HOSTS.iter().chain(FOLDERS) {
            assert_eq!(lines(&format!("// see {first}{second}")), [Some(1)]);
        }
        for name in MACROS {
            assert_eq!(lines(&format!("fn a() {{\n{name}!() }}")), [Some(2)]);
        }
        let [camel, snake] = [["Ent", "ity"].concat(), ["ent", "ity"].concat()];
        for name in [camel.clone(), format!("{camel}Kind"), format!("an_{snake}_of")] {
            assert_eq!(lines(&format!("fn {name}() {{}}")), [Some(1)], "{name}");
        }
        assert_eq!(lines(&format!("fn id{snake}() {{}}")), []);
    }

    #[test]
    fn a_file_that_is_no_rust_is_named() {
        assert_eq!(lines("fn a( {"), [None]);
    }
}
