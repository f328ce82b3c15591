//! CSV with a header line, rows by line number, columns by name.

use crate::{AttributionError, Reject, Result};

/// A parsed CSV file.
pub(crate) struct Table {
    columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) rejected: Vec<Reject>,
}

/// One data row.
pub(crate) struct Row {
    pub(crate) line: u64,
    fields: csv::StringRecord,
}

impl Row {
    /// The place of this row in a report.
    pub(crate) fn at(&self) -> String {
        format!("line {}", self.line)
    }

    pub(crate) fn reject(&self, reason: impl Into<String>) -> Reject {
        Reject::new(self.at(), reason)
    }
}

impl Table {
    /// Reads the text and makes sure that the columns are there.
    pub(crate) fn read(name: &str, text: &str, wanted: &[&str]) -> Result<Table> {
        // Rows of another length are rejected one by one, so the reader must let them pass.
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headers =
            reader.headers().map_err(|error| AttributionError::refused(name, error.to_string()))?;
        let columns: Vec<String> = headers
            .iter()
            .map(|column| column.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        for column in wanted {
            if !columns.iter().any(|known| known == column) {
                let found = columns.join(", ");
                let reason = format!("line 1: no column {column:?}; found: {found}");
                return Err(AttributionError::refused(name, reason));
            }
        }
        let mut table = Table { columns, rows: Vec::new(), rejected: Vec::new() };
        for record in reader.records() {
            let fields =
                record.map_err(|error| AttributionError::refused(name, error.to_string()))?;
            let row = Row { line: fields.position().map_or(0, csv::Position::line), fields };
            if row.fields.len() == table.columns.len() {
                table.rows.push(row);
            } else {
                let reason = format!(
                    "{} fields where the header has {}",
                    row.fields.len(),
                    table.columns.len()
                );
                table.rejected.push(row.reject(reason));
            }
        }
        Ok(table)
    }

    /// A field by column name; empty if the file has no such column.
    pub(crate) fn get<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|known| known == column)
            .and_then(|at| row.fields.get(at))
            .unwrap_or_default()
            .trim()
    }

    /// A field, or `None` if it is empty.
    pub(crate) fn filled<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        Some(self.get(row, column)).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_and_a_short_row_are_named() {
        let error = Table::read("a.csv", "asset,adress\n", &["asset", "address"]).err();
        let text = error.expect("refused").to_string();
        assert_eq!(text, "a.csv: line 1: no column \"address\"; found: asset, adress");
        let table = Table::read("a.csv", "a,b\n1,2\n3\n", &["a"]).expect("reads");
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rejected[0].line_or_path, "line 3");
    }
}
