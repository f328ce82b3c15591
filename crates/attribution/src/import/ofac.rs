//! What the three published forms of OFAC's list have in common: an edition of a day, whose entries
//! replace no other edition's.

use chain::{Address, AddressError, Chain, Day};

use super::{
    OFAC_LIST,
    name::{day_in, source_name},
};
use crate::{
    AttributionError, Reject, Result,
    sql::{SourceRow, lists::EntryRow},
    store::{Parsed, Statements},
    subject::{Subject, network_of},
};

/// One edition, ready to be written.
pub(super) fn edition(
    name: &str,
    day: Day,
    entries: Vec<EntryRow>,
    rejected: Vec<Reject>,
) -> Parsed {
    Parsed {
        source: SourceRow::new("ofac", &source_name(name)),
        notes: edition_notes(day, &entries),
        statements: Statements::Edition { list: OFAC_LIST.to_owned(), day: day.number(), entries },
        rejected,
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
fn edition_notes(day: Day, entries: &[EntryRow]) -> Vec<String> {
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
