//! Follows value from where it was stolen to where it ends, unit by unit.
//!
//! A trace walks the value moves of a ledger in chain order, carries taint by a named policy and
//! books every unit: at the first service or mixer that it enters, as a fee, as unspent, or at an
//! edge that says why it ends there. The sum of the balance sheet equals the seed exactly
//! (`docs/methods/account_trace.md`).
//!
//! A run is a pure function of the ledger, the labels, the prices and the parameters.

mod balance;
mod engine;
mod error;
mod guard;
mod interval;
mod label;
mod parallel;
mod parameters;
mod policy;
mod purse;
mod seed;
mod sheet;
pub mod utxo;
mod why;

pub use engine::trace;
pub use error::TraceError;
pub use guard::Guard;
pub use label::{Label, Labels, NoLabels, Role};
pub use parameters::Parameters;
pub use policy::{Policy, UnknownPolicy};
pub use seed::Seed;
pub use sheet::{Arrival, Endpoint, Flow, Holder, Line, Run, SeedTotal, StopReason, Unreconciled};
pub use why::{Path, why};
