//! What a program found out, and whether two of them found out the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::figures::Usage;

/// Counts and sums by name.
pub(super) type Answer = BTreeMap<String, String>;

/// What a program printed: its answer and, where the task is only a part of what it did, what that
/// part took by its own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) answer: Answer,
    /// Nanoseconds of CPU and of wall time.
    pub(super) part: Option<(u64, u64)>,
}

impl Printed {
    /// Reads `{"answer": {…}, "part": {"cpu_ns": …, "wall_ns": …}}`, the last line of the output.
    pub(super) fn read(output: &str) -> Option<Printed> {
        let line = output.lines().rfind(|line| !line.trim().is_empty())?;
        let value: Value = serde_json::from_str(line).ok()?;
        let answer: Answer = value
            .get("answer")?
            .as_object()?
            .iter()
            .map(|(name, one)| (name.clone(), one.to_string()))
            .collect();
        if answer.is_empty() {
            return None;
        }
        let part = match value.get("part") {
            None => None,
            Some(part) => Some((part.get("cpu_ns")?.as_u64()?, part.get("wall_ns")?.as_u64()?)),
        };
        Some(Printed { answer, part })
    }

    /// Reads one JSON object of any form, in which the numbers have names of its own: `fields` has
    /// for each name of ours the pointer to it.
    pub(super) fn read_fields(output: &str, fields: &[(&str, &str)]) -> Option<Printed> {
        let value: Value = serde_json::from_str(output).ok()?;
        let field = |(name, pointer): &(&str, &str)| {
            let found = value.pointer(pointer)?;
            // Amounts are texts there.
            let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            Some(((*name).to_owned(), text))
        };
        let answer = fields.iter().map(field).collect::<Option<Answer>>()?;
        Some(Printed { answer, part: None })
    }

    /// The usage of the whole program, with the times of the part where it told them.
    pub(super) fn usage(&self, whole: Usage) -> Usage {
        self.part.map_or(whole, |(cpu, wall)| Usage { cpu, wall, rss: whole.rss })
    }
}

/// As [`difference`], for names that both have; `None` also means that there is one at least.
pub(super) fn contradiction(one: &Answer, other: &Answer) -> Option<String> {
    let shared = |answer: &Answer, beside: &Answer| -> Answer {
        let both = answer.iter().filter(|(name, _)| beside.contains_key(*name));
        both.map(|(name, number)| (name.clone(), number.clone())).collect()
    };
    let (one_shared, other_shared) = (shared(one, other), shared(other, one));
    if one_shared.is_empty() {
        return Some("nothing that both say".to_owned());
    }
    difference(&one_shared, &other_shared)
}

/// The first name under which two answers differ, and what each says; `None` where they are equal.
/// A name that only one of them has is a difference.
pub(super) fn difference(one: &Answer, other: &Answer) -> Option<String> {
    let said = |answer: &Answer, name: &str| {
        answer.get(name).cloned().unwrap_or_else(|| "nothing".to_owned())
    };
    one.keys()
        .chain(other.keys())
        .find(|name| one.get(*name) != other.get(*name))
        .map(|name| format!("{name}: {} and {}", said(one, name), said(other, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(numbers: &[(&str, u64)]) -> Answer {
        numbers.iter().map(|(name, one)| ((*name).to_owned(), one.to_string())).collect()
    }

    #[test]
    fn only_the_same_names_with_the_same_numbers_are_equal() {
        let one = answer(&[("blocks", 1), ("inputs", 2)]);
        assert_eq!(difference(&one, &one.clone()), None);
        let other = answer(&[("blocks", 1), ("inputs", 3)]);
        assert_eq!(difference(&one, &other).as_deref(), Some("inputs: 2 and 3"));
        let less = answer(&[("blocks", 1)]);
        assert_eq!(difference(&one, &less).as_deref(), Some("inputs: 2 and nothing"));
        assert_eq!(difference(&less, &one).as_deref(), Some("inputs: nothing and 2"));
    }

    #[test]
    fn a_referee_is_heard_on_what_both_say() {
        let one = answer(&[("blocks", 1), ("inputs", 2)]);
        assert_eq!(contradiction(&one, &answer(&[("inputs", 2), ("outputs", 3)])), None);
        let found = contradiction(&one, &answer(&[("inputs", 3), ("outputs", 3)]));
        assert_eq!(found.as_deref(), Some("inputs: 2 and 3"));
        assert!(contradiction(&one, &answer(&[("outputs", 3)])).is_some());
    }

    #[test]
    fn numbers_are_found_by_pointer_also_where_they_are_texts() {
        let output = "{\n  \"now\": { \"blocks\": 3, \"value\": \"7\" }\n}\n";
        let fields = [("blocks", "/now/blocks"), ("satoshi", "/now/value")];
        let printed = Printed::read_fields(output, &fields).expect("they are there");
        assert_eq!(printed.answer, answer(&[("blocks", 3), ("satoshi", 7)]));
        assert_eq!(Printed::read_fields(output, &[("a", "/now/b")]), None);
        assert_eq!(Printed::read_fields("talk", &fields), None);
    }

    #[test]
    fn numbers_that_a_float_cannot_hold_are_told_apart() {
        let read = |number: &str| {
            Printed::read(&format!("{{\"answer\": {{\"sum\": {number}}}}}")).expect("it is one")
        };
        let (one, other) = (read("18446744073709551615"), read("18446744073709551614"));
        assert!(difference(&one.answer, &other.answer).is_some());
    }

    #[test]
    fn the_last_line_is_the_answer_and_a_part_takes_the_place_of_the_whole() {
        let whole = Usage { cpu: 9, wall: 8, rss: 7 };
        let plain = Printed::read("talk\n{\"answer\":{\"a\":1}}\n\n").expect("an answer");
        assert_eq!((plain.answer.clone(), plain.usage(whole)), (answer(&[("a", 1)]), whole));
        let line = r#"{"answer":{"a":1},"part":{"cpu_ns":2,"wall_ns":3}}"#;
        let part = Printed::read(line).expect("an answer");
        assert_eq!(part.usage(whole), Usage { cpu: 2, wall: 3, rss: 7 });
        for nonsense in ["", "talk", "{}", r#"{"answer":{}}"#, r#"{"answer":{"a":1},"part":{}}"#] {
            assert_eq!(Printed::read(nonsense), None, "{nonsense}");
        }
    }
}
