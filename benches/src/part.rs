//! The part of a program that is the task, by the program's own clock.

use std::time::Instant;

/// Nanoseconds that a part of a program took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// From start to end.
    pub wall: u64,
    /// Of all threads, in the program and in the kernel.
    pub cpu: u64,
}

/// Does a piece of work and says what it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Part) {
    let (cpu, start) = (cpu_time(), Instant::now());
    let result = std::hint::black_box(work());
    let wall = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    (result, Part { wall, cpu: cpu_time().saturating_sub(cpu) })
}

#[cfg(unix)]
fn cpu_time() -> u64 {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };

    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask about itself");
    let nanoseconds = (usage.user_time() + usage.system_time()).num_nanoseconds();
    u64::try_from(nanoseconds).unwrap_or_default()
}

/// Only Unix tells; elsewhere `cargo xtask bench` measures nothing anyway.
#[cfg(not(unix))]
fn cpu_time() -> u64 {
    0
}
