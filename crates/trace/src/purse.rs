//! The units of one asset in one account, and which of them leave when it pays.

use std::collections::VecDeque;

use chain::Amount;

use crate::Policy;

/// A run of units that are all tainted or all clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) amount: Amount,
    pub(crate) tainted: bool,
}

/// The tainted units among some parcels.
pub(crate) fn tainted(parcels: &[Parcel]) -> Amount {
    sum(parcels.iter().filter(|parcel| parcel.tainted).map(|parcel| parcel.amount))
}

/// No asset has 2^256 base units in existence, so sums of parts of one amount fit.
pub(crate) fn sum(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::ZERO, add)
}

/// Adds, staying at the limit of 256 bits. Only a counterfeit token reaches it.
pub(crate) fn add(a: Amount, b: Amount) -> Amount {
    a.checked_add(b).unwrap_or(Amount::MAX)
}

/// What an account holds of one asset.
///
/// Invariant: the tainted units never exceed the balance.
#[derive(Clone, Debug)]
pub(crate) struct Purse {
    policy: Policy,
    balance: Amount,
    tainted: Amount,
    /// Units in order of arrival; kept only where the order decides.
    queue: VecDeque<Parcel>,
}

impl Purse {
    /// A purse with clean units that were there before.
    pub(crate) fn with_clean(policy: Policy, balance: Amount) -> Purse {
        let mut purse =
            Purse { policy, balance: Amount::ZERO, tainted: Amount::ZERO, queue: VecDeque::new() };
        purse.put(&[Parcel { amount: balance, tainted: false }]);
        purse
    }

    #[cfg(test)]
    pub(crate) fn balance(&self) -> Amount {
        self.balance
    }

    pub(crate) fn tainted(&self) -> Amount {
        self.tainted
    }

    fn keeps_order(&self) -> bool {
        matches!(self.policy, Policy::Fifo | Policy::Lifo)
    }

    /// Takes units in, in the order given.
    pub(crate) fn put(&mut self, parcels: &[Parcel]) {
        for parcel in parcels.iter().filter(|parcel| !parcel.amount.is_zero()) {
            self.balance = add(self.balance, parcel.amount);
            if parcel.tainted {
                self.tainted = add(self.tainted, parcel.amount);
            }
            if self.keeps_order() {
                match self.queue.back_mut() {
                    Some(last) if last.tainted == parcel.tainted => {
                        last.amount = add(last.amount, parcel.amount);
                    }
                    _ => self.queue.push_back(*parcel),
                }
            }
        }
    }

    /// Makes sure that `amount` can be paid; returns what was missing. The missing units came by a
    /// way that the ledger does not show, so they are clean, and nobody knows when they came: they
    /// queue behind the known ones.
    pub(crate) fn cover(&mut self, amount: Amount) -> Amount {
        let missing = amount.saturating_sub(self.balance);
        self.put(&[Parcel { amount: missing, tainted: false }]);
        missing
    }

    /// Pays units out. The balance must cover them (see [`Purse::cover`]).
    pub(crate) fn take(&mut self, amount: Amount) -> Vec<Parcel> {
        debug_assert!(amount <= self.balance, "covered before");
        let parcels = match self.policy {
            Policy::Fifo => self.take_ordered(amount, VecDeque::pop_front, VecDeque::push_front),
            Policy::Lifo => self.take_ordered(amount, VecDeque::pop_back, VecDeque::push_back),
            Policy::Haircut => split(amount, self.tainted.share(amount, self.balance)),
            Policy::Seniority => split(amount, self.tainted.min(amount)),
            Policy::Juniority => {
                split(amount, amount.saturating_sub(self.balance.saturating_sub(self.tainted)))
            }
            // Sends taint without losing it.
            Policy::Poison | Policy::Tiho => {
                let all = if self.tainted.is_zero() { Amount::ZERO } else { amount };
                return split(amount, all);
            }
        };
        self.balance = self.balance.saturating_sub(amount);
        self.tainted = self.tainted.saturating_sub(tainted(&parcels));
        parcels
    }

