//! Every address with its cluster.

use chain::Chain;
use graph::cluster::{Facts, Layer};
use ledger::utxo::AddressNo;
use serde::Serialize;

use super::{
    super::{QueryError, Workspace},
    Opened, spell,
};

/// What stands for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As wallets show it; a script that they show no address for in hex.
    Address,
    /// The script in hex.
    Script,
}

/// A line of the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportRow {
    /// The address, or its script.
    pub address: String,
    /// The smallest address number in its cluster.
    pub cluster: u32,
}

/// Visits every address that the clusters reflect, in the order of their numbers, until the visitor
/// has enough.
///
/// # Errors
/// No clusters were built, or not that layer.
pub fn cluster_export(
    workspace: &Workspace,
    chain: Option<Chain>,
    layer: Layer,
    spelling: Spelling,
    mut visit: impl FnMut(ExportRow) -> bool,
) -> Result<(), QueryError> {
    let Opened { ledger, clusters } = Opened::open(workspace, chain)?;
    let partition = clusters.partition(layer)?;
    let (mut number, mut goes_on) = (0, true);
    let count = clusters.reflects().addresses;
    ledger.each_script(AddressNo(0), |script| {
        if goes_on && number < count {
            let address = match spelling {
                Spelling::Address => spell(ledger.chain(), &script),
                Spelling::Script => script.to_string(),
            };
            let cluster = partition.cluster_of(AddressNo(number)).0;
            goes_on = visit(ExportRow { address, cluster });
        }
        number += 1;
    });
    Ok(())
}
