//! What can go wrong between us and a node.

use std::{io, path::PathBuf};

use super::super::Hash;

/// Why a node did not give what was asked for. No message carries a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RpcError {
    /// The address of the node is none.
    #[error("{url:?} is not the address of a node's RPC: {why}")]
    Url {
        /// What was given, without anything secret in it.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file with the node's password of the day cannot be read.
    #[error("{}: {source}", .file.display())]
    Cookie {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody answers there, or not to the end.
    #[error("{node}: {why}")]
    Unreachable {
        /// Address of the node.
        node: String,
        /// What the system said.
        why: String,
    },
    /// The node wants another user or password, or is not open to this address.
    #[error("{node}: the node refuses us (HTTP {status}): wrong user, password or cookie")]
    NotAllowed {
        /// Address of the node.
        node: String,
        /// 401 or 403.
        status: u16,
    },
    /// The node is there and has no time, after all attempts.
    #[error("{node}: {method}: the node is busy: {message}")]
    Busy {
        /// Address of the node.
        node: String,
        /// What was asked.
        method: String,
        /// What it says.
        message: String,
    },
    /// The node says no.
    #[error("{node}: {method}: {message} (code {code})")]
    Refused {
        /// Address of the node.
        node: String,
        /// What was asked.
        method: String,
        /// The node's number for it.
        code: i64,
        /// What it says.
        message: String,
    },
    /// The answer is not what a node would say.
    #[error("{node}: {method}: not an answer of Bitcoin Core: {why}")]
    Unreadable {
        /// Address of the node.
        node: String,
        /// What was asked.
        method: String,
        /// What is wrong with it.
        why: String,
    },
    /// The answer is longer than any right one.
    #[error("{node}: {method}: an answer of more than {limit} bytes")]
    TooLarge {
        /// Address of the node.
        node: String,
        /// What was asked.
        method: String,
        /// The limit.
        limit: u64,
    },
    /// The node is on another network.
    #[error("{node}: a node of {found}, not of {expected}")]
    OtherNetwork {
        /// Address of the node.
        node: String,
        /// Its network, in its own word.
        found: String,
        /// Ours.
        expected: &'static str,
    },
    /// The node's first block is not ours.
    #[error("{node}: its chain and ours have not even the first block in common")]
    OtherChain {
        /// Address of the node.
        node: String,
    },
    /// The node changed to another branch while its chain was read. What came before is right; ask
    /// again for the rest.
    #[error("{node}: it left the branch of block {block} while its chain was read; ask again")]
    Moved {
        /// Address of the node.
        node: String,
        /// The last block that came.
        block: Hash,
    },
}
