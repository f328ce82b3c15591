//! Every question that Tracewell answers, one file each.

mod error;
mod workspace;

pub use error::{ErrorKind, QueryError};
pub use workspace::Workspace;
