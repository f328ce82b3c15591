//! From an incident's words to seeds on the chains.

use std::collections::BTreeMap;

use ::trace::Seed;
use attribution::{Incident, Store};
use chain::{Account, Amount, Asset, AssetId, Chain, Day, Family, Phase};
use ledger::Ledger;

use super::{TraceQuestion, utxo::pasted_outputs};
use crate::query::{QueryError, Workspace, subject::Subject};

/// In place of a ticker: whatever the address sends.
pub(super) const EVERY_ASSET: &str = "*";

/// What to trace, resolved: a title and seeds by chain.
pub(super) struct Target {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) seeds: Vec<attribution::Seed>,
    /// The day of the theft, where it is known.
    pub(super) day: Option<Day>,
}

/// Finds the incident of a name, or makes one of a pasted address or transaction.
pub(super) fn target(
    workspace: &Workspace,
    question: &TraceQuestion,
    store: &Store,
) -> Result<Target, QueryError> {
    if let Some(seed) = pasted(workspace, question)? {
        let text = question.target.trim();
        let kind = if text.contains(':') { "output" } else { "transaction" };
        let (id, name) = (text.to_owned(), format!("{kind} {text}"));
        return Ok(Target { id, name, seeds: vec![seed], day: None });
    }
    match Subject::parse(&question.target, question.chain)? {
        Subject::Name(id) => {
            let incident = store.incident(&id)?.ok_or_else(|| unknown_incident(&id))?;
            of_incident(incident)
        }
        Subject::Transaction(tx) => {
            let chain = question.chain.unwrap_or(Chain::Ethereum);
            let seeds = vec![attribution::Seed::Transaction { chain, tx }];
            Ok(Target { id: tx.to_string(), name: format!("transaction {tx}"), seeds, day: None })
        }
        Subject::Address(found) => {
            // The same text is an address on every EVM chain: without a word from the asker it is
            // the first, which is Ethereum.
            let (chain, address) = found.into_iter().next().expect("a parsed address has a chain");
            let name = format!("address {address}");
            let seeds = vec![attribution::Seed::Address {
                chain,
                address: address.clone(),
                // An amount is one of the native coin; without one, whatever it sends is meant.
                asset: question.amount.is_none().then(|| EVERY_ASSET.to_owned()),
                amount: question.amount.clone(),
                from: question.from,
                until: None,
            }];
            Ok(Target { id: address.to_string(), name, seeds, day: None })
        }
    }
}

/// A pasted transaction or output of a UTXO chain. The id alone could be an account chain's as well:
/// then it is the one of the chain asked for, or of the ledger that has it.
fn pasted(
    workspace: &Workspace,
    question: &TraceQuestion,
) -> Result<Option<attribution::Seed>, QueryError> {
    let text = question.target.trim();
    if let Some(chain) = question.chain {
        return Ok(pasted_outputs(chain, text));
    }
    for chain in Chain::all().filter(|chain| chain.family() == Family::Utxo) {
        let Some(seed) = pasted_outputs(chain, text) else { return Ok(None) };
        let attribution::Seed::Outputs { tx, .. } = &seed else { return Ok(None) };
        let ledger = workspace.utxo_ledger(chain)?;
        if ledger.is_some_and(|ledger| ledger.find_tx(tx).is_some()) {
            return Ok(Some(seed));
        }
    }
    // Only these chains number the outputs of a transaction.
    Ok(pasted_outputs(Chain::Bitcoin, text).filter(|_| text.contains(':')))
}

fn unknown_incident(id: &str) -> QueryError {
    QueryError::NotFound(format!("{id:?} is no incident, address or transaction that is known"))
}

fn of_incident(incident: Incident) -> Result<Target, QueryError> {
    if incident.seeds.is_empty() {
        let text = format!("incident {} has no seeds: it is known by its loss only", incident.id);
        return Err(QueryError::Question(text));
    }
    let day = incident.date.parse().ok();
    Ok(Target { id: incident.id, name: incident.name, seeds: incident.seeds, day })
}

