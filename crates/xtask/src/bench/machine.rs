//! The machine that was measured on, as far as it says.

use std::fs;

/// How many programs wanted to run in the last minute; beyond the number of cores they waited for
/// each other, and wall times say little.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

/// Processor, cores, memory, system and compiler in one sentence.
pub(super) fn description() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = std::process::Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let compiler = rustc.unwrap_or_else(|_| "an unknown compiler".to_owned());
    let system = std::env::consts::OS;
    describe(&cpu, &memory, cores, &format!("{system}, {compiler}"))
}

fn describe(cpu: &str, memory: &str, cores: usize, rest: &str) -> String {
    let model = field(cpu, "model name").unwrap_or("an unknown processor");
    let family = match (field(cpu, "cpu family"), field(cpu, "model\t")) {
        (Some(family), Some(model)) => format!(" (family {family}, model {model})"),
        _ => String::new(),
    };
    let flags = field(cpu, "flags").unwrap_or_default();
    let sha = match flags.split(' ').any(|flag| flag == "sha_ni") {
        true => "with SHA-NI",
        false => "without SHA-NI",
    };
    let kilobytes = field(memory, "MemTotal").and_then(|text| text.split(' ').next()?.parse().ok());
    let memory = kilobytes.map_or_else(
        || "unknown memory".to_owned(),
        |kilobytes: u64| format!("{} GiB of memory", kilobytes.div_ceil(1 << 20)),
    );
    format!("{cores} cores of {model}{family} {sha}, {memory}, {rest}")
}

/// The text behind the first `name…:`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_put_into_words() {
        let cpu =
            "cpu family\t: 25\nmodel\t\t: 17\nmodel name\t: Some CPU\nflags\t\t: avx sha_ni\n";
        assert_eq!(
            describe(cpu, "MemTotal:       24604000 kB\n", 2, "linux"),
            "2 cores of Some CPU (family 25, model 17) with SHA-NI, 24 GiB of memory, linux"
        );
        assert_eq!(
            describe("", "", 1, "other"),
            "1 cores of an unknown processor without SHA-NI, unknown memory, other"
        );
    }
}
