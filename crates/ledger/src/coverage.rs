//! How completely the ledger holds an address or a block.

use std::{collections::BTreeMap, path::Path};

use chain::{Account, record::AddressCoverage};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian as le};

use crate::{
    LedgerError,
    column::{self, Column},
    manifest::FileEntry,
};

const FILE_NAME: &str = "coverage";

/// How completely an address is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A source listed all its transactions: what is not here did not happen (for the kinds of
    /// moves that the source lists).
    Complete,
    /// A source listed its first `rows` transactions and stopped at a cap.
    Capped {
        /// How many it listed.
        rows: u64,
    },
    /// No source listed it: it is known only from what others did with it.
    Unlisted,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Row {
    account: [u8; 20],
    rows: le::U64,
    capped: u8,
}

/// The statements about addresses, merged: a complete list beats a capped one, and of two of a kind
/// the longer wins.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    accounts: BTreeMap<Account, (u64, bool)>,
}

impl Coverage {
    pub(crate) fn add(&mut self, statement: AddressCoverage) {
        let new = (statement.rows, statement.capped);
        self.accounts
            .entry(statement.account)
            .and_modify(|have| {
                let complete_and_longer = |&(rows, capped): &(u64, bool)| (!capped, rows);
                if complete_and_longer(&new) > complete_and_longer(have) {
                    *have = new;
                }
            })
            .or_insert(new);
    }

    pub(crate) fn merge(&mut self, other: &Coverage) {
        for (account, (rows, capped)) in &other.accounts {
            self.add(AddressCoverage { account: *account, rows: *rows, capped: *capped });
        }
    }

    pub(crate) fn held(&self, account: &Account) -> Held {
        match self.accounts.get(account) {
            None => Held::Unlisted,
            Some((_, false)) => Held::Complete,
            Some((rows, true)) => Held::Capped { rows: *rows },
        }
    }

    /// Addresses listed, and how many of them at a cap.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let capped = self.accounts.values().filter(|(_, capped)| *capped).count();
        (self.accounts.len() as u64, capped as u64)
    }

    /// Name of the file that holds this content.
    pub(crate) fn file_name(entry: &FileEntry) -> String {
        format!("{FILE_NAME}-{}", &entry.blake3[..entry.blake3.len().min(16)])
    }

    pub(crate) fn is_file_name(name: &str) -> bool {
        name.starts_with(FILE_NAME)
    }

    /// Writes the table beside the live one; the manifest then names it.
    pub(crate) fn write(&self, folder: &Path) -> Result<Option<FileEntry>, LedgerError> {
        if self.accounts.is_empty() {
            return Ok(None);
        }
        let rows: Vec<Row> = self
            .accounts
            .iter()
            .map(|(account, (rows, capped))| Row {
                account: account.0,
                rows: (*rows).into(),
                capped: u8::from(*capped),
            })
            .collect();
        let draft = folder.join("coverage.tmp");
        let entry = FileEntry::from(column::write(&draft, &rows)?);
        let path = folder.join(Coverage::file_name(&entry));
        std::fs::rename(&draft, &path).map_err(LedgerError::io(&path))?;
        Ok(Some(entry))
    }

    pub(crate) fn read(folder: &Path, entry: Option<&FileEntry>) -> Result<Coverage, LedgerError> {
        let mut coverage = Coverage::default();
        if let Some(entry) = entry {
            let column: Column<Row> = Column::open(folder.join(Coverage::file_name(entry)))?;
            for row in column.values() {
                coverage.accounts.insert(Account(row.account), (row.rows.get(), row.capped != 0));
            }
        }
        Ok(coverage)
    }
}

/// Joins block ranges that touch or overlap.
pub(crate) fn join_ranges(mut ranges: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(open) if first <= open.1.saturating_add(1) => open.1 = open.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_list_beats_a_capped_one_in_any_order() {
        let account = Account([7; 20]);
        let capped = AddressCoverage { account, rows: 10_000, capped: true };
        let complete = AddressCoverage { account, rows: 20, capped: false };
        for order in [[capped, complete], [complete, capped]] {
            let mut coverage = Coverage::default();
            order.into_iter().for_each(|statement| coverage.add(statement));
            assert_eq!(coverage.held(&account), Held::Complete);
        }
        assert_eq!(Coverage::default().held(&account), Held::Unlisted);
    }

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(join_ranges(vec![(5, 9), (1, 4), (20, 30), (8, 12)]), vec![(1, 12), (20, 30)]);
    }
}
