//! A table of payments that are the seeds of one incident: thefts from many wallets at once.

use chain::{Amount, Chain, Family, UtxoTxId};

use super::table::{Row, Table};
use crate::{AttributionError, Result, Seed, incident::read_address};

/// No theft that is known has more; a longer table is a mistake.
const PAYMENTS_MAX: usize = 100_000;

/// Reads a table with the columns `txid`, `to` and `amount` (whole units); further columns are
/// passed over. A wrong row refuses the table: an incident with a part of its seeds would be
/// another theft.
pub(super) fn read(name: &str, text: &str, chain: Chain) -> Result<Vec<Seed>> {
    let refused = |at: String, reason: String| {
        Err(AttributionError::refused(name, format!("{at}: {reason}")))
    };
    if chain.family() != Family::Utxo {
        let reason = format!("{chain} has accounts; name the transfers as seeds");
        return Err(AttributionError::refused(name, reason));
    }
    let table = Table::read(name, text, &["txid", "to", "amount"])?;
    if let Some(reject) = table.rejected.first() {
        return refused(reject.line_or_path.clone(), reject.reason.clone());
    }
    if table.rows.is_empty() || table.rows.len() > PAYMENTS_MAX {
        let reason = format!("{} payments, expected 1 to {PAYMENTS_MAX}", table.rows.len());
        return Err(AttributionError::refused(name, reason));
    }
    let mut seeds: Vec<Seed> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match read_row(&table, row, chain) {
            Ok(seed) => seeds.push(seed),
            Err(reason) => return refused(row.at(), reason),
        }
    }
    Ok(seeds)
}

fn read_row(table: &Table, row: &Row, chain: Chain) -> std::result::Result<Seed, String> {
    let text = |column| table.get(row, column);
    let tx: UtxoTxId = text("txid").parse().map_err(|error| format!("txid: {error}"))?;
    let address = read_address(chain, text("to"))?;
    let amount = text("amount");
    let units = Amount::from_decimal(amount, chain.native_decimals());
    match units {
        Ok(units) if !units.is_zero() => {}
        Ok(_) => return Err("a payment of nothing".to_owned()),
        Err(error) => return Err(format!("amount {amount:?}: {error}")),
    }
    let (address, amount) = (Some(address), Some(amount.to_owned()));
    Ok(Seed::Outputs { chain, tx, output: None, address, amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO: &str = "17AuTmGhZ4HBoJtntpN9n6vHkP5LNnrt5q";

    #[test]
    fn a_payment_is_a_seed() {
        let tx = "01".repeat(32);
        let text = format!("txid,from,to,amount\n{tx},x,{TO},5.85006242\n");
        let seeds = read("p.csv", &text, Chain::Bitcoin).expect("reads");
        let [Seed::Outputs { amount: Some(amount), output: None, .. }] = &seeds[..] else {
            panic!("one payment: {seeds:?}")
        };
        assert_eq!(amount, "5.85006242");
    }

    #[test]
    fn one_wrong_row_refuses_the_table() {
        let tx = "01".repeat(32);
        for (rows, reason) in [
            (format!("{tx},{TO},1\n{tx},{TO},0.000000001\n"), "line 3"),
            (format!("{tx},{TO},0\n"), "nothing"),
            (format!("{tx},17AuTmGhZ4HBoJtntpN9n6vHkP5LNnrt5r,1\n"), "checksum"),
            (format!("0x{tx},{TO},1\n"), "txid"),
            (format!("{tx},{TO}\n"), "2 fields"),
            (String::new(), "0 payments"),
        ] {
            let text = format!("txid,to,amount\n{rows}");
            let error = read("p.csv", &text, Chain::Bitcoin).expect_err("refused").to_string();
            assert!(error.contains(reason), "{error}");
        }
        let text = format!("txid,to,amount\n{tx},{TO},1\n");
        assert!(read("p.csv", &text, Chain::Ethereum).is_err());
    }
}
