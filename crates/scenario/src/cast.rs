//! Who takes part. Every address is drawn from the seed; every name is invented.

use chain::Account;

use crate::rng::Rng;

/// Hops of the peel chain.
pub(crate) const HOPS: usize = 12;
/// Deposit addresses that Meridian has published; the thief's other ones nobody has named.
pub(crate) const PUBLISHED: usize = 3;

/// A customer of both exchanges, with the deposit address that each gave them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Customer {
    pub(crate) wallet: Account,
    pub(crate) at_meridian: Account,
    pub(crate) at_volga: Account,
}

/// A service that people pay into.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) hot: Account,
    pub(crate) cold: Account,
    /// Deposit addresses that the thief was given, one for each visit.
    pub(crate) deposits: Vec<Account>,
}

/// Everybody in the story.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    /// Where the coins of the first block lie.
    pub(crate) treasury: Account,
    /// Hot wallet of Harbour Bridge.
    pub(crate) victim: Account,
    /// Where the loot lands.
    pub(crate) loot: Account,
    /// The four wallets that it is split to.
    pub(crate) split: [Account; 4],
    /// Wallets of the peel chain after its first, which is `split[0]`.
    pub(crate) peels: Vec<Account>,
    /// The thief's wallet that holds honest money too.
    pub(crate) merge: Account,
    /// A dealer who buys from the thief.
    pub(crate) dealer: Account,
    /// A wallet that no file covers.
    pub(crate) uncovered: Account,
    /// Contract that the thief creates to pay several addresses at once.
    pub(crate) splitter: Account,
    /// Strangers to whom the thief sprays dust.
    pub(crate) strangers: Vec<Account>,
    pub(crate) meridian: Exchange,
    pub(crate) volga: Exchange,
    /// Router and pool of the mixer Fogbank.
    pub(crate) fog_router: Account,
    pub(crate) fog_pool: Account,
    /// Strait Bridge.
    pub(crate) strait: Account,
    /// Somebody with more than a thousand counterparties whom no tag names.
    pub(crate) hub: Account,
    pub(crate) hub_customers: Vec<Account>,
    pub(crate) customers: Vec<Customer>,
    /// Who sends zero-value and look-alike transfers.
    pub(crate) poisoner: Account,
    /// Contract of a counterfeit token.
    pub(crate) fake_token: Account,
}

impl Cast {
    pub(crate) fn draw(rng: &mut Rng) -> Cast {
        Cast {
            treasury: rng.account(),
            victim: rng.account(),
            loot: rng.account(),
            split: [rng.account(), rng.account(), rng.account(), rng.account()],
            peels: rng.accounts(HOPS),
            merge: rng.account(),
            dealer: rng.account(),
            uncovered: rng.account(),
            splitter: rng.account(),
            strangers: rng.accounts(8),
            meridian: Exchange::draw(rng),
            volga: Exchange::draw(rng),
            fog_router: rng.account(),
            fog_pool: rng.account(),
            strait: rng.account(),
            hub: rng.account(),
            hub_customers: rng.accounts(1_100),
            customers: (0..60).map(|_| Customer::draw(rng)).collect(),
            poisoner: rng.account(),
            fake_token: rng.account(),
        }
    }

    /// The thief's own wallets.
    pub(crate) fn thief_wallets(&self) -> impl Iterator<Item = Account> {
        [self.loot, self.merge].into_iter().chain(self.split).chain(self.peels.iter().copied())
    }
}

impl Customer {
    fn draw(rng: &mut Rng) -> Customer {
        Customer { wallet: rng.account(), at_meridian: rng.account(), at_volga: rng.account() }
    }
}

impl Exchange {
    fn draw(rng: &mut Rng) -> Exchange {
        Exchange { hot: rng.account(), cold: rng.account(), deposits: rng.accounts(HOPS + 4) }
    }
}
