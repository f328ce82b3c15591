//! Our side of the tasks that `cargo xtask bench` measures. Each program under `bin` does one task
//! on one folder and prints one line of JSON, its [`Answer`]; what it took is measured from outside.

mod answer;
mod blocks;
pub mod decode;
pub mod resolve;
mod unspent;

pub use answer::{Answer, run};
pub use blocks::BlocksInOrder;
pub use unspent::{Location, UnspentValues};

/// Why a program has no answer.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The block files.
    #[error(transparent)]
    Blocks(#[from] sources::bitcoin::BitcoinError),
    /// The words on the command line.
    #[error("usage: {0}")]
    Usage(&'static str),
    /// An input spends what no earlier transaction made, or what has been spent.
    #[error("block {block}: an input spends what is not there")]
    NothingToSpend {
        /// Blocks before it.
        block: usize,
    },
    /// The outputs of a transaction, or of all, are worth more than there can be.
    #[error("block {block}: more satoshi than there are")]
    TooMuch {
        /// Blocks before it.
        block: usize,
    },
}
