//! Value flows one way: a crate uses only crates that come before it.

use super::{Finding, tree::Tree};

/// The crates in the order in which value flows. `scenario` comes early because it needs the nouns
/// only and the demo of `cli` needs it; names without a crate today are for those to come.
const ORDER: &[&str] = &[
    "chain",
    "scenario",
    "sha256",
    "sources",
    "ledger",
    "graph",
    "attribution",
    "trace",
    "screening",
    "casework",
    "api",
    "cli",
    "xtask",
];

/// Pairs that do not know each other although the order would allow it.
const STRANGERS: &[(&str, &str)] = &[("ledger", "sources"), ("trace", "scenario")];

const TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, manifest) in tree.manifests() {
        let path = format!("crates/{name}/Cargo.toml");
        let Ok(manifest) = manifest else {
            findings.push(Finding::in_file(&path, "is not TOML"));
            continue;
        };
        let Some(place) = ORDER.iter().position(|known| *known == name) else {
            findings.push(Finding::in_file(&path, "has no place in the order of crates"));
            continue;
        };
        for used in used_crates(&manifest) {
            let earlier =
                ORDER.iter().position(|known| *known == used).is_some_and(|at| at < place);
            if !earlier {
                findings.push(Finding::in_file(&path, format!("{name} comes before {used}")));
            } else if STRANGERS.contains(&(name, used.as_str())) {
                let what = format!("{name} and {used} do not know each other");
                findings.push(Finding::in_file(&path, what));
            }
        }
    }
    findings
}

/// Names of our own crates in all dependency tables.
fn used_crates(manifest: &toml::Table) -> Vec<String> {
    let tables = TABLES.iter().filter_map(|table| manifest.get(*table)?.as_table());
    let names = tables.flat_map(|table| table.keys());
    names.filter(|name| ORDER.contains(&name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    fn findings(name: &str, manifest: &str) -> Vec<String> {
        let path = format!("crates/{name}/Cargo.toml");
        check(&Tree::of(&[(path.as_str(), manifest)])).into_iter().map(|found| found.what).collect()
    }

    #[test]
    fn up_is_refused_and_down_is_not() {
        assert_eq!(
            findings("trace", "[dependencies]\nchain.workspace = true\nserde = \"1\""),
            [""; 0]
        );
        assert_eq!(findings("chain", "[dependencies]\ntrace.workspace = true").len(), 1);
        assert_eq!(findings("chain", "[dev-dependencies]\ntrace.workspace = true").len(), 1);
        assert_eq!(findings("ledger", "[dev-dependencies]\nsources.workspace = true").len(), 1);
        assert_eq!(findings("attic", "").len(), 1);
        assert_eq!(findings("chain", "[dependencies"), ["is not TOML"]);
    }
}
