//! What to show of many statements, and why. The rule is `docs/methods/attribution_digest.md`.

use std::cmp::Reverse;

use chain::{Address, Chain, Timestamp};
use serde::Serialize;

use super::tag::{Origin, Tag};
use crate::{ActorSummary, Category, Confidence, Result, Role, Store, actor::ActorIndex};

/// One answer out of all statements about an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Digest {
    /// Label of the statement that was picked.
    pub label: String,
    /// Its actor.
    pub actor: Option<ActorSummary>,
    /// Its category.
    pub category: Option<Category>,
    /// What it means for a trace.
    pub role: Role,
    /// Countries of the actor.
    pub jurisdictions: Vec<String>,
    /// Confidence of the picked statement.
    pub confidence: Confidence,
    /// Sources that agree with the pick: they name the same actor, or no actor and the same role.
    pub sources: Vec<String>,
    /// Whether it stood on a sanctions or seizure list at the time asked for.
    pub sanctioned: bool,
    /// Why this statement and not another.
    pub why: String,
}

impl Store {
    /// What to show for an address; `None` if nobody says anything about it.
    ///
    /// `at` only decides [`Digest::sanctioned`]: who holds an address does not change with the
    /// day on which somebody wrote it down.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn digest(
        &self,
        chain: Chain,
        address: &Address,
        at: Option<Timestamp>,
    ) -> Result<Option<Digest>> {
        let tags = self.tags(chain, address)?;
        Ok(digest_of(&tags, &*self.actor_index()?, at))
    }
}

/// Order of the statements: the smallest is shown.
fn order(tag: &Tag) -> (u8, Reverse<u8>, Reverse<Option<Timestamp>>, &str, &str) {
    let tier = tier(tag);
    (tier, Reverse(tag.confidence.level()), Reverse(tag.lastmod), &tag.source, &tag.label)
}

fn tier(tag: &Tag) -> u8 {
    match (tag.role, tag.actor.is_some()) {
        (Role::Mixer, _) => 0,
        (Role::Burn, _) => 1,
        (Role::Service | Role::Bridge, true) => 2,
        // Packs file bridges under `market` and `defi`; a statement that says bridge knows more.
        (Role::Bridge, false) => 3,
        (Role::Service, false) => 4,
        (Role::Illicit, _) => 5,
        (Role::Sanctioned, _) => 6,
        (Role::Other, true) => 7,
        (Role::Other, false) => 8,
    }
}

const TIERS: [&str; 9] = [
    "a mixer's role outweighs every other statement",
    "nobody can spend from it",
    "it names an actor at which a trace stops",
    "it names a bridge, and no statement names an actor at which a trace stops",
    "it names a category at which a trace stops, and no statement names such an actor",
    "no statement names a service",
    "only sanctions lists speak about it",
    "no statement names a category that matters to a trace; this one names an actor",
    "no statement names an actor or a category that matters to a trace",
];

pub(super) fn digest_of(
    tags: &[Tag],
    actors: &ActorIndex,
    at: Option<Timestamp>,
) -> Option<Digest> {
    let pick = tags.iter().min_by_key(|tag| order(tag))?;
    let actor = pick
        .actor
        .as_deref()
        .or_else(|| actor_of_the_same_role(tags, pick))
        .and_then(|id| actors.get(id))
        .map(crate::Actor::summary);
    let agreeing = |tag: &&Tag| match &actor {
        Some(actor) => match tag.actor.as_deref() {
            Some(id) => id == actor.id,
            None => tag.role == pick.role,
        },
        None => tag.role == pick.role,
    };
    let mut sources: Vec<String> =
        tags.iter().filter(agreeing).map(|tag| tag.source.clone()).collect();
    sources.sort();
    sources.dedup();
    Some(Digest {
        label: pick.label.clone(),
        category: pick.category,
        role: pick.role,
        jurisdictions: actor.as_ref().map(|a| a.jurisdictions.clone()).unwrap_or_default(),
        actor,
        confidence: pick.confidence,
        sources,
        sanctioned: is_sanctioned(tags, at),
        why: why(tags, pick),
    })
}

/// A mixer or thief that the picked statement does not name may be named by another one that gives
/// it the same role.
fn actor_of_the_same_role<'a>(tags: &'a [Tag], pick: &Tag) -> Option<&'a str> {
    tags.iter()
        .filter(|tag| tag.role == pick.role && tag.actor.is_some())
        .min_by_key(|tag| order(tag))
        .and_then(|tag| tag.actor.as_deref())
}

/// Lists have dates and delistings, so where a list names the address the lists decide. Other
/// sources' word for a sanction counts only where no list ever named it.
fn is_sanctioned(tags: &[Tag], at: Option<Timestamp>) -> bool {
    let mut listings = tags.iter().filter(|tag| tag.origin == Origin::SanctionsList).peekable();
    if listings.peek().is_some() {
        return listings.any(|tag| tag.holds_at(at));
    }
    tags.iter().any(|tag| tag.is_sanction() && tag.holds_at(at))
}

fn why(tags: &[Tag], pick: &Tag) -> String {
    let reason = TIERS[usize::from(tier(pick))];
    let rivals: Vec<&Tag> =
        tags.iter().filter(|tag| *tag != pick && tier(tag) == tier(pick)).collect();
    let mut text = format!("{} ({}): {reason}", pick.source, pick.confidence);
    if pick.actor_by_name {
        text.push_str("; the name tag names the actor");
    }
    if pick.role == Role::Other && pick.category.is_some_and(|c| c.role() == Role::Service) {
        text.push_str("; an explorer says that it is a currency's contract, which is no till");
    }
    let decided = if rivals.is_empty() {
        None
    } else if rivals.iter().all(|tag| tag.confidence.level() < pick.confidence.level()) {
        Some("the most reliable of its kind")
    } else if rivals
        .iter()
        .all(|tag| tag.confidence.level() < pick.confidence.level() || tag.lastmod < pick.lastmod)
    {
        Some("the newest of the most reliable of its kind")
    } else {
        Some("first by name among equals")
    };
    if let Some(decided) = decided {
        text.push_str("; ");
        text.push_str(decided);
    }
    if tags.len() > 1 {
        text.push_str(&format!("; {} statements in all", tags.len()));
    }
    text
}
