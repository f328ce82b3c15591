//! Seeds, resolved against the ledger.

use std::collections::{BTreeMap, BTreeSet};

use chain::{Account, Amount, Phase, Timestamp};
use ledger::{AssetNo, Ledger, Movement, MovementNo};

use crate::{Seed, TraceError, purse::add};

/// An address whose wealth is stolen.
#[derive(Clone, Debug)]
struct Source {
    asset: Option<AssetNo>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Base units still to be seeded, where the seed names an amount.
    left: Option<Amount>,
}

impl Source {
    fn applies(&self, asset: AssetNo, time: Timestamp) -> bool {
        self.asset.is_none_or(|own| own == asset)
            && self.from.is_none_or(|from| from <= time)
            && self.until.is_none_or(|until| time < until)
            && self.left.is_none_or(|left| !left.is_zero())
    }
}

/// All seeds of a trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    addresses: BTreeMap<Account, Vec<Source>>,
    /// Single value moves that are seeds.
    moves: BTreeSet<MovementNo>,
}

impl Sources {
    /// Finds the seeds in the ledger. The order of the seeds does not matter.
    pub(super) fn resolve(ledger: &Ledger, seeds: &[Seed]) -> Result<Sources, TraceError> {
        let mut sorted = seeds.to_vec();
        sorted.sort();
        sorted.dedup();
        let mut sources = Sources::default();
        for seed in sorted {
            match seed {
                Seed::Address { account, asset, from, until, amount } => {
                    let asset = match asset {
                        None => None,
                        Some(id) => match ledger.asset_no(&id) {
                            Some(number) => Some(number),
                            None => return Err(TraceError::NothingSent(account)),
                        },
                    };
                    let source = Source { asset, from, until, left: amount };
                    check_sent(ledger, account, &source)?;
                    sources.addresses.entry(account).or_default().push(source);
                }
                Seed::Transaction(tx) => {
                    let number = ledger.find_tx(&tx).ok_or(TraceError::UnknownTransaction(tx))?;
                    sources.moves.extend(first_moves(ledger.movements_of(number)));
                }
                Seed::Transfer { tx, phase, ordinal } => {
                    let number = ledger.find_tx(&tx).ok_or(TraceError::UnknownTransaction(tx))?;
                    let moves: Vec<Movement> = ledger.movements_of(number).collect();
                    let found =
                        moves.iter().filter(|movement| movement.phase == phase).nth(ordinal);
                    let have = moves.len();
                    let found = found.ok_or(TraceError::UnknownTransfer { tx, have })?;
                    sources.moves.insert(found.number);
                }
            }
        }
        if sources.addresses.is_empty() && sources.moves.is_empty() {
            return Err(TraceError::NoSeed);
        }
        Ok(sources)
    }

    /// Every move at which a seed can begin.
    pub(super) fn first_events(&self, ledger: &Ledger) -> Vec<MovementNo> {
        let mut events: Vec<MovementNo> = self.moves.iter().copied().collect();
        for account in self.addresses.keys() {
            let sent = ledger.postings(account).filter(|number| {
                let movement = ledger.movement(*number);
                let time = ledger.tx_time(movement.tx);
                movement.from == *account && self.owns(account, movement.asset, time)
            });
            events.extend(sent);
        }
        events
    }

    /// How much of a value move is stolen at its very start; `None` where it is no seed.
    pub(super) fn seeded(&mut self, movement: &Movement, time: Timestamp) -> Option<Amount> {
        if self.moves.contains(&movement.number) {
            return Some(movement.amount);
        }
        let sources = self.addresses.get_mut(&movement.from)?;
        let mut applying =
            sources.iter_mut().filter(|source| source.applies(movement.asset, time)).peekable();
        applying.peek()?;
        let mut stolen = Amount::ZERO;
        for source in applying {
            let rest = movement.amount.saturating_sub(stolen);
            let part = source.left.map_or(rest, |left| left.min(rest));
            source.left = source.left.map(|left| left.saturating_sub(part));
            stolen = add(stolen, part);
        }
        Some(stolen)
    }

    /// Whether an address is a seed for an asset at a time, so that what comes back is counted
    /// again when it leaves.
    pub(super) fn owns(&self, account: &Account, asset: AssetNo, time: Timestamp) -> bool {
        let sources = self.addresses.get(account);
        sources.is_some_and(|sources| sources.iter().any(|source| source.applies(asset, time)))
    }

    /// Whether an address is a seed at all.
    pub(super) fn is_address(&self, account: &Account) -> bool {
        self.addresses.contains_key(account)
    }
}

fn check_sent(ledger: &Ledger, account: Account, source: &Source) -> Result<(), TraceError> {
    let sent = ledger.postings(&account).any(|number| {
        let movement = ledger.movement(number);
        movement.from == account && source.applies(movement.asset, ledger.tx_time(movement.tx))
    });
    if sent { Ok(()) } else { Err(TraceError::NothingSent(account)) }
}

/// The moves of a transaction whose sender received nothing of the asset in it before: what passes
/// through a router is stolen once, where it starts.
fn first_moves(moves: impl Iterator<Item = Movement>) -> Vec<MovementNo> {
    let mut receivers: BTreeSet<(Account, AssetNo)> = BTreeSet::new();
    let mut first = Vec::new();
    for movement in moves.filter(|m| m.phase != Phase::Fee && !m.amount.is_zero()) {
        if !receivers.contains(&(movement.from, movement.asset)) {
            first.push(movement.number);
        }
        receivers.extend(movement.to.map(|to| (to, movement.asset)));
    }
    first
}
