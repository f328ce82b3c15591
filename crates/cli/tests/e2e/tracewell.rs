//! A folder with files and a data directory, and the binary to run there.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A place of its own for one test.
pub(crate) struct Tracewell {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tracewell {
    pub(crate) fn new() -> Tracewell {
        Tracewell { folder: tempfile::tempdir().expect("a folder") }
    }

    /// In memory, where files are written as fast as they are named: for many short runs.
    pub(crate) fn in_memory() -> Tracewell {
        Tracewell { folder: memory() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("made");
        fs::write(path, content).expect("written");
    }

    /// The binary, in the folder, with an environment that says nothing.
    pub(crate) fn command<I: AsRef<std::ffi::OsStr>>(
        &self,
        words: impl IntoIterator<Item = I>,
    ) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tracewell"));
        command.env_clear().env("TRACEWELL_DATA_DIR", self.data_dir());
        command.current_dir(self.folder.path()).args(words).stdin(Stdio::null());
        command
    }

    pub(crate) fn run<I: AsRef<std::ffi::OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Run {
        self.finish(&mut self.command(words))
    }

    pub(crate) fn finish(&self, command: &mut Command) -> Run {
        let Output { status, stdout, stderr } = command.output().expect("the binary runs");
        let folder = self.folder.path().display().to_string();
        let text =
            |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").replace(&folder, "[folder]");
        Run {
            code: status.code().expect("it ended by itself"),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// Runs and expects the exit code 0.
    pub(crate) fn clean<I: AsRef<std::ffi::OsStr>>(
        &self,
        words: impl IntoIterator<Item = I>,
    ) -> Run {
        let run = self.run(words);
        assert_eq!(run.code, 0, "{run}");
        run
    }

    /// Runs with `--json` and reads the answer.
    pub(crate) fn json(&self, words: &[&str]) -> serde_json::Value {
        let run = self.clean([words, &["--json"]].concat());
        serde_json::from_str(&run.stdout).expect("one JSON object")
    }

    /// Every file of a folder below the data directory but locks, by name.
    pub(crate) fn files(&self, below: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.data_dir().join(below), &mut found);
        found.sort();
        found
    }
}

/// A folder in memory where the machine has one.
pub(crate) fn memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder")
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("readable") {
        let path = entry.expect("readable").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.file_name().is_some_and(|name| name != "lock") {
            let bytes = fs::read(&path).expect("readable");
            let below = path.components().skip_while(|part| part.as_os_str() != "data");
            found.push((below.collect(), bytes));
        }
    }
}

impl std::fmt::Display for Run {
    /// As a transcript shows it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Run { code, stdout, stderr } = self;
        write!(f, "{stdout}")?;
        if !stderr.is_empty() {
            write!(f, "-- stderr\n{stderr}")?;
        }
        write!(f, "-- exit {code}")
    }
}

pub(crate) const HEADER: &str = "hash,block,timestamp,tx_index,nonce,from,to,value_wei,gas_used,gas_price_wei,is_error,method_id,created_contract\n";

/// Made-up transactions in the layout `explorer-txlist-csv`.
pub(crate) fn transactions(numbers: std::ops::Range<u64>) -> String {
    let mut text = String::from(HEADER);
    for number in numbers {
        text.push_str(&transaction(number, "1000000000000000000"));
    }
    text
}

/// One of them, with a value of its own.
pub(crate) fn transaction(number: u64, value: &str) -> String {
    let mut row = String::new();
    let (block, time) = (1_000_000 + number / 4, 1_500_000_000 + number / 4 * 12);
    let (index, from, to) = (number % 4, 1 + number % 97, 1 + number % 89 + 1_000);
    writeln!(
        row,
        "0x{number:064x},{block},{time},{index},{number},0x{from:040x},0x{to:040x},{value},21000,1000000000,0,0x,"
    )
    .expect("a String takes whatever is written to it");
    row
}
