//! Tags: packs, explorer labels and authorities' lists; where they came from; where they disagree.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use attribution::{AttributionError, Conflicts, ImportReport, OfacRaw, SourceCount, Store};
use chain::{Chain, Day};
use serde::Serialize;

use super::{
    ClaimsAnswer, Progress, QueryError, Workspace,
    claims::{existing_store, header, import_each, stored_name, text},
};

/// Folders are walked this deep.
const DEPTH_MAX: usize = 16;

/// What a file of tags is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// A TagPack or an ActorPack.
    Pack,
    /// An explorer's name tags in JSON.
    Labels,
    /// The addresses of OFAC's SDN list: CSV, JSON, or OFAC's own delimited files.
    Ofac,
    /// The FBI's addresses in CSV.
    Fbi,
    /// The wallets of Israeli seizure orders in CSV.
    Israel,
}

/// Which files of tags to import, and how.
#[derive(Clone, Debug, Default)]
pub struct TagsQuestion {
    /// Files, and folders whose packs are imported in order of name.
    pub files: Vec<PathBuf>,
    /// What the files are; told by their content if not given.
    pub kind: Option<TagKind>,
    /// Day of the edition of a list, where neither file nor name says it.
    pub day: Option<Day>,
    /// Chain of an explorer's labels, where the name does not tell it.
    pub chain: Option<Chain>,
}

/// Where statements came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagSourcesAnswer {
    /// By kind and name.
    pub sources: Vec<SourceCount>,
}

/// One import: a file, or the parts of OFAC's own edition together.
struct Item {
    path: PathBuf,
    /// Found in a folder, where files that are no packs are passed over.
    in_folder: bool,
    /// Parts of OFAC's edition by their kind; empty for anything else.
    parts: BTreeMap<&'static str, PathBuf>,
}

