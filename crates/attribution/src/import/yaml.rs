//! YAML from strangers: with limits on what it may expand to.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_saphyr::{Budget, IncludeResolveError, InputSource, Options, ResolvedInclude, options};

use crate::{AttributionError, Result};

/// Finds the text of a file that a pack includes, by the name that the pack gives.
pub type Include<'a> = &'a dyn Fn(&str) -> std::result::Result<String, String>;

/// A pack includes a header or two; more is a mistake or an attack.
const INCLUDES_MAX: usize = 16;

/// The largest published pack has 58,600 tags of some ten nodes each.
const NODES_MAX: usize = 4_000_000;
const EVENTS_MAX: usize = 12_000_000;
/// Real packs use no anchors at all; the limits leave room for a shared header.
const ALIASES_MAX: usize = 1_000;

/// The texts that a pack includes, by the name under which it does.
pub(crate) fn resolve_includes(
    name: &str,
    text: &str,
    include: Include<'_>,
) -> Result<BTreeMap<String, String>> {
    let mut resolved = BTreeMap::new();
    let mut open = includes_in(text);
    while let Some(wanted) = open.pop() {
        if resolved.contains_key(&wanted) {
            continue;
        }
        if resolved.len() >= INCLUDES_MAX {
            let reason = format!("more than {INCLUDES_MAX} files are included");
            return Err(AttributionError::refused(name, reason));
        }
        let body = include(&wanted).map_err(|reason| {
            AttributionError::refused(name, format!("!include {wanted}: {reason}"))
        })?;
        open.extend(includes_in(&body));
        resolved.insert(wanted, body);
    }
    Ok(resolved)
}

fn includes_in(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once("!include "))
        .filter_map(|(_, rest)| rest.split_whitespace().next())
        .map(|word| word.trim_matches(['"', '\'']).to_owned())
        .collect()
}

/// Reads YAML into a value.
pub(crate) fn read<T: DeserializeOwned>(
    name: &str,
    text: &str,
    includes: BTreeMap<String, String>,
) -> Result<T> {
    let options: Options = options! {
        budget: budget(),
        with_snippet: false,
    }
    .with_include_resolver(move |request| {
        let body = includes.get(request.spec).ok_or_else(|| {
            IncludeResolveError::Message(format!("{} was not found", request.spec))
        })?;
        let source = InputSource::from_string(body.clone());
        Ok(ResolvedInclude::new(request.spec, request.spec, source))
    });
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| AttributionError::refused(name, error.to_string()))
}

fn budget() -> Option<Budget> {
    serde_saphyr::budget! {
        max_nodes: NODES_MAX,
        max_events: EVENTS_MAX,
        max_aliases: ALIASES_MAX,
        max_anchors: ALIASES_MAX,
        max_recorded_anchor_events: 100_000,
        max_depth: 32,
        max_documents: 1,
    }
}
