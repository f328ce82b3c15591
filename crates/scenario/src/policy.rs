//! Which part of each payment is stolen, under two policies: a few lines that know nothing of the
//! trace engine, so that agreement between the two means something.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chain::{Account, Amount};

use crate::{Theft, book::Book};

/// Coins on their way, in the order in which they leave: wei, and whether they are stolen.
type Parcel = Vec<(u128, bool)>;

fn stolen_part(parcel: &Parcel) -> u128 {
    parcel.iter().filter(|(_, stolen)| *stolen).map(|(wei, _)| wei).sum()
}

/// What an account holds, told apart into honest and stolen coins.
pub(crate) trait Purse: Default {
    fn put(&mut self, parcel: Parcel);
    fn take(&mut self, wei: u128) -> Parcel;
    fn stolen(&self) -> u128;
}

/// Every payment carries the purse's own share of stolen coins, rounded down.
#[derive(Debug, Default)]
pub(crate) struct Haircut {
    held: u128,
    stolen: u128,
}

impl Purse for Haircut {
    fn put(&mut self, parcel: Parcel) {
        self.stolen += stolen_part(&parcel);
        self.held += parcel.iter().map(|(wei, _)| wei).sum::<u128>();
    }

    fn take(&mut self, wei: u128) -> Parcel {
        let share = Amount::from(self.stolen).share(Amount::from(wei), Amount::from(self.held));
        let stolen = share.to_u128().expect("a share is at most what it is a share of");
        self.stolen -= stolen;
        self.held -= wei;
        vec![(stolen, true), (wei - stolen, false)]
    }

    fn stolen(&self) -> u128 {
        self.stolen
    }
}

/// What came first leaves first.
#[derive(Debug, Default)]
pub(crate) struct Fifo(VecDeque<(u128, bool)>);

impl Purse for Fifo {
    fn put(&mut self, parcel: Parcel) {
        self.0.extend(parcel.into_iter().filter(|(wei, _)| *wei > 0));
    }

    fn take(&mut self, mut wei: u128) -> Parcel {
        let mut parcel = Parcel::new();
        while wei > 0 {
            let (held, stolen) = self.0.pop_front().expect("the book let nobody overspend");
            let used = held.min(wei);
            if held > used {
                self.0.push_front((held - used, stolen));
            }
            parcel.push((used, stolen));
            wei -= used;
        }
        parcel
    }

    fn stolen(&self) -> u128 {
        self.0.iter().filter(|(_, stolen)| *stolen).map(|(wei, _)| wei).sum()
    }
}

/// An amount of stolen wei and the number of payments that carried it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) wei: u128,
    pub(crate) count: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, wei: u128) {
        if wei > 0 {
            self.wei += wei;
            self.count += 1;
        }
    }
}

/// Where the stolen coins are at the end.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Paid to places where following ends.
    pub(crate) arrived: BTreeMap<Account, Tally>,
    /// Paid for transactions.
    pub(crate) fees: Tally,
    /// Still lying in wallets.
    pub(crate) left: BTreeMap<Account, u128>,
}

/// Plays the book under a policy. Stolen coins that reach one of `stops` are booked there, once.
pub(crate) fn follow<P: Purse>(book: &Book, theft: Theft, stops: &BTreeSet<Account>) -> Outcome {
    let mut purses: BTreeMap<Account, P> = BTreeMap::new();
    let mut outcome = Outcome::default();
    for entry in &book.entries {
        let fee = purses.entry(entry.from).or_default().take(entry.fee());
        outcome.fees.add(stolen_part(&fee));
        for (from, to, wei) in entry.moves() {
            // Paying oneself moves nothing, and must not bring old coins to the end of the queue.
            if from == to {
                continue;
            }
            let mut parcel = if from == Account::ZERO {
                vec![(wei, false)]
            } else {
                purses.entry(from).or_default().take(wei)
            };
            if entry.id == theft.tx {
                parcel = vec![(wei, true)];
            }
            if stops.contains(&to) {
                outcome.arrived.entry(to).or_default().add(stolen_part(&parcel));
                parcel = vec![(wei, false)];
            }
            purses.entry(to).or_default().put(parcel);
        }
    }
    let left = purses.iter().map(|(account, purse)| (*account, purse.stolen()));
    outcome.left = left.filter(|(_, wei)| *wei > 0).collect();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 900 honest and then 1,500 stolen: 800 and then 700 go out.
    fn shared<P: Purse>() -> [u128; 3] {
        let mut purse = P::default();
        purse.put(vec![(900, false)]);
        purse.put(vec![(1_500, true)]);
        [stolen_part(&purse.take(800)), stolen_part(&purse.take(700)), purse.stolen()]
    }

    #[test]
    fn the_two_policies_on_a_case_done_by_hand() {
        // Five eighths of the purse are stolen.
        assert_eq!(shared::<Haircut>(), [500, 437, 563]);
        // The first 900 out are the honest ones.
        assert_eq!(shared::<Fifo>(), [0, 600, 900]);
    }
}
