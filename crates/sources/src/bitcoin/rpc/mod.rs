//! A node's JSON-RPC over plain HTTP: the tip of its best chain, and the blocks that are new.
//!
//! [`NodeClient`] asks one question at a time and waits; [`NodeClient::best_chain_since`] follows
//! the tip and says where the node left the branch that we hold. Answers are as foreign as files:
//! each has a limit of bytes, a block must have the hash that was asked for, and an amount is read
//! from its digits, never through a float. What is asked and how is in
//! `docs/formats/bitcoin_core_rpc.md`.

pub mod answer;
mod auth;
mod client;
mod error;
mod follow;
pub mod verbose;

pub use auth::Auth;
pub use client::{Asking, NodeClient};
pub use error::RpcError;
pub use follow::{Fork, NewBlocks, NodeBlock};
