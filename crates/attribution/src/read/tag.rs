//! Statements about an address, with what they mean.

use std::collections::BTreeMap;

use chain::{Address, Chain, Day, Timestamp, TxId};
use serde::Serialize;

use super::name_tag;
use crate::{
    AttributionError, Category, Confidence, Result, Role, Store,
    actor::ActorIndex,
    import::{OFAC_LIST, is_currency_contract, read_words},
    sql::{self, lists::StoredEntry, tags::StoredTag},
    subject::{address_key, transaction_key},
};

/// What kind of source makes a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A sanctions list that comes in editions.
    SanctionsList,
    /// An authority's publication.
    Authority,
    /// A TagPack.
    Tagpack,
    /// An explorer's name tag.
    Explorer,
    /// A label that came with a dump.
    Label,
}

/// One source's statement about an address or transaction, and how it is understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// The label as the source gives it.
    pub label: String,
    /// Identifier of the actor: given by the source, or named by an explorer's label slug or by the
    /// name tag itself.
    pub actor: Option<String>,
    /// Whether only the name tag names the actor: `HTX 33` is a wallet of HTX.
    pub actor_by_name: bool,
    /// What it is, in our taxonomy.
    pub category: Option<Category>,
    /// What it is accused of.
    pub abuse: Option<Category>,
    /// What it means for a trace.
    pub role: Role,
    /// How reliable the statement is.
    pub confidence: Confidence,
    /// Name of the pack, file or list.
    pub source: String,
    /// Where the source found it.
    pub url: Option<String>,
    /// Kind of source.
    pub origin: Origin,
    /// The source's own words: concepts of a pack, slugs of an explorer, programs of a list.
    pub words: Vec<String>,
    /// What else the source says, verbatim.
    pub context: Option<String>,
    /// Whether the source says that it holds for the whole cluster.
    pub is_cluster_definer: Option<bool>,
    /// When the source last changed it.
    pub lastmod: Option<Timestamp>,
    /// From when it holds: the first edition of the list that we have, or the publication.
    pub valid_from: Option<Timestamp>,
    /// Until when: the first later edition of the list that no longer has it.
    pub valid_to: Option<Timestamp>,
}

impl Tag {
    /// Whether the statement says that the address is sanctioned.
    pub fn is_sanction(&self) -> bool {
        self.abuse.is_some_and(|abuse| abuse.role() == Role::Sanctioned)
    }

    /// Whether it held at a moment; `None` asks for what holds by the newest data.
    pub fn holds_at(&self, at: Option<Timestamp>) -> bool {
        match at {
            None => self.valid_to.is_none(),
            Some(at) => {
                self.valid_from.is_none_or(|from| from <= at)
                    && self.valid_to.is_none_or(|to| at < to)
            }
        }
    }
}

impl Store {
    /// Every statement about an address, of every source, in a fixed order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tags(&self, chain: Chain, address: &Address) -> Result<Vec<Tag>> {
        self.tags_of(chain.slug(), &address_key(address))
    }

    /// Everything on a chain that a tag or a list speaks about, as its source spells it: most are
    /// addresses, some lists have lost the letter case of theirs.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tagged(&self, chain: Chain) -> Result<Vec<String>> {
        sql::tags::subjects(&self.db, chain.slug())
    }

    /// Every statement about a transaction.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn transaction_tags(&self, chain: Chain, tx: TxId) -> Result<Vec<Tag>> {
        self.tags_of(chain.slug(), &transaction_key(chain, tx))
    }

    pub(crate) fn tags_of(&self, network: &str, subject: &str) -> Result<Vec<Tag>> {
        let actors = self.actor_index()?;
        let mut tags = Vec::new();
        for stored in sql::tags::of(&self.db, network, subject)? {
            tags.push(understand(stored, &actors)?);
        }
        keep_currencies_from_being_tills(&mut tags);
        let entries = sql::lists::of(&self.db, network, subject)?;
        if !entries.is_empty() {
            let entries = entries
                .into_iter()
                .filter(|entry| !entry.letter_case_kept || entry.subject == subject)
                .collect();
            tags.extend(validity(entries, &self.editions()?));
        }
        fold_versions(&mut tags);
        Ok(tags)
    }
}

