//! Reading a node's own block files. Today they are checked from end to end and not stored.

use std::path::PathBuf;

use chain::{Amount, Timestamp};
use serde::Serialize;
use sources::{
    SourceError,
    bitcoin::{
        BestChain, BitcoinError, BlockAt, BlockFiles, ChainOfHeaders, FileKind, Hash, Header,
        Headers, Network,
        block::{self, BlockVisitor, Input, Output},
        check,
    },
};

use super::{Progress, QueryError};

/// Between two looks at whether to stop while headers are read: some milliseconds.
const HEADERS_BETWEEN_LOOKS: usize = 1_024;
/// How many findings are kept word for word.
const FINDINGS_KEPT: usize = 100;

/// Which block files to read, and how.
#[derive(Clone, Debug)]
pub struct IngestBitcoinQuestion {
    /// The node's `blocks` folder.
    pub blocks: PathBuf,
    /// The network whose files they are.
    pub network: Network,
    /// Whether to check the files and store nothing; the only thing that can be asked today.
    pub check: bool,
    /// Whether blocks must have the work that they claim; not so for chains made up for a test.
    pub check_work: bool,
}

/// What the block files hold.
#[derive(Clone, Debug, Serialize)]
pub struct IngestBitcoinAnswer {
    /// The folder.
    pub folder: PathBuf,
    /// The network.
    pub network: &'static str,
    /// Whether nothing is wrong.
    pub clean: bool,
    /// Whether facts were stored: not in this version.
    pub stored: bool,
    /// Whether proof of work was checked.
    pub work_checked: bool,
    /// Blocks of the best chain that were checked.
    pub blocks: u64,
    /// Whether the chain begins with the first block of all; else the node pruned what was before.
    pub whole: bool,
    /// Transactions.
    pub transactions: u64,
    /// Inputs, those of coinbases not counted.
    pub inputs: u64,
    /// Outputs.
    pub outputs: u64,
    /// Value of all outputs, in satoshi: what was created by spending as much, and by mining.
    pub output_value: Amount,
    /// Of that, paid by coinbases: what miners were given and the fees.
    pub coinbase_value: Amount,
    /// Bytes of the blocks.
    pub bytes: u64,
    /// The last block of the best chain.
    pub tip: Option<TipAnswer>,
    /// Blocks that hang on the chain and are not of it.
    pub stale: Vec<BlockPlace>,
    /// Blocks of a pruned node that hang on parents that it deleted.
    pub detached: Vec<BlockPlace>,
    /// How many blocks lie in the files more than once.
    pub repeated: u64,
    /// Whether the node was writing a block at the end of the last file, which was left out.
    pub being_written: bool,
    /// What is wrong, the first of it.
    pub findings: Vec<BlockFinding>,
    /// How much is wrong.
    pub findings_count: u64,
}

/// The last block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TipAnswer {
    /// Its hash.
    pub hash: String,
    /// Its height, where the chain is whole.
    pub height: Option<u32>,
    /// Its time by the miner's clock.
    pub time: Option<Timestamp>,
}

/// A block beside the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockPlace {
    /// Its hash.
    pub hash: String,
    /// Its height, where the chain is whole.
    pub height: Option<u32>,
    /// The file.
    pub file: PathBuf,
    /// Where its bytes begin there.
    pub offset: u64,
}

/// Something that a node would not have written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockFinding {
    /// The file.
    pub file: PathBuf,
    /// Where the record or the block begins.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

/// Reads a node's block files along the best chain and checks every block.
///
/// # Errors
/// Storing was asked for. The folder holds no block files, or they cannot be read. The asker
/// stopped it. What is damaged is part of the answer.
pub fn ingest_bitcoin(
    question: &IngestBitcoinQuestion,
    progress: &dyn Progress,
) -> Result<IngestBitcoinAnswer, QueryError> {
    if !question.check {
        return Err(QueryError::Question(
            "Bitcoin blocks cannot be stored yet: that comes with the ledger of unspent outputs; \
             `--check` reads and checks the files"
                .to_owned(),
        ));
    }
    let files = BlockFiles::open(&question.blocks, question.network).map_err(SourceError::from)?;
    let mut walk = Walk { question, progress, files: &files, answer: blank(question) };
    match walk.order() {
        Ok(Some(chain)) => walk.blocks(&chain)?,
        Ok(None) => return Err(QueryError::Interrupted),
        // Without an order nothing more can be said.
        Err(error) => walk.find(error)?,
    }
    Ok(walk.answer)
}

fn blank(question: &IngestBitcoinQuestion) -> IngestBitcoinAnswer {
    IngestBitcoinAnswer {
        folder: question.blocks.clone(),
        network: question.network.name(),
        clean: true,
        stored: false,
        work_checked: question.check_work,
        blocks: 0,
        whole: false,
        transactions: 0,
        inputs: 0,
        outputs: 0,
        output_value: Amount::default(),
        coinbase_value: Amount::default(),
        bytes: 0,
        tip: None,
        stale: Vec::new(),
        detached: Vec::new(),
        repeated: 0,
        being_written: false,
        findings: Vec::new(),
        findings_count: 0,
    }
}

/// One reading of the files.
struct Walk<'a> {
    question: &'a IngestBitcoinQuestion,
    progress: &'a dyn Progress,
    files: &'a BlockFiles,
    answer: IngestBitcoinAnswer,
}

