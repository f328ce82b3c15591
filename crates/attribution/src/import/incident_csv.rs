//! Published tables of thefts: DefiLlama's hacks feed, a researcher's list of DPRK thefts, and
//! what governments attributed.

use std::collections::BTreeMap;

use chain::{Chain, Usd};

use super::{
    incident_toml::row,
    name::{day_in, source_name},
    table::{Row, Table},
};
use crate::{
    Attribution, ImportReport, Incident, Reject, Result, Store,
    incident::slug,
    sql::SourceRow,
    store::{File, Parsed, Statements},
};

/// What a table's row says, or why it cannot be taken.
type Read = std::result::Result<Incident, String>;

impl Store {
    /// Imports DefiLlama's hacks feed: date, name, classification, technique, amount, chain,
    /// source, returnedFunds.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_defillama_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let columns = [
            "date",
            "name",
            "classification",
            "technique",
            "amount",
            "chain",
            "source",
            "returnedFunds",
        ];
        self.import_incident_table("defillama", name, text, &columns, |table, row| {
            let get = |column| table.filled(row, column).map(str::to_owned);
            Ok(Incident {
                technique: get("technique").or_else(|| get("classification")),
                loss_usd: usd(table.get(row, "amount"))?,
                returned_usd: usd(table.get(row, "returnedFunds"))?,
                chains: python_list(table.get(row, "chain")),
                source: get("source").unwrap_or_else(|| "DefiLlama hacks feed".to_owned()),
                ..blank("defillama", day(table.get(row, "date"))?, &get("name").ok_or("no name")?)
            })
        })
    }

    /// Imports the researcher's list of thefts put on the DPRK: date, victim, amount_usd, kind,
    /// amount_as_printed, note.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_tayvano_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let columns = ["date", "victim", "amount_usd", "kind", "amount_as_printed", "note"];
        self.import_incident_table("tayvano", name, text, &columns, |table, row| {
            let get = |column| table.filled(row, column).map(str::to_owned);
            let source = "tayvano, lazarus-bluenoroff-research";
            Ok(Incident {
                technique: get("kind"),
                loss_usd: usd(table.get(row, "amount_usd"))?,
                loss_as_written: get("amount_as_printed"),
                attributions: vec![dprk(source, "one researcher's list, partly suspicion")],
                source: source.to_owned(),
                notes: get("note").into_iter().collect(),
                ..blank("tayvano", day(table.get(row, "date"))?, &get("victim").ok_or("no victim")?)
            })
        })
    }

    /// Imports thefts that governments put on the DPRK: victim, amount_usd_as_stated,
    /// attributed_by. The table gives no date of theft; the year of the statement stands for it.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_official_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let columns = ["victim", "amount_usd_as_stated", "attributed_by"];
        self.import_incident_table("official", name, text, &columns, |table, row| {
            let get = |column| table.filled(row, column).map(str::to_owned);
            let by = get("attributed_by").ok_or("no attributed_by")?;
            let stated = day_in(&by).ok_or("attributed_by names no day")?;
            let mut attribution = dprk(&by, "authority_data");
            attribution.date = Some(stated);
            Ok(Incident {
                loss_usd: usd(table.get(row, "amount_usd_as_stated"))?,
                attributions: vec![attribution],
                source: by,
                notes: vec![format!("dated by the statement of {stated}, not by the theft")],
                ..blank("official", stated.to_string(), &get("victim").ok_or("no victim")?)
            })
        })
    }

    /// Reads a table row by row; two incidents of one day and name get numbered ids.
    pub(super) fn import_incident_table(
        &mut self,
        kind: &'static str,
        name: &str,
        text: &str,
        columns: &[&str],
        read: impl Fn(&Table, &Row) -> Read,
    ) -> Result<ImportReport> {
        let mut table = Table::read(name, text, columns)?;
        let mut rejected: Vec<Reject> = std::mem::take(&mut table.rejected);
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut rows = Vec::with_capacity(table.rows.len());
        let mut without_loss = 0_u64;
        for line in &table.rows {
            match read(&table, line) {
                Ok(mut incident) => {
                    let times = seen.entry(incident.id.clone()).or_default();
                    *times += 1;
                    if *times > 1 {
                        incident.id = format!("{}-{times}", incident.id);
                    }
                    without_loss += u64::from(incident.loss_usd.is_none());
                    rows.push(row(&incident));
                }
                Err(reason) => rejected.push(line.reject(reason)),
            }
        }
        let parsed = Parsed {
            source: SourceRow::new("incidents", &source_name(name)),
            statements: Statements::Incidents(rows),
            rejected,
            notes: vec![format!("{without_loss} incidents without a loss in dollars")],
        };
        self.write(File::new(kind, name, "", text), parsed)
    }
}

/// An incident with nothing but its name and date.
pub(super) fn blank(prefix: &str, date: String, name: &str) -> Incident {
    Incident {
        id: slug(&format!("{prefix} {date} {name}")),
        name: name.to_owned(),
        victim: Some(name.to_owned()),
        date,
        chains: Vec::new(),
        loss_usd: None,
        loss_as_written: None,
        technique: None,
        seeds: Vec::new(),
        attributions: Vec::new(),
        returned_usd: None,
        source: String::new(),
        notes: Vec::new(),
        revised: None,
    }
}

fn dprk(source: &str, confidence: &str) -> Attribution {
    Attribution {
        group: "DPRK".to_owned(),
        actor: None,
        country: Some("KP".to_owned()),
        source: source.to_owned(),
        confidence: Some(confidence.to_owned()),
        date: None,
        url: None,
    }
}

/// A day, a month or a year, checked and kept as exactly as it stands.
pub(super) fn day(text: &str) -> std::result::Result<String, String> {
    let padded = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    // Ten digits without hyphens would read as seconds since 1970.
    match day_in(&padded) {
        Some(_) if padded.len() == 10 => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is no date (YYYY, YYYY-MM or YYYY-MM-DD)")),
    }
}

fn usd(text: &str) -> std::result::Result<Option<Usd>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: chain::MoneyError| error.to_string())
}

/// `['Ethereum', 'BSC']`, as Python prints it.
fn python_list(text: &str) -> Vec<String> {
    text.trim_matches(['[', ']'])
        .split(',')
        .map(|item| item.trim().trim_matches(['\'', '"']))
        .filter(|item| !item.is_empty())
        .map(|item| {
            Chain::from_ticker(item).map_or_else(|| item.to_owned(), |c| c.slug().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_dates_as_the_tables_write_them() {
        assert_eq!(
            python_list("['Ethereum', 'BSC', 'zkSync Era']"),
            ["ethereum", "bsc", "zkSync Era"]
        );
        assert_eq!(day("2022-03"), Ok("2022-03".to_owned()));
        assert!(day("2022-13").is_err());
        assert!(day("22").is_err());
        assert!(day("1648042149").is_err());
    }
}
