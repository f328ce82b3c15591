//! Running a program and asking the kernel what it took.
//!
//! The kernel adds up what the children of a process took, so each program gets a launcher that has
//! no other child: this very binary, as `cargo xtask measure PROGRAM ARG…`. Its last line of output
//! is what the program took; the program's own output comes before.

use std::{path::Path, process::Command};

use serde_json::{Value, json};

use super::{answer::Printed, contest::Run, figures::Usage};
use crate::step::{Failure, text_of};

/// The launcher.
#[cfg(unix)]
pub(crate) fn launch(words: &[&str]) -> Result<(), Failure> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };

    let [program, words @ ..] = words else { return Err(Failure::Usage("measure".to_owned())) };
    let mut command = Command::new(program);
    command.args(words);
    let text = text_of(&command);
    let failed = |why| Failure::Start { command: text.clone(), why };
    let start = std::time::Instant::now();
    let status = command.status().map_err(failed)?;
    let wall = start.elapsed().as_nanos();
    if !status.success() {
        return Err(Failure::LastWord(status));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|why| failed(why.into()))?;
    let cpu = (usage.user_time() + usage.system_time()).num_nanoseconds();
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1_024 };
    let rss = usage.max_rss() * unit;
    println!("{}", json!({ "cpu_ns": cpu, "wall_ns": wall, "rss_bytes": rss }));
    Ok(())
}

/// The launcher, where there is no way to ask.
#[cfg(not(unix))]
pub(crate) fn launch(_: &[&str]) -> Result<(), Failure> {
    Err(Failure::Usage("measure: only Unix tells what a program took".to_owned()))
}

/// Runs a program under the launcher; `reads` finds the answer in its output.
pub(super) fn run(
    root: &Path,
    program: &Command,
    reads: impl Fn(&str) -> Option<Printed>,
) -> Result<Run, Failure> {
    let text = text_of(program);
    let failed = |why| Failure::Start { command: text.clone(), why };
    let mut launcher = Command::new(std::env::current_exe().map_err(failed)?);
    launcher.arg("measure").arg(program.get_program()).args(program.get_args()).current_dir(root);
    launcher.stderr(std::process::Stdio::inherit());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => launcher.env(name, value),
            None => launcher.env_remove(name),
        };
    }
    let output = launcher.output().map_err(failed)?;
    if !output.status.success() {
        return Err(Failure::Step { command: text, status: output.status });
    }
    read(&String::from_utf8_lossy(&output.stdout), reads).ok_or(Failure::NoAnswer { command: text })
}

/// The program's answer and, on the last line, what it took.
fn read(output: &str, reads: impl Fn(&str) -> Option<Printed>) -> Option<Run> {
    let (before, last) = output.trim_end().rsplit_once('\n')?;
    let took: Value = serde_json::from_str(last).ok()?;
    let number = |name: &str| took.get(name)?.as_u64();
    let usage =
        Usage { cpu: number("cpu_ns")?, wall: number("wall_ns")?, rss: number("rss_bytes")? };
    Some((reads(before)?, usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_launchers_and_the_one_before_the_programs() {
        let took = r#"{"cpu_ns":1,"wall_ns":2,"rss_bytes":3}"#;
        let (printed, usage) =
            read(&format!("talk\n{{\"answer\":{{\"a\":4}}}}\n{took}\n"), Printed::read)
                .expect("a run");
        assert_eq!(printed.answer["a"], "4");
        assert_eq!(usage, Usage { cpu: 1, wall: 2, rss: 3 });
        assert_eq!(read(took, Printed::read), None, "a program that said nothing");
        assert_eq!(read("{\"answer\":{\"a\":4}}\n{\"cpu_ns\":1}", Printed::read), None);
    }
}
