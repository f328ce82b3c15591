//! The boundary: plain questions and plain answers.
//!
//! Whatever asks Tracewell (the command line today, HTTP and the web page later) asks here and gets
//! structs with public fields, whose JSON form is the contract. Nothing in [`query`] knows a
//! terminal, an environment variable, a clock or a network.

pub mod query;
