//! What can be wrong with Bitcoin Core's files.

use std::{io, path::PathBuf};

use super::Hash;

/// Why block files could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BitcoinError {
    /// The operating system could not read a file or the folder.
    #[error("{}: {source}", .file.display())]
    Read {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no block file in the folder.
    #[error("{}: no blk*.dat in this folder", .folder.display())]
    NoBlockFiles {
        /// The folder.
        folder: PathBuf,
    },
    /// Two files have one number, such as `blk0007.dat` and `blk00007.dat`.
    #[error("{}: there is another file of the number {number}", .file.display())]
    TwoOfANumber {
        /// The file.
        file: PathBuf,
        /// The number.
        number: u32,
    },
    /// The key is not eight bytes long.
    #[error("{}: {bytes} bytes; the key that files are XORed with has 8", .file.display())]
    XorKey {
        /// The file.
        file: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// The files hold no block.
    #[error("{}: the block files hold no block", .folder.display())]
    NoBlock {
        /// The folder.
        folder: PathBuf,
    },
    /// Bytes are not what a node would have written.
    #[error("{}: byte {offset}: {damage}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where the record or its payload begins.
        offset: u64,
        /// What is wrong.
        damage: Box<Damage>,
    },
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// A record does not begin with the network's magic.
    #[error("wrong magic {}; a record of {network} begins with {}", hex(.found), hex(.expected))]
    WrongMagic {
        /// What stands there.
        found: [u8; 4],
        /// What should.
        expected: [u8; 4],
        /// Name of the network.
        network: &'static str,
    },
    /// The file ends inside a record.
    #[error("truncated: a record needs {needed} bytes, and the file has {left} more")]
    Truncated {
        /// Bytes that the record needs from here.
        needed: u64,
        /// Bytes that there are.
        left: u64,
    },
    /// A record claims a length that no block has.
    #[error("a record of {length} bytes; from {least} to {most} are possible")]
    Length {
        /// What it claims.
        length: u32,
        /// Shortest.
        least: u32,
        /// Longest.
        most: u32,
    },
    /// Zeros where a record should begin, as in the tail of a file, and yet something after them.
    #[error("zeros instead of a record, and data after them at byte {data}")]
    Hole {
        /// Where the data begins.
        data: u64,
    },
    /// The bytes are not what the record should hold.
    #[error("not {what}: {why}")]
    Undecodable {
        /// A block, or undo data.
        what: &'static str,
        /// Why it is none.
        why: &'static str,
    },
    /// The block ends before its record does.
    #[error("the block ends {left} bytes before its record")]
    TrailingBytes {
        /// Bytes after it.
        left: usize,
    },
    /// The transactions are not those of the header.
    #[error("bad merkle root: block {block} promises {promised}, its transactions give {found}")]
    MerkleRoot {
        /// The block.
        block: Hash,
        /// In the header.
        promised: Hash,
        /// By the transactions.
        found: Hash,
    },
    /// Transactions are repeated such that the root stays the same (CVE-2012-2459).
    #[error("block {block} repeats transactions in a way that its merkle root does not show")]
    MutatedTree {
        /// The block.
        block: Hash,
    },
    /// The hash is above the target that the header claims to meet.
    #[error("insufficient work: block {block} does not meet its own target {bits:#010x}")]
    InsufficientWork {
        /// The block.
        block: Hash,
        /// The target, compact.
        bits: u32,
    },
    /// The target is zero, negative, too large, or easier than the network allows.
    #[error(
        "insufficient work: block {block} has the target {bits:#010x}, which {network} never has"
    )]
    Target {
        /// The block.
        block: Hash,
        /// The target, compact.
        bits: u32,
        /// Name of the network.
        network: &'static str,
    },
    /// The block is another network's that has the same magic.
    #[error("block {block} is of {owner}, not of {network}")]
    OtherNetwork {
        /// The block.
        block: Hash,
        /// Name of the network that it belongs to.
        owner: &'static str,
        /// Name of the network that was asked for.
        network: &'static str,
    },
    /// The parent of a block is in no file.
    #[error("the parent {parent} of block {block} is missing")]
    MissingParent {
        /// The block.
        block: Hash,
        /// Its parent.
        parent: Hash,
    },
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
