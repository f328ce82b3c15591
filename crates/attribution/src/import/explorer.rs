//! Name tags of block explorers: `{address: {name, labels: [slug, …]}}`.

use std::fmt;

use chain::{Address, Chain};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::name::source_name;
use crate::{
    AttributionError, Confidence, ImportReport, Reject, Result, Store,
    sql::{SourceRow, tags::TagRow},
    store::{File, Parsed, Statements},
    subject::Subject,
};

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: String,
    #[serde(default)]
    labels: Vec<String>,
}

/// The pairs as they stand: a map would silently drop an address that is named twice.
struct Entries(Vec<(String, Entry)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of address to name and labels")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Entries, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Entries(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// Which chain a published file of an explorer is about.
const EXPLORERS: &[(&str, Chain)] = &[
    ("optimism", Chain::Optimism),
    ("etherscan", Chain::Ethereum),
    ("polygonscan", Chain::Polygon),
    ("bscscan", Chain::Bsc),
    ("avalanche", Chain::Avalanche),
    ("snowtrace", Chain::Avalanche),
    ("ftmscan", Chain::Fantom),
    ("arbiscan", Chain::Arbitrum),
    ("basescan", Chain::Base),
];

impl Store {
    /// Imports an explorer's name tags. The chain is given or follows from the file name
    /// (`etherscan`, `bscscan`, `polygonscan`, …).
    ///
    /// The label slugs are stored as they are; which actor and category they mean is decided when
    /// they are read, with the actors known then.
    ///
    /// # Errors
    /// No chain, or a text that is not such a JSON.
    pub fn import_explorer(
        &mut self,
        name: &str,
        text: &str,
        chain: Option<Chain>,
    ) -> Result<ImportReport> {
        let source = source_name(name);
        let by_name = || EXPLORERS.iter().find(|(word, _)| source.contains(word));
        let chain = chain.or_else(|| by_name().map(|(_, chain)| *chain)).ok_or_else(|| {
            AttributionError::refused(name, "the name tells no explorer: give the chain")
        })?;
        let entries: Entries = serde_json::from_str(text)
            .map_err(|error| AttributionError::refused(name, error.to_string()))?;
        let mut rows = Vec::with_capacity(entries.0.len());
        let mut rejected = Vec::new();
        for (address, entry) in entries.0 {
            match read(chain, &address, &entry) {
                Ok(row) => rows.push(row),
                Err(reason) => rejected.push(Reject::new(address, reason)),
            }
        }
        let parsed = Parsed {
            source: SourceRow::new("explorer", &source),
            statements: Statements::Tags(rows),
            rejected,
            notes: Vec::new(),
        };
        self.write(File::new("explorer", name, chain.slug(), text), parsed)
    }
}

fn read(chain: Chain, address: &str, entry: &Entry) -> std::result::Result<TagRow, String> {
    let parsed = Address::parse(chain, address).map_err(|error| error.to_string())?;
    let label = if entry.name.trim().is_empty() {
        entry.labels.join(", ")
    } else {
        entry.name.trim().to_owned()
    };
    if label.is_empty() {
        return Err("neither a name nor a label".to_owned());
    }
    Ok(TagRow {
        words: Some(serde_json::to_string(&entry.labels).expect("strings are JSON")),
        ..TagRow::new(Subject::of(chain, &parsed), label, Confidence::WebCrawl.slug())
    })
}
