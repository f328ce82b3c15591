//! What a caller may set when it opens a file.

use std::collections::BTreeMap;

/// Settings of one import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Fields that hold the same value for every row, by field name; they win over the layout's
    /// constants, its file names and its columns. `chain` names the chain.
    pub set: BTreeMap<String, String>,
    /// How much foreign data is taken before a file is refused.
    pub limits: Limits,
}

/// How much foreign data is taken before a file is refused. The defaults hold every public dump that
/// we know of and keep a hostile file from filling memory or running for days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file after decompression. Default 1 TiB.
    pub decompressed_bytes: u64,
    /// How many times larger than the compressed bytes the decompressed ones may be, once they
    /// exceed 64 MiB. Default 2,000; dumps of chain data shrink 3 to 30 times.
    pub expansion: u64,
    /// Bytes of one row. Default 16 MiB; the longest calldata of a transaction is far below.
    pub row_bytes: u64,
    /// Columns of a table. Default 1,024.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            decompressed_bytes: 1 << 40,
            expansion: 2_000,
            row_bytes: 16 << 20,
            columns: 1_024,
        }
    }
}
