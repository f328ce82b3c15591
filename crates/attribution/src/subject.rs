//! What a statement is about: an address or a transaction on a network.

use chain::{Address, AddressError, Chain, Family, TxId};

/// An address or transaction in the spelling under which the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subject {
    /// A chain's slug, or the lower-case ticker of a network that [`Chain`] does not know.
    pub(crate) network: String,
    /// Lower-case hex for accounts, the chain's own spelling otherwise, verbatim if unknown.
    pub(crate) text: String,
    pub(crate) is_transaction: bool,
}

/// The store's spelling of an address. Hex costs no checksum, and a trace asks thousands of times.
pub(crate) fn address_key(address: &Address) -> String {
    match address {
        Address::Evm(account) => account.to_hex(),
        Address::Tron(_) | Address::Utxo(_) => address.to_string(),
    }
}

/// Finds the network that a ticker or network name means for this address.
///
/// Tokens that live on several chains are told apart by the spelling of the address.
pub(crate) fn network_of(ticker: &str, address: &str) -> Result<Chain, String> {
    let upper = ticker.to_ascii_uppercase();
    if matches!(upper.as_str(), "USDT" | "USDC") {
        // Both exist on a dozen chains; those that no spelling gives away keep the token's name.
        return match address.as_bytes() {
            [b'0', b'x' | b'X', ..] => Ok(Chain::Ethereum),
            [b'T', ..] if address.len() == 34 => Ok(Chain::Tron),
            // USDT began as an Omni token, which lives on Bitcoin.
            [b'1' | b'3', ..] if (26..=35).contains(&address.len()) => Ok(Chain::Bitcoin),
            [b'b', b'c', b'1', ..] => Ok(Chain::Bitcoin),
            _ => Err(ticker.to_ascii_lowercase()),
        };
    }
    let other_name = match upper.as_str() {
        "BNB" if !address.starts_with("0x") => None,
        "OP" | "OETH" => Some(Chain::Optimism),
        "ERC20" => Some(Chain::Ethereum),
        "TRC20" => Some(Chain::Tron),
        "AVAX" | "FTM" if !address.starts_with("0x") => None,
        _ => Chain::from_ticker(ticker),
    };
    other_name.ok_or_else(|| ticker.to_ascii_lowercase())
}

impl Subject {
    /// An address of a network that is named by ticker or slug.
    pub(crate) fn address(ticker: &str, text: &str) -> Result<Subject, AddressError> {
        match network_of(ticker, text) {
            Ok(chain) => Ok(Subject::of(chain, &Address::parse(chain, text)?)),
            Err(network) => Ok(Subject { network, text: text.to_owned(), is_transaction: false }),
        }
    }

    pub(crate) fn of(chain: Chain, address: &Address) -> Subject {
        Subject {
            network: chain.slug().to_owned(),
            text: address_key(address),
            is_transaction: false,
        }
    }

    /// A transaction of a network that is named by ticker or slug.
    pub(crate) fn transaction(ticker: &str, text: &str) -> Result<Subject, chain::HexError> {
        match network_of(ticker, "0x") {
            Ok(chain) => {
                let id: TxId = text.parse()?;
                Ok(Subject {
                    network: chain.slug().to_owned(),
                    text: transaction_key(chain, id),
                    is_transaction: true,
                })
            }
            Err(network) => Ok(Subject { network, text: text.to_owned(), is_transaction: true }),
        }
    }
}

/// The store's spelling of a transaction id: with `0x` on the EVM, without elsewhere.
pub(crate) fn transaction_key(chain: Chain, id: TxId) -> String {
    let text = id.to_string();
    match chain.family() {
        Family::Evm => text,
        Family::Utxo | Family::Tron => text.trim_start_matches("0x").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_placed_by_its_address() {
        let usdt = |text| network_of("USDT", text);
        assert_eq!(usdt("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Ok(Chain::Ethereum));
        assert_eq!(usdt("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), Ok(Chain::Tron));
        assert_eq!(usdt("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), Ok(Chain::Bitcoin));
        assert_eq!(usdt("J4rzLDLhLWFpjSgCMCcxTU84bQ8AH5vhgjwq7SjYVk8Q"), Err("usdt".to_owned()));
        assert_eq!(network_of("XMR", "4A"), Err("xmr".to_owned()));
    }

    #[test]
    fn one_spelling_is_kept() {
        let upper = Subject::address("ETH", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        let lower = Subject::address("ethereum", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
        assert_eq!(upper, lower);
        assert!(Subject::address("ETH", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").is_err());
    }
}
