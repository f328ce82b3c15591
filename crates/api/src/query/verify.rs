//! Checking everything that is stored.

use std::path::PathBuf;

use chain::Chain;
use graph::cluster::Clusters;
use ledger::{
    Counts, Finding, LedgerError,
    utxo::{self, UtxoVerification},
};
use serde::Serialize;

use super::{Progress, QueryError, Workspace};

/// What was checked, and what is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyAnswer {
    /// Whether nothing is wrong.
    pub clean: bool,
    /// The ledgers of account chains, in the order of the chains.
    pub chains: Vec<ChainVerified>,
    /// The ledgers of UTXO chains.
    pub utxo_chains: Vec<UtxoVerified>,
    /// The clusters of UTXO chains.
    pub clusters: Vec<ClustersVerified>,
    /// The store of claims, if there is one.
    pub store: Option<StoreVerified>,
}

/// A ledger that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct ChainVerified {
    /// Its chain.
    pub chain: Chain,
    /// Files whose size and checksum were compared.
    pub files: u64,
    /// Bytes read for that.
    pub bytes: u64,
    /// Facts by kind.
    pub counts: Counts,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// A ledger of a UTXO chain that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct UtxoVerified {
    /// Its chain.
    pub chain: Chain,
    /// What was checked, and what is wrong.
    #[serde(flatten)]
    pub verification: UtxoVerification,
}

/// The clusters of a chain, which were checked.
#[derive(Clone, Debug, Serialize)]
pub struct ClustersVerified {
    /// The chain.
    pub chain: Chain,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// The store of claims, read from end to end.
#[derive(Clone, Debug, Serialize)]
pub struct StoreVerified {
    /// Statements of all sources.
    pub statements: u64,
    /// Hash over all of them.
    pub tags: Option<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Verifies every ledger and reads the whole store. Nothing is repaired.
///
/// # Errors
/// The asker stopped it. What is damaged is part of the answer.
pub fn verify(workspace: &Workspace, progress: &dyn Progress) -> Result<VerifyAnswer, QueryError> {
    let (mut chains, mut utxo_chains, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for chain in Chain::all() {
        if progress.interrupted() {
            return Err(QueryError::Interrupted);
        }
        progress.stage(&format!("checking {chain}"));
        chains.extend(verify_chain(workspace, chain));
        utxo_chains.extend(verify_utxo_chain(workspace, chain));
        clusters.extend(verify_clusters(workspace, chain));
    }
    let path = workspace.data_dir().join("tracewell.sqlite");
    let store = path.exists().then(|| {
        progress.stage("checking tracewell.sqlite");
        verify_store(workspace, path)
    });
    let damaged = chains.iter().any(|one| !one.findings.is_empty())
        || utxo_chains.iter().any(|one| !one.verification.findings.is_empty())
        || clusters.iter().any(|one| !one.findings.is_empty())
        || store.as_ref().is_some_and(|store| !store.findings.is_empty());
    Ok(VerifyAnswer { clean: !damaged, chains, utxo_chains, clusters, store })
}

fn verify_chain(workspace: &Workspace, chain: Chain) -> Option<ChainVerified> {
    let (files, bytes, counts, findings) = match ledger::verify(workspace.data_dir(), chain) {
        Ok(None) => return None,
        Ok(Some(ledger::Verification { files, bytes, counts, findings })) => {
            (files, bytes, counts, findings)
        }
        Err(error) => (0, 0, Counts::default(), vec![unreadable(workspace, chain, &error)]),
    };
    Some(ChainVerified { chain, files, bytes, counts, findings })
}

fn verify_utxo_chain(workspace: &Workspace, chain: Chain) -> Option<UtxoVerified> {
    let verification = match utxo::verify(workspace.data_dir(), chain) {
        Ok(found) => found?,
        Err(error) => UtxoVerification {
            findings: vec![unreadable(workspace, chain, &error)],
            ..UtxoVerification::default()
        },
    };
    Some(UtxoVerified { chain, verification })
}

fn verify_clusters(workspace: &Workspace, chain: Chain) -> Option<ClustersVerified> {
    let check = || match Clusters::open(workspace.data_dir(), chain)? {
        Some(clusters) => clusters.check().map(|()| true),
        None => Ok(false),
    };
    let path = workspace.data_dir().join("chains").join(chain.slug()).join("clusters");
    match check() {
        Ok(false) => None,
        Ok(true) => Some(ClustersVerified { chain, findings: Vec::new() }),
        Err(error) => {
            let findings = vec![Finding { path, what: error.to_string() }];
            Some(ClustersVerified { chain, findings })
        }
    }
}

/// A ledger that cannot even be opened.
fn unreadable(workspace: &Workspace, chain: Chain, error: &LedgerError) -> Finding {
    let path = workspace.data_dir().join("chains").join(chain.slug());
    Finding { path, what: error.to_string() }
}

fn verify_store(workspace: &Workspace, path: PathBuf) -> StoreVerified {
    let read = || -> Result<(u64, String), QueryError> {
        let store = workspace.store()?;
        store.imports()?;
        store.incidents()?;
        let statements = store.counts()?.iter().map(|source| source.count).sum();
        Ok((statements, hex(&store.snapshot_hash()?)))
    };
    match read() {
        Ok((statements, tags)) => {
            StoreVerified { statements, tags: Some(tags), findings: Vec::new() }
        }
        Err(error) => {
            let findings = vec![Finding { path, what: error.to_string() }];
            StoreVerified { statements: 0, tags: None, findings }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
