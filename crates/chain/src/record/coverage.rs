//! How completely a source holds an address.

use crate::Account;

/// A source's statement about one address whose transactions it lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressCoverage {
    /// The address.
    pub account: Account,
    /// How many transactions of it the source listed, from its first on.
    pub rows: u64,
    /// Whether the list ended at a cap of the source rather than at the address's last transaction.
    pub capped: bool,
}
