//! What people see of one answer: lines, facts by name, tables.

use super::{Table, table::printable};

/// An answer set for people, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    Lines(Vec<String>),
    Facts(Vec<(String, String)>),
    Table(Table),
}

impl Page {
    /// An empty page.
    pub(crate) fn new() -> Page {
        Page::default()
    }

    /// The title of what follows.
    pub(crate) fn heading(mut self, text: impl Into<String>) -> Page {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// A sentence; several in a row stand one below the other.
    pub(crate) fn line(mut self, text: impl Into<String>) -> Page {
        match self.blocks.last_mut() {
            Some(Block::Lines(lines)) => lines.push(text.into()),
            _ => self.blocks.push(Block::Lines(vec![text.into()])),
        }
        self
    }

    /// A named fact; those without a value are left out.
    pub(crate) fn fact(mut self, name: &str, value: impl Into<Option<String>>) -> Page {
        let Some(value) = value.into().filter(|value| !value.is_empty()) else { return self };
        match self.blocks.last_mut() {
            Some(Block::Facts(facts)) => facts.push((name.to_owned(), value)),
            _ => self.blocks.push(Block::Facts(vec![(name.to_owned(), value)])),
        }
        self
    }

    /// A table; one without rows is left out for people.
    pub(crate) fn table(mut self, table: Table) -> Page {
        self.blocks.push(Block::Table(table));
        self
    }

    /// For a terminal.
    pub(super) fn to_text(&self) -> String {
        let bold = anstyle::Style::new().bold();
        let parts = self.blocks.iter().filter_map(|block| match block {
            Block::Heading(text) => Some(format!("{bold}{}{bold:#}\n", printable(text))),
            Block::Lines(lines) => {
                Some(lines.iter().map(|line| printable(line) + "\n").collect::<String>())
            }
            Block::Facts(facts) => {
                let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
                let one = |(name, value): &(String, String)| {
                    format!("{name:width$}  {}\n", printable(value))
                };
                Some(facts.iter().map(one).collect::<String>())
            }
            Block::Table(table) if table.is_empty() => None,
            Block::Table(table) => Some(table.to_text()),
        });
        parts.collect::<Vec<_>>().join("\n")
    }

    /// For a document.
    pub(super) fn to_markdown(&self) -> String {
        let parts = self.blocks.iter().filter_map(|block| match block {
            Block::Heading(text) => Some(format!("## {}\n", printable(text))),
            Block::Lines(lines) => {
                Some(lines.iter().map(|line| printable(line) + "\n").collect::<String>())
            }
            Block::Facts(facts) => {
                let one =
                    |(name, value): &(String, String)| format!("- {name}: {}\n", printable(value));
                Some(facts.iter().map(one).collect::<String>())
            }
            Block::Table(table) if table.is_empty() => None,
            Block::Table(table) => Some(table.to_markdown()),
        });
        parts.collect::<Vec<_>>().join("\n")
    }

    /// For a machine that wants a table: the first one. A page without a table gives its facts.
    pub(super) fn to_csv(&self) -> String {
        for block in &self.blocks {
            if let Block::Table(table) = block {
                return table.to_csv();
            }
        }
        let mut facts = Table::new([super::Column::text("name"), super::Column::text("value")]);
        for block in &self.blocks {
            if let Block::Facts(pairs) = block {
                for (name, value) in pairs {
                    facts.row([name.as_str().into(), value.as_str().into()]);
                }
            }
        }
        facts.to_csv()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Column, *};

    fn example() -> Page {
        let mut table = Table::new([Column::text("a")]);
        table.row(["x".into()]);
        Page::new()
            .heading("Title")
            .fact("one", "1".to_owned())
            .fact("none", None)
            .fact("seventeen", "17".to_owned())
            .table(table)
            .table(Table::new([Column::text("never")]))
            .line("The end.")
    }

    #[test]
    fn blocks_stand_apart() {
        let plain = anstream::adapter::strip_str(&example().to_text()).to_string();
        insta::assert_snapshot!(plain, @r"
        Title

        one        1
        seventeen  17

        a
        x

        The end.
        ");
    }

    #[test]
    fn markdown_has_all_and_csv_the_first_table() {
        insta::assert_snapshot!(example().to_markdown(), @r"
        ## Title

        - one: 1
        - seventeen: 17

        | a |
        | --- |
        | x |

        The end.
        ");
        assert_eq!(example().to_csv(), "a\nx\n");
        assert_eq!(Page::new().fact("k", "v".to_owned()).to_csv(), "name,value\nk,v\n");
    }
}
