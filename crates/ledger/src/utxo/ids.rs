//! Numbers of the rows of a UTXO ledger: dense, from 0, in the order of the chain.

/// Number of a transaction, counted over the whole chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxNo(pub u32);

/// Number of an output, counted over the whole chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputNo(pub u64);

/// Number of an address: a distinct output script, in the order of first appearance. Two outputs
/// have one number exactly if their scripts are equal byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressNo(pub u32);
