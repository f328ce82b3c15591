//! What a rule says.

use std::fmt;

use chain::Satoshis;

/// A way of making CoinJoins, or `EqualOutputs` where the shape does not tell which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// A mix of Samourai's (later Ashigaru's) Whirlpool.
    Whirlpool,
    /// The payment that cuts coins to size for Whirlpool. One wallet makes it: its inputs have one
    /// owner.
    WhirlpoolTx0,
    /// Wasabi Wallet 1: rounds of about 0.1 BTC.
    Wasabi1,
    /// Wasabi Wallet 2 (WabiSabi): many denominations.
    Wasabi2,
    /// JoinMarket, or anything of its shape.
    JoinMarket,
    /// Equal outputs for at least three participants.
    EqualOutputs,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protocol::Whirlpool => "whirlpool",
            Protocol::WhirlpoolTx0 => "whirlpool-tx0",
            Protocol::Wasabi1 => "wasabi1",
            Protocol::Wasabi2 => "wasabi2",
            Protocol::JoinMarket => "joinmarket",
            Protocol::EqualOutputs => "equal-outputs",
        })
    }
}

/// A claim that a payment is a CoinJoin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of which protocol.
    pub protocol: Protocol,
    /// From 1 to 100; an order of trust, not a measured probability.
    pub confidence: u8,
    /// How many outputs have the most common denomination: the crowd that one of them hides in. A
    /// wallet may own several of them. 1 for a Tx0.
    pub participants: usize,
    /// The values that repeat, ascending: the pool of Whirlpool, the levels of Wasabi.
    pub denominations: Vec<Satoshis>,
    /// Name and version of the rule, such as `wasabi1-late/1`. A rule that changes changes it.
    pub rule_version: &'static str,
}

impl Verdict {
    /// Whether the inputs must not be taken for one owner's. A missed CoinJoin poisons clusters
    /// and a false one only leaves them apart, so half a certainty is enough.
    pub fn bars_co_spend(&self) -> bool {
        self.confidence >= 50 && self.protocol != Protocol::WhirlpoolTx0
    }
}
