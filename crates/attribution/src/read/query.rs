//! Actors, incidents, imports, and the search over all of them.

use serde::Serialize;

use crate::{
    Actor, AttributionError, Category, ImportReport, Incident, Result, Store, YearlyTotal, sql,
};

/// Which actors to list. Empty fields let everything pass.
#[derive(Clone, Debug, Default)]
pub struct ActorFilter {
    /// Only actors of this category.
    pub category: Option<Category>,
    /// Only actors of this country, two letters.
    pub jurisdiction: Option<String>,
    /// Only actors whose id, label, site or alias contains this, letter case aside.
    pub text: Option<String>,
}

impl ActorFilter {
    fn passes(&self, actor: &Actor, categories: &[Category]) -> bool {
        let contains = |text: &String| {
            let wanted = text.to_lowercase();
            [&actor.id, &actor.label, &actor.uri]
                .into_iter()
                .chain(&actor.aliases)
                .any(|name| name.to_lowercase().contains(&wanted))
        };
        let lives_in = |country: &String| {
            actor.jurisdictions.iter().any(|code| code.eq_ignore_ascii_case(country))
        };
        self.category.is_none_or(|category| categories.contains(&category))
            && self.jurisdiction.as_ref().is_none_or(lives_in)
            && self.text.as_ref().is_none_or(contains)
    }
}

/// How many statements a source makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SourceCount {
    /// `tagpack`, `explorer`, `authority`, `labels`, `actorpack`, `list`, `incidents`, `prices`.
    pub kind: String,
    /// Name of the source; for a list with the day of the edition.
    pub name: String,
    /// Statements.
    pub count: u64,
}

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// An actor, by id.
    Actor,
    /// An incident, by id.
    Incident,
    /// A label of an address, as `network:address`.
    Label,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SearchHit {
    /// What it is.
    pub kind: SearchKind,
    /// Its name as shown to people.
    pub label: String,
    /// How to ask for it.
    pub id: String,
}

impl Store {
    /// An actor by identifier.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn actor(&self, id: &str) -> Result<Option<Actor>> {
        Ok(self.actor_index()?.get(id).cloned())
    }

    /// The actors that pass a filter, by identifier.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn actors(&self, filter: &ActorFilter) -> Result<Vec<Actor>> {
        let index = self.actor_index()?;
        let passing = index.all().filter(|(actor, categories)| filter.passes(actor, categories));
        Ok(passing.map(|(actor, _)| actor.clone()).collect())
    }

    /// Every incident, by identifier, each in its current description.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incidents(&self) -> Result<Vec<Incident>> {
        sql::incidents::all(&self.db)?.iter().map(|body| read_incident(body)).collect()
    }

    /// An incident by identifier, in its current description.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incident(&self, id: &str) -> Result<Option<Incident>> {
        let stored = sql::incidents::of(&self.db, id)?;
        stored.first().map(|(_, _, body)| read_incident(body)).transpose()
    }

    /// Published yearly totals, by year and series.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn yearly_totals(&self) -> Result<Vec<YearlyTotal>> {
        let rows = sql::incidents::yearly(&self.db)?;
        rows.into_iter()
            .map(|(source, row)| {
                let usd = row.usd.map(|text| text.parse()).transpose();
                let usd = usd.map_err(|error: chain::MoneyError| AttributionError::Damaged {
                    table: "yearly_totals",
                    reason: error.to_string(),
                })?;
                let (year, series, incidents) = (row.year, row.series, row.incidents);
                Ok(YearlyTotal { year, series, usd, incidents, source })
            })
            .collect()
    }

    /// Statements per source, in order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn counts(&self) -> Result<Vec<SourceCount>> {
        let mut counts = Vec::new();
        let mut add = |kind: String, name: String, count| {
            counts.push(SourceCount { kind, name, count });
        };
        for (kind, name, count) in sql::tags::counts(&self.db)? {
            add(kind, name, count);
        }
        for (kind, name, count) in sql::actors::counts(&self.db)? {
            add(kind, name, count);
        }
        for (kind, name, count) in sql::incidents::counts(&self.db)? {
            add(kind, name, count);
        }
        for (list, day, count) in sql::lists::counts(&self.db)? {
            let day = chain::Day::from_number(day).map_or_else(String::new, |day| day.to_string());
            add("list".to_owned(), format!("{list} {day}"), count);
        }
        for (source, count) in sql::prices::counts(&self.db)? {
            add("prices".to_owned(), source, count);
        }
        counts.sort();
        Ok(counts)
    }

    /// The reports of every import, in order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportReport>> {
        sql::imports::all(&self.db)
    }

    /// Actors, incidents and labels whose name begins with a text, letter case aside: at most
    /// `limit` of each kind.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn search_text(&self, prefix: &str, limit: usize) -> Result<Vec<SearchHit>> {
        let wanted = prefix.trim().to_lowercase();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let begins = |text: &str| text.to_lowercase().starts_with(&wanted);
        let mut hits = Vec::new();
        let index = self.actor_index()?;
        let actors = index.all().map(|(actor, _)| actor).filter(|actor| {
            begins(&actor.id) || begins(&actor.label) || actor.aliases.iter().any(|a| begins(a))
        });
        hits.extend(actors.take(limit).map(|actor| SearchHit {
            kind: SearchKind::Actor,
            label: actor.label.clone(),
            id: actor.id.clone(),
        }));
        let incidents = self.incidents()?.into_iter();
        let incidents = incidents.filter(|incident| begins(&incident.id) || begins(&incident.name));
        hits.extend(incidents.take(limit).map(|incident| SearchHit {
            kind: SearchKind::Incident,
            label: incident.name,
            id: incident.id,
        }));
        let labels = sql::tags::labels_from(&self.db, prefix.trim(), limit)?;
        hits.extend(labels.into_iter().map(|(label, network, subject)| SearchHit {
            kind: SearchKind::Label,
            label,
            id: format!("{network}:{subject}"),
        }));
        Ok(hits)
    }
}

fn read_incident(body: &str) -> Result<Incident> {
    serde_json::from_str(body).map_err(|error| AttributionError::Damaged {
        table: "incidents",
        reason: error.to_string(),
    })
}
