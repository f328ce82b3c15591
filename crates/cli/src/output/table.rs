//! A table in the forms that every command has.

use comfy_table::{CellAlignment, presets};

use super::{grouped, grouped_decimal};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A count.
    Number(u128),
    /// A decimal number as text; it is never read as a float.
    Decimal(String),
}

impl Cell {
    /// For people: thousands are parted, control characters cannot reach the terminal.
    fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => printable(text),
            Cell::Number(number) => grouped(*number),
            Cell::Decimal(text) => grouped_decimal(text),
        }
    }

    /// For machines.
    fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Decimal(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
        }
    }

    fn says_nothing(&self) -> bool {
        match self {
            Cell::Empty | Cell::Number(0) => true,
            Cell::Text(text) => text.is_empty(),
            Cell::Number(_) | Cell::Decimal(_) => false,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        Cell::Number(number.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Cell {
        cell.map_or(Cell::Empty, Into::into)
    }
}

/// Foreign text without what could steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let safe = |letter: char| !letter.is_control() && !is_direction(letter);
    text.chars().map(|letter| if safe(letter) { letter } else { '\u{fffd}' }).collect()
}

/// Letters that turn the reading direction make one label look like another.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A column's name and how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    name: &'static str,
    right: bool,
    hidden_if_empty: bool,
}

impl Column {
    /// Words, on the left.
    pub(crate) fn text(name: &'static str) -> Column {
        Column { name, right: false, hidden_if_empty: false }
    }

    /// Numbers, on the right.
    pub(crate) fn number(name: &'static str) -> Column {
        Column { name, right: true, hidden_if_empty: false }
    }

    /// For people only shown if a row has something in it. CSV always has every column.
    pub(crate) fn if_filled(self) -> Column {
        Column { hidden_if_empty: true, ..self }
    }
}

/// Rows under named columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Table {
        Table { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row: one cell for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let cells: Vec<Cell> = cells.into_iter().collect();
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Numbers of the columns that people see.
    fn shown(&self) -> Vec<usize> {
        let filled = |at: usize| self.rows.iter().any(|row| !row[at].says_nothing());
        (0..self.columns.len())
            .filter(|at| !self.columns[*at].hidden_if_empty || filled(*at))
            .collect()
    }

    /// Aligned columns, the head in bold.
    pub(super) fn to_text(&self) -> String {
        let shown = self.shown();
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(shown.iter().map(|at| self.columns[*at].name));
        for row in &self.rows {
            table.add_row(shown.iter().map(|at| row[*at].shown()));
        }
        for (place, at) in shown.iter().enumerate() {
            if let Some(column) = table.column_mut(place) {
                column.set_padding((0, 2));
                if self.columns[*at].right {
                    column.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        let bold = anstyle::Style::new().bold();
        let mut text = String::new();
        for (line, content) in table.lines().enumerate() {
            let content = content.trim_end();
            match line {
                0 => text.push_str(&format!("{bold}{content}{bold:#}")),
                _ => text.push_str(content),
            }
            text.push('\n');
        }
        text
    }

    /// Comma-separated values with a head line.
    pub(super) fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = self.columns.iter().map(|column| column.name.replace(' ', "_"));
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::plain).collect::<Vec<_>>());
        for record in std::iter::once(names.collect::<Vec<_>>()).chain(rows) {
            writer.write_record(record).expect("memory takes what is written, and rows are even");
        }
        let bytes = writer.into_inner().expect("memory takes what is written");
        String::from_utf8(bytes).expect("it was made of texts")
    }

    /// A Markdown table.
    pub(super) fn to_markdown(&self) -> String {
        let shown = self.shown();
        let escaped = |text: String| text.replace('\\', "\\\\").replace('|', "\\|");
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(shown.iter().map(|at| self.columns[*at].name.to_owned()).collect());
        let rule = |at: &usize| if self.columns[*at].right { "---:" } else { "---" };
        text.push_str(&line(shown.iter().map(|at| rule(at).to_owned()).collect()));
        for row in &self.rows {
            text.push_str(&line(shown.iter().map(|at| escaped(row[*at].shown())).collect()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        let mut table = Table::new([
            Column::text("file"),
            Column::number("new rows"),
            Column::number("skipped").if_filled(),
            Column::number("usd"),
        ]);
        table.row(["a|b.csv".into(), 1_234_u64.into(), 0_u64.into(), Cell::Decimal("9.50".into())]);
        table.row([
            "\u{1b}[31m,".into(),
            7_u64.into(),
            Cell::Empty,
            Cell::Decimal("1234.00".into()),
        ]);
        table
    }

    #[test]
    fn people_see_aligned_columns_that_say_something() {
        let plain = anstream::adapter::strip_str(&example().to_text()).to_string();
        insta::assert_snapshot!(plain, @r"
        file     new rows       usd
        a|b.csv     1,234      9.50
        �[31m,          7  1,234.00
        ");
    }

    #[test]
    fn machines_get_every_column_and_plain_numbers() {
        insta::assert_snapshot!(example().to_csv().replace('\u{1b}', "ESC"), @r#"
        file,new_rows,skipped,usd
        a|b.csv,1234,0,9.50
        "ESC[31m,",7,,1234.00
        "#);
    }

    #[test]
    fn markdown_escapes_what_would_part_columns() {
        insta::assert_snapshot!(example().to_markdown(), @r"
        | file | new rows | usd |
        | --- | ---: | ---: |
        | a\|b.csv | 1,234 | 9.50 |
        | �[31m, | 7 | 1,234.00 |
        ");
    }
}
