//! US dollars at the time.

use chain::{Day, Price};
use serde::Serialize;

use crate::{Result, Store, sql};

/// How exactly a quote is dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    /// The close of the UTC day.
    Day,
}

/// A price with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// US dollars for one whole unit.
    pub price: Price,
    /// Who says so.
    pub source: String,
    /// The day it is of.
    pub day: Day,
    /// How exactly it is dated.
    pub granularity: Granularity,
}

/// Prices of a store.
pub struct PriceBook<'a> {
    store: &'a Store,
}

impl Store {
    /// The prices.
    pub fn prices(&self) -> PriceBook<'_> {
        PriceBook { store: self }
    }
}

impl PriceBook<'_> {
    /// The price of an asset on a day, of exactly that day: a missing day has no price, it does
    /// not borrow its neighbour's. Of several sources the first by name is taken, and of two
    /// prices of that source the lower.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn price(&self, asset: &str, day: Day) -> Result<Option<Quote>> {
        let asset = asset.to_ascii_uppercase();
        let found = sql::prices::first(&self.store.db, &asset, day.number())?;
        Ok(found.and_then(|(source, raw)| quote(day, source, raw)))
    }

    /// What every source says about the day, by source.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn all(&self, asset: &str, day: Day) -> Result<Vec<Quote>> {
        let asset = asset.to_ascii_uppercase();
        let found = sql::prices::of(&self.store.db, &asset, day.number())?;
        Ok(found.into_iter().filter_map(|(source, raw)| quote(day, source, raw)).collect())
    }
}

fn quote(day: Day, source: String, raw: i64) -> Option<Quote> {
    let price = Price::from_raw(u64::try_from(raw).ok()?);
    Some(Quote { price, source, day, granularity: Granularity::Day })
}
