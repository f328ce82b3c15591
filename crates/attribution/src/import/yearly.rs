//! Published yearly totals: a year, and for each series a sum and a number of incidents.

use super::{name::source_name, table::Table};
use crate::{
    ImportReport, Result, Store,
    sql::{SourceRow, incidents::YearlyRow},
    store::{File, Parsed, Statements},
};

/// Series of the table with their columns of dollars and of incidents.
const SERIES: &[(&str, &str, Option<&str>)] = &[
    ("tayvano", "tayvano_usd", Some("tayvano_incidents")),
    ("chainalysis", "chainalysis_usd", Some("chainalysis_incidents")),
    ("trm", "trm_usd_approx", None),
];

impl Store {
    /// Imports the table of published yearly totals, a statistics table of its own: these figures
    /// are what others counted, never summed with incidents.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_yearly_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let table = Table::read(name, text, &["year", "tayvano_usd", "chainalysis_usd"])?;
        let mut rows = Vec::new();
        let mut rejected = Vec::new();
        for row in &table.rows {
            let Ok(year) = table.get(row, "year").parse::<u16>() else {
                rejected.push(row.reject(format!("{:?} is no year", table.get(row, "year"))));
                continue;
            };
            for (series, usd, incidents) in SERIES {
                let sum = table.filled(row, usd).map(str::parse::<chain::Usd>).transpose();
                let count = incidents.and_then(|column| table.filled(row, column));
                let count = count.map(str::parse::<u32>).transpose();
                match (sum, count) {
                    (Ok(None), Ok(None)) => {}
                    (Ok(sum), Ok(incidents)) => rows.push(YearlyRow {
                        year,
                        series: (*series).to_owned(),
                        usd: sum.map(|sum| sum.to_string()),
                        incidents,
                    }),
                    (Err(error), _) => rejected.push(row.reject(format!("{series}: {error}"))),
                    (_, Err(error)) => rejected.push(row.reject(format!("{series}: {error}"))),
                }
            }
        }
        rejected.extend(table.rejected);
        let parsed = Parsed {
            source: SourceRow::new("yearly", &source_name(name)),
            statements: Statements::Yearly(rows),
            rejected,
            notes: Vec::new(),
        };
        self.write(File::new("yearly-csv", name, "", text), parsed)
    }
}
