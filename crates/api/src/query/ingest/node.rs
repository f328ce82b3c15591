//! Asking a node for the blocks that are new, and storing them.

use chain::{Amount, Timestamp};
use ledger::utxo::{UtxoLedger, UtxoWriter};
use serde::Serialize;
use sources::{
    SourceError,
    bitcoin::{
        Damage, Hash, Header, Network, check,
        rpc::{Asking, Auth, NewBlocks, NodeBlock, NodeClient, RpcError},
    },
};

use super::{
    LedgerChange, TipAnswer, chain_of,
    feed::{self, Refused},
    walk::Totals,
};
use crate::query::{Progress, QueryError, Workspace};

/// How often a node may change its branch while it is read; on no network does it come to this.
const ROUNDS: u32 = 20;

/// Which node to ask, and how.
#[derive(Clone, Debug)]
pub struct IngestNodeQuestion {
    /// Its address: `http://HOST:PORT`.
    pub node: String,
    /// Who asks.
    pub auth: Auth,
    /// The network that it must be on.
    pub network: Network,
    /// Whether blocks must have the work that they claim.
    pub check_work: bool,
    /// Who is writing, for another process that finds the ledger locked.
    pub holder: String,
}

/// What a node had that was new.
#[derive(Clone, Debug, Serialize)]
pub struct IngestNodeAnswer {
    /// Its address.
    pub node: String,
    /// The network.
    pub network: &'static str,
    /// What storing did.
    pub ledger: LedgerChange,
    /// Whether proof of work was checked.
    pub work_checked: bool,
    /// Blocks that were stored.
    pub blocks: u64,
    /// Their transactions.
    pub transactions: u64,
    /// Their inputs, those of coinbases not counted.
    pub inputs: u64,
    /// Their outputs.
    pub outputs: u64,
    /// Value of all these outputs, in satoshi.
    pub output_value: Amount,
    /// Of that, paid by coinbases.
    pub coinbase_value: Amount,
    /// Bytes of the blocks.
    pub bytes: u64,
    /// The node's best block.
    pub tip: TipAnswer,
    /// Blocks of the ledger above the node's best one, where the node has yet to learn of them.
    pub behind: u32,
}

/// Asks a node for its best chain and stores what the ledger does not have yet; blocks of a branch
/// that the node has left are forgotten first.
///
/// # Errors
/// The node cannot be reached, refuses, is on another network or another chain, or sends what is no
/// block; the asker stopped it. Blocks that came before that are stored.
pub fn ingest_bitcoin_node(
    workspace: &Workspace,
    question: &IngestNodeQuestion,
    progress: &dyn Progress,
) -> Result<IngestNodeAnswer, QueryError> {
    let client = NodeClient::new(&question.node, question.auth.clone(), Asking::default());
    let client = client.map_err(SourceError::from)?;
    let chain = chain_of(question.network);
    // A node that cannot be asked leaves no ledger behind.
    progress.stage("asking the node");
    client.chain_info_of(question.network).map_err(SourceError::from)?;
    progress.stage("opening the ledger");
    let writer = UtxoWriter::open(workspace.data_dir(), chain, &question.holder)?;
    let before = writer.stored_blocks();
    let mut storing = Storing { question, progress, writer, done: Done::default() };
    let tip = storing.all(&client)?;
    let Storing { writer, done, .. } = storing;
    let now = UtxoLedger::open(workspace.data_dir(), chain)?;
    drop(writer);
    let now = now.map_or_else(Default::default, |ledger| ledger.counts());
    Ok(IngestNodeAnswer {
        node: client.url().to_owned(),
        network: question.network.name(),
        ledger: LedgerChange { chain, before, unwound: done.unwound, now },
        work_checked: question.check_work,
        blocks: done.blocks,
        transactions: done.totals.transactions,
        inputs: done.totals.inputs,
        outputs: done.totals.outputs,
        output_value: Amount::from(done.totals.value),
        coinbase_value: Amount::from(done.totals.coinbase_value),
        bytes: done.bytes,
        tip,
        behind: done.behind,
    })
}

