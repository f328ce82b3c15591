//! The built binary, run as a user runs it.

mod claims;
mod cluster;
mod command_line;
mod import;
mod ingest;
mod interrupted;
mod node;
mod real_data;
mod story;
mod tracewell;
mod utxo_trace;
