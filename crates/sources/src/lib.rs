//! Outside data in, all of it untrusted: dumps in CSV, JSON lines and Parquet, price files, and
//! Bitcoin Core's own files ([`bitcoin`]).
//!
//! A [`Layout`] is a small TOML file that says which column of a dump is which field of a record;
//! the built-in ones and a user's own go through the same parser. [`Dump::open`] binds a layout to
//! a file and then yields [`Row`]s. A bad row is an error that names file, line and column, and the
//! reader goes on with the next row; a file that cannot be read to its end stops with an error.
//!
//! ```
//! use sources::{Dump, Layout, Options, Row, SourceError};
//! # fn run(path: &std::path::Path) -> Result<(), SourceError> {
//! let layout = Layout::builtin("prices-csv").expect("it is built in");
//! for row in Dump::open(path, layout, &Options::default())? {
//!     match row {
//!         Ok(Row::Price(price)) => assert!(!price.asset.is_empty()),
//!         Ok(Row::Record(_) | Row::Label(_)) => {}
//!         Err(SourceError::Row(bad)) => assert!(bad.line > 1, "{bad}"),
//!         Err(stopped) => return Err(stopped),
//!     }
//! }
//! # Ok(()) }
//! ```

mod bind;
pub mod bitcoin;
mod decode;
mod dump;
mod dumplings;
mod error;
mod fingerprint;
mod input;
mod layout;
mod options;
mod row;
mod table;
pub mod text;
mod value;

pub use dump::Dump;
pub use dumplings::Dumplings;
pub use error::{MissingColumn, RowError, SourceError};
pub use fingerprint::{Fingerprint, fingerprint};
pub use layout::{ColumnUse, Field, Layout, LayoutError, RecordKind, detect};
pub use options::{Limits, Options};
pub use row::{LabelRow, PriceRow, Row};
