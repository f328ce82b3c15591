//! Every question that Tracewell answers, one file each.

mod error;
mod labels;
mod show;
mod subject;
mod trace;
mod valuation;
mod workspace;

pub use error::{ErrorKind, QueryError};
pub use show::{
    ActorAnswer, AddressAnswer, MoveAnswer, PoolAnswer, ShowAnswer, TotalAnswer, TransactionAnswer,
    show,
};
pub use subject::Subject;
pub use trace::{
    CoverageAnswer, HolderAnswer, LineAnswer, Manifest, PathAnswer, PoolDeposits, RunAnswer,
    SeedAnswer, StepAnswer, StopAnswer, TouchedAnswer, TraceAnswer, TraceQuestion,
    UnreconciledAnswer, WhyAnswer, trace, why,
};
pub use workspace::Workspace;
