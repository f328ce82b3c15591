//! Libraries do not look at the machine they run on: same inputs, same bytes out.

use std::collections::BTreeSet;

use super::{
    Finding,
    forgotten_files::reached,
    rust::{PathUse, Source},
    tree::Tree,
};

/// Crates that may read the environment, the clock and the terminal.
const AT_THE_TERMINAL: &[&str] = &["cli", "xtask"];
/// Crates that may open connections.
const ON_THE_NETWORK: &[&str] = &["sources"];

const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln"];

/// A path that reaches outside, in full or as it looks behind a `use` of its module.
struct Reach {
    path: &'static [&'static str],
    what: &'static str,
    allowed: &'static [&'static str],
}

const REACHES: &[Reach] = &[
    reach(&["std", "env"], "the environment", AT_THE_TERMINAL),
    reach(&["env", "var"], "the environment", AT_THE_TERMINAL),
    reach(&["env", "var_os"], "the environment", AT_THE_TERMINAL),
    reach(&["env", "temp_dir"], "the environment", AT_THE_TERMINAL),
    reach(&["std", "time", "SystemTime"], "the clock", AT_THE_TERMINAL),
    reach(&["std", "time", "Instant"], "the clock", AT_THE_TERMINAL),
    reach(&["time", "SystemTime"], "the clock", AT_THE_TERMINAL),
    reach(&["time", "Instant"], "the clock", AT_THE_TERMINAL),
    reach(&["SystemTime", "now"], "the clock", AT_THE_TERMINAL),
    reach(&["Instant", "now"], "the clock", AT_THE_TERMINAL),
    reach(&["Timestamp", "now"], "the clock", AT_THE_TERMINAL),
    reach(&["Zoned", "now"], "the clock", AT_THE_TERMINAL),
    reach(&["std", "net"], "the network", ON_THE_NETWORK),
    reach(&["ureq"], "the network", ON_THE_NETWORK),
    reach(&["tokio"], "an async runtime", &[]),
];

const fn reach(
    path: &'static [&'static str],
    what: &'static str,
    allowed: &'static [&'static str],
) -> Reach {
    Reach { path, what, allowed }
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = async_runtimes(tree);
    findings.extend(http_clients(tree));
    let reached = reached(tree);
    // A file that nobody declares is another rule's find; here it counts as the product's.
    let product = |source: &Source<'_>| !reached.get(source.path).copied().unwrap_or(false);
    for source in tree.sources().filter(product) {
        let Some(name) = source.crate_name() else { continue };
        findings.extend(reaches(&source, name));
        if AT_THE_TERMINAL.contains(&name) {
            continue;
        }
        for call in source.macro_calls() {
            if !call.test && PRINTING.contains(&call.text.as_str()) {
                let what = format!("{}!: {name} does not talk to the terminal", call.text);
                findings.push(Finding::at(source.path, call.line, what));
            }
        }
    }
    findings
}

fn reaches(source: &Source<'_>, name: &str) -> Vec<Finding> {
    // One line can say it twice: a `use` is seen as a tree and as it is written.
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for path in source.paths().iter().filter(|path| !path.test) {
        let reach = REACHES.iter().find(|reach| matches(path, reach.path));
        if let Some(reach) = reach.filter(|reach| !reach.allowed.contains(&name))
            && seen.insert((path.line, reach.what))
        {
            let what =
                format!("{}: {name} does not reach {}", path.segments.join("::"), reach.what);
            findings.push(Finding::at(source.path, path.line, what));
        }
    }
    findings
}

fn matches(path: &PathUse, banned: &[&str]) -> bool {
    path.segments.len() >= banned.len()
        && path.segments.iter().zip(banned).all(|(segment, banned)| segment == banned)
}

fn async_runtimes(tree: &Tree) -> Vec<Finding> {
    dependents(tree, "tokio").map(|name| manifest_finding(&name, "uses tokio")).collect()
}

fn http_clients(tree: &Tree) -> Vec<Finding> {
    dependents(tree, "ureq")
        .filter(|name| !ON_THE_NETWORK.contains(&name.as_str()))
        .map(|name| manifest_finding(&name, "uses ureq, and does not reach the network"))
        .collect()
}

fn manifest_finding(name: &str, what: &str) -> Finding {
    Finding::in_file(&format!("crates/{name}/Cargo.toml"), what)
}

/// The crates that depend on a package, for whatever.
fn dependents<'a>(tree: &'a Tree, package: &'a str) -> impl Iterator<Item = String> + 'a {
    let uses = move |manifest: &toml::Table| {
        ["dependencies", "dev-dependencies", "build-dependencies"].iter().any(|table| {
            manifest.get(*table).is_some_and(|dependencies| dependencies.get(package).is_some())
        })
    };
    tree.manifests()
        .into_iter()
        .filter(move |(_, manifest)| manifest.as_ref().is_ok_and(uses))
        .map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_it() {
        super::super::assert_repository_keeps(check);
    }

    fn lines(path: &str, text: &str) -> Vec<Option<usize>> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|found| found.line).collect()
    }

    #[test]
    fn each_reach_is_found_where_it_is_not_allowed() {
        for text in [
            "fn a() { std::env::var(\"A\"); }",
            "use std::{env, fs};",
            "use std::time::{Duration, Instant};",
            "fn a() { time::SystemTime::now(); }",
            "fn a() { jiff(Timestamp::now()) }",
            "fn a() { std::net::TcpStream::connect(); }",
            "fn a() { println!(); }",
            "use tokio::fs;",
            "use ureq::Agent;",
        ] {
            assert_eq!(lines("crates/trace/src/lib.rs", text), [Some(1)], "{text}");
            assert_eq!(
                lines("crates/trace/src/lib.rs", &format!("#[cfg(test)]\nmod t {{ {text} }}")),
                [],
                "{text}"
            );
            assert_eq!(lines("crates/trace/tests/a.rs", text), [], "{text}");
        }
        assert_eq!(
            lines("crates/cli/src/main.rs", "fn a() { println!(\"{}\", std::env::args()); }"),
            []
        );
        assert_eq!(lines("crates/sources/src/lib.rs", "use std::net::TcpStream;"), []);
        assert_eq!(lines("crates/sources/src/lib.rs", "use ureq::Agent;"), []);
        assert_eq!(lines("crates/cli/src/main.rs", "use std::net::TcpStream;"), [Some(1)]);
        assert_eq!(
            lines(
                "crates/chain/src/lib.rs",
                "use std::time::Duration; use jiff::Timestamp as Instant;"
            ),
            []
        );
    }

    #[test]
    fn an_async_runtime_in_a_manifest_is_found() {
        let manifest = "[dependencies]\ntokio = \"1\"";
        assert_eq!(lines("crates/api/Cargo.toml", manifest), [None]);
    }

    #[test]
    fn an_http_client_is_found_outside_of_sources() {
        let manifest = "[dev-dependencies]\nureq = \"3\"";
        assert_eq!(lines("crates/cli/Cargo.toml", manifest), [None]);
        assert_eq!(lines("crates/sources/Cargo.toml", manifest), []);
    }
}
