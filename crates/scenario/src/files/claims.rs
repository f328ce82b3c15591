//! What the made-up world says about the made-up chain.

use std::fmt::Write;

use crate::{
    Theft,
    cast::Cast,
    truth::{FOGBANK, HARBOUR, INCIDENT, MERIDIAN, Party, STRAIT, VOLGA, named},
};

const FITS: &str = "a String takes whatever is written to it";

/// The parties, in ActorPack YAML.
pub(super) fn actors() -> String {
    let mut text = String::from(
        "---\n\
         title: Parties of a simulated theft\n\
         creator: Tracewell scenario\n\
         description: Invented parties of an invented theft\n\
         lastmod: '2024-04-01'\n\
         actors:\n",
    );
    for party in [&HARBOUR, &MERIDIAN, &VOLGA, &FOGBANK, &STRAIT] {
        let Party { actor, label, category, jurisdiction, .. } = party;
        write!(text, "- id: {actor}\n  label: {label}\n").expect(FITS);
        match jurisdiction {
            Some(country) => write!(text, "  jurisdictions:\n  - {country}\n").expect(FITS),
            None => text.push_str("  jurisdictions: []\n"),
        }
        write!(text, "  categories:\n  - {category}\n  uri: {actor}.example\n").expect(FITS);
    }
    text
}

/// Who holds which address, in TagPack YAML.
pub(super) fn tags(cast: &Cast) -> String {
    let mut text = header("Addresses of a simulated theft", "service_data", "2024-04-01");
    for (account, Party { actor, label, category, .. }) in named(cast) {
        tag(&mut text, &account.to_eip55(), label);
        write!(text, "  actor: {actor}\n  category: {category}\n").expect(FITS);
    }
    tag(&mut text, &cast.victim.to_eip55(), HARBOUR.label);
    write!(text, "  actor: {}\n  category: {}\n", HARBOUR.actor, HARBOUR.category).expect(FITS);
    tag(&mut text, &cast.loot.to_eip55(), "Harbour Bridge exploiter");
    text.push_str("  abuse: service_hack\n  lastmod: '2024-04-18'\n");
    text
}

/// What somebody on the web says, wrongly, about an address that carries no stolen value.
pub(super) fn rumours(cast: &Cast) -> String {
    let mut text = header("Rumours about a simulated theft", "web_crawl", "2024-03-01");
    tag(&mut text, &cast.meridian.cold.to_eip55(), VOLGA.label);
    write!(text, "  actor: {}\n  category: {}\n", VOLGA.actor, VOLGA.category).expect(FITS);
    text
}

fn header(title: &str, confidence: &str, lastmod: &str) -> String {
    format!(
        "---\n\
         title: {title}\n\
         creator: Tracewell scenario\n\
         description: Invented tags of an invented theft\n\
         confidence: {confidence}\n\
         is_cluster_definer: false\n\
         currency: ETH\n\
         lastmod: '{lastmod}'\n\
         source: https://tags.example/{confidence}\n\
         tags:\n"
    )
}

fn tag(text: &mut String, address: &str, label: &str) {
    write!(text, "- address: '{address}'\n  label: {label}\n").expect(FITS);
}

/// The theft, in incident TOML.
pub(super) fn incident(theft: Theft) -> String {
    let Theft { tx, thief, victim, time, amount } = theft;
    let (victim, day) = (victim.to_eip55(), time.day());
    format!(
        "# A simulated theft. Every name, address and amount in it is invented.\n\
         [[incident]]\n\
         id = \"{INCIDENT}\"\n\
         name = \"Harbour Bridge (simulated)\"\n\
         date = \"{day}\"\n\
         victim = \"{}\"\n\
         chains = [\"ethereum\"]\n\
         technique = \"stolen key of a hot wallet\"\n\
         source = \"Tracewell scenario\"\n\
         notes = [\"Simulated: {} ETH leave the hot wallet {victim} for {}.\"]\n\
         \n\
         [[incident.seeds]]\n\
         kind = \"transaction\"\n\
         chain = \"ethereum\"\n\
         tx = \"{tx}\"\n",
        HARBOUR.label,
        amount.to_decimal(18),
        thief.to_eip55(),
    )
}
