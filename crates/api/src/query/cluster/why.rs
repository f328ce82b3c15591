//! Why two addresses are in one cluster.

use std::collections::BTreeSet;

use chain::{Chain, UtxoTxId};
use graph::cluster::{Layer, Link, Rule, Scope};
use ledger::utxo::TxNo;
use serde::Serialize;

use super::{
    super::{QueryError, Workspace},
    Opened, ReflectsAnswer,
};

/// Which two addresses, and which evidence counts.
#[derive(Clone, Debug)]
pub struct ClusterWhyQuestion {
    /// One address.
    pub a: String,
    /// The other.
    pub b: String,
    /// The chain, where there is more than one.
    pub chain: Option<Chain>,
    /// Up to which layer.
    pub layer: Layer,
    /// Only what was known at a height.
    pub as_of: Option<u32>,
    /// Rules and transactions to leave out, by name and id.
    pub without: Vec<String>,
}

/// Whether two addresses are in one cluster, and on what evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterWhyAnswer {
    /// Whether the evidence connects them.
    pub same: bool,
    /// A chain from the one to the other: without any of these links the others do not connect the
    /// two.
    pub links: Vec<LinkAnswer>,
    /// The rule of the weakest link; `None` without links.
    pub weakest: Option<String>,
    /// The chain.
    pub chain: Chain,
    /// One address.
    pub a: String,
    /// The other.
    pub b: String,
    /// The layer up to which rules counted.
    pub layer: &'static str,
    /// Height of the last block that counted.
    pub as_of: u32,
    /// What was left out.
    pub without: Vec<String>,
    /// Which facts the clusters reflect.
    pub reflects: ReflectsAnswer,
}

/// A row of evidence: two addresses that a rule joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkAnswer {
    /// The rule.
    pub rule: &'static str,
    /// The rule with its version.
    pub rule_version: &'static str,
    /// The transaction; `None` where the scripts alone say it.
    pub tx: Option<UtxoTxId>,
    /// Height of its block.
    pub height: Option<u32>,
    /// One address.
    pub a: String,
    /// The other.
    pub b: String,
    /// From 1 to 100: an order of trust, not a measured probability.
    pub score: u8,
}

/// Shows the evidence between two addresses.
///
/// # Errors
/// An address or transaction is not known; no clusters were built, or not that layer.
pub fn cluster_why(
    workspace: &Workspace,
    question: &ClusterWhyQuestion,
) -> Result<ClusterWhyAnswer, QueryError> {
    let opened = Opened::open(workspace, question.chain)?;
    let (a, b) = (opened.find(&question.a)?, opened.find(&question.b)?);
    let reflected = opened.clusters.reflects();
    let as_of = question.as_of.map_or(reflected.height, |height| height.min(reflected.height));
    let end = opened.ledger.block(as_of).map_or(0, |block| block.transactions.end);
    let mut scope = Scope::new(question.layer, TxNo(end));
    (scope.without_rules, scope.without_txs) = left_out(&opened, &question.without)?;
    // Asked for its error, where the layer was not built.
    opened.clusters.cluster_of(a, question.layer)?;
    let links = opened.clusters.evidence(&opened.ledger).why(a, b, &scope);
    let weakest = links.iter().flatten().min_by_key(|link| link.rule.score());
    Ok(ClusterWhyAnswer {
        same: links.is_some(),
        weakest: weakest.map(|link| link.rule.version().to_owned()),
        links: links.iter().flatten().map(|link| link_answer(&opened, link)).collect(),
        chain: opened.ledger.chain(),
        a: opened.spell(a),
        b: opened.spell(b),
        layer: question.layer.name(),
        as_of,
        without: question.without.clone(),
        reflects: opened.reflects(),
    })
}

fn left_out(
    opened: &Opened,
    without: &[String],
) -> Result<(BTreeSet<Rule>, BTreeSet<TxNo>), QueryError> {
    let (mut rules, mut txs) = (BTreeSet::new(), BTreeSet::new());
    for text in without {
        if let Ok(rule) = text.parse::<Rule>() {
            rules.insert(rule);
        } else if let Ok(id) = text.parse::<UtxoTxId>() {
            let tx = opened.ledger.find_tx(&id).ok_or_else(|| {
                QueryError::NotFound(format!("transaction {id} is not in the ledger"))
            })?;
            txs.insert(tx);
        } else {
            let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
            return Err(QueryError::Question(format!(
                "{text:?} is neither a transaction id nor a rule ({})",
                rules.join(", ")
            )));
        }
    }
    Ok((rules, txs))
}

fn link_answer(opened: &Opened, link: &Link) -> LinkAnswer {
    LinkAnswer {
        rule: link.rule.name(),
        rule_version: link.rule.version(),
        tx: link.tx.map(|tx| opened.ledger.tx_id(tx)),
        height: link.tx.map(|tx| opened.ledger.height_of(tx)),
        a: opened.spell(link.a),
        b: opened.spell(link.b),
        score: link.rule.score(),
    }
}