/// What has been done so far.
#[derive(Default)]
struct Done {
    blocks: u64,
    bytes: u64,
    totals: Totals,
    unwound: u32,
    behind: u32,
}

struct Storing<'a> {
    question: &'a IngestNodeQuestion,
    progress: &'a dyn Progress,
    writer: UtxoWriter,
    done: Done,
}

impl Storing<'_> {
    /// Goes on until the ledger has what the node had when it was last asked; returns its tip.
    fn all(&mut self, client: &NodeClient) -> Result<TipAnswer, QueryError> {
        let mut rounds = 1;
        loop {
            match self.round(client) {
                Err(QueryError::Source(SourceError::Node(RpcError::Moved { .. })))
                    if rounds < ROUNDS =>
                {
                    rounds += 1;
                }
                other => return other,
            }
        }
    }

    fn round(&mut self, client: &NodeClient) -> Result<TipAnswer, QueryError> {
        self.progress.stage("asking the node");
        let stored = self.writer.stored_blocks();
        let at = |height| self.writer.stored_hash(height).map(Hash);
        let new = client.best_chain_since(self.question.network, stored.checked_sub(1), at);
        let new = new.map_err(SourceError::from)?;
        let tip = new.tip();
        let shared = new.fork().map_or(0, |fork| fork.height + 1);
        if new.left() == 0 {
            // The node's chain ends within ours: it is behind, and nothing is stale.
            self.done.behind = stored - shared;
        } else if shared < stored {
            self.progress.stage("forgetting stale blocks");
            self.writer.unwind_to(shared)?;
            self.done.unwound += stored - shared;
        }
        self.progress.stage("storing blocks");
        let outcome = self.blocks(new);
        // Whatever ended it, the blocks that came before are good.
        self.progress.stage("writing the ledger");
        self.writer.commit()?;
        outcome?;
        let header = client.header(tip.hash).map_err(SourceError::from)?;
        Ok(TipAnswer {
            hash: tip.hash.to_string(),
            height: Some(tip.height),
            time: Timestamp::from_seconds(header.time.into()),
        })
    }

    fn blocks(&mut self, new: NewBlocks<'_>) -> Result<(), QueryError> {
        let mut ids = Vec::new();
        for block in new {
            if self.progress.interrupted() {
                return Err(QueryError::Interrupted);
            }
            self.block(&block.map_err(SourceError::from)?, &mut ids)?;
            if self.writer.is_full() {
                self.writer.commit()?;
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &NodeBlock, ids: &mut Vec<Hash>) -> Result<(), QueryError> {
        let refuse = |damage: Damage| {
            let (node, method) = (self.question.node.clone(), "getblock".to_owned());
            let why = format!("block {}: {damage}", block.hash);
            QueryError::from(SourceError::from(RpcError::Unreadable { node, method, why }))
        };
        // Before anything of it is gathered, so that the blocks before it can be kept.
        let header = self.check(block, ids).map_err(refuse)?;
        match feed::gather(&mut self.writer, &header, &block.bytes, ids) {
            Ok(totals) => {
                self.done.totals.add(&totals);
                self.done.blocks += 1;
                self.done.bytes += block.bytes.len() as u64;
                self.progress.bytes(self.done.bytes, 0);
                Ok(())
            }
            Err(Refused::Damage(damage)) => Err(refuse(damage)),
            Err(Refused::Ledger(error)) => {
                self.writer.unwind_to(self.writer.stored_blocks())?;
                Err(error.into())
            }
        }
    }

    fn check(&self, block: &NodeBlock, ids: &mut Vec<Hash>) -> Result<Header, Damage> {
        let header = check::block(&block.bytes, ids, &mut Vec::new())?;
        if self.question.check_work {
            check::proof_of_work(&header, self.question.network)?;
        }
        Ok(header)
    }
}
