//! What the shape of payments says about their owners.
//!
//! Everything here is a claim: a rule, its version and what it looked at. Facts stay in `ledger`.

pub mod cluster;
pub mod coinjoin;
mod error;

pub use error::GraphError;
