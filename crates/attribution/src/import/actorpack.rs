//! GraphSense ActorPacks: the parties that tags name.

use chain::Timestamp;
use serde::Deserialize;

use super::{
    name::source_name,
    tagpack::known_concept,
    yaml::{self, Include},
};
use crate::{
    Actor, AttributionError, ImportReport, Reject, Result, Store,
    sql::{SourceRow, actors::ActorRow},
    store::{File, Parsed, Statements},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    title: Option<String>,
    creator: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    is_public: Option<bool>,
    lastmod: Option<String>,
    actors: Option<Vec<Body>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: Option<String>,
    label: Option<String>,
    uri: Option<String>,
    categories: Option<Vec<String>>,
    jurisdictions: Option<Vec<String>>,
    aliases: Option<Vec<String>>,
    lastmod: Option<String>,
    context: Option<serde_json::Value>,
}

impl Store {
    /// Imports a GraphSense ActorPack.
    ///
    /// # Errors
    /// As [`Store::import_pack`].
    pub fn import_actorpack(
        &mut self,
        name: &str,
        text: &str,
        include: Include<'_>,
    ) -> Result<ImportReport> {
        let includes = yaml::resolve_includes(name, text, include)?;
        let included: String = includes.values().map(String::as_str).collect();
        let pack: Pack = yaml::read(name, text, includes)?;
        let parsed = read_pack(name, pack)?;
        self.write(File::new("actorpack", name, &included, text), parsed)
    }
}

fn read_pack(name: &str, pack: Pack) -> Result<Parsed> {
    let bodies = pack
        .actors
        .ok_or_else(|| AttributionError::refused(name, "an ActorPack without an `actors` list"))?;
    let mut rows = Vec::with_capacity(bodies.len());
    let mut rejected = Vec::new();
    for (at, body) in bodies.into_iter().enumerate() {
        let place = format!("actors[{at}]");
        match read_actor(name, &place, body, pack.lastmod.as_deref())? {
            Ok(row) => rows.push(row),
            Err(reason) => rejected.push(Reject::new(place, reason)),
        }
    }
    let notes = pack.owner.map(|owner| format!("owner: {owner}")).into_iter().collect();
    let source = SourceRow {
        title: pack.title,
        creator: pack.creator,
        description: pack.description,
        is_public: pack.is_public,
        ..SourceRow::new("actorpack", &source_name(name))
    };
    Ok(Parsed { source, statements: Statements::Actors(rows), rejected, notes })
}

fn read_actor(
    name: &str,
    place: &str,
    body: Body,
    pack_lastmod: Option<&str>,
) -> Result<std::result::Result<ActorRow, String>> {
    for word in body.categories.iter().flatten() {
        known_concept(name, place, "category", Some(word.clone()))?;
    }
    let Some(id) = body.id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()) else {
        return Ok(Err("no id".to_owned()));
    };
    let lastmod = body.lastmod.as_deref().or(pack_lastmod);
    let lastmod = match lastmod.map(str::parse::<Timestamp>).transpose() {
        Ok(lastmod) => lastmod.map(Timestamp::seconds),
        Err(error) => return Ok(Err(format!("lastmod: {error}"))),
    };
    let actor = Actor {
        label: body.label.unwrap_or_else(|| id.clone()),
        uri: body.uri.unwrap_or_default(),
        concepts: body.categories.unwrap_or_default(),
        jurisdictions: body.jurisdictions.unwrap_or_default(),
        aliases: body.aliases.unwrap_or_default(),
        context: body.context.unwrap_or(serde_json::Value::Null),
        sources: Vec::new(),
        id,
    };
    let text = serde_json::to_string(&actor).expect("an actor is plain data");
    Ok(Ok(ActorRow { actor: actor.id, lastmod, body: text }))
}
