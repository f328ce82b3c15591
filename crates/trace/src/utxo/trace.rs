//! A trace under several policies, with its balance sheets and bounds.

use super::{
    Claims, Facts, Line, Parameters, Run, Seed, engine::follow_with, habits::Habits,
    interval::Bounds, lines, resolve,
};
use crate::{Policy, TraceError, parallel::in_parallel};

/// What one policy gives: the run and its balance sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Flows, and where each ended.
    pub run: Run,
    /// The balance sheet, with what any policy could give.
    pub lines: Vec<Line>,
}

/// Traces the seeds under each policy and returns one result for each, in the order asked for.
///
/// The policies are independent; `threads` of them run at a time and the result does not depend on
/// how many.
///
/// # Errors
/// A seed is not in the facts, every seed begins after the end of the time asked for, or (a defect)
/// the books do not balance.
pub fn trace<F: Facts, C: Claims>(
    facts: &F,
    claims: &C,
    seeds: &[Seed],
    policies: &[Policy],
    parameters: &Parameters,
    threads: usize,
) -> Result<Vec<Traced>, TraceError> {
    let seeds = resolve(facts, seeds)?;
    let begun = |until| seeds.iter().any(|seed| facts.time(seed.tx) <= until);
    if let Some(until) = parameters.until.filter(|until| !begun(*until)) {
        return Err(TraceError::NothingStolenYet(until));
    }
    let habits = Habits::default();
    let one = |policy| {
        let run = follow_with(facts, claims, &seeds, policy, parameters, &habits);
        check_balance(&run)?;
        let lines = lines(facts, claims, &run);
        Ok(Traced { run, lines })
    };
    let mut traced = in_parallel(policies, threads.max(1), one)?;
    let bounds = Bounds::compute(facts, claims, &seeds, parameters, &habits);
    for traced in &mut traced {
        bounds.attach(&mut traced.lines);
    }
    Ok(traced)
}

/// The law of the balance sheet. It holds by construction; a breach is refused, never reported.
fn check_balance(run: &Run) -> Result<(), TraceError> {
    if run.policy.conserves() && run.unbalanced() != 0 {
        return Err(TraceError::Unbalanced {
            policy: run.policy,
            booked: run.booked().to_string(),
            seed: run.seeded().to_string(),
        });
    }
    Ok(())
}
