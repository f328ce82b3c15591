//! One line of the results.

use serde_json::{Value, json};

use super::{
    figures::{Figures, megabytes, seconds},
    statistics::times,
    task::{Aim, Limit, Metric},
};

/// Ours beside somebody else's, at one task on one set.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) aim: Aim,
    pub(super) peer: String,
    pub(super) peer_version: String,
    /// The peer's figure was not measured here; these are its words.
    pub(super) quoted: Option<&'static str>,
    /// Who agreed with our answer without being measured.
    pub(super) referee: Option<&'static str>,
    pub(super) ours: Figures,
    /// Nothing where the peer's figure is for another size of set.
    pub(super) theirs: Figures,
    pub(super) set: String,
    /// Whether the aim holds for this set.
    pub(super) aimed: bool,
    pub(super) rounds: usize,
}

impl Line {
    /// How many times the peer's figure is ours, in hundredths.
    pub(super) fn ratio(&self) -> Option<u64> {
        times(best(&self.theirs, self.aim.metric)?, best(&self.ours, self.aim.metric)?)
    }

    /// Whether limits are kept; `None` where there are none, or none that this set can tell about.
    pub(super) fn keeps(&self, limits: &[Limit]) -> Option<bool> {
        if limits.is_empty() {
            return None;
        }
        let kept = limits.iter().map(|limit| self.keeps_one(*limit)).collect::<Option<Vec<bool>>>();
        Some(kept?.into_iter().all(|kept| kept))
    }

    fn keeps_one(&self, limit: Limit) -> Option<bool> {
        if let Limit::Ratio(least) = limit {
            return Some(self.ratio()? >= least);
        }
        if !self.aimed {
            return None;
        }
        Some(match limit {
            Limit::Cpu(most) => self.ours.cpu?.0 <= most,
            Limit::Wall(most) => self.ours.wall?.0 <= most,
            Limit::Memory(most) => self.ours.rss? <= most,
            Limit::Stored(most) => self.ours.stored? <= most,
            Limit::Ratio(_) => return None,
        })
    }

    /// The line as a JSON object. What was not measured or published is `null`.
    pub(super) fn to_json(&self) -> Value {
        let least = |pair: Option<(u64, u64)>| number(pair.map(|pair| seconds(pair.0)));
        let median = |pair: Option<(u64, u64)>| number(pair.map(|pair| seconds(pair.1)));
        let stored = |figures: &Figures| number(figures.stored.map(super::figures::thousandths));
        json!({
            "task": self.aim.id,
            "what": self.aim.what,
            "peer": self.peer,
            "peer_version": self.peer_version,
            "quoted": self.quoted.is_some(),
            "referee": self.referee,
            "ours_cpu_s": least(self.ours.cpu),
            "peer_cpu_s": least(self.theirs.cpu),
            "ratio": number(self.ratio().map(super::figures::hundredths)),
            "ours_cpu_median_s": median(self.ours.cpu),
            "peer_cpu_median_s": median(self.theirs.cpu),
            "ours_wall_s": least(self.ours.wall),
            "peer_wall_s": least(self.theirs.wall),
            "ours_wall_median_s": median(self.ours.wall),
            "peer_wall_median_s": median(self.theirs.wall),
            "ours_rss_mb": self.ours.rss.map(megabytes),
            "peer_rss_mb": self.theirs.rss.map(megabytes),
            "ours_stored_per_byte": stored(&self.ours),
            "peer_stored_per_byte": stored(&self.theirs),
            "set": self.set,
            "rounds": self.rounds,
            // A line exists only where the answers were equal; a quoted peer gave none.
            "equal_answers": self.quoted.is_none().then_some(true),
            "target_met": self.keeps(self.aim.target),
            "stretch_met": self.keeps(self.aim.stretch),
        })
    }
}

/// The figure that a metric compares.
pub(super) fn best(figures: &Figures, metric: Metric) -> Option<u64> {
    match metric {
        Metric::Cpu => figures.cpu.map(|pair| pair.0),
        Metric::Wall => figures.wall.map(|pair| pair.0),
        Metric::Memory => figures.rss,
        Metric::Stored => figures.stored,
    }
}

/// A decimal as a number of JSON.
fn number(decimal: Option<String>) -> Value {
    decimal.map_or(Value::Null, |text| serde_json::from_str(&text).expect("a decimal is JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::task::Quote;

    const AIM: Aim = Aim {
        id: "P1",
        what: "decode",
        metric: Metric::Cpu,
        target: &[Limit::Cpu(1_000), Limit::Memory(10)],
        stretch: &[Limit::Ratio(300)],
        quotes: &[] as &[Quote],
    };

    fn line() -> Line {
        let figures = |cpu| Figures {
            cpu: Some((cpu, cpu + 1_000)),
            wall: Some((cpu, cpu)),
            rss: Some(10),
            stored: None,
        };
        Line {
            aim: AIM,
            peer: "peer".to_owned(),
            peer_version: "1".to_owned(),
            quoted: None,
            referee: None,
            ours: figures(1_000),
            theirs: figures(3_000),
            set: "set".to_owned(),
            aimed: true,
            rounds: 5,
        }
    }

    #[test]
    fn a_measured_line_has_all_that_the_contract_names() {
        let json = line().to_json();
        for name in [
            "task",
            "peer",
            "peer_version",
            "ours_cpu_s",
            "peer_cpu_s",
            "ratio",
            "ours_wall_s",
            "peer_wall_s",
            "ours_rss_mb",
            "peer_rss_mb",
            "set",
            "equal_answers",
        ] {
            assert!(!json[name].is_null(), "{name}");
        }
        assert_eq!(json["ours_cpu_s"].to_string(), "1e-6");
        assert_eq!(
            (&json["equal_answers"], &json["ratio"].to_string()),
            (&json!(true), &"3.0".to_owned())
        );
    }

    #[test]
    fn a_quoted_line_claims_no_equal_answers() {
        let mut line = line();
        (line.quoted, line.theirs) = (Some("3 – 4 s"), Figures::default());
        let json = line.to_json();
        assert_eq!((&json["equal_answers"], &json["quoted"]), (&Value::Null, &json!(true)));
        assert_eq!((&json["ratio"], &json["peer_cpu_s"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn limits_are_kept_at_the_limit_and_judged_only_where_they_hold() {
        let mut line = line();
        assert_eq!((line.keeps(AIM.target), line.keeps(AIM.stretch)), (Some(true), Some(true)));
        line.ours.rss = Some(11);
        assert_eq!(line.keeps(AIM.target), Some(false));
        line.theirs.cpu = Some((2_999, 2_999));
        assert_eq!(line.keeps(AIM.stretch), Some(false));
        line.aimed = false;
        assert_eq!((line.keeps(AIM.target), line.keeps(AIM.stretch)), (None, Some(false)));
        assert_eq!(line.keeps(&[]), None);
    }
}
