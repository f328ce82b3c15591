//! What stands in the made-up chain.

use chain::{Account, Timestamp, TxId};

/// Wei in one ether.
pub(crate) const ETHER: u128 = 1_000_000_000_000_000_000;
/// Wei in one gwei.
pub(crate) const GWEI: u128 = 1_000_000_000;

/// A transaction that happened.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: TxId,
    pub(crate) block: u64,
    pub(crate) index: u32,
    pub(crate) time: Timestamp,
    pub(crate) nonce: u64,
    pub(crate) from: Account,
    pub(crate) to: Callee,
    /// Wei.
    pub(crate) value: u128,
    pub(crate) gas: u64,
    /// Wei for one unit of gas.
    pub(crate) gas_price: u128,
    pub(crate) succeeded: bool,
    pub(crate) method: &'static str,
    pub(crate) inner: Vec<Inner>,
    pub(crate) tokens: Vec<TokenMove>,
    pub(crate) note: Option<Note>,
}

impl Entry {
    /// What the sender pays for it, in wei, whether it succeeds or not.
    pub(crate) fn fee(&self) -> u128 {
        u128::from(self.gas) * self.gas_price
    }

    /// The native value that it moves, in the order in which it moves.
    pub(crate) fn moves(&self) -> impl Iterator<Item = (Account, Account, u128)> {
        let own = (self.from, self.to.account(), self.value);
        let inner = self.inner.iter().map(|inner| (inner.from, inner.to, inner.value));
        std::iter::once(own).chain(inner).filter(|_| self.succeeded)
    }

    /// The accounts that an explorer lists it under.
    pub(crate) fn listed_under(&self) -> impl Iterator<Item = Account> {
        let to = self.to.account();
        std::iter::once(self.from).chain((to != self.from).then_some(to))
    }
}

/// Whom a transaction calls or pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    Account(Account),
    /// Nobody yet: it creates this contract.
    Creates(Account),
}

impl Callee {
    pub(crate) fn account(self) -> Account {
        match self {
            Callee::Account(account) | Callee::Creates(account) => account,
        }
    }
}

/// A value move inside a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner {
    pub(crate) from: Account,
    pub(crate) to: Account,
    /// Wei.
    pub(crate) value: u128,
}

/// A token transfer inside a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenMove {
    pub(crate) token: Account,
    pub(crate) from: Account,
    pub(crate) to: Account,
    /// Base units of a token with six decimal places.
    pub(crate) amount: u64,
}

/// What the script says about a transaction while it writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The theft.
    Theft,
    /// All of the value is stolen, and with it the stolen value reaches a place where it is booked.
    StolenArrives,
}
