//! The rules by which tainted and clean units share an account.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// A named taint policy. What each assigns: `docs/methods/account_trace.md` for accounts,
/// `docs/methods/utxo_trace.md` for outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Every unit leaving an account carries the account's average taint.
    Haircut,
    /// The unit that came first leaves first (Clayton's case).
    Fifo,
    /// The unit that came last leaves first.
    Lifo,
    /// Tainted units leave before clean ones.
    Seniority,
    /// Clean units leave before tainted ones.
    Juniority,
    /// Whatever a tainted account sends is tainted. Reachability, not money: it does not conserve
    /// value and never enters a total.
    Poison,
    /// Taint goes to the largest output first. UTXO chains only.
    Tiho,
}

impl Policy {
    const ALL: [(Policy, &str); 7] = [
        (Policy::Haircut, "haircut"),
        (Policy::Fifo, "fifo"),
        (Policy::Lifo, "lifo"),
        (Policy::Seniority, "seniority"),
        (Policy::Juniority, "juniority"),
        (Policy::Poison, "poison"),
        (Policy::Tiho, "tiho"),
    ];

    /// Policies that have a meaning on account chains.
    pub fn on_accounts() -> impl Iterator<Item = Policy> {
        Policy::ALL.iter().map(|(policy, _)| *policy).filter(|policy| *policy != Policy::Tiho)
    }

    /// Policies that have a meaning on UTXO chains.
    pub fn on_outputs() -> impl Iterator<Item = Policy> {
        Policy::ALL.iter().map(|(policy, _)| *policy)
    }

    /// Whether the taint handed out always sums to the seed.
    pub fn conserves(self) -> bool {
        self != Policy::Poison
    }

    pub(crate) fn names() -> String {
        let names: Vec<String> = Policy::on_accounts().map(|policy| policy.to_string()).collect();
        names.join(", ")
    }

    fn all_names() -> String {
        Policy::ALL.map(|(_, name)| name).join(", ")
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Policy::ALL.iter().find(|(policy, _)| policy == self).map(|(_, name)| *name);
        f.pad(name.expect("every policy has a row"))
    }
}

/// The name is not one of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown policy {0:?}; known: {known}", known = Policy::all_names())]
pub struct UnknownPolicy(pub String);

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Policy::ALL
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text.trim()))
            .map(|(policy, _)| *policy)
            .ok_or_else(|| UnknownPolicy(text.to_owned()))
    }
}
