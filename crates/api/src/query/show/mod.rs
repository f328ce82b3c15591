//! What is known of an address, a transaction, an actor or an incident: paste anything.

mod utxo;

use std::collections::BTreeMap;

use attribution::{Conflict, Digest, Incident, Tag};
use chain::{Account, Address, Amount, AssetId, Chain, Phase, Timestamp, TxId};
use ledger::{
    Held, Ledger, Movement,
    utxo::{AddressNo, UtxoLedger},
};
use serde::Serialize;
pub use utxo::{InputAnswer, OutputAnswer, ScriptAnswer, UtxoTransactionAnswer, VerdictAnswer};

use super::{
    ActorAnswer, ClusterOfAddress, QueryError, Subject, Workspace, cluster_of_address,
    subject::spell,
};

/// What is known of something.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShowAnswer {
    /// An address.
    Address(Box<AddressAnswer>),
    /// A transaction of an account chain.
    Transaction(Box<TransactionAnswer>),
    /// A transaction of a UTXO chain.
    #[serde(rename = "transaction")]
    UtxoTransaction(Box<UtxoTransactionAnswer>),
    /// An actor.
    Actor(Box<ActorAnswer>),
    /// An incident.
    Incident(Box<Incident>),
}

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AddressAnswer {
    /// The address in the chain's spelling.
    pub id: String,
    /// The chain.
    pub chain: Chain,
    /// Other chains on which the same address has tags or facts.
    pub also_on: Vec<Chain>,
    /// What to show, and why that.
    pub digest: Option<Digest>,
    /// Every statement about it.
    pub tags: Vec<Tag>,
    /// Whether the statements contradict each other, and how.
    pub conflicts: Vec<Conflict>,
    /// What it received, sent and paid, by the asset's ticker. Of several tokens with one ticker,
    /// all but the first are named by their contract.
    pub totals: BTreeMap<String, TotalAnswer>,
    /// Its script and what it holds, on a UTXO chain that has facts of it.
    pub script: Option<ScriptAnswer>,
    /// The addresses that our rules take for the same owner's, on a UTXO chain whose clusters were
    /// built.
    pub cluster: Option<ClusterOfAddress>,
    /// Events, where it is the pool of a mixer.
    pub pool: Option<PoolAnswer>,
    /// Withdrawals out of mixer pools that it received.
    pub mixer_withdrawals: usize,
    /// Incidents that begin at it.
    pub incidents: Vec<String>,
    /// How completely it is held; `None` where the chain has no facts at all.
    pub coverage: Option<CoverageOfAddress>,
}

/// How completely a ledger holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "held", rename_all = "snake_case")]
pub enum CoverageOfAddress {
    /// A source listed all its transactions.
    Complete,
    /// A source listed its first transactions and stopped at a cap.
    Capped {
        /// How many it listed.
        rows: u64,
    },
    /// Known only from what others did with it.
    Unlisted,
}

impl From<Held> for CoverageOfAddress {
    fn from(held: Held) -> Self {
        match held {
            Held::Complete => CoverageOfAddress::Complete,
            Held::Capped { rows } => CoverageOfAddress::Capped { rows },
            Held::Unlisted => CoverageOfAddress::Unlisted,
        }
    }
}

/// An address's traffic in one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TotalAnswer {
    /// The asset's ticker.
    pub asset: String,
    /// Decimal places of the asset.
    pub decimals: u8,
    /// Received, in base units.
    pub received: Amount,
    /// Sent, without fees, in base units.
    pub sent: Amount,
    /// Fees paid, in base units.
    pub fees: Amount,
    /// Transfers in.
    pub transfers_in: u64,
    /// Transfers out.
    pub transfers_out: u64,
    /// First of them.
    pub first: Timestamp,
    /// Last of them.
    pub last: Timestamp,
}

/// A mixer pool's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PoolAnswer {
    /// Deposits known.
    pub deposits: usize,
    /// Withdrawals known.
    pub withdrawals: usize,
    /// Whether the leaves run from 0 without a gap.
    pub gapless: bool,
    /// First block of an event.
    pub first_block: u64,
    /// Last block of an event.
    pub last_block: u64,
}

/// What is known of a transaction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TransactionAnswer {
    /// Its id.
    pub id: TxId,
    /// The chain.
    pub chain: Chain,
    /// Height of its block.
    pub block: u64,
    /// Place in the block, where a source stated it.
    pub index: Option<u32>,
    /// Time of its block.
    pub time: Timestamp,
    /// Whether it succeeded, where known.
    pub succeeded: Option<bool>,
    /// Statements about it.
    pub tags: Vec<Tag>,
    /// The value that it moves.
    pub moves: Vec<MoveAnswer>,
    /// Pools that it deposits into.
    pub mixer_deposits: Vec<String>,
}

