//! OFAC's digital-currency addresses as published extracts give them: asset, address, names.

use chain::{Address, AddressError, Chain, Day};

use super::{
    OFAC_LIST,
    name::{day_in, source_name},
    table::Table,
};
use crate::{
    AttributionError, ImportReport, Result, Store,
    sql::{SourceRow, lists::EntryRow},
    store::{File, Parsed, Statements},
    subject::{Subject, network_of},
};

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
        let notes = edition_notes(day, &entries);
        let parsed = Parsed {
            source: SourceRow::new("ofac", &source_name(name)),
            statements: Statements::Edition {
                list: OFAC_LIST.to_owned(),
                day: day.number(),
                entries,
            },
            rejected,
            notes,
        };
        self.write(File::new("ofac-csv", name, &day.to_string(), text), parsed)
    }
}

/// Where a listed address belongs. The SDN list gives at least one TRON address as `XBT`: a
/// checksum that is right on TRON is no accident, and to lose a listed address for its label would
/// be worse than to correct the label.
pub(super) fn place(asset: &str, address: &str) -> std::result::Result<Subject, AddressError> {
    Subject::address(asset, address).or_else(|error| {
        Address::parse(Chain::Tron, address)
            .map(|address| Subject::of(Chain::Tron, &address))
            .map_err(|_| error)
    })
}

/// The day, and every address whose asset was corrected.
pub(super) fn edition_notes(day: Day, entries: &[EntryRow]) -> Vec<String> {
    let corrected = entries.iter().filter(|entry| {
        network_of(&entry.asset, &entry.subject.text)
            .is_ok_and(|chain| chain.slug() != entry.subject.network)
    });
    let corrected = corrected.map(|entry| {
        let (text, network) = (&entry.subject.text, &entry.subject.network);
        format!("{text} is listed as {} and was taken as an address of {network}", entry.asset)
    });
    std::iter::once(format!("edition of {day}")).chain(corrected).collect()
}

/// The day that is given, or the one in the name of the file.
pub(super) fn edition_day(name: &str, day: Option<Day>) -> Result<Day> {
    day.or_else(|| day_in(name)).ok_or_else(|| {
        let reason = "a list needs the day of its edition: give it, or put YYYY-MM-DD in the name";
        AttributionError::refused(name, reason)
    })
}

fn split_names(text: &str) -> Vec<String> {
    text.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
