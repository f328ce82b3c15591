//! Small chains made by hand, for the tests of the rooms above.

use std::path::Path;

use chain::{Chain, Script, UtxoTxId, record::Outpoint};

use super::{TxShape, UtxoError, UtxoLedger, UtxoWriter};

/// A transaction of a made chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeTx {
    /// Which outputs it spends: the place of a transaction in the chain, from 0, and that of the
    /// output. None makes it a coinbase.
    pub spends: Vec<(usize, u32)>,
    /// Satoshi and script of each output.
    pub outputs: Vec<(u64, Script)>,
}

impl MadeTx {
    /// A transaction that pays to P2WPKH scripts of numbered owners.
    pub fn paying(spends: &[(usize, u32)], outputs: &[(u64, u32)]) -> MadeTx {
        let output = |(value, owner): &(u64, u32)| (*value, owner_script(*owner));
        MadeTx { spends: spends.to_vec(), outputs: outputs.iter().map(output).collect() }
    }
}

/// The P2WPKH script of a numbered owner.
pub fn owner_script(owner: u32) -> Script {
    let mut bytes = vec![0, 20];
    bytes.extend_from_slice(&blake3::hash(&owner.to_le_bytes()).as_bytes()[..20]);
    Script::new(bytes)
}

/// Blocks of transactions, ten minutes apart. Ids are made up: they depend on the place in the
/// chain and on the branch.
#[derive(Clone, Debug, Default)]
pub struct MadeChain {
    /// The blocks.
    pub blocks: Vec<Vec<MadeTx>>,
    /// From which block on ids and hashes are another branch's.
    pub branch_at: Option<usize>,
}

impl MadeChain {
    /// Adds a block.
    #[must_use]
    pub fn block(mut self, transactions: impl Into<Vec<MadeTx>>) -> MadeChain {
        self.blocks.push(transactions.into());
        self
    }

    /// The id of a transaction by its place in the chain.
    pub fn id(&self, place: usize) -> UtxoTxId {
        let block = self.block_of(place);
        UtxoTxId(self.made_up("transaction", block, place))
    }

    /// The hash of a block.
    pub fn hash(&self, height: usize) -> [u8; 32] {
        self.made_up("block", height, height)
    }

    fn made_up(&self, what: &str, block: usize, number: usize) -> [u8; 32] {
        let branch = self.branch_at.is_some_and(|first| block >= first);
        *blake3::hash(format!("{what} {number} {branch}").as_bytes()).as_bytes()
    }

    fn block_of(&self, place: usize) -> usize {
        let mut left = place;
        self.blocks
            .iter()
            .position(|block| {
                let here = left < block.len();
                left = left.saturating_sub(block.len());
                here
            })
            .unwrap_or(self.blocks.len())
    }

    /// Hands blocks to a writer, from its next height to the end; commits after every `step`.
    ///
    /// # Errors
    /// What the writer refuses.
    pub fn write(&self, writer: &mut UtxoWriter, step: usize) -> Result<(), UtxoError> {
        let from = usize::try_from(writer.next_height()).unwrap_or(usize::MAX);
        let mut place: usize = self.blocks[..from].iter().map(Vec::len).sum();
        let mut time = 1_231_006_505 + 600 * writer.next_height();
        for (height, block) in self.blocks.iter().enumerate().skip(from) {
            let parent = height.checked_sub(1).map_or([0; 32], |below| self.hash(below));
            writer.begin_block(self.hash(height), parent, time)?;
            let mut ids = Vec::new();
            for transaction in block {
                for (spent, index) in &transaction.spends {
                    writer.input(Outpoint { tx: self.id(*spent), index: *index });
                }
                for (value, script) in &transaction.outputs {
                    writer.output(*value, script.as_bytes());
                }
                let shape = TxShape::new(2, 0, true);
                let coinbase = transaction.spends.is_empty();
                writer.end_transaction(if coinbase { shape.of_coinbase() } else { shape });
                ids.push(self.id(place).0);
                place += 1;
            }
            writer.end_block(ids.iter())?;
            time += 600;
            if (height + 1) % step == 0 {
                writer.commit()?;
            }
        }
        writer.commit()?;
        Ok(())
    }

    /// Stores the chain below a folder and opens it as Bitcoin's.
    ///
    /// # Errors
    /// A transaction spends what is not there.
    pub fn store(&self, data_dir: &Path) -> Result<UtxoLedger, UtxoError> {
        let mut writer = UtxoWriter::open(data_dir, Chain::Bitcoin, "a made chain")?;
        self.write(&mut writer, usize::MAX)?;
        drop(writer);
        let ledger = UtxoLedger::open(data_dir, Chain::Bitcoin)?;
        Ok(ledger.expect("a chain of at least one block was stored"))
    }
}
