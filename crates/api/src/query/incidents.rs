//! Incidents: thefts as files and feeds describe them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use attribution::{ImportReport, Store};
pub use attribution::{Incident, Seed};
use chain::{Amount, Asset, Chain, Day, Usd};
use serde::Serialize;

use super::{
    ClaimsAnswer, Progress, QueryError, Workspace,
    claims::{existing_store, header, import_each, stored_name, text},
    tags::sibling,
    valuation::Valuation,
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

/// An incident, and what its seeds say they are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IncidentAnswer {
    /// The incident.
    #[serde(flatten)]
    pub incident: Incident,
    /// Sums of the seeds that state an amount, by chain and asset.
    pub seed_totals: Vec<SeedTotalAnswer>,
}

/// What the seeds of one chain and asset state together. It is the source's word; what the facts
/// say comes with a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeedTotalAnswer {
    /// The chain.
    pub chain: Chain,
    /// The asset's ticker.
    pub asset: String,
    /// How many seeds state an amount.
    pub seeds: usize,
    /// Base units.
    pub amount: Amount,
    /// The same in whole units, for people.
    pub units: String,
    /// US dollars at the close of the day of the incident, where priced.
    pub usd: Option<Usd>,
    /// The day of that price.
    pub usd_day: Option<Day>,
}

/// Imports incident files (TOML) and the known feeds (CSV, told by their columns). The tables that
/// incident files name are looked for in `tables`, or where that is not given, beside each file.
///
/// # Errors
/// The store cannot be written, or the asker stopped it. A file that is refused is part of the
/// answer.
pub fn import_incidents(
    workspace: &Workspace,
    files: &[PathBuf],
    tables: Option<&Path>,
    progress: &dyn Progress,
) -> Result<ClaimsAnswer, QueryError> {
    import_each(workspace, files, progress, |store, file| take(store, file, tables).map(Some))
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
pub fn incident(workspace: &Workspace, id: &str) -> Result<IncidentAnswer, QueryError> {
    let store = existing_store(workspace, "incidents")?;
    let unknown = || QueryError::NotFound(format!("no incident is called {id:?}"));
    let incident = store.incident(id)?.ok_or_else(unknown)?;
    let seed_totals = seed_totals(&store, &incident)?;
    Ok(IncidentAnswer { incident, seed_totals })
}

/// Adds up the native coins that seeds state. A token's decimals are a matter of its contract,
/// which an incident does not know.
fn seed_totals(store: &Store, incident: &Incident) -> Result<Vec<SeedTotalAnswer>, QueryError> {
    let mut sums: BTreeMap<Chain, (usize, Amount)> = BTreeMap::new();
    for seed in &incident.seeds {
        let Some(amount) = stated_amount(seed) else { continue };
        let sum = sums.entry(seed.chain()).or_default();
        sum.0 += 1;
        sum.1 = sum.1.checked_add(amount).unwrap_or(Amount::MAX);
    }
    let day: Option<Day> = incident.date.parse().ok();
    let total = |(chain, (seeds, amount)): (Chain, (usize, Amount))| {
        let asset = Asset::native(chain);
        let usd = match day {
            Some(day) => Valuation::new(store, chain).usd(&asset, amount, day.start())?,
            None => None,
        };
        let units = amount.to_decimal(asset.decimals);
        let usd_day = day.filter(|_| usd.is_some());
        Ok(SeedTotalAnswer { chain, asset: asset.symbol, seeds, amount, units, usd, usd_day })
    };
    sums.into_iter().map(total).collect()
}

/// The base units of the native coin that a seed states.
pub(super) fn stated_amount(seed: &Seed) -> Option<Amount> {
    let (chain, amount) = match seed {
        Seed::Outputs { chain, amount, .. } => (chain, amount),
        Seed::Address { chain, amount, asset, .. }
            if asset.as_deref().is_none_or(|it| it.eq_ignore_ascii_case(chain.native_symbol())) =>
        {
            (chain, amount)
        }
        Seed::Address { .. } | Seed::Transaction { .. } | Seed::Transfer { .. } => return None,
    };
    Amount::from_decimal(amount.as_deref()?, chain.native_decimals()).ok()
}

fn take(store: &mut Store, file: &Path, tables: Option<&Path>) -> Result<ImportReport, QueryError> {
    let (name, text) = (stored_name(file), text(file)?);
    if name.ends_with(".toml") {
        let beside = tables.map_or_else(|| file.to_owned(), |folder| folder.join(&name));
        let include = |wanted: &str| sibling(&beside, wanted);
        return Ok(store.import_incidents_with(&name, &text, &include)?);
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
