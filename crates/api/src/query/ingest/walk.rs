//! The way through a node's block files: first the headers, then the blocks in their order.

use chain::{Amount, Timestamp};
use sources::{
    SourceError,
    bitcoin::{
        BestChain, BitcoinError, BlockAt, BlockFiles, ChainOfHeaders, FileKind, Hash, Header,
        Headers,
        block::{self, BlockVisitor, Input, Output},
        check,
    },
};

use super::{BlockFinding, BlockPlace, IngestBitcoinAnswer, IngestBitcoinQuestion, TipAnswer};
use crate::query::{Progress, QueryError};

/// Between two looks at whether to stop while headers are read: some milliseconds.
const HEADERS_BETWEEN_LOOKS: usize = 1_024;
/// How many findings are kept word for word.
const FINDINGS_KEPT: usize = 100;

fn blank(question: &IngestBitcoinQuestion) -> IngestBitcoinAnswer {
    IngestBitcoinAnswer {
        folder: question.blocks.clone(),
        network: question.network.name(),
        clean: true,
        stored: false,
        ledger: None,
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
pub(super) struct Walk<'a> {
    pub(super) question: &'a IngestBitcoinQuestion,
    pub(super) progress: &'a dyn Progress,
    pub(super) files: &'a BlockFiles,
    pub(super) answer: IngestBitcoinAnswer,
}

/// What transactions add up to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) transactions: u64,
    pub(super) inputs: u64,
    pub(super) outputs: u64,
    /// More than 2^64 outputs of 2^64 satoshi would be needed to wrap it.
    pub(super) value: u128,
    pub(super) coinbase_value: u128,
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
    /// Before the first transaction of a block.
    pub(super) fn of_block() -> Totals {
        Totals { coinbase: true, ..Totals::default() }
    }

    /// A block has been checked; one that is damaged counts for nothing.
    pub(super) fn add(&mut self, block: &Totals) {
        self.transactions += block.transactions;
        self.inputs += block.inputs;
        self.outputs += block.outputs;
        self.value += block.value;
        self.coinbase_value += block.coinbase_value;
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        question: &'a IngestBitcoinQuestion,
        progress: &'a dyn Progress,
        files: &'a BlockFiles,
    ) -> Walk<'a> {
        Walk { question, progress, files, answer: blank(question) }
    }

    /// Reads all headers and finds the best chain; `None` where the asker stopped it.
    pub(super) fn order(&mut self) -> Result<Option<BestChain>, BitcoinError> {
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

    /// Notes what lies beside the chain.
    pub(super) fn note_beside(&mut self, chain: &BestChain) {
        self.answer.whole = chain.whole;
        self.answer.stale = self.places(&chain.stale, chain.whole);
        self.answer.detached = self.places(&chain.detached, false);
        self.answer.repeated = chain.repeated.len() as u64;
    }

    /// Reads and checks the blocks of the chain.
    pub(super) fn check(&mut self, chain: &BestChain) -> Result<(), QueryError> {
        self.note_beside(chain);
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
            let mut here = Totals::of_block();
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

    pub(super) fn checked(&mut self, at: &BlockAt, header: &Header, whole: bool) {
        self.answer.blocks += 1;
        self.answer.bytes += u64::from(at.place.length);
        self.answer.tip = Some(TipAnswer {
            hash: header.hash.to_string(),
            height: whole.then_some(at.depth),
            time: Timestamp::from_seconds(header.time.into()),
        });
    }

    pub(super) fn add_up(&mut self, totals: &Totals) {
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
    pub(super) fn find(&mut self, error: BitcoinError) -> Result<(), QueryError> {
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
