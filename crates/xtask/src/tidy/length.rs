//! Functions that fit a screen, files that fit a head.

use super::{Finding, tree::Tree};

/// From the word `fn` to the closing brace.
const LONGEST_FUNCTION: usize = 70;
const LONGEST_FILE: usize = 600;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources() {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            let what = format!("{lines} lines; a file has at most {LONGEST_FILE}");
            findings.push(Finding::in_file(source.path, what));
        }
        for function in source.functions.iter().filter(|one| one.lines > LONGEST_FUNCTION) {
            let what = format!(
                "fn {} has {} lines; a function has at most {LONGEST_FUNCTION}",
                function.name, function.lines
            );
            findings.push(Finding::at(source.path, function.line, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    #[test]
    fn one_line_too_many_is_named_and_braces_in_strings_do_not_count() {
        let function = |body: usize| {
            format!(
                "\nfn a() {{\n{}}}\n",
                "    let x = (\"}\", r#\"}\"#, '}'); // }\n".repeat(body)
            )
        };
        let found = |text: &str| check(&Tree::of(&[("a.rs", text)]));
        assert_eq!(found(&function(68)), []);
        assert_eq!(found(&function(69)).len(), 1);
        assert_eq!(found(&function(69))[0].line, Some(2));
        assert_eq!(found(&"\n".repeat(600)), []);
        assert_eq!(found(&"\n".repeat(601)).len(), 1);
    }
}
