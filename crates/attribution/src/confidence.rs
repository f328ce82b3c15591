//! The ladder of confidence in a statement.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How a statement about an address came to be known, from the least to the most reliable.
///
/// The steps and their levels are those of GraphSense's TagPack format. Steps of one level are
/// ordered by this list, so that a choice between two statements is always the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Confidence {
    /// Source and reliability are unknown.
    #[default]
    Unknown,
    /// A method whose reliability is hard to quantify.
    Heuristic,
    /// Crawled from the web or from another data dump.
    WebCrawl,
    /// A third party moved funds between known services.
    UntrustedTransaction,
    /// A report such as an academic paper.
    Forensic,
    /// Published by the service itself, for instance a proof of reserves.
    ServiceData,
    /// From a trusted third party.
    TrustedProvider,
    /// Published by a public authority.
    AuthorityData,
    /// Found in an investigation: a known victim's, perpetrator's or service's address.
    ForensicInvestigation,
    /// From the programming interface of a known service.
    ServiceApi,
    /// The creator moved funds between known services.
    ManualTransaction,
    /// Read from the ledger by a reliable procedure.
    LedgerImmanent,
    /// The creator holds the key.
    Ownership,
    /// The creator knows that the statement stands for a whole cluster.
    Override,
}

const LADDER: &[(Confidence, &str, u8)] = &[
    (Confidence::Unknown, "unknown", 5),
    (Confidence::Heuristic, "heuristic", 10),
    (Confidence::WebCrawl, "web_crawl", 20),
    (Confidence::UntrustedTransaction, "untrusted_transaction", 40),
    (Confidence::Forensic, "forensic", 50),
    (Confidence::ServiceData, "service_data", 50),
    (Confidence::TrustedProvider, "trusted_provider", 50),
    (Confidence::AuthorityData, "authority_data", 60),
    (Confidence::ForensicInvestigation, "forensic_investigation", 70),
    (Confidence::ServiceApi, "service_api", 70),
    (Confidence::ManualTransaction, "manual_transaction", 90),
    (Confidence::LedgerImmanent, "ledger_immanent", 100),
    (Confidence::Ownership, "ownership", 100),
    (Confidence::Override, "override", 100),
];

impl Confidence {
    /// Every step, from the least to the most reliable.
    pub fn all() -> impl Iterator<Item = Confidence> {
        LADDER.iter().map(|(step, _, _)| *step)
    }

    fn row(self) -> &'static (Confidence, &'static str, u8) {
        LADDER
            .iter()
            .find(|(step, _, _)| *step == self)
            .expect("every step has a row, which a test checks")
    }

    /// Name in TagPack files and in output.
    pub fn slug(self) -> &'static str {
        self.row().1
    }

    /// GraphSense's level, 5 to 100.
    pub fn level(self) -> u8 {
        self.row().2
    }
}

/// A word that is no step of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown confidence {0:?}")]
pub struct UnknownConfidence(pub String);

impl FromStr for Confidence {
    type Err = UnknownConfidence;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        LADDER
            .iter()
            .find(|(_, slug, _)| *slug == text)
            .map(|(step, _, _)| *step)
            .ok_or_else(|| UnknownConfidence(text.chars().take(60).collect()))
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl Serialize for Confidence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_rises_and_reads_back() {
        let steps: Vec<_> = Confidence::all().collect();
        assert_eq!(steps.len(), 14);
        for pair in steps.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].level() <= pair[1].level(), "{pair:?}");
        }
        for step in steps {
            assert_eq!(step.slug().parse(), Ok(step));
        }
        assert!("certain".parse::<Confidence>().is_err());
    }
}
