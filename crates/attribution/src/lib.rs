//! What the world says about addresses: tags, actors, sanctions lists, incidents, prices.
//!
//! Everything here is a claim of some source, kept as the source made it, with the source's name.
//! Sources that disagree are all kept. What a statement means (a category, a role in a trace, the
//! time in which it holds) is worked out when it is read, so the order of imports does not matter.
//!
//! ```
//! use attribution::{Role, Store};
//! use chain::{Address, Chain};
//!
//! let mut store = Store::in_memory()?;
//! let pack = "
//! title: Example
//! creator: Somebody
//! currency: ETH
//! category: exchange
//! confidence: service_data
//! source: https://example.org
//! tags:
//! - address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
//!   label: Example exchange 1
//! ";
//! let report = store.import_pack("example.yaml", pack, &|name| Err(format!("no {name} here")))?;
//! assert_eq!(report.imported, 1);
//! let address = Address::parse(Chain::Ethereum, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")?;
//! let digest = store.digest(Chain::Ethereum, &address, None)?.expect("one statement");
//! assert_eq!(digest.role, Role::Service);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actor;
mod confidence;
mod error;
mod import;
mod incident;
mod key;
mod read;
mod report;
mod sql;
mod store;
mod subject;
mod taxonomy;

pub use actor::{Actor, ActorSummary};
pub use confidence::{Confidence, UnknownConfidence};
pub use error::{AttributionError, Result};
pub use import::{Include, LabelRow, OFAC_LIST, OfacRaw, PriceRow};
pub use incident::{Attribution, Incident, Seed, YearlyTotal};
pub use read::{
    ActorFilter, Conflict, Conflicts, Digest, Granularity, Origin, PriceBook, Quote, SearchHit,
    SearchKind, SourceCount, Tag,
};
pub use report::{ImportReport, Reject};
pub use store::Store;
pub use taxonomy::{Category, Role, UnknownCategory};
