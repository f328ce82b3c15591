//! Addresses and transactions of UTXO chains.

use std::collections::BTreeMap;

use attribution::Store;
use chain::{Address, Amount, Chain, Script, ScriptKind, Timestamp, TxId, UtxoAddress, UtxoTxId};
use graph::{
    cluster::{Facts, change},
    coinjoin::verdict,
};
use ledger::utxo::{AddressNo, OutputNo, TxNo, UtxoLedger};
use serde::Serialize;

use super::{Tag, TotalAnswer};
use crate::query::QueryError;

/// What the facts say of an address of a UTXO chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScriptAnswer {
    /// The script in hex.
    pub script: String,
    /// Its form, as nodes name it.
    pub form: &'static str,
    /// How many outputs it was given.
    pub outputs: u64,
    /// How many of them are not spent.
    pub unspent: u64,
    /// What these are worth, in satoshi.
    pub balance: Amount,
}

/// A transaction of a UTXO chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UtxoTransactionAnswer {
    /// Its id.
    pub id: UtxoTxId,
    /// The chain.
    pub chain: Chain,
    /// Height of its block.
    pub block: u32,
    /// Hash of its block.
    pub block_hash: String,
    /// Place in the block.
    pub index: u32,
    /// Time of its block.
    pub time: Timestamp,
    /// Whether it makes new coins.
    pub coinbase: bool,
    /// What it pays to miners, in satoshi.
    pub fee: Amount,
    /// Whether it is a CoinJoin, by the narrowest rule that says so.
    pub coinjoin: Option<VerdictAnswer>,
    /// What it spends.
    pub inputs: Vec<InputAnswer>,
    /// What it makes.
    pub outputs: Vec<OutputAnswer>,
    /// Statements about it.
    pub tags: Vec<Tag>,
}

/// A claim that a transaction is a CoinJoin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictAnswer {
    /// The protocol.
    pub protocol: String,
    /// From 1 to 100: an order of trust, not a measured probability.
    pub confidence: u8,
    /// How many outputs have the most common denomination: the crowd that one of them hides in.
    pub participants: usize,
    /// The values that repeat, in satoshi.
    pub denominations: Vec<Amount>,
    /// The rule, with its version.
    pub rule_version: &'static str,
    /// Whether its inputs are not taken for one owner's.
    pub bars_co_spend: bool,
}

/// An output that a transaction spends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputAnswer {
    /// The transaction that made it.
    pub tx: UtxoTxId,
    /// Its place there.
    pub output: u32,
    /// Satoshi.
    pub amount: Amount,
    /// Its script in hex.
    pub script: String,
    /// The form of the script.
    pub form: &'static str,
    /// The address, where the script has one.
    pub address: Option<String>,
    /// What is known of the address.
    pub label: Option<String>,
}

/// An output that a transaction makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputAnswer {
    /// Its place.
    pub output: u32,
    /// Satoshi.
    pub amount: Amount,
    /// Its script in hex.
    pub script: String,
    /// The form of the script.
    pub form: &'static str,
    /// The address, where the script has one.
    pub address: Option<String>,
    /// What is known of the address.
    pub label: Option<String>,
    /// The rule by which it is change, if any says so.
    pub change: Option<&'static str>,
    /// The transaction that spends it, if any does.
    pub spent_by: Option<UtxoTxId>,
}

/// The number of an address, where it occurs.
pub(super) fn find(ledger: &UtxoLedger, address: &Address) -> Option<AddressNo> {
    let Address::Utxo(address) = address else { return None };
    ledger.find_address(&address.to_script(ledger.chain())?)
}

/// What the facts say of an address.
pub(super) fn script(ledger: &UtxoLedger, address: AddressNo) -> ScriptAnswer {
    let script = ledger.script(address);
    let mut answer = ScriptAnswer {
        form: form(&script),
        script: script.to_string(),
        outputs: 0,
        unspent: 0,
        balance: Amount::ZERO,
    };
    for output in ledger.outputs_of(address) {
        answer.outputs += 1;
        if ledger.spender(output).is_none() {
            answer.unspent += 1;
            answer.balance = sum(answer.balance, ledger.value(output));
        }
    }
    answer
}

/// What an address received and sent. A transaction of which it is on both sides counts on both;
/// fees are paid by all inputs together and not counted here.
pub(super) fn totals(ledger: &UtxoLedger, address: AddressNo) -> BTreeMap<String, TotalAnswer> {
    let chain = ledger.chain();
    let first = ledger.time_of(ledger.tx_of_output(ledger.first_output_of(address)));
    let mut total = TotalAnswer {
        asset: chain.native_symbol().to_owned(),
        decimals: chain.native_decimals(),
        received: Amount::ZERO,
        sent: Amount::ZERO,
        fees: Amount::ZERO,
        transfers_in: 0,
        transfers_out: 0,
        first,
        last: first,
    };
    for output in ledger.outputs_of(address) {
        let value = ledger.value(output);
        total.received = sum(total.received, value);
        total.transfers_in += 1;
        let mut last = ledger.tx_of_output(output);
        if let Some(spender) = ledger.spender(output) {
            total.sent = sum(total.sent, value);
            total.transfers_out += 1;
            last = spender;
        }
        total.last = total.last.max(ledger.time_of(last));
    }
    BTreeMap::from([(total.asset.clone(), total)])
}

