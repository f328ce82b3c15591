//! Importers, one file per format. Each reads the whole text first and writes it in one
//! transaction, so that a file is imported completely or not at all.

mod actorpack;
mod defihacklabs;
mod explorer;
mod explorer_words;
mod fbi;
mod incident_csv;
mod incident_payments;
mod incident_toml;
mod israel;
mod labels;
mod name;
mod ofac;
mod ofac_csv;
mod ofac_json;
mod ofac_raw;
mod prices;
mod table;
mod tagpack;
mod yaml;
mod yearly;

pub(crate) use explorer_words::{is_currency_contract, read_words};
pub use labels::LabelRow;
pub use ofac_raw::OfacRaw;
pub use prices::PriceRow;
pub use yaml::Include;

/// Name of the one sanctions list that the OFAC importers feed.
pub const OFAC_LIST: &str = "ofac-sdn";
