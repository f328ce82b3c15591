//! Every crate lives under the workspace's lints.

use toml::{Table, Value};

use super::{Finding, tree::Tree};

/// The crates with a module that may say `unsafe`: one maps column files, one hashes in two lanes.
/// Cargo cannot take the workspace's table and change one word of it, so these repeat the table with
/// `deny` where the others have `forbid`.
const LOOSER: [&str; 2] = ["ledger", "sha256"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let root = "Cargo.toml";
    let lints =
        tree.text(root).and_then(|text| text.parse::<Table>().ok()).and_then(workspace_lints);
    let Some(lints) = lints else {
        return vec![Finding::in_file(root, "has no [workspace.lints]")];
    };
    let mut findings = Vec::new();
    if level(&lints, "unsafe_code") != Some("forbid") {
        findings.push(Finding::in_file(root, "unsafe_code must be forbidden"));
    }
    if level(&lints, "missing_docs").is_none() {
        findings.push(Finding::in_file(
            root,
            "missing_docs must be on: public items say what they mean",
        ));
    }
    for (name, manifest) in tree.manifests() {
        let path = format!("crates/{name}/Cargo.toml");
        let own = manifest.ok().and_then(|manifest| manifest.get("lints").cloned());
        let expected = if LOOSER.contains(&name) {
            loosened(&lints)
        } else {
            Value::Table(Table::from_iter([("workspace".to_owned(), Value::Boolean(true))]))
        };
        if own.as_ref() != Some(&expected) {
            findings.push(Finding::in_file(&path, "its lints are not the workspace's"));
        }
    }
    findings
}

fn workspace_lints(manifest: Table) -> Option<Table> {
    manifest.get("workspace")?.get("lints")?.as_table().cloned()
}

fn level<'a>(lints: &'a Table, lint: &str) -> Option<&'a str> {
    lints.get("rust")?.get(lint)?.as_str()
}

fn loosened(lints: &Table) -> Value {
    let mut lints = lints.clone();
    if let Some(rust) = lints.get_mut("rust").and_then(Value::as_table_mut) {
        rust.insert("unsafe_code".to_owned(), Value::String("deny".to_owned()));
    }
    Value::Table(lints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    const ROOT: &str = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"";

    fn paths(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).into_iter().map(|found| found.path).collect()
    }

    #[test]
    fn a_crate_with_its_own_lints_is_named_unless_it_maps_files() {
        let ours = "[lints]\nworkspace = true";
        let ledger = "[lints.rust]\nunsafe_code = \"deny\"\nmissing_docs = \"warn\"";
        let manifest = "crates/ledger/Cargo.toml";
        assert_eq!(
            paths(&[("Cargo.toml", ROOT), ("crates/a/Cargo.toml", ours), (manifest, ledger)]),
            [""; 0]
        );
        assert_eq!(
            paths(&[("Cargo.toml", ROOT), ("crates/a/Cargo.toml", ledger)]),
            ["crates/a/Cargo.toml"]
        );
        assert_eq!(
            paths(&[("Cargo.toml", ROOT), ("crates/a/Cargo.toml", "")]),
            ["crates/a/Cargo.toml"]
        );
        let loose = ledger.replace("deny", "allow");
        assert_eq!(paths(&[("Cargo.toml", ROOT), (manifest, &loose)]), [manifest]);
        assert_eq!(paths(&[("Cargo.toml", &ROOT.replace("forbid", "deny"))]), ["Cargo.toml"]);
        assert_eq!(paths(&[("Cargo.toml", "[workspace]")]), ["Cargo.toml"]);
    }
}
