//! What an amount is an amount of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Account, Chain};

/// Which asset of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AssetId {
    /// The chain's own coin.
    Native,
    /// A token, by its contract.
    Token(Account),
    /// A unit of account that a data set uses in place of the coins it stands for, by name.
    /// A hand-verified flow graph that gives US dollars on each edge is kept as `Unit("USD")`.
    Unit(String),
}

/// An asset with what is needed to read and print its amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Which asset of the chain.
    pub id: AssetId,
    /// Ticker as shown to people. Not unique: anyone can deploy a token called `USDT`.
    pub symbol: String,
    /// Decimal places between a whole unit and a base unit.
    pub decimals: u8,
}

impl Asset {
    /// The chain's own coin.
    pub fn native(chain: Chain) -> Asset {
        Asset {
            id: AssetId::Native,
            symbol: chain.native_symbol().to_owned(),
            decimals: chain.native_decimals(),
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.symbol)
    }
}
