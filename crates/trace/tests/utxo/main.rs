//! Tracing on UTXO chains: the invariants of `docs/methods/utxo_trace.md` on random chains, and
//! single cases.

mod cases;
mod exact;
mod invariants;
mod made;
mod reversal;
mod stored;
