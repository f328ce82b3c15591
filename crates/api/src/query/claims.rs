//! Importing files of claims: each file is taken whole or refused, and a refused one stops no other.

use std::path::{Path, PathBuf};

use attribution::{ImportReport, Store};
use serde::Serialize;

use super::{Progress, QueryError, Workspace, import::file_name};

/// A pack of 60,000 tags has 12 MB; lists and feeds are smaller.
const TEXT_BYTES_MAX: u64 = 256 << 20;

/// What became of several files.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClaimsAnswer {
    /// Files that were taken, in order.
    pub files: Vec<ImportedFile>,
    /// Files of which nothing was taken, and why.
    pub refused: Vec<RefusedFile>,
    /// Files of a folder that are no packs but may belong to one, such as a shared header.
    pub passed_over: Vec<PathBuf>,
}

/// A file that was taken.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedFile {
    /// The file, or the first of several that make one import.
    pub file: PathBuf,
    /// What it held.
    #[serde(flatten)]
    pub report: ImportReport,
}

/// A file of which nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedFile {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

/// Imports files one by one with `take`, which gets the store and a file.
pub(super) fn import_each<T: AsRef<Path>>(
    workspace: &Workspace,
    files: &[T],
    progress: &dyn Progress,
    take: impl Fn(&mut Store, &T) -> Result<Option<ImportReport>, QueryError>,
) -> Result<ClaimsAnswer, QueryError> {
    let mut store = workspace.store()?;
    let mut answer = ClaimsAnswer::default();
    let total = files.len() as u64;
    for (done, item) in (0..).zip(files) {
        if progress.interrupted() {
            return Err(QueryError::Interrupted);
        }
        let file = item.as_ref().to_owned();
        progress.stage(&format!("{} ({} of {total})", file_name(&file), done + 1));
        match take(&mut store, item) {
            Ok(Some(report)) => answer.files.push(ImportedFile { file, report }),
            Ok(None) => answer.passed_over.push(file),
            // These end the work; anything else is the file's own fault.
            Err(
                error @ (QueryError::Interrupted
                | QueryError::Attribution(
                    attribution::AttributionError::Busy
                    | attribution::AttributionError::Sqlite(_)
                    | attribution::AttributionError::Damaged { .. },
                )),
            ) => return Err(error),
            Err(error) => {
                let reason = without_name(&file, &error.to_string());
                answer.refused.push(RefusedFile { file, reason });
            }
        }
    }
    Ok(answer)
}

/// The whole text of a file, decompressed.
pub(super) fn text(path: &Path) -> Result<String, QueryError> {
    Ok(sources::text::read(path, TEXT_BYTES_MAX)?)
}

/// The name under which a file is known: without folder, and without the ending of a compressor, so
/// that compressing a file does not make it another source.
pub(super) fn stored_name(path: &Path) -> String {
    let name = file_name(path);
    let plain = name.strip_suffix(".zst").or_else(|| name.strip_suffix(".gz"));
    plain.map(str::to_owned).unwrap_or(name)
}

/// The columns of a CSV text's first line.
pub(super) fn header(text: &str) -> Vec<&str> {
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    line.split(',').map(|column| column.trim().trim_matches('"')).collect()
}

/// A refusal names its file; the answer has it beside the reason already.
fn without_name(file: &Path, message: &str) -> String {
    let names = [file.display().to_string(), stored_name(file)];
    let found = names.iter().find_map(|name| message.strip_prefix(name.as_str()));
    match found.and_then(|rest| rest.strip_prefix(": ").or_else(|| rest.strip_prefix(':'))) {
        Some(rest) => rest.to_owned(),
        None => message.to_owned(),
    }
}

/// The store, for a question; there is no answer where nothing was ever imported.
pub(super) fn existing_store(workspace: &Workspace, what: &str) -> Result<Store, QueryError> {
    if workspace.data_dir().join("tracewell.sqlite").exists() {
        return workspace.store();
    }
    let folder = workspace.data_dir().display();
    Err(QueryError::NotFound(format!("{folder}: no {what} yet")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_file_keeps_its_name() {
        assert_eq!(stored_name(Path::new("/a/binance.yaml.zst")), "binance.yaml");
        assert_eq!(stored_name(Path::new("list.csv")), "list.csv");
    }

    #[test]
    fn the_reason_does_not_repeat_the_file() {
        let file = Path::new("/a/b.yaml.gz");
        assert_eq!(without_name(file, "b.yaml: tags[1]: bad"), "tags[1]: bad");
        assert_eq!(without_name(file, "/a/b.yaml.gz:3: bad"), "3: bad");
        assert_eq!(without_name(file, "bad"), "bad");
    }

    #[test]
    fn a_header_is_split_with_and_without_quotes() {
        assert_eq!(header("\u{feff}\"asset\", address\nx,y"), ["asset", "address"]);
    }
}
