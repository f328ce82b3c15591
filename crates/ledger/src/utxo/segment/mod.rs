//! Segments: immutable stretches of the chain in columns.

mod build;
mod files;
mod firsts;
mod read;

pub(crate) use build::build;
pub(crate) use read::{Segment, spends_of};

/// Scripts have no fixed length: every so many there is a mark where one begins.
const SCRIPTS_BETWEEN_MARKS: usize = 32;
