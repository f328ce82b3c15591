//! OFAC's own SDN files of the older delimited format: no header, `-0- ` for nothing, addresses
//! inside the remarks, long remarks continued in a second file.

use std::collections::BTreeMap;

use chain::Day;

use super::ofac::{edition, edition_day, place};
use crate::{
    AttributionError, ImportReport, Reject, Result, Store, sql::lists::EntryRow, store::File,
    subject::Subject,
};

/// The texts of one edition's files. The file of postal addresses (`add`) says nothing about coins.
#[derive(Clone, Copy, Debug)]
pub struct OfacRaw<'a> {
    /// `sdn.csv`: party number, name, type, program, …, remarks.
    pub sdn: &'a str,
    /// `alt.csv`: party number, alias number, kind, name, remarks.
    pub alt: &'a str,
    /// `sdn_comments.csv`: party number, the rest of the remarks. May be empty.
    pub sdn_comments: &'a str,
}

/// Columns of `sdn.csv`.
const SDN_COLUMNS: usize = 12;
const MARK: &str = "Digital Currency Address - ";

impl Store {
    /// Imports one edition of OFAC's own delimited files. They do not name their day.
    ///
    /// # Errors
    /// No day, files that do not have OFAC's columns, a store that cannot be written.
    pub fn import_ofac_raw(
        &mut self,
        name: &str,
        files: OfacRaw<'_>,
        day: Option<Day>,
    ) -> Result<ImportReport> {
        let day = edition_day(name, day)?;
        let aliases = names_by_party(name, files.alt)?;
        let comments = comments_by_party(name, files.sdn_comments)?;
        let mut entries = Vec::new();
        let mut rejected = Vec::new();
        for (line, fields) in records(name, "sdn", files.sdn)? {
            if fields.len() == 1 && fields.get(0).is_some_and(|text| text.trim() == "\u{1a}") {
                continue; // The end-of-file mark of the DOS program that wrote it.
            }
            if fields.len() != SDN_COLUMNS {
                let reason = format!("sdn line {line}: {} fields, expected 12", fields.len());
                return Err(AttributionError::refused(name, reason));
            }
            let party = Party::read(&fields, &aliases, &comments);
            for (asset, address) in addresses_in(&party.remarks) {
                match place(asset, address) {
                    Ok(subject) => entries.push(party.entry(subject, asset)),
                    Err(error) => rejected.push(Reject::new(
                        format!("sdn line {line}"),
                        format!("{asset} {address}: {error}"),
                    )),
                }
            }
        }
        let parsed = edition(name, day, entries, rejected);
        let whole = [files.sdn, files.alt, files.sdn_comments].join("\u{0}");
        self.write(File::new("ofac-raw", name, &day.to_string(), &whole), parsed)
    }
}

struct Party {
    uid: String,
    names: Vec<String>,
    program: Option<String>,
    remarks: String,
}

impl Party {
    fn read(
        fields: &csv::StringRecord,
        aliases: &BTreeMap<String, Vec<String>>,
        comments: &BTreeMap<String, String>,
    ) -> Party {
        let field = |at| fields.get(at).map_or("", filled);
        let uid = field(0).to_owned();
        let mut names = vec![field(1).to_owned()];
        names.extend(aliases.get(&uid).into_iter().flatten().cloned());
        // A remark is cut in the middle of a word and goes on in the other file.
        let mut remarks = fields.get(11).map_or("", filled_untrimmed).to_owned();
        if let Some(rest) = comments.get(&uid) {
            remarks.push_str(rest);
        }
        let program = Some(field(3).to_owned()).filter(|program| !program.is_empty());
        Party { uid, names, program, remarks }
    }

    fn entry(&self, subject: Subject, asset: &str) -> EntryRow {
        EntryRow {
            subject,
            letter_case_kept: true,
            asset: asset.to_owned(),
            names: self.names.clone(),
            program: self.program.clone(),
            uid: Some(self.uid.clone()),
        }
    }
}

/// Pairs of asset and address in a remark.
fn addresses_in(remarks: &str) -> impl Iterator<Item = (&str, &str)> {
    remarks.split(';').filter_map(|part| {
        let part = part.trim().trim_end_matches('.');
        let part = part.strip_prefix("alt. ").unwrap_or(part);
        part.strip_prefix(MARK)?.trim().split_once(' ')
    })
}

fn filled(text: &str) -> &str {
    filled_untrimmed(text).trim()
}

fn filled_untrimmed(text: &str) -> &str {
    if text.trim() == "-0-" { "" } else { text }
}

fn records(name: &str, file: &str, text: &str) -> Result<Vec<(u64, csv::StringRecord)>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| {
            let fields = record
                .map_err(|error| AttributionError::refused(name, format!("{file}: {error}")))?;
            Ok((fields.position().map_or(0, csv::Position::line), fields))
        })
        .collect()
}

fn names_by_party(name: &str, alt: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, fields) in records(name, "alt", alt)? {
        if let (Some(uid), Some(alias)) = (fields.get(0), fields.get(3)) {
            names.entry(filled(uid).to_owned()).or_default().push(filled(alias).to_owned());
        }
    }
    Ok(names)
}

fn comments_by_party(name: &str, text: &str) -> Result<BTreeMap<String, String>> {
    let mut comments: BTreeMap<String, String> = BTreeMap::new();
    for (_, fields) in records(name, "sdn_comments", text)? {
        if let (Some(uid), Some(rest)) = (fields.get(0), fields.get(1)) {
            comments.entry(filled(uid).to_owned()).or_default().push_str(filled_untrimmed(rest));
        }
    }
    Ok(comments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_is_cut_inside_an_address_is_joined() {
        let address = "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h";
        let (head, tail) = address.split_at(9);
        let nothing = ",-0- ".repeat(7);
        let sdn = format!(
            "1,\"DOE, John\",\"individual\",\"CYBER2\"{nothing},\"DOB 1970; Digital Currency Address - XBT {head}\"\n"
        );
        let alt = "1,7,\"aka\",\"DOE, Jack\",-0- \n";
        let comments =
            format!("1,\"{tail}; alt. Digital Currency Address - XBT bad; Gender Male.\"\n");
        let mut store = Store::in_memory().expect("opens");
        let files = OfacRaw { sdn: &sdn, alt, sdn_comments: &comments };
        let day = "2021-11-01".parse().ok();
        assert!(store.import_ofac_raw("raw", files, None).is_err(), "a list needs a day");
        let report = store.import_ofac_raw("raw", files, day).expect("imports");
        assert_eq!((report.imported, report.rejected.len()), (1, 1));
    }
}
