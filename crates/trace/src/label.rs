//! What the trace asks of attribution: whose address is this, and does value stop there.

use chain::{Account, Timestamp};
use serde::Serialize;

/// What an address means for a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An exchange, payment processor, gambling site…: commingles, so a trace stops.
    Service,
    /// A mixer.
    Mixer,
    /// A bridge, or a swap venue whose crossing is not decoded.
    Bridge,
    /// An address that nobody can spend from.
    Burn,
    /// Known as a thief, a victim, a private person: value passes through, however busy it is.
    Passage,
    /// Has a name, but nothing says what it does: value passes through unless it is busy enough to
    /// be a service.
    Unsettled,
}

/// The label that attribution chose for an address, and whose word it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Identifier of the actor, where a source names one.
    pub actor: Option<String>,
    /// Name to show.
    pub name: String,
    /// Category slug of the taxonomy.
    pub category: Option<String>,
    /// Countries of the actor, ISO 3166-1 alpha-2.
    pub jurisdictions: Vec<String>,
    /// What it means for a trace.
    pub role: Role,
    /// Confidence of the source that decided.
    pub confidence: String,
    /// Sources that say so.
    pub sources: Vec<String>,
}

impl Label {
    /// What tells one party from another: the actor, or where no source names one, category and
    /// name. A colon stands in no actor's identifier.
    pub(crate) fn party(&self) -> String {
        match &self.actor {
            Some(actor) => actor.clone(),
            None => format!("{}: {}", self.category.as_deref().unwrap_or("?"), self.name),
        }
    }
}

/// Attribution as a trace sees it. Answers must not change during a run.
pub trait Labels: Sync {
    /// The label of an address at a time; `None` where nothing is known.
    fn label(&self, account: &Account, at: Timestamp) -> Option<Label>;
}

/// Knows nobody: every trace then runs to where value rests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLabels;

impl Labels for NoLabels {
    fn label(&self, _: &Account, _: Timestamp) -> Option<Label> {
        None
    }
}
