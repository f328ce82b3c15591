//! Seizure orders of the Israeli Ministry of Defence: order, wallet or account, currency.

use super::{
    name::source_name,
    table::{Row, Table},
};
use crate::{
    Confidence, ImportReport, Reject, Result, Store,
    sql::{SourceRow, tags::TagRow},
    store::{File, Parsed, Statements},
    subject::Subject,
};

impl Store {
    /// Imports the wallets of the seizure orders.
    ///
    /// Many rows hold the number of an account at an exchange, which no ledger knows: they are
    /// rejected as such and counted in a note. A row without currency is read by its spelling.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_israel_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let table = Table::read(name, text, &["order", "wallet_or_account", "currency"])?;
        let mut rows = Vec::with_capacity(table.rows.len());
        let mut rejected = Vec::new();
        let mut accounts = 0_u64;
        for row in &table.rows {
            // One row of the published table holds two addresses.
            for wallet in table.get(row, "wallet_or_account").split(',').map(str::trim) {
                if is_account_number(wallet) {
                    accounts += 1;
                    rejected.push(account_number(row, wallet));
                    continue;
                }
                match read_wallet(wallet, table.get(row, "currency")) {
                    Ok(subject) => rows.push(tag(subject, table.get(row, "order"))),
                    Err(reason) => rejected.push(row.reject(format!("{wallet:?}: {reason}"))),
                }
            }
        }
        rejected.extend(table.rejected);
        let parsed = Parsed {
            source: SourceRow::new("authority", &source_name(name)),
            statements: Statements::Tags(rows),
            rejected,
            notes: vec![format!("{accounts} account numbers at exchanges, which are no addresses")],
        };
        self.write(File::new("israel-csv", name, "", text), parsed)
    }
}

/// Digits only, and too short for any address.
fn is_account_number(wallet: &str) -> bool {
    (1..25).contains(&wallet.len()) && wallet.bytes().all(|byte| byte.is_ascii_digit())
}

fn account_number(row: &Row, wallet: &str) -> Reject {
    row.reject(format!("{wallet}: the number of an account at an exchange, not an address"))
}

fn read_wallet(wallet: &str, currency: &str) -> std::result::Result<Subject, String> {
    let ticker = match currency {
        "" | "-" => ticker_by_spelling(wallet)
            .ok_or("no currency, and a spelling that no known chain has")?,
        stated => stated,
    };
    Subject::address(ticker, wallet).map_err(|error| error.to_string())
}

fn ticker_by_spelling(wallet: &str) -> Option<&'static str> {
    match wallet.as_bytes() {
        [b'0', b'x', ..] if wallet.len() == 42 => Some("ETH"),
        [b'T', ..] if wallet.len() == 34 => Some("TRX"),
        [b'1' | b'3', ..] | [b'b', b'c', b'1', ..] if wallet.len() >= 26 => Some("BTC"),
        _ => None,
    }
}

fn tag(subject: Subject, order: &str) -> TagRow {
    let order = order.trim_start_matches('-').trim();
    TagRow {
        abuse: Some("seizure".to_owned()),
        ..TagRow::new(
            subject,
            format!("Israel MoD seizure order {order}"),
            Confidence::AuthorityData.slug(),
        )
    }
}
