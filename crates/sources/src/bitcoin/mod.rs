//! Bitcoin Core's own files: `blk*.dat`, `rev*.dat` and `xor.dat`, read while the node runs.
//!
//! [`BlockFiles`] finds the records, [`ChainOfHeaders`] orders them, [`BlockReader`] reads a block
//! into a buffer that it reuses, and [`block::decode`] walks through it without building anything.
//! What the bytes mean is in `docs/formats/bitcoin_core_files.md`. [`rpc`] asks a running node.

pub mod block;
mod chain_of_headers;
pub mod check;
mod error;
mod files;
mod hash;
mod header;
mod network;
mod reader;
mod records;
pub mod rpc;
mod stream;
pub mod undo;

pub use chain_of_headers::{BestChain, BlockAt, ChainOfHeaders};
pub use error::{BitcoinError, Damage};
pub use files::{BlockFile, BlockFiles, FileKind};
pub use hash::{Hash, sha256d};
pub use header::{HEADER_BYTES, Header};
pub use network::Network;
pub use reader::BlockReader;
pub use records::{Headers, Place, Records, Tail};
pub use stream::{CheckedBlock, checked_blocks};
