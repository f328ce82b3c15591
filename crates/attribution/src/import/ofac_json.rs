//! The SDN addresses as a JSON of address to parties. Its maker wrote every address in lower
//! case: hex and bech32 survive that, base58 does not.

use std::collections::BTreeMap;

use chain::{Address, Chain, Day};
use serde::Deserialize;

use super::ofac::{edition, edition_day};
use crate::{
    AttributionError, ImportReport, Reject, Result, Store,
    sql::lists::EntryRow,
    store::File,
    subject::{Subject, network_of},
};

#[derive(Deserialize)]
struct Document {
    metadata: Option<Metadata>,
    addresses: BTreeMap<String, Listed>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "sdnListDate")]
    list_date: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "entity")]
    party: String,
    program: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    uid: Option<String>,
    #[serde(default)]
    akas: Vec<String>,
}

impl Store {
    /// Imports the JSON edition of the SDN list's addresses.
    ///
    /// Base58 addresses are kept in lower case and marked so; a question about an address matches
    /// them with letter case put aside. The day is given, or the document's `sdnListDate`.
    ///
    /// # Errors
    /// The text is not such a JSON, or has no day.
    pub fn import_ofac_json(
        &mut self,
        name: &str,
        text: &str,
        day: Option<Day>,
    ) -> Result<ImportReport> {
        let document: Document = serde_json::from_str(text)
            .map_err(|error| AttributionError::refused(name, error.to_string()))?;
        let stated = document.metadata.and_then(|metadata| metadata.list_date);
        let day = edition_day(name, day.or_else(|| american_day(&stated?)))?;
        let mut entries = Vec::new();
        let mut rejected = Vec::new();
        for (address, listed) in document.addresses {
            for entry in listed.entries {
                match read_entry(&address, entry) {
                    Ok(row) => entries.push(row),
                    Err(reason) => rejected.push(Reject::new(address.clone(), reason)),
                }
            }
        }
        let folded = entries.iter().filter(|entry| !entry.letter_case_kept).count();
        let mut parsed = edition(name, day, entries, rejected);
        parsed.notes.push(format!(
            "{folded} entries have lost their letter case and are matched without it"
        ));
        self.write(File::new("ofac-json", name, &day.to_string(), text), parsed)
    }
}

/// `08/20/2026`.
fn american_day(text: &str) -> Option<Day> {
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    format!("{year}-{month}-{day}").parse().ok()
}

fn read_entry(address: &str, entry: Entry) -> std::result::Result<EntryRow, String> {
    let asset = entry
        .kind
        .strip_prefix("Digital Currency Address - ")
        .ok_or_else(|| format!("type {:?} is no digital currency address", entry.kind))?
        .trim();
    let (subject, letter_case_kept) = place(asset, address)?;
    let mut names = vec![entry.party];
    names.extend(entry.akas);
    Ok(EntryRow {
        subject,
        letter_case_kept,
        asset: asset.to_owned(),
        names,
        program: entry.program,
        uid: entry.uid,
    })
}

/// The subject, and whether its spelling can be trusted to the letter.
fn place(asset: &str, address: &str) -> std::result::Result<(Subject, bool), String> {
    // Which chain a token address is of shows in its first letter, which is lower case here.
    let shown = match address.strip_prefix('t') {
        Some(rest) if asset != "ZEC" => format!("T{rest}"),
        _ => address.to_owned(),
    };
    let folded = |network: String| Subject {
        network,
        text: address.to_ascii_lowercase(),
        is_transaction: false,
    };
    let network = match network_of(asset, &shown) {
        // No address of Bitcoin begins so; the list gives a TRON address as `XBT`.
        Ok(Chain::Bitcoin) if shown.starts_with('T') => Ok(Chain::Tron),
        network => network,
    };
    match network {
        Err(network) => Ok((folded(network), false)),
        Ok(chain) => match Address::parse(chain, address) {
            Ok(parsed) => Ok((Subject::of(chain, &parsed), true)),
            Err(error) if case_matters(chain, address) => {
                // Anything that cannot be base58 even after its case was lost is no address.
                if address.len() < 26 || !address.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(error.to_string());
                }
                Ok((folded(chain.slug().to_owned()), false))
            }
            Err(error) => Err(error.to_string()),
        },
    }
}

fn case_matters(chain: Chain, address: &str) -> bool {
    !(matches!(chain.family(), chain::Family::Evm)
        || ["bc1", "ltc1", "bitcoincash:"].iter().any(|prefix| address.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58_is_kept_without_case_and_hex_with_it() {
        let tron = place("TRX", "tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t").expect("kept");
        assert_eq!((tron.0.network.as_str(), tron.1), ("tron", false));
        let usdt = place("USDT", "tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t").expect("kept");
        assert_eq!(usdt.0.network, "tron");
        let ether = place("ETH", "0x098b716b8aaf21512996dc57eb0615e2383e2f96").expect("kept");
        assert!(ether.1);
        assert!(place("ETH", "0x098b").is_err());
        assert_eq!(
            american_day("08/20/2026").map(|d| d.to_string()).as_deref(),
            Some("2026-08-20")
        );
    }
}