/// A value move of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoveAnswer {
    /// Which kind of move.
    pub phase: Phase,
    /// Who loses it.
    pub from: String,
    /// What is known of the sender.
    pub from_label: Option<String>,
    /// Who gets it; `None` for a fee.
    pub to: Option<String>,
    /// What is known of the receiver.
    pub to_label: Option<String>,
    /// The asset's ticker.
    pub asset: String,
    /// Base units.
    pub amount: Amount,
    /// The same in whole units.
    pub units: String,
}

/// Shows whatever a text means: an address, a transaction, an actor or an incident.
///
/// # Errors
/// The text means nothing known, or something cannot be read.
pub fn show(
    workspace: &Workspace,
    text: &str,
    chain: Option<Chain>,
) -> Result<ShowAnswer, QueryError> {
    match Subject::parse(text, chain)? {
        Subject::Address(found) => {
            show_address(workspace, found).map(|answer| ShowAnswer::Address(Box::new(answer)))
        }
        Subject::Transaction(id) => {
            let ledgers = workspace.utxo_ledgers()?;
            if let Some(answer) = utxo::transaction(&workspace.store()?, &ledgers, id)? {
                return Ok(ShowAnswer::UtxoTransaction(Box::new(answer)));
            }
            show_transaction(workspace, id).map(|answer| ShowAnswer::Transaction(Box::new(answer)))
        }
        Subject::Name(name) => {
            let store = workspace.store()?;
            if let Some(incident) = store.incident(&name)? {
                return Ok(ShowAnswer::Incident(Box::new(incident)));
            }
            let actor = store.actor(&name)?.ok_or_else(|| {
                QueryError::NotFound(format!(
                    "{name:?} is no address, transaction, actor or incident that is known"
                ))
            })?;
            Ok(ShowAnswer::Actor(Box::new(actor.into())))
        }
    }
}

/// Shows an address on the first of its chains on which anything is known.
fn show_address(
    workspace: &Workspace,
    found: Vec<(Chain, Address)>,
) -> Result<AddressAnswer, QueryError> {
    let store = workspace.store()?;
    let mut known = Vec::new();
    for (chain, address) in &found {
        let tags = store.tags(*chain, address)?;
        let facts = Facts::of(workspace, *chain, address)?;
        if facts.is_some() || !tags.is_empty() {
            known.push((*chain, address.clone(), tags, facts));
        }
    }
    let also_on = known.iter().skip(1).map(|(chain, ..)| *chain).collect();
    let (chain, address, tags, facts) = match known.into_iter().next() {
        Some(first) => first,
        None => {
            let (chain, address) = found.into_iter().next().expect("parsed for some chain");
            (chain, address, Vec::new(), None)
        }
    };
    let account = address.account();
    let held = match (&facts, account) {
        (Some(Facts::Utxo(..)), _) => Some(CoverageOfAddress::Complete),
        (_, Some(account)) => workspace.ledger(chain)?.map(|ledger| ledger.held(&account).into()),
        (_, None) => workspace.utxo_ledger(chain)?.map(|_| CoverageOfAddress::Complete),
    };
    let on_accounts = match &facts {
        Some(Facts::Account(ledger)) => Some(ledger).zip(account),
        _ => None,
    };
    let outputs = match &facts {
        Some(Facts::Utxo(ledger, number)) => Some((ledger, *number)),
        _ => None,
    };
    Ok(AddressAnswer {
        id: address.to_string(),
        chain,
        also_on,
        digest: store.digest(chain, &address, None)?,
        tags,
        conflicts: store.conflicts_of(chain, &address)?.into_iter().collect(),
        totals: match (on_accounts, outputs) {
            (Some((ledger, account)), _) => totals(ledger, account),
            (None, Some((ledger, number))) => utxo::totals(ledger, number),
            (None, None) => BTreeMap::new(),
        },
        script: outputs.map(|(ledger, number)| utxo::script(ledger, number)),
        cluster: match outputs {
            Some((ledger, number)) => cluster_of_address(workspace, ledger, number)?,
            None => None,
        },
        pool: on_accounts.and_then(|(ledger, account)| pool(ledger, account)),
        mixer_withdrawals: on_accounts.map_or(0, |(ledger, account)| {
            ledger.mixer_withdrawals().filter(|event| event.recipient == account).count()
        }),
        incidents: incidents_at(&store, &address)?,
        coverage: held,
    })
}

/// The ledger that knows something of an address.
enum Facts {
    Account(Box<Ledger>),
    Utxo(Box<UtxoLedger>, AddressNo),
}

