//! GraphSense TagPacks: YAML, one header whose fields every tag inherits, and a list of tags.

use chain::Timestamp;
use serde::Deserialize;

use super::{
    name::source_name,
    yaml::{self, Include},
};
use crate::{
    AttributionError, Category, Confidence, ImportReport, Reject, Result, Store,
    sql::{SourceRow, tags::TagRow},
    store::{File, Parsed, Statements},
    subject::Subject,
    taxonomy::nearest,
};

/// Every field that a header or a tag may have.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Fields {
    header: Option<Box<Fields>>,
    title: Option<String>,
    creator: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    is_public: Option<bool>,
    label: Option<String>,
    source: Option<String>,
    currency: Option<String>,
    network: Option<String>,
    context: Option<serde_json::Value>,
    confidence: Option<String>,
    is_cluster_definer: Option<bool>,
    lastmod: Option<String>,
    category: Option<String>,
    abuse: Option<String>,
    concepts: Option<Vec<String>>,
    tag_type: Option<String>,
    actor: Option<String>,
    address: Option<String>,
    tx_hash: Option<String>,
    tags: Option<Vec<Fields>>,
}

impl Store {
    /// Imports a TagPack or an ActorPack, whichever the text is.
    ///
    /// `include` finds the text of a file that the pack names with `!include`.
    ///
    /// # Errors
    /// The text is neither, is no YAML, expands beyond the limits, includes what cannot be found,
    /// or uses a word that the taxonomy does not have. Nothing is imported then.
    pub fn import_pack(
        &mut self,
        name: &str,
        text: &str,
        include: Include<'_>,
    ) -> Result<ImportReport> {
        let has = |key: &str| text.lines().any(|line| line.trim_end().starts_with(key));
        if has("actors:") {
            self.import_actorpack(name, text, include)
        } else if has("tags:") {
            self.import_tagpack(name, text, include)
        } else {
            let reason = "neither a TagPack nor an ActorPack: no `tags` and no `actors` list";
            Err(AttributionError::refused(name, reason))
        }
    }

    /// Imports a GraphSense TagPack.
    ///
    /// # Errors
    /// As [`Store::import_pack`].
    pub fn import_tagpack(
        &mut self,
        name: &str,
        text: &str,
        include: Include<'_>,
    ) -> Result<ImportReport> {
        let includes = yaml::resolve_includes(name, text, include)?;
        let included: String = includes.values().map(String::as_str).collect();
        let pack: Fields = yaml::read(name, text, includes)?;
        let parsed = read_pack(name, pack)?;
        self.write(File::new("tagpack", name, &included, text), parsed)
    }
}

fn read_pack(name: &str, mut pack: Fields) -> Result<Parsed> {
    let tags = pack
        .tags
        .take()
        .ok_or_else(|| AttributionError::refused(name, "a TagPack without a `tags` list"))?;
    // What stands in the pack itself goes before what it includes.
    if let Some(included) = pack.header.take() {
        pack = inherit(pack, &included);
    }
    let mut notes = Notes::default();
    let mut rejected = Vec::new();
    let mut rows = Vec::with_capacity(tags.len());
    for (at, tag) in tags.into_iter().enumerate() {
        let place = format!("tags[{at}]");
        match read_tag(name, &place, inherit(tag, &pack), &mut notes)? {
            Ok(row) => rows.push(row),
            Err(reason) => rejected.push(Reject::new(place, reason)),
        }
    }
    let source = SourceRow {
        title: pack.title,
        creator: pack.creator,
        description: pack.description,
        is_public: pack.is_public,
        ..SourceRow::new("tagpack", &source_name(name))
    };
    Ok(Parsed { source, statements: Statements::Tags(rows), rejected, notes: notes.lines() })
}

/// The tag's own fields, then the header's.
fn inherit(tag: Fields, header: &Fields) -> Fields {
    macro_rules! first {
        ($($field:ident)*) => {
            Fields { $($field: tag.$field.or_else(|| header.$field.clone()),)* ..Fields::default() }
        };
    }
    let mut merged = first!(title creator description owner is_public label source currency network
        context confidence is_cluster_definer lastmod category abuse concepts tag_type actor);
    // A header that names one address for all tags would make every tag say the same.
    merged.address = tag.address;
    merged.tx_hash = tag.tx_hash;
    merged
}

#[derive(Default)]
struct Notes {
    trimmed: Vec<String>,
    without_confidence: u64,
}

