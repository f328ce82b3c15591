//! What a program found out, for comparison with what another one found out.

use std::{collections::BTreeMap, process::ExitCode};

use crate::{BenchError, Part};

/// Counts and sums by name. Two programs that did the same task have the same ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer(BTreeMap<&'static str, u64>);

impl Answer {
    /// Sets a number.
    pub fn set(&mut self, name: &'static str, number: u64) {
        self.0.insert(name, number);
    }

    /// The line that goes to the one who measures.
    pub fn line(&self) -> String {
        serde_json::json!({ "answer": self.0 }).to_string()
    }

    /// The same, for a program of which only a part is the task.
    pub fn line_with(&self, part: Part) -> String {
        let Part { cpu, wall } = part;
        let part = serde_json::json!({ "cpu_ns": cpu, "wall_ns": wall });
        serde_json::json!({ "answer": self.0, "part": part }).to_string()
    }
}

/// Prints the line of a program, or says why there is none.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks")]
pub fn run(program: impl FnOnce(&[String]) -> Result<String, BenchError>) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match program(&words) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(why @ BenchError::Usage(_)) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_whatever_came_first() {
        let mut answer = Answer::default();
        answer.set("outputs", 2);
        answer.set("blocks", 1);
        assert_eq!(answer.line(), r#"{"answer":{"blocks":1,"outputs":2}}"#);
    }
}
