//! The rules that join addresses, and the layers that they make.

use std::{fmt, str::FromStr};

use ledger::utxo::{AddressNo, TxNo};

/// A reason for which two addresses are taken for one owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The same public key in two forms of script.
    SameKey,
    /// Inputs of one transaction that is no CoinJoin.
    CoSpend,
    /// An output that goes back to an address among the inputs. It joins nothing that is not one
    /// address already.
    SelfChange,
    /// An output that looks like change and goes to a new address.
    OneTimeChange,
}

/// How far a question goes: each layer takes the rules of those below it and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Same key alone.
    SameKey,
    /// And co-spend: what counts unless somebody asks for more or less.
    CoSpend,
    /// And self-change, which changes no cluster.
    SelfChange,
    /// And one-time change: guesses with a score, never counted unasked.
    Change,
}

impl Rule {
    /// All, the surest first.
    pub const ALL: [Rule; 4] =
        [Rule::SameKey, Rule::CoSpend, Rule::SelfChange, Rule::OneTimeChange];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Rule::SameKey => "same-key",
            Rule::CoSpend => "co-spend",
            Rule::SelfChange => "self-change",
            Rule::OneTimeChange => "one-time-change",
        }
    }

    /// Its name and version; a rule that changes changes it.
    pub fn version(self) -> &'static str {
        match self {
            Rule::SameKey => "same-key/1",
            Rule::CoSpend => "co-spend/1",
            Rule::SelfChange => "self-change/1",
            Rule::OneTimeChange => "one-time-change/1",
        }
    }

    /// From 1 to 100: an order of trust, not a measured probability.
    pub fn score(self) -> u8 {
        match self {
            Rule::SameKey | Rule::SelfChange => 100,
            Rule::CoSpend => 90,
            Rule::OneTimeChange => 50,
        }
    }

    /// The lowest layer that takes it.
    pub fn layer(self) -> Layer {
        match self {
            Rule::SameKey => Layer::SameKey,
            Rule::CoSpend => Layer::CoSpend,
            Rule::SelfChange => Layer::SelfChange,
            Rule::OneTimeChange => Layer::Change,
        }
    }
}

/// Two addresses that one rule joins: a row of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Which rule.
    pub rule: Rule,
    /// The transaction that it looked at; `None` where the scripts alone say it.
    pub tx: Option<TxNo>,
    /// One address.
    pub a: AddressNo,
    /// The other.
    pub b: AddressNo,
}

/// A name that is no rule's or layer's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of {1}")]
pub struct UnknownName(String, &'static str);

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Rule {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Rule, UnknownName> {
        Rule::ALL.into_iter().find(|rule| rule.name() == text).ok_or_else(|| {
            UnknownName(text.to_owned(), "same-key, co-spend, self-change, one-time-change")
        })
    }
}

impl Layer {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Layer::SameKey => "same-key",
            Layer::CoSpend => "co-spend",
            Layer::SelfChange => "self-change",
            Layer::Change => "change",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Layer {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Layer, UnknownName> {
        [Layer::SameKey, Layer::CoSpend, Layer::SelfChange, Layer::Change]
            .into_iter()
            .find(|layer| layer.name() == text)
            .ok_or_else(|| UnknownName(text.to_owned(), "same-key, co-spend, self-change, change"))
    }
}
