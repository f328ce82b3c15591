//! Actors: the named parties that packs describe.

use attribution::{Actor, ActorFilter, Category, SearchKind};
use serde::Serialize;

use super::{QueryError, Workspace, claims::existing_store};

/// How many near names an answer without result offers.
const NEAR_MAX: usize = 5;

/// Which actors to list.
#[derive(Clone, Debug, Default)]
pub struct ActorQuestion {
    /// Only of this category.
    pub category: Option<String>,
    /// Only of this country, two letters.
    pub jurisdiction: Option<String>,
    /// Only those whose id, label, site or alias contains this.
    pub text: Option<String>,
}

/// An actor and what our taxonomy makes of its concepts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActorAnswer {
    /// As its packs describe it.
    #[serde(flatten)]
    pub actor: Actor,
    /// Its categories, the most telling first.
    pub categories: Vec<Category>,
}

/// Actors that pass a filter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActorsAnswer {
    /// By identifier.
    pub actors: Vec<ActorAnswer>,
}

impl From<Actor> for ActorAnswer {
    fn from(actor: Actor) -> Self {
        ActorAnswer { categories: actor.categories(), actor }
    }
}

/// The actors that pass a filter, by identifier.
///
/// # Errors
/// An unknown category, nothing imported yet, or the store cannot be read.
pub fn actors(workspace: &Workspace, question: &ActorQuestion) -> Result<ActorsAnswer, QueryError> {
    let category = question.category.as_deref().map(str::parse::<Category>).transpose();
    let category = category.map_err(|error| QueryError::Question(error.to_string()))?;
    let filter = ActorFilter {
        category,
        jurisdiction: question.jurisdiction.clone(),
        text: question.text.clone(),
    };
    let store = existing_store(workspace, "actors")?;
    let actors = store.actors(&filter)?.into_iter().map(ActorAnswer::from).collect();
    Ok(ActorsAnswer { actors })
}

/// One actor by identifier.
///
/// # Errors
/// There is none of that identifier, nothing was imported yet, or the store cannot be read.
pub fn actor(workspace: &Workspace, id: &str) -> Result<ActorAnswer, QueryError> {
    let store = existing_store(workspace, "actors")?;
    if let Some(actor) = store.actor(id)? {
        return Ok(actor.into());
    }
    let hits = store.search_text(id, NEAR_MAX)?;
    let near = hits.into_iter().filter(|hit| hit.kind == SearchKind::Actor).map(|hit| hit.id);
    let near: Vec<String> = near.collect();
    Err(QueryError::NotFound(match near.as_slice() {
        [] => format!("no actor is called {id:?}"),
        near => format!("no actor is called {id:?}; there is {}", near.join(", ")),
    }))
}
