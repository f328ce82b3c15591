//! Understanding what a user pasted.

use chain::{Account, Address, Chain, Family, TxId};

use super::QueryError;

/// What a text can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An address; on EVM chains the same text is an address on each of them.
    Address(Vec<(Chain, Address)>),
    /// A transaction id of account chains.
    Transaction(TxId),
    /// Anything else: the name of an actor or an incident.
    Name(String),
}

impl Subject {
    /// Understands a text; `chain` narrows it where it could be of several.
    ///
    /// # Errors
    /// It looks like an address but its checksum is wrong: better a refusal than a wrong person.
    pub fn parse(text: &str, chain: Option<Chain>) -> Result<Subject, QueryError> {
        let text = text.trim();
        if let Ok(id) = text.parse::<TxId>() {
            return Ok(Subject::Transaction(id));
        }
        let chains: Vec<Chain> = chain.map_or_else(|| Chain::all().collect(), |one| vec![one]);
        let mut found = Vec::new();
        let mut refused = None;
        for chain in chains {
            match Address::parse(chain, text) {
                Ok(address) => found.push((chain, address)),
                Err(error) => {
                    let looks_right = match chain.family() {
                        Family::Evm => text.len() == 42 && text.starts_with("0x"),
                        Family::Tron => text.len() == 34 && text.starts_with('T'),
                        Family::Utxo => {
                            chain == Chain::Bitcoin
                                && (text.starts_with("bc1")
                                    || text.len() >= 26 && text.starts_with(['1', '3']))
                        }
                    };
                    if looks_right && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                        refused.get_or_insert((chain, error));
                    }
                }
            }
        }
        match (found.is_empty(), refused) {
            (false, _) => Ok(Subject::Address(found)),
            (true, Some((chain, error))) => {
                Err(QueryError::Question(format!("{text}: not an address of {chain}: {error}")))
            }
            (true, None) => Ok(Subject::Name(text.to_owned())),
        }
    }
}

/// The spelling of an account on a chain.
pub(crate) fn spell(chain: Chain, account: Account) -> String {
    Address::of_account(chain, account).map_or_else(|| account.to_hex(), |it| it.to_string())
}
