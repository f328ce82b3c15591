//! The ledger of a UTXO chain: blocks, transactions, inputs, outputs, addresses.
//!
//! Every row has a dense number in the order of the chain: an input holds the number of the output
//! that it spends, an output that of its address. Facts lie in immutable segments
//! (`docs/formats/utxo_ledger.md`); only who spent an output is written in place, because that is
//! known later. The content is a function of the blocks alone: in whatever steps they came, and
//! whatever stale branches came and went, the bytes are the same.

mod batch;
mod cells;
mod error;
mod hash_index;
mod ids;
mod levels;
pub mod made;
mod manifest;
mod open;
mod packed_script;
mod resolve;
mod row_table;
mod rows;
mod segment;
mod shape;
mod spenders;
mod store;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

use std::path::{Path, PathBuf};

use chain::Chain;

pub use cells::U40;
pub use error::UtxoError;
pub use ids::{AddressNo, OutputNo, TxNo};
pub use open::{BlockFacts, Run, UtxoCounts, UtxoLedger};
pub use shape::{LockTime, TxShape};
pub use verify::{UtxoVerification, verify};
pub use writer::UtxoWriter;

/// Where a chain's UTXO ledger lives below the data directory.
fn folder(data_dir: &Path, chain: Chain) -> PathBuf {
    crate::open::chain_folder(data_dir, chain).join("utxo")
}
