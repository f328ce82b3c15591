//! What an explorer's label slugs say about a category.

use crate::Category;

/// Slugs that say what an address is. Slugs that only name a theme (`gaming`, `art`) are left out:
/// explorers give them to tokens, and a token's theme says nothing about who holds an address.
const SLUGS: &[(&str, Category)] = &[
    ("exchange", Category::Exchange),
    ("fiat-gateway", Category::Exchange),
    ("dex", Category::Dex),
    ("bridge", Category::Bridge),
    ("mixer", Category::Mixer),
    ("typhoon-cash", Category::Mixer),
    ("typhoon-network", Category::Mixer),
    ("gambling", Category::Gambling),
    ("mining", Category::Mining),
    ("marketplace", Category::Market),
    ("nft-marketplace", Category::Nft),
    ("loans", Category::Lending),
    ("lending", Category::Lending),
    ("derivatives", Category::Derivatives),
    ("defi", Category::Defi),
    ("burn", Category::Burn),
    ("ico-wallets", Category::TokenSale),
    ("donate", Category::Donation),
    ("charity", Category::Donation),
    ("hot-wallet", Category::Wallet),
    ("cold-wallet", Category::Wallet),
    ("blocked", Category::Frozen),
];

/// Slugs that accuse.
const ABUSES: &[(&str, Category)] = &[
    ("phish-hack", Category::Phishing),
    ("heist", Category::Theft),
    ("exploit", Category::Theft),
    ("hack", Category::Theft),
    ("scam", Category::Scam),
    ("ransomware", Category::Ransomware),
    ("ofac-sanctions-lists", Category::Sanction),
    ("ofac-sanctioned", Category::Sanction),
];

/// Slugs of contracts and of people who deploy them: neither holds customers' coins.
const NOT_A_TILL: &[&str] = &[
    "token-contract",
    "contract-deployer",
    "bridged-token",
    "multisig-owner",
    "stablecoin",
    "wrapped-token",
];

/// Slugs of contracts that are a currency and nothing else. Other tokens' contracts may be a pool or
/// a vault at the same time.
const CURRENCIES: &[&str] = &["stablecoin", "wrapped-token"];

/// What the slugs of one address say, apart from naming an actor.
pub(crate) struct Words {
    pub(crate) category: Option<Category>,
    pub(crate) abuse: Option<Category>,
    /// A token contract or a deployer: an exchange's name on it does not make it a till.
    is_token_or_deployer: bool,
    /// A person who deploys contracts.
    is_deployer: bool,
}

impl Words {
    /// Whether an actor's category says what the address is.
    pub(crate) fn lets_speak(&self, by_actor: Category) -> bool {
        let till = self.is_token_or_deployer && keeps_customers_coins(by_actor);
        !till && !self.is_deployer
    }
}

/// Custody makes an address a till; a contract of a protocol is one by what it does.
fn keeps_customers_coins(category: Category) -> bool {
    matches!(
        category,
        Category::Exchange
            | Category::Gambling
            | Category::PaymentProcessor
            | Category::WalletService
            | Category::Market
            | Category::Mining
            | Category::Service
    )
}

/// Whether an explorer files the address under contracts that are a currency.
pub(crate) fn is_currency_contract(slugs: &[String]) -> bool {
    slugs.iter().any(|slug| CURRENCIES.contains(&slug.as_str()))
}

/// Reads the slugs and the name of one address.
pub(crate) fn read_words(name: &str, slugs: &[String]) -> Words {
    let best = |table: &[(&str, Category)]| {
        slugs
            .iter()
            .filter_map(|slug| table.iter().find(|(known, _)| known == slug))
            .map(|(_, category)| *category)
            .min_by_key(|category| category.rank())
    };
    let has = |slug: &str| slugs.iter().any(|known| known == slug);
    let is_token = looks_like_a_token(name) || NOT_A_TILL.iter().any(|slug| has(slug));
    // The theme of a token is not the trade of whoever holds its contract.
    let category = best(SLUGS).filter(|category| {
        !is_token || matches!(category, Category::Burn | Category::Frozen | Category::Mixer)
    });
    Words {
        category,
        abuse: best(ABUSES),
        is_token_or_deployer: is_token,
        is_deployer: has("contract-deployer") || has("multisig-owner"),
    }
}

/// `HuobiToken (HT)`, `OKB Token`: the way explorers name token contracts.
fn looks_like_a_token(name: &str) -> bool {
    let name = name.trim();
    name.ends_with("Token") || (name.ends_with(')') && name.contains(" ("))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str, slugs: &[&str]) -> Words {
        read_words(name, &slugs.iter().map(|slug| (*slug).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_exchange_is_one_and_its_token_is_not() {
        assert_eq!(words("EtherDelta 2", &["dex"]).category, Some(Category::Dex));
        assert_eq!(words("HuobiToken (HT)", &["exchange"]).category, None);
        assert!(words("Binance: BNB Token", &["binance"]).is_token_or_deployer);
    }

    #[test]
    fn an_accusation_stands_beside_the_category() {
        let both = words("Drainer", &["heist", "exchange"]);
        assert_eq!((both.category, both.abuse), (Some(Category::Exchange), Some(Category::Theft)));
    }
}
