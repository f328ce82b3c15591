//! What long work tells while it runs, and how it is told to stop.

/// Whoever watches an import. Every method has a default that ignores what it is told.
pub trait Progress {
    /// A new stage begins; in words, such as `reading transactions.csv`.
    fn stage(&self, text: &str) {
        let _ = text;
    }

    /// So many bytes of so many are read. The total is 0 where nobody knows it.
    fn bytes(&self, read: u64, total: u64) {
        let _ = (read, total);
    }

    /// Whether to stop; asked every few thousand rows and between files.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Progress for Unwatched {}