fn sum(sum: Amount, satoshi: u64) -> Amount {
    sum.checked_add(Amount::from(satoshi)).unwrap_or(Amount::MAX)
}

/// Shows a transaction of the first ledger that has it.
pub(super) fn transaction(
    store: &Store,
    ledgers: &[UtxoLedger],
    id: TxId,
) -> Result<Option<UtxoTransactionAnswer>, QueryError> {
    let own = id.as_utxo();
    let found = ledgers.iter().find_map(|ledger| Some((ledger, ledger.find_tx(&own)?)));
    let Some((ledger, tx)) = found else { return Ok(None) };
    let height = ledger.height_of(tx);
    let block = ledger.block(height).expect("a transaction has a block");
    let place = Place { store, ledger };
    Ok(Some(UtxoTransactionAnswer {
        id: own,
        chain: ledger.chain(),
        block: height,
        block_hash: UtxoTxId(block.hash).to_string(),
        index: tx.0 - block.transactions.start,
        time: block.time,
        coinbase: ledger.is_coinbase(tx),
        fee: ledger.fee(tx).into(),
        coinjoin: coinjoin(ledger, tx),
        inputs: ledger.inputs(tx).map(|output| place.input(output)).collect::<Result<_, _>>()?,
        outputs: place.outputs(tx)?,
        tags: store.transaction_tags(ledger.chain(), id)?,
    }))
}

fn coinjoin(ledger: &UtxoLedger, tx: TxNo) -> Option<VerdictAnswer> {
    let found = verdict(&Facts::payment(ledger, tx))?;
    Some(VerdictAnswer {
        protocol: found.protocol.to_string(),
        confidence: found.confidence,
        participants: found.participants,
        denominations: found.denominations.iter().map(|value| value.get().into()).collect(),
        rule_version: found.rule_version,
        bars_co_spend: found.bars_co_spend(),
    })
}

struct Place<'a> {
    store: &'a Store,
    ledger: &'a UtxoLedger,
}

impl Place<'_> {
    fn input(&self, output: OutputNo) -> Result<InputAnswer, QueryError> {
        let tx = self.ledger.tx_of_output(output);
        let made = self.output(tx, output)?;
        let OutputAnswer { output, amount, script, form, address, label, .. } = made;
        Ok(InputAnswer { tx: self.ledger.tx_id(tx), output, amount, script, form, address, label })
    }

    fn outputs(&self, tx: TxNo) -> Result<Vec<OutputAnswer>, QueryError> {
        let change = change(self.ledger, tx);
        let with_change = |output: OutputNo| {
            let rule = change.iter().find(|change| change.0 == output);
            let answer = self.output(tx, output)?;
            Ok(OutputAnswer { change: rule.map(|change| change.1.version()), ..answer })
        };
        self.ledger.outputs(tx).map(with_change).collect()
    }

    fn output(&self, tx: TxNo, output: OutputNo) -> Result<OutputAnswer, QueryError> {
        let ledger = self.ledger;
        let script = ledger.script(ledger.address(output));
        let address = UtxoAddress::of_script(ledger.chain(), &script).map(Address::Utxo);
        let digest = match &address {
            Some(address) => self.store.digest(ledger.chain(), address, None)?,
            None => None,
        };
        let place = output.0 - ledger.first_output(tx).0;
        Ok(OutputAnswer {
            output: u32::try_from(place).unwrap_or(u32::MAX),
            amount: ledger.value(output).into(),
            form: form(&script),
            script: script.to_string(),
            address: address.map(|address| address.to_string()),
            label: digest.map(|digest| digest.label),
            change: None,
            spent_by: ledger.spender(output).map(|spender| ledger.tx_id(spender)),
        })
    }
}

/// The form of a script by the name that nodes give it.
fn form(script: &Script) -> &'static str {
    match script.kind() {
        ScriptKind::Key => "pubkey",
        ScriptKind::KeyHash => "pubkeyhash",
        ScriptKind::ScriptHash => "scripthash",
        ScriptKind::WitnessKeyHash => "witness_v0_keyhash",
        ScriptKind::WitnessScriptHash => "witness_v0_scripthash",
        ScriptKind::Taproot => "witness_v1_taproot",
        ScriptKind::BareMultisig => "multisig",
        ScriptKind::OpReturn => "nulldata",
        ScriptKind::Other => "nonstandard",
    }
}
