//! Named parties in the world.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{AttributionError, Category, Result};

/// A named party as an actor pack describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// Identifier that tags use: `yobit`.
    pub id: String,
    /// Name as shown to people: `YoBit`.
    pub label: String,
    /// Address of its site.
    pub uri: String,
    /// The pack's own words: `exchange`, `defi_dex`, `organization`.
    pub concepts: Vec<String>,
    /// Two-letter country codes, in the pack's order.
    pub jurisdictions: Vec<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Everything else that the pack says, as it says it.
    pub context: serde_json::Value,
    /// Packs that describe it; the first gave the fields above.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl Actor {
    /// Its categories, the most telling first.
    pub fn categories(&self) -> Vec<Category> {
        let mut categories: Vec<_> =
            self.concepts.iter().filter_map(|word| Category::from_concept(word)).collect();
        categories.sort_by_key(|category| category.rank());
        categories.dedup();
        // Packs call most decentralised exchanges an exchange as well. Whoever also mines, or is
        // listed by DefiLlama as a centralised exchange, keeps its customers' coins; the rest are
        // contracts.
        if categories.contains(&Category::Dex)
            && categories.contains(&Category::Exchange)
            && !categories.contains(&Category::Mining)
            && !self.is_listed_as_custodial()
        {
            categories.retain(|category| *category != Category::Exchange);
        }
        categories
    }

    fn is_listed_as_custodial(&self) -> bool {
        let named = |id: &serde_json::Value| {
            id.as_str().is_some_and(|id| id.to_ascii_lowercase().ends_with("-cex"))
        };
        self.context
            .get("defilama_ids")
            .and_then(serde_json::Value::as_array)
            .is_some_and(|ids| ids.iter().any(named))
            || self.context.get("year_established").is_some_and(|year| !year.is_null())
    }

    /// What a digest shows of it.
    pub fn summary(&self) -> ActorSummary {
        ActorSummary {
            id: self.id.clone(),
            label: self.label.clone(),
            categories: self.categories(),
            jurisdictions: self.jurisdictions.clone(),
        }
    }
}

/// The part of an [`Actor`] that a digest shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorSummary {
    /// Identifier that tags use.
    pub id: String,
    /// Name as shown to people.
    pub label: String,
    /// Categories, the most telling first.
    pub categories: Vec<Category>,
    /// Two-letter country codes.
    pub jurisdictions: Vec<String>,
}

/// The current actors, and the normalised names under which explorers know them.
pub(crate) struct ActorIndex {
    actors: BTreeMap<String, (Actor, Vec<Category>)>,
    by_name: BTreeMap<String, String>,
    /// The only actor of a label, where the label is no identifier or alias.
    by_label: BTreeMap<String, String>,
}

/// Words that explorers use for a theme and some small actor has as its name.
const THEMES: &[&str] = &["blockchain", "currency", "genesis"];

/// Words that are some actor's name and on a name tag most likely mean something else.
const COMMON_WORDS: &[&str] = &["coin", "market", "proxy", "unknown"];

impl ActorIndex {
    /// From all descriptions, the current one of each actor last.
    pub(crate) fn build(rows: Vec<(String, String, String)>) -> Result<ActorIndex> {
        let mut actors: BTreeMap<String, Actor> = BTreeMap::new();
        for (id, source, body) in rows {
            let mut actor: Actor = serde_json::from_str(&body).map_err(|error| {
                AttributionError::Damaged { table: "actors", reason: format!("{id}: {error}") }
            })?;
            actor.sources = vec![source];
            if let Some(older) = actors.remove(&id) {
                // An older pack's aliases still lead here; its other words are superseded.
                let known: BTreeSet<String> =
                    actor.aliases.iter().chain(&older.aliases).cloned().collect();
                actor.aliases = known.into_iter().collect();
                actor.sources.extend(older.sources);
                actor.sources.dedup();
            }
            actors.insert(id, actor);
        }
        let mut by_name = BTreeMap::new();
        // Identifiers win over aliases, and among those the first actor in order.
        for (id, actor) in &actors {
            for alias in &actor.aliases {
                by_name.entry(normalised(alias)).or_insert_with(|| id.clone());
            }
        }
        for id in actors.keys().rev() {
            by_name.insert(normalised(id), id.clone());
        }
        by_name.remove("");
        let by_label = unambiguous_labels(&actors, &by_name);
        let actors = actors
            .into_iter()
            .map(|(id, actor)| {
                let categories = actor.categories();
                (id, (actor, categories))
            })
            .collect();
        Ok(ActorIndex { actors, by_name, by_label })
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Actor> {
        self.actors.get(id).map(|(actor, _)| actor)
    }

    pub(crate) fn categories(&self, id: &str) -> &[Category] {
        self.actors.get(id).map_or(&[], |(_, categories)| categories.as_slice())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Actor, &[Category])> {
        self.actors.values().map(|(actor, categories)| (actor, categories.as_slice()))
    }

    /// The actor that an explorer's label slug names, if it is an actor's id or alias.
    pub(crate) fn by_slug(&self, slug: &str) -> Option<&str> {
        if THEMES.contains(&slug) {
            return None;
        }
        self.by_name.get(&normalised(slug)).map(String::as_str)
    }

    /// The actor of a name as a name tag writes it: an id, an alias or the label of one actor only.
    pub(crate) fn by_written_name(&self, name: &str) -> Option<&str> {
        let name = normalised(name);
        if THEMES.contains(&name.as_str()) || COMMON_WORDS.contains(&name.as_str()) {
            return None;
        }
        self.by_name.get(&name).or_else(|| self.by_label.get(&name)).map(String::as_str)
    }
}

fn unambiguous_labels(
    actors: &BTreeMap<String, Actor>,
    by_name: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut owners: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (id, actor) in actors {
        owners.entry(normalised(&actor.label)).or_default().push(id);
    }
    owners
        .into_iter()
        .filter(|(label, _)| !label.is_empty() && !by_name.contains_key(label))
        .filter_map(|(label, ids)| match ids.as_slice() {
            [only] => Some((label, (*only).clone())),
            _ => None,
        })
        .collect()
}

/// Letters and digits only, lower case: `Gate-io` and `gateio` are one name.
pub(crate) fn normalised(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
