//! One file a command: read the arguments, ask, print.

pub(crate) mod actors;
mod claims;
pub(crate) mod cluster;
mod cluster_export;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod incidents;
pub(crate) mod ingest;
pub(crate) mod man;
pub(crate) mod show;
pub(crate) mod tags;
pub(crate) mod trace;
pub(crate) mod verify;
pub(crate) mod why;