    fn take_ordered(
        &mut self,
        amount: Amount,
        pop: fn(&mut VecDeque<Parcel>) -> Option<Parcel>,
        unpop: fn(&mut VecDeque<Parcel>, Parcel),
    ) -> Vec<Parcel> {
        let mut parcels = Vec::new();
        let mut left = amount;
        while !left.is_zero() {
            let Some(parcel) = pop(&mut self.queue) else { break };
            let taken = parcel.amount.min(left);
            let rest = parcel.amount.saturating_sub(taken);
            if !rest.is_zero() {
                unpop(&mut self.queue, Parcel { amount: rest, ..parcel });
            }
            left = left.saturating_sub(taken);
            parcels.push(Parcel { amount: taken, ..parcel });
        }
        parcels
    }

    /// Takes all taint away and leaves the units clean; returns how much it was.
    pub(crate) fn cleanse(&mut self) -> Amount {
        let taint = std::mem::take(&mut self.tainted);
        for parcel in &mut self.queue {
            parcel.tainted = false;
        }
        taint
    }
}

/// Tainted units first: the order inside one payment matters only to a receiver that keeps order,
/// and no policy that keeps order splits this way.
fn split(amount: Amount, tainted: Amount) -> Vec<Parcel> {
    vec![
        Parcel { amount: tainted, tainted: true },
        Parcel { amount: amount.saturating_sub(tainted), tainted: false },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(value: u64) -> Amount {
        Amount::from(value)
    }

    fn purse(policy: Policy) -> Purse {
        let mut purse = Purse::with_clean(policy, amount(10));
        purse.put(&[Parcel { amount: amount(30), tainted: true }]);
        purse.put(&[Parcel { amount: amount(60), tainted: false }]);
        purse
    }

    #[test]
    fn each_policy_pays_its_own_units() {
        for (policy, expected) in [
            (Policy::Haircut, 15),
            (Policy::Fifo, 30),
            (Policy::Lifo, 0),
            (Policy::Seniority, 30),
            (Policy::Juniority, 0),
            (Policy::Poison, 50),
        ] {
            assert_eq!(tainted(&purse(policy).take(amount(50))), amount(expected), "{policy}");
        }
    }

    #[test]
    fn missing_units_are_clean_and_named() {
        let mut purse = purse(Policy::Fifo);
        assert_eq!(purse.cover(amount(150)), amount(50));
        assert_eq!(tainted(&purse.take(amount(150))), amount(30));
        assert_eq!(purse.balance(), Amount::ZERO);
    }

    proptest! {
        /// I1, I2: whatever is paid in and out, no unit appears or vanishes and taint stays within
        /// the balance.
        #[test]
        fn purses_conserve(
            payments in prop::collection::vec((any::<bool>(), any::<bool>(), 0_u64..1000), 1..60),
            choice in 0_usize..5,
        ) {
            let policy = Policy::on_accounts().filter(|p| p.conserves()).nth(choice)
                .expect("five policies conserve");
            let mut purse = Purse::with_clean(policy, Amount::ZERO);
            let (mut balance, mut taint) = (0_u64, Amount::ZERO);
            for (pays_in, dirty, units) in payments {
                if pays_in {
                    purse.put(&[Parcel { amount: amount(units), tainted: dirty }]);
                    balance += units;
                    if dirty { taint = add(taint, amount(units)); }
                } else {
                    let units = units.min(balance);
                    let parcels = purse.take(amount(units));
                    prop_assert_eq!(sum(parcels.iter().map(|p| p.amount)), amount(units));
                    balance -= units;
                    taint = taint.checked_sub(tainted(&parcels)).expect("never more than came");
                }
                prop_assert_eq!(purse.balance(), amount(balance));
                prop_assert_eq!(purse.tainted(), taint);
                prop_assert!(purse.tainted() <= purse.balance());
            }
        }
    }
}
