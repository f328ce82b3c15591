//! Facts stored once in chain order, read at memory speed.
//!
//! A ledger holds what a node would confirm and nothing else: transactions, value moves, events of
//! mixer pools, and how completely it holds them (coverage). It is a set of immutable segments of
//! memory-mapped columns and one manifest that names the live ones; an import replaces the manifest
//! atomically, so a kill at any instant leaves the ledger as before or as after.
//!
//! The content is a function of the set of imported files alone: the same files in any order give
//! the same bytes (`docs/formats/ledger.md`).

pub mod column;
mod column_files;
mod commit;
mod coverage;
mod error;
mod facts;
mod flow_order;
mod import;
mod lock;
mod manifest;
mod map;
mod merge;
mod mixer;
mod movement;
mod open;
mod range;
pub mod sealed;
mod segment;
pub mod utxo;
mod verify;

pub use coverage::Held;
pub use error::LedgerError;
pub use import::{Import, ImportReport, SourceFile};
pub use lock::Lock;
pub use manifest::{Counts, ImportEntry};
pub use mixer::MixerEvents;
pub use movement::{Movement, MovementNo, Transaction, TxNo};
pub use open::{AssetNo, Ledger, chain_folder};
pub use verify::{Finding, Verification, verify};
