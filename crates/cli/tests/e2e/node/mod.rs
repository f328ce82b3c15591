//! A real Bitcoin node: what we read from its files is what the node itself says.
//!
//! The chain is made once for each build of the tests ([`made`]); without a node each test says
//! `skipped: no bitcoind` and returns.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and says aloud that it was skipped"
)]

mod bitcoind;
mod damage;
mod draft;
mod files;
mod follow;
mod growing;
mod keys;
mod kills;
mod ledger;
mod made;
mod reorg;
mod rpc;
mod scripts;
mod shapes;
mod shown;
mod story;
mod truth;
mod variants;
