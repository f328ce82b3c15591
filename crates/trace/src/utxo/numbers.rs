//! Numbers of transactions, outputs and addresses, as the ledger counts them.

/// Number of a transaction, counted over the whole chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxNo(pub u32);

/// Number of an output, counted over the whole chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputNo(pub u64);

/// Number of an address: a distinct output script, in the order of first appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressNo(pub u32);
