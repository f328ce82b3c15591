//! What a trace asks of those who say what the facts mean.

use std::sync::Arc;

use super::{AddressNo, TxNo};
use crate::Label;

/// A transaction in which several owners pay together, so that nobody can tell whose output is
/// whose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoinJoin {
    /// How it was made, such as `wasabi2`.
    pub protocol: String,
    /// How many outputs have the most common value: the crowd that one of them hides in.
    pub anonymity_set: usize,
    /// Name and version of the rule that says so.
    pub rule_version: String,
}

/// Attribution and graph as a trace sees them. Answers must not change during a run.
pub trait Claims: Sync {
    /// The label of an address, or of its cluster, when a transaction pays it.
    fn label(&self, address: AddressNo, by: TxNo) -> Option<Arc<Label>>;

    /// Whether a transaction is a CoinJoin.
    fn coinjoin(&self, tx: TxNo) -> Option<CoinJoin>;

    /// The number of the cluster that an address belongs to; `None` where no clusters are known.
    fn cluster(&self, address: AddressNo) -> Option<u32> {
        let _ = address;
        None
    }

    /// The addresses of a cluster.
    fn members(&self, cluster: u32) -> Vec<AddressNo> {
        let _ = cluster;
        Vec::new()
    }
}

/// Knows nobody and nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoClaims;

impl Claims for NoClaims {
    fn label(&self, _: AddressNo, _: TxNo) -> Option<Arc<Label>> {
        None
    }

    fn coinjoin(&self, _: TxNo) -> Option<CoinJoin> {
        None
    }
}
