//! Programs that do the same task, run in turns.

use super::{
    answer::{Answer, Printed, difference},
    figures::Usage,
};
use crate::step::Failure;

/// One run: what the program printed and what it took.
pub(super) type Run = (Printed, Usage);

/// What the programs took, in their order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Result {
    /// The answer that all gave.
    pub(super) answer: Answer,
    /// For each program its runs.
    pub(super) usages: Vec<Vec<Usage>>,
}

/// Runs each program once, compares the answers, then measures the rounds one program at a time.
/// The answer of a measured run is compared as well.
pub(super) fn hold(
    task: &str,
    names: &[String],
    rounds: usize,
    mut run: impl FnMut(usize) -> std::result::Result<Run, Failure>,
) -> std::result::Result<Result, Failure> {
    let mut answer: Option<Answer> = None;
    let mut agree = |at: usize, printed: &Printed| match &answer {
        None => {
            answer = Some(printed.answer.clone());
            Ok(())
        }
        Some(known) => match difference(known, &printed.answer) {
            None => Ok(()),
            Some(difference) => Err(Failure::Answers {
                task: task.to_owned(),
                one: names[0].clone(),
                other: names[at].clone(),
                difference,
            }),
        },
    };
    for at in 0..names.len() {
        agree(at, &run(at)?.0)?;
    }
    let mut usages = vec![Vec::new(); names.len()];
    for round in 0..rounds {
        for at in order(round, names.len()) {
            let (printed, whole) = run(at)?;
            agree(at, &printed)?;
            usages[at].push(printed.usage(whole));
        }
    }
    let answer = answer.unwrap_or_default();
    Ok(Result { answer, usages })
}

/// Who goes when: each round begins with the next program, so that none is always the first.
fn order(round: usize, programs: usize) -> impl Iterator<Item = usize> {
    (0..programs).map(move |turn| (round + turn) % programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(answer: u64, cpu: u64) -> Run {
        let printed =
            Printed { answer: Answer::from([("sum".to_owned(), answer.to_string())]), part: None };
        (printed, Usage { cpu, wall: cpu, rss: 1 })
    }

    fn names() -> Vec<String> {
        vec!["ours".to_owned(), "peer".to_owned()]
    }

    #[test]
    fn each_program_is_first_in_turn() {
        let orders: Vec<Vec<usize>> = (0..4).map(|round| order(round, 3).collect()).collect();
        assert_eq!(orders, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]);
    }

    #[test]
    fn the_first_run_of_each_is_for_the_answer_alone() {
        let mut calls = Vec::new();
        let result = hold("P0", &names(), 2, |at| {
            calls.push(at);
            Ok(run(5, u64::try_from(calls.len()).expect("few")))
        })
        .expect("they agree");
        assert_eq!(calls, [0, 1, 0, 1, 1, 0]);
        let cpu = |runs: &[Usage]| runs.iter().map(|run| run.cpu).collect::<Vec<u64>>();
        assert_eq!((cpu(&result.usages[0]), cpu(&result.usages[1])), (vec![3, 6], vec![4, 5]));
        assert_eq!(result.answer["sum"], "5");
    }

    #[test]
    fn another_answer_ends_it_at_once_or_later() {
        let early = hold("P0", &names(), 1, |at| Ok(run(at as u64, 1))).expect_err("0 is not 1");
        let words = "P0: ours and peer do not agree on sum: 0 and 1";
        assert_eq!(early.to_string(), words);
        let mut calls = 0;
        let late = hold("P0", &names(), 1, |_| {
            calls += 1;
            Ok(run(u64::from(calls == 4), 1))
        });
        assert!(late.is_err());
    }
}
