//! Scripted thefts with known truth: the demo and the tests use them.
//!
//! [`theft`] writes a made-up theft on an account chain as the *files* that the real importers
//! read, and beside them what the script itself knows about where the money went. Nothing in here
//! asks the trace engine: the truth is computed by the few lines of `policy`, so that the two
//! can disagree.
//!
//! Everything follows from the seed number: no clock, no file, no randomness from outside.
//! All names, addresses and amounts are invented.

mod agenda;
mod book;
mod cast;
mod entry;
mod files;
mod policy;
mod rng;
mod story;
mod truth;

use chain::{Account, Amount, Timestamp, TxId};
use serde::Serialize;

pub use truth::{Endpoint, EndpointKind, Received, Truth};

/// A scripted theft: what the outside world would hand to Tracewell, and what really happened.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The files, in the order in which a user would import them.
    pub files: Vec<ScenarioFile>,
    /// What the script knows.
    pub truth: Truth,
}

/// A file as it would lie on the disk of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Which importer reads it.
    pub kind: FileKind,
}

/// Which importer reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FileKind {
    /// Transactions, one a row, in CSV.
    Transactions,
    /// Which addresses the transaction file holds in full, in CSV.
    Coverage,
    /// Value moves inside transactions, in the CSV of an explorer's `txlistinternal`.
    InternalTransfers,
    /// Token moves, in the CSV of an explorer's `tokentx`.
    TokenTransfers,
    /// Deposits into one pool of a mixer, in CSV. The rows do not name the pool.
    MixerDeposits {
        /// The pool.
        pool: Account,
    },
    /// Daily closes, in CSV.
    Prices,
    /// Named parties, in ActorPack YAML.
    ActorPack,
    /// Statements about addresses, in TagPack YAML.
    TagPack,
    /// The theft itself, in TOML.
    Incident,
}

/// Where and when the stolen value starts to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Theft {
    tx: TxId,
    thief: Account,
    victim: Account,
    time: Timestamp,
    amount: Amount,
}

/// Writes the theft from "Harbour Bridge": 12,000 ETH, four wallets, a peel chain into two
/// exchanges of two countries, a mixer, a bridge, a wallet shared with honest money, noise.
///
/// The same number gives the same bytes; another number gives other addresses, amounts and times
/// of the same story.
pub fn theft(seed: u64) -> Scenario {
    let mut rng = rng::Rng::new(seed);
    let cast = cast::Cast::draw(&mut rng);
    let agenda = story::write(&cast, &mut rng);
    let book = book::Book::run(agenda, &mut rng);
    let theft = book.theft(&cast);
    let truth = truth::Truth::compute(seed, &cast, &book, theft);
    let files = files::all(&cast, &book, theft, &mut rng);
    Scenario { files, truth }
}

#[cfg(test)]
mod tests;
