//! Addresses: one spelling in, one spelling out, a wrong checksum refused with the reason.

mod account;
mod cashaddr;
mod utxo;

use std::fmt;

use serde::Serialize;

pub use account::Account;
pub use utxo::UtxoAddress;

use crate::{Chain, Family, HexError};

/// Why a text is not an address of a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The hex part is wrong.
    #[error("not an EVM address: {0}")]
    Hex(#[from] HexError),
    /// The mixed letter case does not match the address.
    #[error(
        "EIP-55 checksum is wrong: the case of the letters says another address (expected {expected})"
    )]
    Eip55 {
        /// The spelling that the checksum demands.
        expected: String,
    },
    /// The base58 check bytes do not match.
    #[error("base58 checksum is wrong")]
    Base58Checksum,
    /// The bech32 or cashaddr check characters do not match.
    #[error("bech32 checksum is wrong")]
    Bech32Checksum,
    /// Well-formed, but of another chain or of a kind that the chain does not have.
    #[error("not an address of {chain}: {why}")]
    OtherNetwork {
        /// The chain it was read for.
        chain: Chain,
        /// What it is instead.
        why: &'static str,
    },
    /// Neither of the spellings that the chain uses.
    #[error("not an address of {chain}")]
    Unreadable {
        /// The chain it was read for.
        chain: Chain,
    },
}

/// An address of a known chain.
///
/// Parsing is by chain, because the same 20 bytes spell differently on Ethereum and on TRON and the
/// same base58 text can belong to Bitcoin and to Bitcoin Cash.
///
/// ```
/// use chain::{Address, Chain};
/// let address = Address::parse(Chain::Ethereum, "0x098b716b8aaf21512996dc57eb0615e2383e2f96")?;
/// assert_eq!(address.to_string(), "0x098B716B8Aaf21512996dC57EB0615e2383E2f96");
/// # Ok::<(), chain::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// An account on an EVM chain.
    Evm(Account),
    /// An account on TRON.
    Tron(Account),
    /// A script of a UTXO chain that has an address spelling.
    Utxo(UtxoAddress),
}

impl Address {
    /// Reads an address in any spelling that the chain uses.
    ///
    /// # Errors
    /// The text is not an address of that chain, or its checksum is wrong.
    pub fn parse(chain: Chain, text: &str) -> Result<Address, AddressError> {
        let text = text.trim();
        match chain.family() {
            Family::Evm => Account::parse_evm(text).map(Address::Evm),
            Family::Tron => Account::parse_tron(text).map(Address::Tron),
            Family::Utxo => UtxoAddress::parse(chain, text).map(Address::Utxo),
        }
    }

    /// The address by which an account chain knows an account; `None` for a UTXO chain.
    pub fn of_account(chain: Chain, account: Account) -> Option<Address> {
        match chain.family() {
            Family::Evm => Some(Address::Evm(account)),
            Family::Tron => Some(Address::Tron(account)),
            Family::Utxo => None,
        }
    }

    /// The 20-byte account, for account chains.
    pub fn account(&self) -> Option<Account> {
        match self {
            Address::Evm(account) | Address::Tron(account) => Some(*account),
            Address::Utxo(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Evm(account) => f.pad(&account.to_eip55()),
            Address::Tron(account) => f.pad(&account.to_tron()),
            Address::Utxo(address) => f.pad(address.as_str()),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