impl AsRef<Path> for Item {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// Imports files of tags, of actors and of lists.
///
/// # Errors
/// A folder cannot be read, the store cannot be written, or the asker stopped it. A file that is
/// refused is part of the answer.
pub fn import_tags(
    workspace: &Workspace,
    question: &TagsQuestion,
    progress: &dyn Progress,
) -> Result<ClaimsAnswer, QueryError> {
    let items = items(question)?;
    import_each(workspace, &items, progress, |store, item| take(store, question, item))
}

/// How many statements each source makes.
///
/// # Errors
/// Nothing was imported yet, or the store cannot be read.
pub fn tag_sources(workspace: &Workspace) -> Result<TagSourcesAnswer, QueryError> {
    Ok(TagSourcesAnswer { sources: existing_store(workspace, "tags")?.counts()? })
}

/// Addresses about which sources disagree: the first `limit` of them, and how many there are.
///
/// # Errors
/// Nothing was imported yet, or the store cannot be read.
pub fn tag_conflicts(workspace: &Workspace, limit: usize) -> Result<Conflicts, QueryError> {
    Ok(existing_store(workspace, "tags")?.conflicts(limit)?)
}

fn items(question: &TagsQuestion) -> Result<Vec<Item>, QueryError> {
    let mut items: Vec<Item> = Vec::new();
    for path in &question.files {
        if path.is_dir() {
            let mut found = Vec::new();
            packs_below(path, 0, &mut found)?;
            found.sort();
            let one = |path| Item { path, in_folder: true, parts: BTreeMap::new() };
            items.extend(found.into_iter().map(one));
            continue;
        }
        let part = match question.kind {
            None | Some(TagKind::Ofac) => ofac_part(path),
            Some(_) => None,
        };
        let Some((edition, part)) = part else {
            items.push(Item { path: path.clone(), in_folder: false, parts: BTreeMap::new() });
            continue;
        };
        let same = |item: &&mut Item| !item.parts.is_empty() && item.path == edition;
        if let Some(item) = items.iter_mut().find(same) {
            item.parts.insert(part, path.clone());
        } else {
            let parts = BTreeMap::from([(part, path.clone())]);
            items.push(Item { path: edition, in_folder: false, parts });
        }
    }
    Ok(items)
}

fn packs_below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), QueryError> {
    let failed = |source| sources::SourceError::Read { file: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = stored_name(&path);
        if path.is_dir() {
            if depth < DEPTH_MAX {
                packs_below(&path, depth + 1, found)?;
            }
        } else if name.ends_with(".yaml") || name.ends_with(".yml") {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a file is a part of OFAC's own edition, by its name: the edition's name and the part.
fn ofac_part(path: &Path) -> Option<(PathBuf, &'static str)> {
    let name = stored_name(path);
    let stem = name.strip_suffix(".csv")?;
    let parts = ["sdn_comments", "sdn", "alt", "add"];
    let (prefix, part) = parts.iter().find_map(|part| Some((stem.strip_suffix(part)?, *part)))?;
    let prefix = match prefix {
        "" => "ofac_sdn",
        _ => prefix.strip_suffix(['_', '-', '.'])?,
    };
    Some((path.with_file_name(prefix), part))
}

fn take(
    store: &mut Store,
    question: &TagsQuestion,
    item: &Item,
) -> Result<Option<ImportReport>, QueryError> {
    if !item.parts.is_empty() {
        return take_ofac_parts(store, question, item).map(Some);
    }
    let (name, text) = (stored_name(&item.path), text(&item.path)?);
    let kind = match question.kind {
        Some(kind) => kind,
        None => kind_of(&item.path, &name, &text)?,
    };
    let report = match kind {
        TagKind::Pack => {
            if item.in_folder && !is_pack(&text) {
                return Ok(None);
            }
            let include = |wanted: &str| sibling(&item.path, wanted);
            store.import_pack(&name, &text, &include)?
        }
        TagKind::Labels => store.import_explorer(&name, &text, question.chain)?,
        TagKind::Ofac if looks_like_json(&text) => {
            store.import_ofac_json(&name, &text, question.day)?
        }
        TagKind::Ofac => store.import_ofac_csv(&name, &text, question.day)?,
        TagKind::Fbi => store.import_fbi_csv(&name, &text)?,
        TagKind::Israel => store.import_israel_csv(&name, &text)?,
    };
    Ok(Some(report))
}

fn take_ofac_parts(
    store: &mut Store,
    question: &TagsQuestion,
    item: &Item,
) -> Result<ImportReport, QueryError> {
    let read = |part: &str| item.parts.get(part).map(|path| text(path)).transpose();
    let name = stored_name(&item.path);
    let (Some(sdn), Some(alt)) = (read("sdn")?, read("alt")?) else {
        let reason = "OFAC's edition needs its files `sdn` and `alt` together \
                      (and `sdn_comments` where there is one)";
        return Err(AttributionError::Refused { name, reason: reason.to_owned() }.into());
    };
    let sdn_comments = read("sdn_comments")?.unwrap_or_default();
    let files = OfacRaw { sdn: &sdn, alt: &alt, sdn_comments: &sdn_comments };
    Ok(store.import_ofac_raw(&name, files, question.day)?)
}

/// What a file is, by its content.
fn kind_of(path: &Path, name: &str, text: &str) -> Result<TagKind, QueryError> {
    if looks_like_json(text) {
        // The one document has a few known keys at its top, the other has addresses there.
        let head: String = text.chars().take(4_096).filter(|c| !c.is_whitespace()).collect();
        let ofac = head.contains("\"sdnListDate\":") || head.contains("\"addresses\":{");
        return Ok(if ofac { TagKind::Ofac } else { TagKind::Labels });
    }
    if name.ends_with(".yaml") || name.ends_with(".yml") || is_pack(text) {
        return Ok(TagKind::Pack);
    }
    let columns = header(text);
    let has = |wanted: &[&str]| wanted.iter().all(|one| columns.contains(one));
    if has(&["case", "chain", "address", "published"]) {
        Ok(TagKind::Fbi)
    } else if has(&["order", "wallet_or_account"]) {
        Ok(TagKind::Israel)
    } else if has(&["asset", "address"]) {
        Ok(TagKind::Ofac)
    } else {
        Err(QueryError::Question(format!(
            "{}: neither a pack (YAML), an explorer's labels (JSON) nor a known list; columns: {}",
            path.display(),
            columns.iter().take(8).copied().collect::<Vec<_>>().join(", ")
        )))
    }
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// A pack has its list at the left margin.
fn is_pack(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("tags:") || line.starts_with("actors:"))
}

/// The text of a file that a pack includes, which must lie in the pack's own folder or below.
pub(super) fn sibling(file: &Path, wanted: &str) -> Result<String, String> {
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(wanted).components().all(inside) {
        return Err("it lies outside the folder of the file that names it".to_owned());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let spellings = ["", ".zst", ".gz"].map(|ending| folder.join(format!("{wanted}{ending}")));
    let found = spellings.iter().find(|path| path.is_file()).ok_or("there is no such file")?;
    // A link may lead anywhere.
    let real = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    if !real(found)?.starts_with(real(folder)?) {
        return Err("it lies outside the folder of the file that names it".to_owned());
    }
    text(found).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_edition_are_one_import() {
        let part = |name: &str| {
            ofac_part(Path::new(name)).map(|(path, part)| (path.display().to_string(), part))
        };
        assert_eq!(part("d/ofac_raw_2021_sdn.csv.gz"), Some(("d/ofac_raw_2021".into(), "sdn")));
        let comments = Some(("ofac_raw".to_owned(), "sdn_comments"));
        assert_eq!(part("ofac_raw_sdn_comments.csv"), comments);
        assert_eq!(part("sdn.csv"), Some(("ofac_sdn".into(), "sdn")));
        assert_eq!(part("cobalt.csv"), None);
        let files = ["a_sdn.csv", "x.csv", "a_alt.csv"].map(PathBuf::from).to_vec();
        let items = items(&TagsQuestion { files, ..TagsQuestion::default() }).expect("no folder");
        let parts: Vec<usize> = items.iter().map(|item| item.parts.len()).collect();
        assert_eq!(parts, [2, 0]);
    }

    #[test]
    fn the_content_tells_the_kind() {
        let kind = |text: &str| kind_of(Path::new("f"), "f", text).ok();
        assert_eq!(kind("title: x\ntags:\n- address: y\n"), Some(TagKind::Pack));
        assert_eq!(kind("{\"0xab\": {\"name\": \"x\"}}"), Some(TagKind::Labels));
        assert_eq!(kind("{\"metadata\": {}, \"addresses\": {}}"), Some(TagKind::Ofac));
        assert_eq!(kind("asset,address,names\n"), Some(TagKind::Ofac));
        assert_eq!(kind("case,chain,address,published,publication\n"), Some(TagKind::Fbi));
        assert_eq!(kind("order,wallet_or_account,currency\n"), Some(TagKind::Israel));
        assert_eq!(kind("a,b\n"), None);
    }

    #[test]
    fn an_include_stays_in_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let packs = folder.path().join("packs");
        std::fs::create_dir(&packs).expect("made");
        std::fs::write(folder.path().join("secret"), "s").expect("written");
        std::fs::write(packs.join("header.yaml"), "title: x").expect("written");
        let pack = packs.join("pack.yaml");
        let read = |wanted: &str| sibling(&pack, wanted);
        let refused = |reason: &str| Err(reason.to_owned());
        assert_eq!(read("header.yaml"), Ok("title: x".to_owned()));
        for outside in ["../secret", "/etc/hostname", "a/../../secret"] {
            assert_eq!(
                read(outside),
                refused("it lies outside the folder of the file that names it"),
                "{outside}"
            );
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", packs.join("link")).expect("linked");
            assert_eq!(
                read("link"),
                refused("it lies outside the folder of the file that names it")
            );
        }
        assert_eq!(read("absent"), refused("there is no such file"));
    }
}