/// What transactions add up to.
#[derive(Default)]
struct Totals {
    transactions: u64,
    inputs: u64,
    outputs: u64,
    /// More than 2^64 outputs of 2^64 satoshi would be needed to wrap it.
    value: u128,
    coinbase_value: u128,
    /// Whether the transaction under way is the first of its block.
    coinbase: bool,
}

impl BlockVisitor for Totals {
    fn input(&mut self, _input: Input<'_>) {
        self.inputs += u64::from(!self.coinbase);
    }

    fn output(&mut self, output: Output<'_>) {
        self.outputs += 1;
        self.value += u128::from(output.value);
        if self.coinbase {
            self.coinbase_value += u128::from(output.value);
        }
    }

    fn transaction(&mut self, _transaction: block::Transaction<'_>) {
        self.transactions += 1;
        self.coinbase = false;
    }
}

impl Totals {
    /// A block has been checked; one that is damaged counts for nothing.
    fn add(&mut self, block: &Totals) {
        self.transactions += block.transactions;
        self.inputs += block.inputs;
        self.outputs += block.outputs;
        self.value += block.value;
        self.coinbase_value += block.coinbase_value;
    }
}

impl Walk<'_> {
    /// Reads all headers and finds the best chain; `None` where the asker stopped it.
    fn order(&mut self) -> Result<Option<BestChain>, BitcoinError> {
        self.progress.stage("reading headers");
        let mut headers = self.files.headers();
        let mut chain = ChainOfHeaders::new(self.question.network, self.question.check_work);
        while let Some(found) = headers.next() {
            let (header, place) = found?;
            chain.add(&header, place).map_err(|damage| self.files.damaged(place, damage))?;
            if chain.len().is_multiple_of(HEADERS_BETWEEN_LOOKS) && self.look(&headers) {
                return Ok(None);
            }
        }
        self.answer.being_written = headers.tail().is_some_and(|tail| tail.being_written);
        chain.best(self.files).map(Some)
    }

    fn look(&self, headers: &Headers<'_>) -> bool {
        self.progress.bytes(headers.bytes_passed(), self.files.bytes_total());
        self.progress.interrupted()
    }

    /// Reads and checks the blocks of the chain, and notes what lies beside it.
    fn blocks(&mut self, chain: &BestChain) -> Result<(), QueryError> {
        self.answer.whole = chain.whole;
        self.answer.stale = self.places(&chain.stale, chain.whole);
        self.answer.detached = self.places(&chain.detached, false);
        self.answer.repeated = chain.repeated.len() as u64;
        self.progress.stage("checking blocks");
        let total = chain.blocks.iter().map(|block| u64::from(block.place.length)).sum();
        let mut reader = self.files.reader(FileKind::Blocks);
        let (mut txids, mut totals) = (Vec::<Hash>::new(), Totals::default());
        let mut read = 0;
        for at in &chain.blocks {
            if self.progress.interrupted() {
                return Err(QueryError::Interrupted);
            }
            self.progress.bytes(read, total);
            read += u64::from(at.place.length);
            let bytes = match reader.read(at.place) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.find(error)?;
                    continue;
                }
            };
            let mut here = Totals { coinbase: true, ..Totals::default() };
            let checked = block::decode(bytes, &mut txids, &mut here)
                .and_then(|header| check::transactions(&header, &mut txids).map(|()| header));
            match checked {
                Ok(header) => {
                    totals.add(&here);
                    self.checked(at, &header, chain.whole);
                }
                Err(damage) => self.find(self.files.damaged(at.place, damage))?,
            }
        }
        self.progress.bytes(read, total);
        self.add_up(&totals);
        Ok(())
    }

    fn checked(&mut self, at: &BlockAt, header: &Header, whole: bool) {
        self.answer.blocks += 1;
        self.answer.bytes += u64::from(at.place.length);
        self.answer.tip = Some(TipAnswer {
            hash: header.hash.to_string(),
            height: whole.then_some(at.depth),
            time: Timestamp::from_seconds(header.time.into()),
        });
    }

    fn add_up(&mut self, totals: &Totals) {
        self.answer.transactions = totals.transactions;
        self.answer.inputs = totals.inputs;
        self.answer.outputs = totals.outputs;
        self.answer.output_value = Amount::from(totals.value);
        self.answer.coinbase_value = Amount::from(totals.coinbase_value);
    }

    fn places(&self, blocks: &[BlockAt], whole: bool) -> Vec<BlockPlace> {
        let place = |block: &BlockAt| BlockPlace {
            hash: block.hash.to_string(),
            height: whole.then_some(block.depth),
            file: self.files.path(FileKind::Blocks, block.place.file),
            offset: block.place.offset,
        };
        blocks.iter().map(place).collect()
    }

    /// Damage is a finding; what keeps us from reading is an error.
    fn find(&mut self, error: BitcoinError) -> Result<(), QueryError> {
        let BitcoinError::Damaged { file, offset, damage } = error else {
            return Err(SourceError::from(error).into());
        };
        self.answer.clean = false;
        self.answer.findings_count += 1;
        if self.answer.findings.len() < FINDINGS_KEPT {
            self.answer.findings.push(BlockFinding { file, offset, what: damage.to_string() });
        }
        Ok(())
    }
}