impl Facts {
    fn of(
        workspace: &Workspace,
        chain: Chain,
        address: &Address,
    ) -> Result<Option<Facts>, QueryError> {
        let Some(account) = address.account() else {
            let Some(ledger) = workspace.utxo_ledger(chain)? else { return Ok(None) };
            let number = utxo::find(&ledger, address);
            return Ok(number.map(|number| Facts::Utxo(Box::new(ledger), number)));
        };
        let ledger = workspace.ledger(chain)?;
        let ledger = ledger.filter(|ledger| ledger.posting_count(&account) > 0);
        Ok(ledger.map(|ledger| Facts::Account(Box::new(ledger))))
    }
}

fn incidents_at(store: &attribution::Store, address: &Address) -> Result<Vec<String>, QueryError> {
    let begins = |incident: &Incident| {
        incident.seeds.iter().any(
            |seed| matches!(seed, attribution::Seed::Address { address: at, .. } if at == address),
        )
    };
    Ok(store.incidents()?.into_iter().filter(begins).map(|incident| incident.id).collect())
}

fn totals(ledger: &Ledger, account: Account) -> BTreeMap<String, TotalAnswer> {
    let mut totals: BTreeMap<ledger::AssetNo, TotalAnswer> = BTreeMap::new();
    for number in ledger.postings(&account) {
        let movement = ledger.movement(number);
        let time = ledger.tx_time(movement.tx);
        let asset = ledger.asset(movement.asset);
        let total = totals.entry(movement.asset).or_insert_with(|| TotalAnswer {
            asset: asset.symbol.clone(),
            decimals: asset.decimals,
            received: Amount::ZERO,
            sent: Amount::ZERO,
            fees: Amount::ZERO,
            transfers_in: 0,
            transfers_out: 0,
            first: time,
            last: time,
        });
        total.last = time;
        total.add(&movement, account);
    }
    let mut named = BTreeMap::new();
    for (number, total) in totals {
        let name = match &ledger.asset(number).id {
            AssetId::Token(contract) if named.contains_key(&total.asset) => contract.to_eip55(),
            _ => total.asset.clone(),
        };
        named.insert(name, total);
    }
    named
}

impl TotalAnswer {
    fn add(&mut self, movement: &Movement, account: Account) {
        let sum = |a: Amount| a.checked_add(movement.amount).unwrap_or(Amount::MAX);
        if movement.to.is_none() {
            self.fees = sum(self.fees);
            return;
        }
        if movement.amount.is_zero() {
            return;
        }
        if movement.from == account {
            self.sent = sum(self.sent);
            self.transfers_out += 1;
        }
        if movement.to == Some(account) {
            self.received = sum(self.received);
            self.transfers_in += 1;
        }
    }
}

fn pool(ledger: &Ledger, account: Account) -> Option<PoolAnswer> {
    let events = ledger.mixer_events(&account);
    let deposits = events.deposits.iter().map(|event| event.block);
    let blocks = deposits.chain(events.withdrawals.iter().map(|event| event.block));
    let gapless = events
        .deposits
        .iter()
        .enumerate()
        .all(|(place, event)| u32::try_from(place) == Ok(event.leaf));
    Some(PoolAnswer {
        deposits: events.deposits.len(),
        withdrawals: events.withdrawals.len(),
        gapless,
        first_block: blocks.clone().min()?,
        last_block: blocks.max()?,
    })
}

fn show_transaction(workspace: &Workspace, id: TxId) -> Result<TransactionAnswer, QueryError> {
    let store = workspace.store()?;
    for ledger in workspace.ledgers()? {
        let Some(number) = ledger.find_tx(&id) else { continue };
        let chain = ledger.chain();
        let transaction = ledger.transaction(number);
        let moves = ledger
            .movements_of(number)
            .map(|movement| move_answer(&store, &ledger, &movement))
            .collect::<Result<_, _>>()?;
        let pools = ledger.mixer_deposits_of(&id);
        return Ok(TransactionAnswer {
            id,
            chain,
            block: transaction.block,
            index: transaction.index,
            time: transaction.time,
            succeeded: transaction.body.map(|body| body.succeeded),
            tags: store.transaction_tags(chain, id)?,
            moves,
            mixer_deposits: pools.iter().map(|deposit| spell(chain, deposit.pool)).collect(),
        });
    }
    Err(QueryError::NotFound(format!("transaction {id} is in no ledger here")))
}

fn move_answer(
    store: &attribution::Store,
    ledger: &Ledger,
    movement: &Movement,
) -> Result<MoveAnswer, QueryError> {
    let chain = ledger.chain();
    let label = |account: Account| super::labels::name_of(store, chain, account);
    let asset = ledger.asset(movement.asset);
    Ok(MoveAnswer {
        phase: movement.phase,
        from: spell(chain, movement.from),
        from_label: label(movement.from)?,
        to: movement.to.map(|to| spell(chain, to)),
        to_label: movement.to.map(label).transpose()?.flatten(),
        asset: asset.symbol.clone(),
        amount: movement.amount,
        units: movement.amount.to_decimal(asset.decimals),
    })
}
