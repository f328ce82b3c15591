//! Every page about a method can be found from the list of methods.

use super::{Finding, tree::Tree};

const FOLDER: &str = "docs/methods/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.texts().filter_map(|(path, _)| {
        let page = path.strip_prefix(FOLDER)?;
        (page.ends_with(".md") && page != "README.md").then_some((path, page))
    });
    let list = tree.text("docs/methods/README.md").unwrap_or_default();
    pages
        .filter(|(_, page)| !list.contains(&format!("({page})")))
        .map(|(path, _)| Finding::in_file(path, "docs/methods/README.md does not link to it"))
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
    fn a_page_without_a_link_is_named() {
        let tree = Tree::of(&[
            ("docs/methods/README.md", "- [Haircut](haircut.md)"),
            ("docs/methods/haircut.md", ""),
            ("docs/methods/fifo.md", ""),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["docs/methods/fifo.md"]);
    }
}
