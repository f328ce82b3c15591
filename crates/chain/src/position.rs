//! Where in a chain something happened.

use serde::{Deserialize, Serialize};

/// The order of value moves inside one transaction of an account chain: the sender pays the fee
/// first, then coins move in call order, then tokens in log order (`docs/methods/account_trace.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Phase {
    /// The fee that the sender pays, whether the transaction succeeds or not.
    Fee = 0,
    /// The value field of the transaction itself.
    Native = 1,
    /// A value-carrying call, creation or self-destruct inside the transaction.
    Internal = 2,
    /// A token transfer, known by its log.
    Token = 3,
}

impl Phase {
    /// From the byte of a column file.
    pub fn from_byte(byte: u8) -> Option<Phase> {
        [Phase::Fee, Phase::Native, Phase::Internal, Phase::Token]
            .into_iter()
            .find(|phase| *phase as u8 == byte)
    }
}

/// Place of one value move in chain order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Height of the block.
    pub block: u64,
    /// Place of the transaction in its block.
    pub index: u32,
    /// Place inside the transaction: which kind of move.
    pub phase: Phase,
    /// Place among the moves of that kind.
    pub item: u32,
}