fn understand(stored: StoredTag, actors: &ActorIndex) -> Result<Tag> {
    let damaged = |reason: String| AttributionError::Damaged { table: "tags", reason };
    let confidence = stored.confidence.parse::<Confidence>();
    let confidence = confidence.map_err(|error| damaged(error.to_string()))?;
    let concept = |word: &Option<String>| word.as_deref().and_then(Category::from_concept);
    let (mut own, mut abuse) = (concept(&stored.category), concept(&stored.abuse));
    let mut actor = stored.actor;
    let origin = match stored.kind.as_str() {
        "tagpack" => Origin::Tagpack,
        "explorer" => Origin::Explorer,
        "authority" => Origin::Authority,
        "labels" => Origin::Label,
        other => return Err(damaged(format!("unknown kind of source {other:?}"))),
    };
    let words = (origin == Origin::Explorer).then(|| read_words(&stored.label, &stored.words));
    if let Some(words) = &words {
        (own, abuse) = (words.category, words.abuse);
        actor = stored.words.iter().find_map(|slug| actors.by_slug(slug)).map(str::to_owned);
    }
    // Nobody accuses a service by the number of its wallet: such a tag is about somebody else.
    let accuses = abuse.is_some_and(|abuse| abuse.role() == Role::Illicit);
    let named = if actor.is_some() || accuses || origin == Origin::Authority {
        None
    } else {
        name_tag::owner(&stored.label).and_then(|name| actors.by_written_name(name))
    };
    let actor_by_name = named.is_some();
    let actor = actor.or_else(|| named.map(str::to_owned));
    let by_actor = actor
        .as_deref()
        .and_then(|id| actors.categories(id).first().copied())
        .filter(|category| words.as_ref().is_none_or(|words| words.lets_speak(*category)));
    let (category, role) = resolve(own, abuse, by_actor);
    Ok(Tag {
        label: stored.label,
        actor,
        actor_by_name,
        category,
        abuse,
        role,
        confidence,
        source: stored.source,
        url: stored.url,
        origin,
        words: stored.words,
        context: stored.context,
        is_cluster_definer: stored.is_cluster_definer,
        lastmod: stored.lastmod,
        valid_from: stored.valid_from,
        valid_to: None,
    })
}

/// Packs file a currency's contract under its issuer or under a protocol that uses it. Nobody keeps
/// coins for customers there, so a trace does not end as it does at an exchange.
fn keep_currencies_from_being_tills(tags: &mut [Tag]) {
    let is_currency =
        |tag: &Tag| tag.origin == Origin::Explorer && is_currency_contract(&tag.words);
    if tags.iter().any(is_currency) {
        for tag in tags.iter_mut().filter(|tag| tag.role == Role::Service) {
            tag.role = Role::Other;
        }
    }
}

/// What a statement says an address is, and what that means for a trace.
///
/// An accusation outweighs a category unless mixing or a dark market is the category: money that
/// goes in there is mixed with other people's whatever else is said. A sanction is no accusation of
/// that kind. The actor's category counts where the statement itself names none that says more.
fn resolve(
    own: Option<Category>,
    abuse: Option<Category>,
    by_actor: Option<Category>,
) -> (Option<Category>, Role) {
    let own_role = own.map(Category::role);
    let accused = abuse.filter(|abuse| abuse.role() == Role::Illicit);
    if own_role == Some(Role::Mixer) || own == Some(Category::DarknetMarket) {
        return (own, own_role.unwrap_or(Role::Other));
    }
    if let Some(accused) = accused {
        return (Some(accused), Role::Illicit);
    }
    // `service` says little; an actor that is an exchange says more.
    let generic =
        matches!(own, None | Some(Category::Organization | Category::Wallet | Category::Service));
    let telling = by_actor.filter(|category| {
        let role = category.role();
        role == Role::Illicit || (generic && role.stops())
    });
    if let Some(telling) = telling.filter(|_| generic || own_role == Some(Role::Other)) {
        return (Some(telling), telling.role());
    }
    match (own, abuse) {
        (Some(own), _) if own.role() != Role::Other => (Some(own), own.role()),
        (own, Some(abuse)) => (own.or(Some(abuse)), abuse.role()),
        (own, None) => (own.or(by_actor), Role::Other),
    }
}

