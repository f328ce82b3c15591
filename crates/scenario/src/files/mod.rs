//! The made-up chain in the formats that the real importers read.

mod claims;
mod facts;
mod prices;

use crate::{FileKind, ScenarioFile, Theft, book::Book, cast::Cast, rng::Rng};

/// All files, in the order in which a user would import them.
pub(crate) fn all(cast: &Cast, book: &Book, theft: Theft, rng: &mut Rng) -> Vec<ScenarioFile> {
    let pool = FileKind::MixerDeposits { pool: cast.fog_pool };
    let file = |name: &str, kind, text: String| ScenarioFile {
        name: name.to_owned(),
        bytes: text.into_bytes(),
        kind,
    };
    vec![
        file("transactions.csv", FileKind::Transactions, facts::transactions(book)),
        file("internal.csv", FileKind::InternalTransfers, facts::internal(book)),
        file("tokens.csv", FileKind::TokenTransfers, facts::tokens(book)),
        file("fogbank_deposits_eth_100.csv", pool, facts::mixer_deposits(cast, book)),
        file("addresses.csv", FileKind::Coverage, facts::coverage(cast, book)),
        file("prices.csv", FileKind::Prices, prices::daily(book, rng)),
        file("actors.yaml", FileKind::ActorPack, claims::actors()),
        file("tags.yaml", FileKind::TagPack, claims::tags(cast)),
        file("rumours.yaml", FileKind::TagPack, claims::rumours(cast)),
        file("incident.toml", FileKind::Incident, claims::incident(theft)),
    ]
}
