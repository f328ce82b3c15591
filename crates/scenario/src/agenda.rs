//! What the script wants to happen, before anybody's balance has been asked.

use chain::Account;

use crate::entry::{Callee, Inner, Note, TokenMove};

/// Gas of a plain payment.
pub(crate) const PLAIN_GAS: u64 = 21_000;

/// How much a step pays.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sum {
    /// So many wei.
    Wei(u128),
    /// All that the fee leaves.
    Everything,
}

/// A transaction that is to happen.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Seconds since the first block.
    pub(crate) at: u64,
    pub(crate) from: Account,
    pub(crate) to: Callee,
    pub(crate) sum: Sum,
    pub(crate) gas: u64,
    pub(crate) succeeds: bool,
    pub(crate) method: &'static str,
    pub(crate) inner: Vec<Inner>,
    pub(crate) tokens: Vec<TokenMove>,
    pub(crate) note: Option<Note>,
    /// Left out when the sender cannot pay: passers-by live from what they have.
    pub(crate) optional: bool,
}

impl Step {
    /// A plain payment.
    pub(crate) fn pay(at: u64, from: Account, to: Account, sum: Sum) -> Step {
        Step {
            at,
            from,
            to: Callee::Account(to),
            sum,
            gas: PLAIN_GAS,
            succeeds: true,
            method: "0x",
            inner: Vec::new(),
            tokens: Vec::new(),
            note: None,
            optional: false,
        }
    }

    /// A contract's creation.
    pub(crate) fn create(at: u64, from: Account, contract: Account) -> Step {
        let plain = Step::pay(at, from, contract, Sum::Wei(0));
        Step { to: Callee::Creates(contract), method: "0x60806040", ..plain }.gas(412_345)
    }

    /// A call of a contract's function.
    pub(crate) fn calls(mut self, method: &'static str, gas: u64) -> Step {
        self.method = method;
        self.gas(gas)
    }

    pub(crate) fn fails(mut self) -> Step {
        self.succeeds = false;
        self
    }

    pub(crate) fn moves_inside(mut self, inner: Vec<Inner>) -> Step {
        self.inner = inner;
        self
    }

    pub(crate) fn moves_token(mut self, token: TokenMove) -> Step {
        self.tokens.push(token);
        self
    }

    pub(crate) fn note(mut self, note: Note) -> Step {
        self.note = Some(note);
        self
    }

    pub(crate) fn if_affordable(mut self) -> Step {
        self.optional = true;
        self
    }

    fn gas(mut self, gas: u64) -> Step {
        self.gas = gas;
        self
    }
}
