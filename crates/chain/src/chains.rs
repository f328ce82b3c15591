//! Which ledger a fact belongs to.

use std::{fmt, str::FromStr};

use crate::text::text_serde;

/// How a chain keeps its books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Coins are outputs that a later input consumes (Bitcoin and its relatives).
    Utxo,
    /// Accounts with balances, 20-byte addresses, an EVM (Ethereum and its relatives).
    Evm,
    /// TRON: accounts as on the EVM, other spelling and other transaction kinds.
    Tron,
}

/// A chain that Tracewell knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Chain {
    /// Bitcoin.
    Bitcoin,
    /// Bitcoin's third test network.
    BitcoinTestnet3,
    /// Bitcoin's fourth test network (BIP 94).
    BitcoinTestnet4,
    /// Bitcoin's default signet (BIP 325).
    BitcoinSignet,
    /// A private chain with Bitcoin's rules, for tests.
    BitcoinRegtest,
    /// Bitcoin Cash.
    BitcoinCash,
    /// Bitcoin SV.
    BitcoinSv,
    /// Bitcoin Gold.
    BitcoinGold,
    /// Litecoin.
    Litecoin,
    /// Litecoin's test network.
    LitecoinTestnet,
    /// A private chain with Litecoin's rules, for tests.
    LitecoinRegtest,
    /// Dogecoin.
    Dogecoin,
    /// Dogecoin's test network.
    DogecoinTestnet,
    /// A private chain with Dogecoin's rules, for tests.
    DogecoinRegtest,
    /// Dash.
    Dash,
    /// Zcash, transparent part.
    Zcash,
    /// Zcash's test network.
    ZcashTestnet,
    /// A private chain with Zcash's rules, for tests.
    ZcashRegtest,
    /// Ethereum.
    Ethereum,
    /// Ethereum Classic.
    EthereumClassic,
    /// BNB Smart Chain.
    Bsc,
    /// Polygon PoS.
    Polygon,
    /// Arbitrum One.
    Arbitrum,
    /// OP Mainnet.
    Optimism,
    /// Base.
    Base,
    /// Avalanche C-Chain.
    Avalanche,
    /// Fantom Opera.
    Fantom,
    /// TRON.
    Tron,
}

struct Facts {
    chain: Chain,
    slug: &'static str,
    family: Family,
    symbol: &'static str,
    decimals: u8,
}

/// One row a chain; the parser, the printer and the asset table all read it.
const TABLE: &[Facts] = &[
    row(Chain::Bitcoin, "bitcoin", Family::Utxo, "BTC", 8),
    row(Chain::BitcoinTestnet3, "bitcoin-testnet3", Family::Utxo, "tBTC", 8),
    row(Chain::BitcoinTestnet4, "bitcoin-testnet4", Family::Utxo, "tBTC", 8),
    row(Chain::BitcoinSignet, "bitcoin-signet", Family::Utxo, "sBTC", 8),
    row(Chain::BitcoinRegtest, "bitcoin-regtest", Family::Utxo, "rBTC", 8),
    row(Chain::BitcoinCash, "bitcoin-cash", Family::Utxo, "BCH", 8),
    row(Chain::BitcoinSv, "bitcoin-sv", Family::Utxo, "BSV", 8),
    row(Chain::BitcoinGold, "bitcoin-gold", Family::Utxo, "BTG", 8),
    row(Chain::Litecoin, "litecoin", Family::Utxo, "LTC", 8),
    row(Chain::LitecoinTestnet, "litecoin-testnet", Family::Utxo, "tLTC", 8),
    row(Chain::LitecoinRegtest, "litecoin-regtest", Family::Utxo, "rLTC", 8),
    row(Chain::Dogecoin, "dogecoin", Family::Utxo, "DOGE", 8),
    row(Chain::DogecoinTestnet, "dogecoin-testnet", Family::Utxo, "tDOGE", 8),
    row(Chain::DogecoinRegtest, "dogecoin-regtest", Family::Utxo, "rDOGE", 8),
    row(Chain::Dash, "dash", Family::Utxo, "DASH", 8),
    row(Chain::Zcash, "zcash", Family::Utxo, "ZEC", 8),
    row(Chain::ZcashTestnet, "zcash-testnet", Family::Utxo, "tZEC", 8),
    row(Chain::ZcashRegtest, "zcash-regtest", Family::Utxo, "rZEC", 8),
    row(Chain::Ethereum, "ethereum", Family::Evm, "ETH", 18),
    row(Chain::EthereumClassic, "ethereum-classic", Family::Evm, "ETC", 18),
    row(Chain::Bsc, "bsc", Family::Evm, "BNB", 18),
    row(Chain::Polygon, "polygon", Family::Evm, "MATIC", 18),
    row(Chain::Arbitrum, "arbitrum", Family::Evm, "ETH", 18),
    row(Chain::Optimism, "optimism", Family::Evm, "ETH", 18),
    row(Chain::Base, "base", Family::Evm, "ETH", 18),
    row(Chain::Avalanche, "avalanche", Family::Evm, "AVAX", 18),
    row(Chain::Fantom, "fantom", Family::Evm, "FTM", 18),
    row(Chain::Tron, "tron", Family::Tron, "TRX", 6),
];

