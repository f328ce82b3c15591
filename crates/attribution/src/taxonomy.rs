//! One list of categories that every source is mapped to.
//!
//! The concepts are those of INTERPOL's Dark Web and Virtual Assets taxonomy in the spelling of
//! GraphSense's TagPacks, plus the few that explorers and issuers need and the taxonomy lacks.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What an address's category means for a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Many customers' money lies together: a trace stops.
    Service,
    /// Mixes its users' money: a trace stops and books it apart.
    Mixer,
    /// Moves value to another chain: a trace stops where the other side is not decoded.
    Bridge,
    /// Nobody holds the key: value is lost.
    Burn,
    /// A thief, a scam, a ransom: no stop, this is what is being followed.
    Illicit,
    /// On a sanctions list, which by itself says nothing about how money moves: no stop.
    Sanctioned,
    /// Anything else: no stop.
    Other,
}

impl Role {
    /// Whether a trace ends at an address of this role.
    pub fn stops(self) -> bool {
        matches!(self, Role::Service | Role::Mixer | Role::Bridge | Role::Burn)
    }

    /// Name in output.
    pub fn slug(self) -> &'static str {
        match self {
            Role::Service => "service",
            Role::Mixer => "mixer",
            Role::Bridge => "bridge",
            Role::Burn => "burn",
            Role::Illicit => "illicit",
            Role::Sanctioned => "sanctioned",
            Role::Other => "other",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

macro_rules! categories {
    ($($variant:ident $slug:literal $role:ident $rank:literal $concept:expr, [$($alias:literal)*] $doc:literal;)*) => {
        /// What a party or an address is, in one vocabulary for all sources.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category {
            $(#[doc = $doc] $variant,)*
        }

        const TABLE: &[Row] = &[
            $(Row {
                category: Category::$variant,
                slug: $slug,
                role: Role::$role,
                rank: $rank,
                concept: $concept,
                words: &[$($alias),*],
            },)*
        ];
    };
}

struct Row {
    category: Category,
    slug: &'static str,
    role: Role,
    /// Lower is more telling: of an actor's several categories the lowest names it.
    rank: u8,
    concept: Option<&'static str>,
    /// The sources' words for it.
    words: &'static [&'static str],
}

categories! {
    Exchange "exchange" Service 1 Some("exchange"), ["exchange" "atm"]
        "A custodial exchange, or a machine that changes cash.";
    Mixer "mixer" Mixer 2 Some("mixing_service"), ["mixing_service" "mixing"]
        "A mixing service or mixer contract.";
    Coinjoin "coinjoin" Mixer 3 Some("coinjoin"), ["coinjoin"]
        "A CoinJoin coordinator or pool.";
    DarknetMarket "darknet_market" Service 4 Some("dark_web"), ["dark_web"]
        "A market on the dark web.";
    Gambling "gambling" Service 5 Some("gambling"), ["gambling"]
        "A betting service.";
    PaymentProcessor "payment_processor" Service 7 Some("payment_processor"), ["payment_processor"]
        "Takes payments for merchants.";
    WalletService "wallet_service" Service 8 Some("wallet_service"), ["wallet_service" "escrow_wallet"]
        "Keeps keys for its users.";
    Bridge "bridge" Bridge 9 Some("defi_bridge"), ["defi_bridge"]
        "Moves value between chains.";
    Dex "dex" Service 10 Some("defi_dex"), ["defi_dex"]
        "A decentralised exchange.";
    Lending "lending" Service 11 Some("defi_lending"), ["defi_lending"]
        "A lending protocol.";
    Derivatives "derivatives" Service 12 Some("defi_derivative"), ["defi_derivative" "defi_derivatives"]
        "A derivatives protocol.";
    Mining "mining" Service 13 Some("mining_service"), ["mining_service" "miner"]
        "A miner or a pool that pays miners.";
    Market "market" Service 6 Some("market"), ["market" "shop"]
        "A marketplace or shop.";
    Nft "nft" Service 14 Some("collectible"), ["collectible" "item"]
        "Collectibles: a market or a collection.";
    Defi "defi" Service 15 Some("defi"), ["defi" "index"]
        "Another protocol of decentralised finance.";
    Service "service" Service 16 Some("service"),
        ["service" "faucet" "filesharing" "messaging_service" "search_engine" "hosting" "vpn"]
        "A service of another kind.";
    Burn "burn" Burn 17 None, ["burn"]
        "An address that nobody can spend from.";
    Theft "theft" Illicit 20 Some("service_hack"), ["service_hack" "hacking"]
        "Took part in the theft from a service.";
    Ransomware "ransomware" Illicit 21 Some("ransomware"), ["ransomware"]
        "Received ransoms of encrypted data.";
    Extortion "extortion" Illicit 22 Some("extortion"), ["extortion" "sextortion"]
        "Extortion, sextortion included.";
    Phishing "phishing" Illicit 23 Some("phishing"), ["phishing" "social_engineering"]
        "Lures victims into giving keys or coins away.";
    Scam "scam" Illicit 24 Some("scam"), ["scam"]
        "A fraud of another kind.";
    InvestmentFraud "investment_fraud" Illicit 25 Some("investment_fraud"),
        ["investment_fraud" "ponzi_scheme" "pyramid_scheme"]
        "A false investment, Ponzi and pyramid schemes included.";
    FinancialCrime "financial_crime" Illicit 26 Some("financial_crime"),
        ["financial_crime" "money_laundering" "payment_card_fraud"]
        "Laundering, card fraud and the like.";
    Terrorism "terrorism" Illicit 27 Some("terrorism"), ["terrorism"]
        "Terrorism and its financing.";
    Extremism "extremism" Illicit 28 Some("extremism"), ["extremism"]
        "Violent extremism.";
    ChildAbuse "child_abuse" Illicit 29 Some("child_sexual_abuse"), ["child_sexual_abuse" "sexual_abuse"]
        "Sexual abuse, mostly of children.";
    Violence "violence" Illicit 30 Some("violence"), ["violence" "torture"]
        "Violence.";
    Contraband "contraband" Illicit 31 None, ["drugs" "weapons"]
        "Drugs or weapons.";
    Perpetrator "perpetrator" Illicit 32 Some("perpetrator"), ["perpetrator"]
        "Did some harm that the source does not name.";
    Abuse "abuse" Illicit 33 Some("abuse"), ["abuse"]
        "Abuse that the source does not name.";
    Sanction "sanction" Sanctioned 34 Some("sanction"), ["sanction"]
        "On a sanctions list.";
    Seizure "seizure" Sanctioned 35 None, ["seizure"]
        "Named in an authority's seizure order.";
    Frozen "frozen" Other 36 None, ["black_list"]
        "Frozen by the issuer of a token.";
    Victim "victim" Other 37 Some("victim"), ["victim"]
        "Lost something.";
    TokenSale "token_sale" Other 38 Some("ico_wallet"), ["ico_wallet"]
        "Collected the proceeds of a token sale.";
    Donation "donation" Other 39 Some("donation"), ["donation"]
        "Collects donations.";
    Organization "organization" Other 40 Some("organization"), ["organization"]
        "A company, a foundation, an institution.";
    User "user" Other 41 Some("user"), ["user"]
        "A person.";
    Wallet "wallet" Other 42 Some("hot_wallet"),
        ["hot_wallet" "warm_wallet" "cold_wallet" "white_usage" "gray_usage"]
        "A kind of wallet or of use, which says nothing about whose it is.";
    Mention "mention" Other 43 Some("mention"),
        ["mention" "forum_mention" "website_mention" "source" "concept" "entity" "behaviour"]
        "Only mentioned somewhere.";
}

impl Category {
    /// Every category.
    pub fn all() -> impl Iterator<Item = Category> {
        TABLE.iter().map(|row| row.category)
    }

