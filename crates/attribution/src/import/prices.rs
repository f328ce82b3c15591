//! Daily prices.

use chain::{Day, Price};

use super::name::source_name;
use crate::{
    ImportReport, Reject, Result, Store,
    key::KeyBuilder,
    sql::SourceRow,
    store::{File, Parsed, Statements},
};

/// One source's price of one asset on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// UTC day.
    pub day: Day,
    /// Ticker; kept in upper case.
    pub asset: String,
    /// US dollars for one whole unit.
    pub price: Price,
    /// Who says so.
    pub source: String,
}

impl Store {
    /// Imports prices. All sources are kept; [`crate::PriceBook`] picks one.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn import_prices(
        &mut self,
        name: &str,
        rows: impl IntoIterator<Item = PriceRow>,
    ) -> Result<ImportReport> {
        let mut rejected = Vec::new();
        let mut prices = Vec::new();
        let mut content = KeyBuilder::new("prices");
        for (at, row) in rows.into_iter().enumerate() {
            let asset = row.asset.trim().to_ascii_uppercase();
            let day = row.day.number();
            content = content.text(&asset).number(Some(day.into())).text(&row.source);
            match i64::try_from(row.price.to_raw()) {
                Ok(_) if asset.is_empty() || row.source.trim().is_empty() => {
                    rejected.push(Reject::new(format!("row {at}"), "no asset or no source"));
                }
                Ok(price) => {
                    content = content.number(Some(price));
                    prices.push((asset, day, row.source.trim().to_owned(), price));
                }
                Err(_) => {
                    let reason = format!("price {} is beyond 9 million dollars", row.price);
                    rejected.push(Reject::new(format!("row {at}"), reason));
                }
            }
        }
        let parsed = Parsed {
            source: SourceRow::new("prices", &source_name(name)),
            statements: Statements::Prices(prices),
            rejected,
            notes: Vec::new(),
        };
        let file = File { kind: "prices", name, parameters: "", content: content.finish() };
        self.write(file, parsed)
    }
}
