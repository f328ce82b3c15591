//! The layouts that come with the program.

use std::sync::LazyLock;

use super::Layout;

macro_rules! layouts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../layouts/", $name, ".toml")))),*]
    };
}

/// In alphabetical order; a test compares the list with the folder.
const TEXTS: &[(&str, &str)] = layouts![
    "coverage-csv",
    "ethereum-etl-token-transfers",
    "ethereum-etl-transaction-ids",
    "ethereum-etl-transactions",
    "etherscan-tokentx",
    "etherscan-txlist",
    "etherscan-txlistinternal",
    "explorer-txlist-csv",
    "flow-graph-usd",
    "prices-csv",
    "tornado-deposits",
    "tornado-withdrawals",
];

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    TEXTS
        .iter()
        .map(|(name, toml)| Layout::parse(name, toml).expect("a test parses every built-in layout"))
        .collect()
});

pub(super) fn all() -> &'static [Layout] {
    &LAYOUTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_folder_is_built_in_and_parses() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
            .collect();
        found.sort();
        let listed: Vec<String> = TEXTS.iter().map(|(name, _)| format!("{name}.toml")).collect();
        assert_eq!(found, listed);
        for (name, toml) in TEXTS {
            let layout = Layout::parse(name, toml).unwrap_or_else(|error| panic!("{error}"));
            assert!(!layout.description.is_empty());
        }
    }
}
