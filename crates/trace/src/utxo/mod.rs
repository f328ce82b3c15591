//! Tracing on UTXO chains: value follows the outputs of transactions.
//!
//! Between two transactions value cannot mix: an output is made once and spent whole. So taint is a
//! number (or a set of units) for each output, and a policy is a rule for sharing the taint of a
//! transaction's inputs among its outputs (`docs/methods/utxo_trace.md`).

mod assign;
mod claims;
mod engine;
mod facts;
mod habits;
mod interval;
mod ledger;
mod parameters;
mod peel;
mod ranges;
mod run;
mod seed;
mod sheet;
mod trace;
mod why;

pub use ::ledger::utxo::{AddressNo, OutputNo, TxNo};
pub use claims::{Claims, CoinJoin, NoClaims};
pub use engine::follow;
pub use facts::Facts;
pub use parameters::{CoinJoinRule, Parameters, UnknownCoinJoinRule};
pub use peel::{Peel, PeelChain, peel_chains};
pub use ranges::{Ranges, Units};
pub use run::{Fee, Flow, Place, Run};
pub use seed::{Seed, SeedOutput, resolve};
pub use sheet::{Arrival, CoinJoinStop, Holder, Line, address_count, lines};
pub use trace::{Traced, trace};
pub use why::{Path, why};
