//! What is derived when it is asked for: validity, categories, digests, conflicts.

mod conflict;
mod digest;
mod name_tag;
mod price;
mod query;
mod tag;
mod tagged;

pub use conflict::{Conflict, Conflicts};
pub use digest::Digest;
pub use price::{Granularity, PriceBook, Quote};
pub use query::{ActorFilter, SearchHit, SearchKind, SourceCount};
pub use tag::{Origin, Tag};
