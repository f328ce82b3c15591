//! From an incident's words to seeds on a UTXO ledger.

use ::trace::utxo::{Seed, resolve as outputs_of};
use chain::{Address, Amount, Chain, Family, UtxoTxId};
use graph::{
    GraphError,
    cluster::{Clusters, Layer},
};
use ledger::utxo::{AddressNo, UtxoLedger};

use super::number_of;
use crate::query::{QueryError, trace::seeds::EVERY_ASSET};

/// Understands `txid` and `txid:output` as block explorers of UTXO chains write them.
pub(in crate::query::trace) fn pasted_outputs(
    chain: Chain,
    text: &str,
) -> Option<attribution::Seed> {
    let (id, output) = match text.trim().split_once(':') {
        Some((id, output)) => (id, Some(output.parse::<u32>().ok()?)),
        None => (text.trim(), None),
    };
    let tx: UtxoTxId = id.parse().ok().filter(|_| chain.family() == Family::Utxo)?;
    Some(attribution::Seed::Outputs { chain, tx, output, address: None, amount: None })
}

/// The seeds in the terms of one ledger.
pub(super) fn resolve(
    ledger: &UtxoLedger,
    clusters: Option<&Clusters>,
    seeds: &[attribution::Seed],
) -> Result<Vec<Seed>, QueryError> {
    seeds.iter().map(|seed| resolve_one(ledger, clusters, seed)).collect()
}

fn resolve_one(
    ledger: &UtxoLedger,
    clusters: Option<&Clusters>,
    seed: &attribution::Seed,
) -> Result<Seed, QueryError> {
    match seed {
        attribution::Seed::Outputs { chain, tx, output, address, amount } => {
            let to = address.as_ref().map(|it| known_address(ledger, *chain, it)).transpose()?;
            let found = match (output, to) {
                (Some(index), _) => Seed::Output { tx: *tx, index: *index },
                (None, Some(to)) => Seed::Payment { tx: *tx, to },
                (None, None) => Seed::Transaction(*tx),
            };
            check_word(ledger, tx, &found, to, amount.as_deref())?;
            Ok(found)
        }
        attribution::Seed::Address { chain, address, asset, amount, from, until, cluster } => {
            let native = chain.native_symbol();
            let is_native = |name: &str| name == EVERY_ASSET || name.eq_ignore_ascii_case(native);
            if let Some(other) = asset.as_deref().filter(|name| !is_native(name)) {
                let text = format!("seed {address}: {chain} has no asset {other:?}");
                return Err(QueryError::Question(text));
            }
            let number = known_address(ledger, *chain, address)?;
            let (name, addresses) = if *cluster {
                (format!("the cluster of {address}"), members(clusters, *chain, number)?)
            } else {
                (address.to_string(), vec![number])
            };
            Ok(Seed::Wallet {
                name,
                addresses,
                from: *from,
                until: *until,
                amount: amount.as_deref().map(|text| base_units(*chain, text)).transpose()?,
            })
        }
        attribution::Seed::Transaction { chain, tx }
        | attribution::Seed::Transfer { chain, tx, .. } => {
            Err(QueryError::Question(format!("seed {tx}: {chain} has outputs, no accounts")))
        }
    }
}

/// Everybody in the cluster of an address. Guesses at change are left out, as of every count.
fn members(
    clusters: Option<&Clusters>,
    chain: Chain,
    address: AddressNo,
) -> Result<Vec<AddressNo>, QueryError> {
    let clusters = clusters.ok_or(GraphError::NotBuilt { chain })?;
    let layer = Layer::CoSpend;
    Ok(clusters.members(clusters.cluster_of(address, layer)?, layer)?)
}

fn known_address(
    ledger: &UtxoLedger,
    chain: Chain,
    address: &Address,
) -> Result<AddressNo, QueryError> {
    number_of(ledger, chain, address).ok_or_else(|| {
        QueryError::NotFound(format!(
            "{address} never appears in the blocks of {chain} that are held"
        ))
    })
}

fn base_units(chain: Chain, text: &str) -> Result<u64, QueryError> {
    let amount = Amount::from_decimal(text, chain.native_decimals())
        .map_err(|error| QueryError::Question(format!("amount {text:?}: {error}")))?;
    let units = amount.to_u128().and_then(|units| u64::try_from(units).ok());
    units.ok_or_else(|| QueryError::Question(format!("amount {text:?}: more than there is")))
}

/// What a source says of a seed must agree with the facts: else it speaks of something else.
fn check_word(
    ledger: &UtxoLedger,
    tx: &UtxoTxId,
    seed: &Seed,
    to: Option<AddressNo>,
    amount: Option<&str>,
) -> Result<(), QueryError> {
    if to.is_none() && amount.is_none() {
        return Ok(());
    }
    let outputs = outputs_of(ledger, std::slice::from_ref(seed))?;
    if outputs.iter().any(|it| to.is_some_and(|to| ledger.address(it.output) != to)) {
        return Err(QueryError::Question(format!("seed {tx}: that output pays another address")));
    }
    let Some(stated) = amount else { return Ok(()) };
    let paid: u64 = outputs.iter().map(|it| it.tainted).sum();
    if base_units(ledger.chain(), stated)? == paid {
        return Ok(());
    }
    let found = Amount::from(paid).to_decimal(ledger.chain().native_decimals());
    Err(QueryError::Question(format!("seed {tx}: the incident says {stated}, the facts {found}")))
}