const fn row(
    chain: Chain,
    slug: &'static str,
    family: Family,
    symbol: &'static str,
    decimals: u8,
) -> Facts {
    Facts { chain, slug, family, symbol, decimals }
}

impl Chain {
    /// Every chain known, in the order of the table.
    pub fn all() -> impl Iterator<Item = Chain> {
        TABLE.iter().map(|facts| facts.chain)
    }

    fn facts(self) -> &'static Facts {
        TABLE
            .iter()
            .find(|facts| facts.chain == self)
            .expect("every variant has a row, which a test checks")
    }

    /// The name used on the command line, in files and in JSON.
    pub fn slug(self) -> &'static str {
        self.facts().slug
    }

    /// How the chain keeps its books.
    pub fn family(self) -> Family {
        self.facts().family
    }

    /// Ticker of the chain's own coin.
    pub fn native_symbol(self) -> &'static str {
        self.facts().symbol
    }

    /// Decimal places of the chain's own coin.
    pub fn native_decimals(self) -> u8 {
        self.facts().decimals
    }

    /// Reads a chain from a slug or from the ticker by which tag packs and lists name it
    /// (`ETH`, `XBT`, `TRX`, `BEP20`…). Tokens are not chains: `USDT` gives `None`.
    pub fn from_ticker(ticker: &str) -> Option<Chain> {
        let ticker = ticker.trim();
        match ticker.to_ascii_uppercase().as_str() {
            "BTC" | "XBT" => Some(Chain::Bitcoin),
            "BCH" => Some(Chain::BitcoinCash),
            "BSV" => Some(Chain::BitcoinSv),
            "BTG" => Some(Chain::BitcoinGold),
            "LTC" => Some(Chain::Litecoin),
            "DOGE" => Some(Chain::Dogecoin),
            "DASH" => Some(Chain::Dash),
            "ZEC" => Some(Chain::Zcash),
            "ETH" => Some(Chain::Ethereum),
            "ETC" => Some(Chain::EthereumClassic),
            "BSC" | "BNB" | "BEP20" => Some(Chain::Bsc),
            "MATIC" | "POLYGON" => Some(Chain::Polygon),
            "ARB" => Some(Chain::Arbitrum),
            "AVAX" => Some(Chain::Avalanche),
            "FTM" => Some(Chain::Fantom),
            "TRX" | "TRON" => Some(Chain::Tron),
            _ => ticker.parse().ok(),
        }
    }
}

/// The name is not one of a known chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown chain {0:?}")]
pub struct UnknownChain(pub String);

impl FromStr for Chain {
    type Err = UnknownChain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        TABLE
            .iter()
            .find(|facts| facts.slug.eq_ignore_ascii_case(text))
            .map(|facts| facts.chain)
            .ok_or_else(|| UnknownChain(text.to_owned()))
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

text_serde!(Chain);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_reads_back_from_its_slug() {
        for chain in Chain::all() {
            assert_eq!(chain.slug().parse(), Ok(chain));
        }
        assert_eq!("dogechain".parse::<Chain>(), Err(UnknownChain("dogechain".into())));
    }

    #[test]
    fn tickers_name_chains_and_tokens_do_not() {
        assert_eq!(Chain::from_ticker("XBT"), Some(Chain::Bitcoin));
        assert_eq!(Chain::from_ticker("BTC "), Some(Chain::Bitcoin));
        assert_eq!(Chain::from_ticker("USDT"), None);
    }
}
