//! Clusters: addresses that our rules take for one owner's, with the evidence.
//!
//! A cluster is a claim. What joins two addresses is a rule and, nearly always, a transaction, so
//! `why` can show the chain of transactions between any two addresses of a cluster, and each step
//! of it can be checked against the facts. Rules stand in layers, the surest below:
//! same key, co-spend, self-change (which joins nothing new), one-time change. A cluster's number
//! is the smallest address number in it.
//!
//! Up to co-spend the clusters depend on nothing but the set of evidence: no order, no tags. One-time
//! change is a guess, kept apart and left out of every count unless somebody asks for it.
//! Rules, papers, scores: `docs/methods/co_spend.md`, `docs/methods/change.md`.

mod change;
mod change_layer;
mod co_spend;
mod evidence;
mod facts;
mod forest;
mod ledger_facts;
#[cfg(test)]
mod made;
mod monitor;
mod one_time_change;
mod partition;
#[cfg(test)]
mod properties;
mod rule;
mod same_key;
mod self_change;
mod store;

pub use change::change;
pub use change_layer::{ChangeLayer, ChangeLink, LARGE, Refusal, ServiceNo, services_in_one};
pub use co_spend::{barring_verdict, is_barred};
pub use evidence::{Evidence, Scope, holds};
pub use facts::{Facts, JointSpend};
pub use forest::Forest;
pub use monitor::{Health, health, largest};
pub use one_time_change::one_time_change;
pub use partition::{ClusterSize, Partition};
pub use rule::{Layer, Link, Rule, UnknownName};
pub use same_key::{KeyTags, same_key};
pub use self_change::self_change;
pub use store::{Built, Clusters, Plan, Reflects, build};
