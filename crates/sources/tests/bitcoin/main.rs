//! Bitcoin Core's files: real blocks, made-up chains, damage, any bytes.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and says aloud that it was skipped"
)]

mod any_bytes;
mod damage;
mod made_up;
mod node;
mod order;
mod real_blocks;
mod rpc;
mod undo_data;
