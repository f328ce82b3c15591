//! What the script knows about where the stolen value went.

use std::collections::{BTreeMap, BTreeSet};

use chain::{Account, Amount, Timestamp, TxId};
use serde::Serialize;

use crate::{
    Theft,
    book::Book,
    cast::{Cast, PUBLISHED},
    entry::{Entry, Note},
    policy::{Fifo, Haircut, Outcome, Purse, Tally, follow},
};

/// Name of the incident, in the incident file and for `tracewell trace`.
pub(crate) const INCIDENT: &str = "harbour-bridge-2024";

/// The truth about a scripted theft. Under each policy the endpoints sum to `stolen` exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// The number that the scenario was written from.
    pub scenario_seed: u64,
    /// Id of the incident in the incident file.
    pub incident: String,
    /// The transaction that takes the loot.
    pub theft: TxId,
    /// When it happens.
    pub time: Timestamp,
    /// The thief's first wallet.
    pub thief: Account,
    /// What it takes, in wei.
    pub stolen: Amount,
    /// Every place where the value is in the end, none of them empty under both policies.
    pub endpoints: Vec<Endpoint>,
    /// The part of `unspent` that the thief sprayed as dust to strangers, in wei. A trace that
    /// prunes crumbs books it as pruned.
    pub dust: Amount,
    /// Transactions in the transaction file.
    pub transactions: u64,
    /// Addresses in the coverage file.
    pub covered_addresses: u64,
}

/// One place where stolen value ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Why following ends here.
    pub endpoint: EndpointKind,
    /// Id of the actor in the actor file, if a tag names the place.
    pub actor: Option<String>,
    /// What to call it.
    pub label: String,
    /// Category of the actor, in the words of the actor file.
    pub category: Option<String>,
    /// Two-letter country of the actor.
    pub jurisdiction: Option<String>,
    /// Wei that the script sent here out of wallets with nothing but stolen money in them. No
    /// policy can see less; where the thief's money never met honest money, every policy sees
    /// exactly this. `None` where the script keeps no such account (fees, unspent).
    pub certain: Option<Amount>,
    /// What haircut books here.
    pub haircut: Received,
    /// What FIFO books here.
    pub fifo: Received,
}

/// Stolen value that one policy sees at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Wei.
    pub amount: Amount,
    /// Payments that carried it: transfers into a service, transactions that paid a fee, wallets
    /// in which unspent value lies.
    pub transfers: u64,
}

/// Why following ends, in the words of the balance sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointKind {
    /// A service that mixes everybody's money.
    Service,
    /// A mixer.
    Mixer,
    /// A bridge whose other side nobody has decoded.
    Bridge,
    /// An unnamed address that deals with more than a thousand others.
    ProbableService,
    /// Lies in a wallet that is held in full.
    Unspent,
    /// Went to an address that no file covers.
    Frontier,
    /// Paid for transactions.
    Fees,
}

/// A named party of the story.
pub(crate) struct Party {
    pub(crate) actor: &'static str,
    pub(crate) label: &'static str,
    pub(crate) category: &'static str,
    pub(crate) jurisdiction: Option<&'static str>,
    kind: EndpointKind,
}

/// Harbour Bridge, which is robbed.
pub(crate) const HARBOUR: Party =
    party("harbour", "Harbour Bridge", "defi_bridge", None, EndpointKind::Bridge);
/// The exchange in Singapore.
pub(crate) const MERIDIAN: Party =
    party("meridian", "Meridian", "exchange", Some("SG"), EndpointKind::Service);
/// The exchange in Russia.
pub(crate) const VOLGA: Party =
    party("volga", "Volga Exchange", "exchange", Some("RU"), EndpointKind::Service);
/// The mixer.
pub(crate) const FOGBANK: Party =
    party("fogbank", "Fogbank", "mixing_service", None, EndpointKind::Mixer);
/// The bridge that the thief uses.
pub(crate) const STRAIT: Party =
    party("strait", "Strait Bridge", "defi_bridge", None, EndpointKind::Bridge);

const fn party(
    actor: &'static str,
    label: &'static str,
    category: &'static str,
    jurisdiction: Option<&'static str>,
    kind: EndpointKind,
) -> Party {
    Party { actor, label, category, jurisdiction, kind }
}

/// The addresses that a tag names, and whose they are. The victim's are not among them.
pub(crate) fn named(cast: &Cast) -> Vec<(Account, &'static Party)> {
    let mut named = vec![
        (cast.meridian.hot, &MERIDIAN),
        (cast.meridian.cold, &MERIDIAN),
        (cast.volga.hot, &VOLGA),
        (cast.volga.cold, &VOLGA),
        (cast.fog_router, &FOGBANK),
        (cast.fog_pool, &FOGBANK),
        (cast.strait, &STRAIT),
    ];
    let published = cast.meridian.deposits.iter().take(PUBLISHED);
    named.extend(published.map(|account| (*account, &MERIDIAN)));
    named
}

