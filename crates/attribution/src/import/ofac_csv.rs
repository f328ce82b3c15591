//! OFAC's digital-currency addresses as published extracts give them: asset, address, names.

use chain::Day;

use super::{
    ofac::{edition, edition_day, place},
    table::Table,
};
use crate::{ImportReport, Result, Store, sql::lists::EntryRow, store::File};

impl Store {
    /// Imports one edition of the SDN list's addresses: `asset,address[,names]`, names parted by
    /// `;`. The day of the edition is given or stands in the name of the file.
    ///
    /// # Errors
    /// No day, a missing column, a store that cannot be written.
    pub fn import_ofac_csv(
        &mut self,
        name: &str,
        text: &str,
        day: Option<Day>,
    ) -> Result<ImportReport> {
        let day = edition_day(name, day)?;
        let table = Table::read(name, text, &["asset", "address"])?;
        let mut entries = Vec::with_capacity(table.rows.len());
        let mut rejected = Vec::new();
        for row in &table.rows {
            let (asset, address) = (table.get(row, "asset"), table.get(row, "address"));
            match place(asset, address) {
                Ok(_) if asset.is_empty() => rejected.push(row.reject("no asset")),
                Ok(subject) => entries.push(EntryRow {
                    subject,
                    letter_case_kept: true,
                    asset: asset.to_owned(),
                    names: split_names(table.get(row, "names")),
                    program: None,
                    uid: None,
                }),
                Err(error) => rejected.push(row.reject(format!("{address}: {error}"))),
            }
        }
        rejected.extend(table.rejected);
        let parsed = edition(name, day, entries, rejected);
        self.write(File::new("ofac-csv", name, &day.to_string(), text), parsed)
    }
}

fn split_names(text: &str) -> Vec<String> {
    text.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
