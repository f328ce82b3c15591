//! Addresses that the FBI published for thefts by the DPRK: case, chain, address, published,
//! publication.

use chain::Timestamp;

use super::{name::source_name, table::Table};
use crate::{
    Confidence, ImportReport, Result, Store,
    sql::{SourceRow, tags::TagRow},
    store::{File, Parsed, Statements},
    subject::Subject,
};

impl Store {
    /// Imports the FBI's addresses. Each holds from the day of its publication; a publication
    /// only ever adds, so there are no editions and nobody is delisted.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_fbi_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let columns = ["case", "chain", "address", "published", "publication"];
        let table = Table::read(name, text, &columns)?;
        let mut rows = Vec::with_capacity(table.rows.len());
        let mut rejected = Vec::new();
        for row in &table.rows {
            let field = |column| table.get(row, column);
            let subject = Subject::address(field("chain"), field("address"));
            let published = field("published").parse::<Timestamp>();
            match (subject, published) {
                (Ok(subject), Ok(published)) => rows.push(TagRow {
                    abuse: Some("service_hack".to_owned()),
                    context: Some(field("publication").to_owned()),
                    lastmod: Some(published.seconds()),
                    valid_from: Some(published.seconds()),
                    currency: Some(field("chain").to_owned()),
                    ..TagRow::new(
                        subject,
                        format!("FBI: DPRK theft {}", field("case")),
                        Confidence::AuthorityData.slug(),
                    )
                }),
                (Err(error), _) => {
                    rejected.push(row.reject(format!("{}: {error}", field("address"))));
                }
                (_, Err(error)) => rejected.push(row.reject(format!("published: {error}"))),
            }
        }
        rejected.extend(table.rejected);
        let parsed = Parsed {
            source: SourceRow::new("authority", &source_name(name)),
            statements: Statements::Tags(rows),
            rejected,
            notes: Vec::new(),
        };
        self.write(File::new("fbi-csv", name, "", text), parsed)
    }
}
