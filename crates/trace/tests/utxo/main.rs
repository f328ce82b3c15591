//! Tracing on UTXO chains: the invariants of `docs/methods/utxo_trace.md` on random chains, and
//! single cases.

#![allow(clippy::cast_possible_truncation, reason = "chains in memory are small")]

mod cases;
mod exact;
mod invariants;
mod made;
mod reversal;
mod stored;
