//! Incidents: thefts as files and feeds describe them.

use std::path::{Path, PathBuf};

use attribution::{ImportReport, Store};
pub use attribution::{Incident, Seed};
use serde::Serialize;

use super::{
    ClaimsAnswer, Progress, QueryError, Workspace,
    claims::{existing_store, header, import_each, stored_name, text},
};

/// Which incidents to list.
#[derive(Clone, Debug, Default)]
pub struct IncidentQuestion {
    /// Only of this year.
    pub year: Option<u16>,
    /// Only those that some source puts on this group, letter case aside.
    pub group: Option<String>,
    /// Only those whose id, name or victim contains this, letter case aside.
    pub text: Option<String>,
    /// Only those that say where the stolen value starts, which a trace needs.
    pub seeded: bool,
}

/// Incidents that pass a filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IncidentsAnswer {
    /// By identifier.
    pub incidents: Vec<Incident>,
}

impl IncidentQuestion {
    fn passes(&self, incident: &Incident) -> bool {
        let year = self.year.is_none_or(|year| incident.date.starts_with(&format!("{year:04}")));
        let group = self.group.as_ref().is_none_or(|group| {
            let named = |text: &str| text.to_lowercase().contains(&group.to_lowercase());
            incident.attributions.iter().any(|one| named(&one.group))
        });
        let text = self.text.as_ref().is_none_or(|text| {
            let text = text.to_lowercase();
            let victim = incident.victim.as_deref().unwrap_or_default();
            [incident.id.as_str(), &incident.name, victim]
                .iter()
                .any(|field| field.to_lowercase().contains(&text))
        });
        year && group && text && (!self.seeded || !incident.seeds.is_empty())
    }
}

/// Imports incident files (TOML) and the known feeds (CSV, told by their columns).
///
/// # Errors
/// The store cannot be written, or the asker stopped it. A file that is refused is part of the
/// answer.
pub fn import_incidents(
    workspace: &Workspace,
    files: &[PathBuf],
    progress: &dyn Progress,
) -> Result<ClaimsAnswer, QueryError> {
    import_each(workspace, files, progress, |store, file| take(store, file).map(Some))
}

/// The incidents that pass a filter, by identifier, each in its current description.
///
/// # Errors
/// Nothing was imported yet, or the store cannot be read.
pub fn incidents(
    workspace: &Workspace,
    question: &IncidentQuestion,
) -> Result<IncidentsAnswer, QueryError> {
    let mut incidents = existing_store(workspace, "incidents")?.incidents()?;
    incidents.retain(|incident| question.passes(incident));
    Ok(IncidentsAnswer { incidents })
}

/// One incident by identifier.
///
/// # Errors
/// There is none of that identifier, nothing was imported yet, or the store cannot be read.
pub fn incident(workspace: &Workspace, id: &str) -> Result<Incident, QueryError> {
    let store = existing_store(workspace, "incidents")?;
    store.incident(id)?.ok_or_else(|| QueryError::NotFound(format!("no incident is called {id:?}")))
}

fn take(store: &mut Store, file: &Path) -> Result<ImportReport, QueryError> {
    let (name, text) = (stored_name(file), text(file)?);
    if name.ends_with(".toml") {
        return Ok(store.import_incidents(&name, &text)?);
    }
    let columns = header(&text);
    let has = |wanted: &str| columns.contains(&wanted);
    let report = if has("classification") && has("returnedFunds") {
        store.import_defillama_csv(&name, &text)?
    } else if has("attack_tx") {
        store.import_defihacklabs_csv(&name, &text)?
    } else if has("amount_as_printed") {
        store.import_tayvano_csv(&name, &text)?
    } else if has("attributed_by") {
        store.import_official_csv(&name, &text)?
    } else if has("year") && has("chainalysis_usd") {
        store.import_yearly_csv(&name, &text)?
    } else {
        return Err(QueryError::Question(format!(
            "{}: neither incidents in TOML nor a known feed; columns: {}",
            file.display(),
            columns.iter().take(8).copied().collect::<Vec<_>>().join(", ")
        )));
    };
    Ok(report)
}