impl Truth {
    pub(crate) fn compute(seed: u64, cast: &Cast, book: &Book, theft: Theft) -> Truth {
        let sheets = Sheets { cast, book, theft, named: named(cast).into_iter().collect() };
        Truth {
            scenario_seed: seed,
            incident: INCIDENT.to_owned(),
            theft: theft.tx,
            time: theft.time,
            thief: theft.thief,
            stolen: theft.amount,
            endpoints: sheets.endpoints(),
            dust: sheets.dust(),
            transactions: count(book.entries.len()),
            covered_addresses: count(covered(cast, book).len()),
        }
    }

    /// The endpoint of an actor, if stolen value got there.
    pub fn of_actor(&self, actor: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.actor.as_deref() == Some(actor))
    }

    /// The endpoint of a kind that no actor has a name for (fees, unspent, …).
    pub fn unnamed(&self, kind: EndpointKind) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.endpoint == kind && endpoint.actor.is_none())
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).expect("a list in memory has less than 2^64 items")
}

/// The addresses whose rows the transaction file holds in full, and how many rows each has.
pub(crate) fn covered(cast: &Cast, book: &Book) -> BTreeMap<Account, u64> {
    let mut rows = BTreeMap::new();
    for account in book.entries.iter().flat_map(Entry::listed_under) {
        *rows.entry(account).or_default() += 1;
    }
    // Deposit addresses that were paid only from inside a transaction are asked for as well.
    for (account, _) in book.balances.iter() {
        rows.entry(*account).or_default();
    }
    rows.remove(&cast.uncovered);
    rows.remove(&Account::ZERO);
    rows
}

/// One line of the balance sheet before the policies fill it in.
type Line = (EndpointKind, Option<&'static str>);

struct Sheets<'a> {
    cast: &'a Cast,
    book: &'a Book,
    theft: Theft,
    named: BTreeMap<Account, &'static Party>,
}

impl Sheets<'_> {
    fn endpoints(&self) -> Vec<Endpoint> {
        let (haircut, fifo) = (self.sheet::<Haircut>(), self.sheet::<Fifo>());
        let certain = self.certain();
        let lines: BTreeSet<Line> = haircut.keys().chain(fifo.keys()).copied().collect();
        let received = |sheet: &BTreeMap<Line, Tally>, line: &Line| {
            let tally = sheet.get(line).copied().unwrap_or_default();
            Received { amount: Amount::from(tally.wei), transfers: tally.count }
        };
        let endpoint = |line: &Line| {
            let (kind, actor) = *line;
            let party = self.named.values().find(|party| Some(party.actor) == actor);
            let booked = !matches!(kind, EndpointKind::Fees | EndpointKind::Unspent);
            Endpoint {
                endpoint: kind,
                actor: actor.map(str::to_owned),
                label: party.map_or(label(kind), |party| party.label).to_owned(),
                category: party.map(|party| party.category.to_owned()),
                jurisdiction: party.and_then(|party| party.jurisdiction).map(str::to_owned),
                certain: booked
                    .then(|| Amount::from(certain.get(line).copied().unwrap_or_default())),
                haircut: received(&haircut, line),
                fifo: received(&fifo, line),
            }
        };
        lines.iter().map(endpoint).collect()
    }

    fn sheet<P: Purse>(&self) -> BTreeMap<Line, Tally> {
        let stops = self.named.keys().copied().chain([self.cast.hub]).collect();
        let Outcome { arrived, fees, left } = follow::<P>(self.book, self.theft, &stops);
        let mut sheet: BTreeMap<Line, Tally> = BTreeMap::new();
        for (account, tally) in arrived {
            if tally.wei > 0 {
                let line = sheet.entry(self.line(account)).or_default();
                line.wei += tally.wei;
                line.count += tally.count;
            }
        }
        for (account, wei) in left {
            sheet.entry(self.line(account)).or_default().add(wei);
        }
        sheet.insert((EndpointKind::Fees, None), fees);
        sheet
    }

    fn line(&self, account: Account) -> Line {
        match self.named.get(&account) {
            Some(party) => (party.kind, Some(party.actor)),
            None if account == self.cast.hub => (EndpointKind::ProbableService, None),
            None if account == self.cast.uncovered => (EndpointKind::Frontier, None),
            None => (EndpointKind::Unspent, None),
        }
    }

    /// What the script noted while it wrote the story, without any policy.
    fn certain(&self) -> BTreeMap<Line, u128> {
        let mut certain = BTreeMap::new();
        for entry in self.book.entries.iter().filter(|e| e.note == Some(Note::StolenArrives)) {
            *certain.entry(self.line(entry.to.account())).or_default() += entry.value;
        }
        certain
    }

    fn dust(&self) -> Amount {
        let sprayed = self.book.entries.iter().filter(|entry| {
            entry.from == self.cast.split[2] && self.cast.strangers.contains(&entry.to.account())
        });
        Amount::from(sprayed.map(|entry| entry.value).sum::<u128>())
    }
}

fn label(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Service => "service",
        EndpointKind::Mixer => "mixer",
        EndpointKind::Bridge => "bridge",
        EndpointKind::ProbableService => "unnamed address with over 1,000 counterparties",
        EndpointKind::Unspent => "still in wallets",
        EndpointKind::Frontier => "wallet outside the data",
        EndpointKind::Fees => "transaction fees",
    }
}