/// Turns editions into intervals: from the first edition with the address to the first without.
fn validity(entries: Vec<StoredEntry>, editions: &[(String, i32)]) -> Vec<Tag> {
    let mut lists: BTreeMap<String, BTreeMap<i32, Vec<StoredEntry>>> = BTreeMap::new();
    for entry in entries {
        lists.entry(entry.list.clone()).or_default().entry(entry.day).or_default().push(entry);
    }
    let mut tags = Vec::new();
    for (list, by_day) in lists {
        let mut open: Option<(i32, Vec<&StoredEntry>)> = None;
        for (_, day) in editions.iter().filter(|(name, _)| *name == list) {
            match (by_day.get(day), &mut open) {
                (Some(entries), Some((_, seen))) => seen.extend(entries),
                (Some(entries), None) => open = Some((*day, entries.iter().collect())),
                (None, Some(_)) => {
                    if let Some((from, seen)) = open.take() {
                        tags.push(listing(&list, from, Some(*day), &seen));
                    }
                }
                (None, None) => {}
            }
        }
        if let Some((from, seen)) = open {
            tags.push(listing(&list, from, None, &seen));
        }
    }
    tags
}

fn listing(list: &str, from: i32, to: Option<i32>, seen: &[&StoredEntry]) -> Tag {
    // Later editions know the names that earlier extracts leave out.
    let names = seen.iter().rev().find(|entry| !entry.names.is_empty());
    let name = names.and_then(|entry| entry.names.first());
    let mut words: Vec<String> = seen.iter().filter_map(|entry| entry.program.clone()).collect();
    words.sort();
    words.dedup();
    let mut sources: Vec<&str> = seen.iter().map(|entry| entry.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut assets: Vec<&str> = seen.iter().map(|entry| entry.asset.as_str()).collect();
    assets.sort_unstable();
    assets.dedup();
    let mut context = format!("listed as {} in {}", assets.join(", "), sources.join(", "));
    if let Some(others) = names.map(|entry| entry.names.get(1..).unwrap_or_default())
        && !others.is_empty()
    {
        context.push_str(&format!("; also known as {}", others.join("; ")));
    }
    if seen.iter().all(|entry| !entry.letter_case_kept) {
        context.push_str("; matched without letter case, which the source has lost");
    }
    let title = if list == OFAC_LIST { "OFAC SDN" } else { list };
    let start = |day: i32| Day::from_number(day).map(Day::start);
    Tag {
        label: name.map_or_else(|| title.to_owned(), |name| format!("{title}: {name}")),
        actor: None,
        actor_by_name: false,
        category: Some(Category::Sanction),
        abuse: Some(Category::Sanction),
        role: Role::Sanctioned,
        confidence: Confidence::AuthorityData,
        source: list.to_owned(),
        url: None,
        origin: Origin::SanctionsList,
        words,
        context: Some(context),
        is_cluster_definer: None,
        lastmod: seen.iter().map(|entry| entry.day).max().and_then(start),
        valid_from: start(from),
        valid_to: to.and_then(start),
    }
}

/// A newer version of a pack repeats what the older one said: the newer statement stands for both.
/// The rest of the order is by origin, source and label, so that it is always the same.
fn fold_versions(tags: &mut Vec<Tag>) {
    tags.sort_by(|a, b| {
        let key = |tag: &Tag| {
            (tag.origin, tag.source.clone(), tag.label.clone(), tag.actor.clone(), tag.valid_from)
        };
        key(a).cmp(&key(b)).then(b.lastmod.cmp(&a.lastmod)).then(a.context.cmp(&b.context))
    });
    tags.dedup_by(|later, kept| {
        later.origin == kept.origin
            && later.source == kept.source
            && later.label == kept.label
            && later.actor == kept.actor
            && later.category == kept.category
            && later.abuse == kept.abuse
            && later.confidence == kept.confidence
            && later.valid_from == kept.valid_from
            && later.url == kept.url
    });
}
