//! Clusters: which addresses our rules take for one owner's, and on what evidence.

mod build;
mod export;
mod labels;
mod monitor;
mod show;
mod why;

use chain::{Address, Chain, Script, UtxoAddress};
use graph::{
    GraphError,
    cluster::{Clusters, Layer},
};
use ledger::utxo::{AddressNo, UtxoLedger};
use serde::Serialize;

use super::{QueryError, Subject, Workspace};

pub use build::{ClusterBuildAnswer, ClusterBuildQuestion, cluster_build};
pub use export::{ExportRow, Spelling, cluster_export};
pub use labels::{ClusterLabel, ClusterLabels};
pub use monitor::{ClusterMonitorAnswer, HealthAnswer, RefusedAnswer, cluster_monitor};
pub use show::{ClusterOfAddress, ClusterShowAnswer, cluster_of_address, cluster_show};
pub use why::{ClusterWhyAnswer, ClusterWhyQuestion, LinkAnswer, cluster_why};

/// Which facts an answer reflects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReflectsAnswer {
    /// Height of the last block that the clusters reflect.
    pub height: u32,
    /// Its hash.
    pub block: String,
    /// Height of the last block in the ledger.
    pub tip_height: u32,
    /// Hash of the facts that the clusters reflect.
    pub facts: String,
}

/// The ledger of a chain and the clusters that were built over it.
struct Opened {
    ledger: UtxoLedger,
    clusters: Clusters,
}

/// The ledger of a named chain, or of the only UTXO chain that there is.
fn utxo_ledger(workspace: &Workspace, chain: Option<Chain>) -> Result<UtxoLedger, QueryError> {
    if let Some(chain) = chain {
        return workspace
            .utxo_ledger(chain)?
            .ok_or_else(|| QueryError::NotFound(format!("no block of {chain} is stored here")));
    }
    let mut ledgers = workspace.utxo_ledgers()?;
    match (ledgers.pop(), ledgers.is_empty()) {
        (Some(ledger), true) => Ok(ledger),
        (Some(_), false) => Err(QueryError::Question("several chains are here: name one".into())),
        (None, _) => Err(QueryError::NotFound("no block of a UTXO chain is stored here".into())),
    }
}

impl Opened {
    fn open(workspace: &Workspace, chain: Option<Chain>) -> Result<Opened, QueryError> {
        let ledger = utxo_ledger(workspace, chain)?;
        let chain = ledger.chain();
        let clusters = Clusters::open(workspace.data_dir(), chain)?;
        let clusters = clusters.ok_or(GraphError::NotBuilt { chain })?;
        if !clusters.is_on_branch(&ledger) {
            let height = clusters.reflects().height;
            return Err(GraphError::OtherBranch { chain, height }.into());
        }
        Ok(Opened { ledger, clusters })
    }

    fn reflects(&self) -> ReflectsAnswer {
        reflects(&self.clusters, &self.ledger)
    }

    /// The number of the address that a text means.
    fn find(&self, text: &str) -> Result<AddressNo, QueryError> {
        find(&self.ledger, text)
    }

    fn spell(&self, address: AddressNo) -> String {
        spell(self.ledger.chain(), &self.ledger.script(address))
    }
}

fn reflects(clusters: &Clusters, ledger: &UtxoLedger) -> ReflectsAnswer {
    let own = clusters.reflects();
    ReflectsAnswer {
        height: own.height,
        block: own.block.to_string(),
        tip_height: ledger.counts().blocks.saturating_sub(1),
        facts: own.facts.clone(),
    }
}

/// An address, or a script in hex.
fn find(ledger: &UtxoLedger, text: &str) -> Result<AddressNo, QueryError> {
    let chain = ledger.chain();
    let script = match Subject::parse(text, Some(chain))? {
        Subject::Address(found) => found.into_iter().find_map(|(_, address)| match address {
            Address::Utxo(address) => address.to_script(chain),
            Address::Evm(_) | Address::Tron(_) => None,
        }),
        _ => text.trim().parse().ok(),
    };
    let script: Script = script
        .ok_or_else(|| QueryError::Question(format!("{text} is not an address of {chain}")))?;
    ledger
        .find_address(&script)
        .ok_or_else(|| QueryError::NotFound(format!("{text} never appears on {chain}, as stored")))
}

/// The address of a script, or the script itself in hex where wallets show none.
fn spell(chain: Chain, script: &Script) -> String {
    UtxoAddress::of_script(chain, script)
        .map_or_else(|| script.to_string(), |address| address.as_str().to_owned())
}

/// The rules behind clusters up to a layer, with their versions.
fn rule_version(clusters: &Clusters, layer: Layer) -> String {
    let guesses = graph::cluster::Rule::OneTimeChange.version();
    let rules = clusters.rules().iter().map(String::as_str);
    let rules: Vec<&str> =
        rules.filter(|rule| layer == Layer::Change || *rule != guesses).collect();
    rules.join(" ")
}