/// The seeds by chain.
pub(super) fn by_chain(seeds: &[attribution::Seed]) -> BTreeMap<Chain, Vec<attribution::Seed>> {
    let mut chains: BTreeMap<Chain, Vec<attribution::Seed>> = BTreeMap::new();
    for seed in seeds {
        chains.entry(seed.chain()).or_default().push(seed.clone());
    }
    chains
}

/// A seed in the terms of one ledger.
pub(super) fn resolve(ledger: &Ledger, seed: &attribution::Seed) -> Result<Seed, QueryError> {
    let wrong = |text: String| Err(QueryError::Question(text));
    match seed {
        attribution::Seed::Transaction { tx, .. } => Ok(Seed::Transaction(*tx)),
        attribution::Seed::Transfer { tx, phase, item, .. } => {
            let phase = match phase.as_str() {
                "native" => Phase::Native,
                "internal" => Phase::Internal,
                "token" => Phase::Token,
                other => return wrong(format!("seed {tx}: no transfer is of phase {other:?}")),
            };
            Ok(Seed::Transfer { tx: *tx, phase, ordinal: ordinal(ledger, tx, phase, *item) })
        }
        attribution::Seed::Outputs { chain, tx, .. } => {
            wrong(format!("seed {tx}: {chain} has accounts, no outputs"))
        }
        attribution::Seed::Address { chain, address, asset, amount, from, until } => {
            let Some(account) = address.account() else {
                return wrong(format!("{address} is no account of {chain}"));
            };
            if asset.as_deref() == Some(EVERY_ASSET) {
                let (account, from, until) = (account, *from, *until);
                return Ok(Seed::Address { account, asset: None, from, until, amount: None });
            }
            let asset = asset_of(ledger, asset.as_deref())?;
            let amount = amount.as_deref().map(|text| {
                Amount::from_decimal(text, asset.decimals)
                    .map_err(|error| QueryError::Question(format!("seed {address}: {error}")))
            });
            Ok(Seed::Address {
                account,
                asset: Some(asset.id),
                from: *from,
                until: *until,
                amount: amount.transpose()?,
            })
        }
    }
}

/// The place of a transfer among the transfers of its kind: by its stated log or trace number, or
/// where the source states none, counted.
fn ordinal(ledger: &Ledger, tx: &chain::TxId, phase: Phase, item: u32) -> usize {
    let counted = usize::try_from(item).unwrap_or(usize::MAX);
    let Some(number) = ledger.find_tx(tx) else { return counted };
    ledger
        .movements_of(number)
        .filter(|movement| movement.phase == phase)
        .position(|movement| movement.item == Some(item))
        .unwrap_or(counted)
}

/// An asset by ticker, contract or unit of account; the native coin if none is named.
fn asset_of(ledger: &Ledger, name: Option<&str>) -> Result<Asset, QueryError> {
    let native = Asset::native(ledger.chain());
    let Some(name) = name.filter(|name| !name.eq_ignore_ascii_case(&native.symbol)) else {
        return Ok(native);
    };
    let contract = Account::parse_evm(name).ok();
    let named = |asset: &&Asset| match &asset.id {
        AssetId::Token(own) => Some(*own) == contract || asset.symbol.eq_ignore_ascii_case(name),
        AssetId::Unit(unit) => unit.eq_ignore_ascii_case(name),
        AssetId::Native => false,
    };
    let found: Vec<&Asset> = ledger.assets().map(|(_, asset)| asset).filter(named).collect();
    match found[..] {
        [one] => Ok(one.clone()),
        [] => Err(QueryError::NotFound(format!(
            "no transfer of {name} was imported on {}",
            ledger.chain()
        ))),
        _ => Err(QueryError::Question(format!(
            "{} tokens are called {name}: name the contract",
            found.len()
        ))),
    }
}
