//! `cargo xtask score`: how often the rules are right, on truth that somebody else wrote down.

mod block;
mod clusters;
mod coinjoin;
mod line;
mod made_chain;
mod page;
mod peer;
mod truth;
mod wilson;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::step::Failure;

const PAGE: &str = "docs/scoreboard.md";

/// Scores every rule, prints the lines, and renews the page if asked to.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let known = ["--json", "--write", "--exceptions", "--clusters"];
    if let Some(word) = words.iter().find(|word| !known.contains(word)) {
        return Err(Failure::Usage(format!("score {word}")));
    }
    let folder = data_folder(root);
    if !folder.join(coinjoin::FOLDER).is_dir() {
        return Err(Failure::NoData(folder.join(coinjoin::FOLDER).display().to_string()));
    }
    // A made-up chain is not on the page: it takes minutes to make and a Python to compare with.
    let made_up = words.contains(&"--clusters");
    if made_up && words.contains(&"--write") {
        return Err(Failure::Usage("score --clusters --write".to_owned()));
    }
    let lines = if made_up { clusters::score(root, &folder)? } else { coinjoin::score(&folder)? };
    if words.contains(&"--json") {
        lines.iter().for_each(|line| println!("{}", line.to_json()));
    } else {
        print!("{}", page::table(&lines));
    }
    if words.contains(&"--exceptions") {
        for (line, id) in
            lines.iter().flat_map(|line| line.exceptions.iter().map(move |id| (line, id)))
        {
            eprintln!("{} | {} | {}: {id}", line.method, line.truth, line.metric);
        }
    }
    if words.contains(&"--write") {
        let path = root.join(PAGE);
        fs::write(&path, page::text(&lines))
            .map_err(|why| Failure::Write { path: path.display().to_string(), why })?;
    }
    Ok(())
}

fn data_folder(root: &Path) -> PathBuf {
    std::env::var_os("TRACEWELL_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_what_a_run_gives() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = data_folder(&root);
        if !folder.join(coinjoin::FOLDER).is_dir() {
            println!("skipped: no TRACEWELL_DATA");
            return;
        }
        let lines = coinjoin::score(&folder).expect("the data can be read");
        let committed = fs::read_to_string(root.join(PAGE)).expect("the page is there");
        assert_eq!(committed, page::text(&lines), "`cargo xtask score --write` renews it");
    }
}