    fn row(self) -> &'static Row {
        TABLE
            .iter()
            .find(|row| row.category == self)
            .expect("the macro writes a row for every variant")
    }

    /// Name in output.
    pub fn slug(self) -> &'static str {
        self.row().slug
    }

    /// The concept of INTERPOL's taxonomy, where it has one.
    pub fn concept(self) -> Option<&'static str> {
        self.row().concept
    }

    /// What it means for a trace.
    pub fn role(self) -> Role {
        self.row().role
    }

    /// Order of telling: lower names a party better. An exchange that also runs a pool is an
    /// exchange; an organisation that is an exchange is an exchange.
    pub fn rank(self) -> u8 {
        self.row().rank
    }

    /// The category for a word of a TagPack's or ActorPack's vocabulary.
    pub fn from_concept(word: &str) -> Option<Category> {
        TABLE.iter().find(|row| row.words.contains(&word)).map(|row| row.category)
    }

    /// Every word that [`Category::from_concept`] knows.
    pub fn concepts() -> impl Iterator<Item = &'static str> {
        TABLE.iter().flat_map(|row| row.words.iter().copied())
    }
}

/// A word that is no category.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown category {0:?}")]
pub struct UnknownCategory(pub String);

impl FromStr for Category {
    type Err = UnknownCategory;

    /// Reads the name that [`Category::slug`] prints.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        TABLE
            .iter()
            .find(|row| row.slug == text)
            .map(|row| row.category)
            .ok_or_else(|| UnknownCategory(text.chars().take(60).collect()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl Serialize for Category {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The known word spelled most like `word`, if one is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    // Foreign text: the comparison is quadratic in its length.
    let word: Vec<char> = word.chars().take(40).collect();
    known
        .map(|candidate| (edit_distance(&word, candidate), candidate))
        .min()
        .filter(|(distance, _)| distance * 3 <= word.len().max(3))
        .map(|(_, candidate)| candidate.to_owned())
}

fn edit_distance(word: &[char], other: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (down, letter) in other.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = down + 1;
        for across in 0..word.len() {
            let substituted = diagonal + usize::from(word[across] != letter);
            diagonal = row[across + 1];
            row[across + 1] = substituted.min(row[across] + 1).min(diagonal + 1);
        }
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn slugs_and_words_name_one_category_each() {
        for category in Category::all() {
            assert_eq!(category.slug().parse(), Ok(category));
            if let Some(concept) = category.concept() {
                assert_eq!(Category::from_concept(concept), Some(category), "{concept}");
            }
        }
        let words: Vec<_> = Category::concepts().collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        let ranks: BTreeSet<_> = Category::all().map(Category::rank).collect();
        assert_eq!(ranks.len(), Category::all().count());
    }

    #[test]
    fn sanctions_and_black_lists_do_not_stop_a_trace() {
        assert!(!Category::Sanction.role().stops());
        assert!(!Category::from_concept("black_list").expect("known").role().stops());
        assert!(Category::from_concept("mixing_service").expect("known").role().stops());
    }

    #[test]
    fn a_typing_slip_finds_its_word() {
        assert_eq!(nearest("exchnage", Category::concepts()).as_deref(), Some("exchange"));
        assert_eq!(nearest("ransomwar", Category::concepts()).as_deref(), Some("ransomware"));
        assert_eq!(nearest("zzzzzzzz", Category::concepts()), None);
    }
}
