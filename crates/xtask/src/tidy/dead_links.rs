//! A link in a page leads to a file that is there.

use super::{Finding, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, content) in (1..).zip(text.lines()) {
            for link in links(content) {
                if resolve(folder, link).is_none_or(|target| !exists(tree, &target)) {
                    findings.push(Finding::at(path, line, format!("{link}: leads nowhere")));
                }
            }
        }
    }
    findings
}

/// Targets of `[text](target)` that are meant to be files of the repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(at, mark)| {
        let target = line[at + mark.len()..].split(')').next()?;
        let file = target.split('#').next()?;
        (!file.is_empty() && !target.contains(':')).then_some(file)
    })
}

/// The path from the root; `None` where the link leaves the repository.
fn resolve(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether there is such a file, or a folder with files.
fn exists(tree: &Tree, target: &str) -> bool {
    let folder = format!("{target}/");
    tree.sizes().any(|(path, _)| path == target || path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    #[test]
    fn only_links_to_missing_files_are_named() {
        let page = "[a](b.md#part) [f](../docs) [w](https://a.example/b) [h](#here)\n\n\
                    ![p](gone.svg) and [o](../../out.md)";
        let tree = Tree::of(&[("docs/a.md", page), ("docs/b.md", "")]);
        let found: Vec<String> = check(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            ["docs/a.md:3: gone.svg: leads nowhere", "docs/a.md:3: ../../out.md: leads nowhere"]
        );
    }
}
