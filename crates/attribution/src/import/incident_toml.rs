//! Our own incident files: `[[incident]]` tables. The format is `docs/formats/incident.md`.

use std::cell::RefCell;

use chain::{Chain, Day, Usd};
use serde::Deserialize;

use super::{Include, incident_payments, name::source_name};
use crate::{
    Attribution, AttributionError, ImportReport, Incident, Result, Seed, Store,
    incident::slug,
    sql::{self, SourceRow, incidents::IncidentRow},
    store::{File, Parsed, Statements},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    incident: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    date: Day,
    victim: Option<String>,
    #[serde(default)]
    chains: Vec<Chain>,
    loss_usd: Option<Usd>,
    technique: Option<String>,
    #[serde(default)]
    seeds: Vec<Seed>,
    payments: Option<Payments>,
    #[serde(default)]
    attributions: Vec<Attribution>,
    returned_usd: Option<Usd>,
    source: String,
    #[serde(default)]
    notes: Vec<String>,
    revised: Option<Day>,
}

/// A table of payments that are seeds, in a file of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payments {
    chain: Chain,
    file: String,
}

impl Store {
    /// Imports incident files as users write them.
    ///
    /// # Errors
    /// As [`Store::import_incidents_with`]; that an incident names a table of payments.
    pub fn import_incidents(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        self.import_incidents_with(name, text, &|_| Err("no other file is read here".to_owned()))
    }

    /// Imports incident files as users write them; `include` answers with the text of a table of
    /// payments that one names.
    ///
    /// # Errors
    /// Text that does not follow the format (with line and column), an id that is no slug or
    /// stands twice, a table that cannot be had or has a wrong row, or an incident that is stored
    /// with other content and no later `revised`.
    pub fn import_incidents_with(
        &mut self,
        name: &str,
        text: &str,
        include: Include<'_>,
    ) -> Result<ImportReport> {
        let included = RefCell::new(String::new());
        let table = |file: &str| -> Result<String> {
            let text = include(file)
                .map_err(|why| AttributionError::refused(name, format!("{file}: {why}")))?;
            included.borrow_mut().push_str(&text);
            Ok(text)
        };
        let document: Document = toml::from_str(text)
            .map_err(|error| AttributionError::refused(name, error.to_string()))?;
        let mut rows: Vec<IncidentRow> = Vec::new();
        for entry in document.incident {
            let incident = read(name, entry, &table)?;
            if rows.iter().any(|row| row.incident == incident.id) {
                let reason = format!("incident {:?} stands twice", incident.id);
                return Err(AttributionError::refused(name, reason));
            }
            rows.push(row(&incident));
        }
        for row in &rows {
            self.refuse_ambiguous(name, row)?;
        }
        let parsed = Parsed {
            source: SourceRow::new("incidents", &source_name(name)),
            statements: Statements::Incidents(rows),
            rejected: Vec::new(),
            notes: Vec::new(),
        };
        self.write(File::new("incidents", name, &included.take(), text), parsed)
    }

    /// Two descriptions of one revision would make the answer depend on chance.
    fn refuse_ambiguous(&self, name: &str, row: &IncidentRow) -> Result<()> {
        for (other, revised, body) in sql::incidents::of(&self.db, &row.incident)? {
            if revised == row.revised && body != row.body {
                return Err(AttributionError::Ambiguous {
                    name: name.to_owned(),
                    id: row.incident.clone(),
                    other,
                });
            }
        }
        Ok(())
    }
}

fn read(name: &str, entry: Entry, table: &dyn Fn(&str) -> Result<String>) -> Result<Incident> {
    if entry.id.is_empty() || slug(&entry.id) != entry.id {
        let reason = format!(
            "incident id {:?}: use lower-case letters, digits and hyphens",
            entry.id.chars().take(60).collect::<String>()
        );
        return Err(AttributionError::refused(name, reason));
    }
    let mut seeds = entry.seeds;
    if let Some(Payments { chain, file }) = entry.payments {
        seeds.extend(incident_payments::read(&file, &table(&file)?, chain)?);
    }
    Ok(Incident {
        id: entry.id,
        name: entry.name,
        date: entry.date.to_string(),
        victim: entry.victim,
        chains: entry.chains.iter().map(|chain| chain.slug().to_owned()).collect(),
        loss_usd: entry.loss_usd,
        loss_as_written: None,
        technique: entry.technique,
        seeds,
        attributions: entry.attributions,
        returned_usd: entry.returned_usd,
        source: entry.source,
        notes: entry.notes,
        revised: entry.revised,
    })
}

/// The row that keeps an incident.
pub(super) fn row(incident: &Incident) -> IncidentRow {
    IncidentRow {
        incident: incident.id.clone(),
        revised: incident.revised.map(|day| i64::from(day.number())),
        body: serde_json::to_string(incident).expect("an incident is plain data"),
    }
}
