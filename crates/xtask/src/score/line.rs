//! One measurement.

use serde_json::json;

use super::wilson;

/// What a measurement should reach, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    AtLeast(u64),
    Below(u64),
}

/// How often something holds in a truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The rule that is measured.
    pub(super) method: &'static str,
    /// The file that it is measured on, and which part of it.
    pub(super) truth: &'static str,
    /// What is counted.
    pub(super) metric: &'static str,
    /// How often it holds.
    pub(super) hits: u64,
    /// Out of how many; 0 where nothing could be measured.
    pub(super) n: u64,
    pub(super) target: Option<Target>,
    /// Ids of those that count against the rule.
    pub(super) exceptions: Vec<String>,
}

impl Line {
    /// Share, low and high in millionths; `None` where nothing could be measured.
    pub(super) fn shares(&self) -> Option<(u64, u64, u64)> {
        let (low, high) = (self.n > 0).then(|| wilson::interval(self.hits, self.n))?;
        Some((wilson::share(self.hits, self.n), low, high))
    }

    /// Whether the target is met; `None` without one, or unmeasured.
    pub(super) fn met(&self) -> Option<bool> {
        let (share, ..) = self.shares()?;
        self.target.map(|target| match target {
            Target::AtLeast(least) => share >= least,
            Target::Below(most) => share < most,
        })
    }

    /// The line as a JSON object; shares are decimal texts, `null` where unmeasured.
    pub(super) fn to_json(&self) -> serde_json::Value {
        let shares = self.shares();
        json!({
            "method": self.method,
            "truth": self.truth,
            "n": self.n,
            "metric": self.metric,
            "hits": self.hits,
            "value": shares.map(|one| fraction(one.0)),
            "low": shares.map(|one| fraction(one.1)),
            "high": shares.map(|one| fraction(one.2)),
            "target": self.target.map(Target::text),
            "met": self.met(),
        })
    }
}

impl Target {
    pub(super) fn text(self) -> String {
        match self {
            Target::AtLeast(share) => format!("≥ {}", percent(share)),
            Target::Below(share) => format!("< {}", percent(share)),
        }
    }
}

/// `0.986535` for 986,535 millionths.
fn fraction(millionths: u64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

/// `98.65 %`, rounded down.
pub(super) fn percent(millionths: u64) -> String {
    format!("{}.{:02} %", millionths / 10_000, millionths % 10_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(hits: u64, n: u64, target: Target) -> Line {
        let (method, truth, metric) = ("a", "b", "c");
        Line { method, truth, metric, hits, n, target: Some(target), exceptions: Vec::new() }
    }

    #[test]
    fn shares_are_texts_and_nothing_is_no_share() {
        let json = line(1, 8, Target::AtLeast(995_000)).to_json();
        assert_eq!((&json["value"], &json["met"]), (&json!("0.125000"), &json!(false)));
        assert_eq!(json["target"], json!("≥ 99.50 %"));
        let json = line(0, 0, Target::Below(5_000)).to_json();
        assert_eq!((&json["value"], &json["met"]), (&json!(null), &json!(null)));
    }

    #[test]
    fn a_bound_itself_is_reached_but_not_below() {
        assert_eq!(line(995, 1_000, Target::AtLeast(995_000)).met(), Some(true));
        assert_eq!(line(5, 1_000, Target::Below(5_000)).met(), Some(false));
        assert_eq!(line(4, 1_000, Target::Below(5_000)).met(), Some(true));
    }
}