impl Notes {
    /// Takes the blanks off, and remembers that there were some.
    fn trim(&mut self, place: &str, field: &str, text: String) -> String {
        let trimmed = text.trim();
        if trimmed.len() == text.len() {
            return text;
        }
        self.trimmed.push(format!("{place}: blanks around {field} {trimmed:?} taken off"));
        trimmed.to_owned()
    }

    fn lines(self) -> Vec<String> {
        let mut lines = self.trimmed;
        if self.without_confidence > 0 {
            lines.push(format!(
                "{} tags give no confidence: taken as `unknown`",
                self.without_confidence
            ));
        }
        lines
    }
}

/// A tag ready to be stored, or why it is not; an error refuses the whole pack.
fn read_tag(
    name: &str,
    place: &str,
    tag: Fields,
    notes: &mut Notes,
) -> Result<std::result::Result<TagRow, String>> {
    let category = known_concept(name, place, "category", tag.category)?;
    let abuse = known_concept(name, place, "abuse", tag.abuse)?;
    for concept in tag.concepts.iter().flatten() {
        known_concept(name, place, "concepts", Some(concept.clone()))?;
    }
    let confidence = match &tag.confidence {
        Some(word) => known_confidence(name, place, word)?,
        None => {
            notes.without_confidence += 1;
            Confidence::Unknown
        }
    };
    let mut trimmed = |field, text: Option<String>| {
        text.map(|text| notes.trim(place, field, text)).filter(|text| !text.is_empty())
    };
    let currency = trimmed("currency", tag.currency);
    let network = trimmed("network", tag.network).or_else(|| currency.clone());
    let address = trimmed("address", tag.address);
    let transaction = trimmed("tx_hash", tag.tx_hash);
    let label = trimmed("label", tag.label);
    let subject = match (network, address, transaction) {
        (None, _, _) => return Ok(Err("no currency and no network".to_owned())),
        (Some(network), Some(address), None) => {
            Subject::address(&network, &address).map_err(|error| format!("{address}: {error}"))
        }
        (Some(network), None, Some(hash)) => Subject::transaction(&network, &hash)
            .map_err(|error| format!("{hash}: not a transaction id: {error}")),
        (Some(_), Some(_), Some(_)) => Err("both an address and a tx_hash".to_owned()),
        (Some(_), None, None) => Err("neither an address nor a tx_hash".to_owned()),
    };
    let subject = match subject {
        Ok(subject) => subject,
        Err(reason) => return Ok(Err(reason)),
    };
    let Some(label) = label else { return Ok(Err("no label".to_owned())) };
    let lastmod = match tag.lastmod.as_deref().map(str::parse::<Timestamp>).transpose() {
        Ok(lastmod) => lastmod.map(Timestamp::seconds),
        Err(error) => return Ok(Err(format!("lastmod: {error}"))),
    };
    Ok(Ok(TagRow {
        actor: trimmed("actor", tag.actor),
        category,
        abuse,
        words: tag.concepts.map(|words| serde_json::to_string(&words).expect("strings are JSON")),
        url: trimmed("source", tag.source),
        context: tag.context.map(plain_text),
        currency,
        tag_type: tag.tag_type,
        is_cluster_definer: tag.is_cluster_definer,
        lastmod,
        ..TagRow::new(subject, label, confidence.slug())
    }))
}

/// A context is a text, usually of JSON; packs that write it as YAML mean the same.
fn plain_text(context: serde_json::Value) -> String {
    match context {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Refuses a word that the taxonomy does not have.
pub(super) fn known_concept(
    name: &str,
    place: &str,
    field: &'static str,
    word: Option<String>,
) -> Result<Option<String>> {
    match word {
        Some(word) if Category::from_concept(word.trim()).is_none() => {
            Err(AttributionError::UnknownTerm {
                name: name.to_owned(),
                at: place.to_owned(),
                field,
                nearest: nearest(&word, Category::concepts()),
                value: word.chars().take(60).collect(),
            })
        }
        word => Ok(word.map(|word| word.trim().to_owned())),
    }
}

fn known_confidence(name: &str, place: &str, word: &str) -> Result<Confidence> {
    word.trim().parse().map_err(|_| AttributionError::UnknownTerm {
        name: name.to_owned(),
        at: place.to_owned(),
        field: "confidence",
        nearest: nearest(word, Confidence::all().map(Confidence::slug)),
        value: word.chars().take(60).collect(),
    })
}
