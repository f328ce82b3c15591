//! What the user asked for.

use super::task::TASKS;
use crate::step::Failure;

/// Sizes of the made-up chain, in megabytes.
pub(super) const SIZES: [u64; 3] = [50, 200, 1_000];

/// The words after `cargo xtask bench`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) json: bool,
    /// Renew the page as well.
    pub(super) write: bool,
    /// Measure ours at all sizes, too.
    pub(super) growth: bool,
    /// Megabytes of blocks.
    pub(super) size: u64,
    /// Ids of tasks; all where empty.
    pub(super) tasks: Vec<String>,
    pub(super) rounds: usize,
}

impl Options {
    /// # Errors
    /// A word that means nothing here.
    pub(super) fn read(words: &[&str]) -> Result<Options, Failure> {
        let mut options = Options {
            json: false,
            write: false,
            growth: false,
            size: 200,
            tasks: Vec::new(),
            rounds: 5,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let wrong = || Failure::Usage(format!("bench {word}"));
            match *word {
                "--json" => options.json = true,
                "--write" => (options.write, options.growth) = (true, true),
                "--growth" => options.growth = true,
                "--size" => {
                    let size = words.next().and_then(|size| size.parse().ok());
                    options.size = size.filter(|size| SIZES.contains(size)).ok_or_else(wrong)?;
                }
                "--rounds" => {
                    let rounds = words.next().and_then(|rounds| rounds.parse().ok());
                    options.rounds = rounds.filter(|rounds| *rounds > 0).ok_or_else(wrong)?;
                }
                "--task" => {
                    let list = words.next().ok_or_else(wrong)?;
                    options.tasks = list.split(',').map(str::to_uppercase).collect();
                    if options.tasks.iter().any(|task| !TASKS.iter().any(|one| one.has(task))) {
                        return Err(wrong());
                    }
                }
                _ => return Err(wrong()),
            }
        }
        Ok(options)
    }

    /// Whether a task was asked for.
    pub(super) fn wants(&self, id: &str) -> bool {
        self.tasks.is_empty() || self.tasks.iter().any(|task| task == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_nonsense_is_refused() {
        let options = Options::read(&["--size", "1000", "--task", "p1,P2", "--rounds", "3"])
            .expect("they mean something");
        assert_eq!((options.size, options.rounds, options.json), (1_000, 3, false));
        assert!(options.wants("P1") && options.wants("P2") && !options.wants("P3"));
        assert!(Options::read(&[]).expect("nothing is fine").wants("P3"));
        let page = Options::read(&["--write"]).expect("it means something");
        assert!(page.write && page.growth);
        for words in [
            &["--size", "7"][..],
            &["--size"],
            &["--rounds", "0"],
            &["--task", "P77"],
            &["--task"],
            &["--fast"],
        ] {
            assert!(Options::read(words).is_err(), "{words:?}");
        }
    }
}
