//! A UTXO ledger open for reading: an immutable view of one manifest.

use std::{ops::Range, path::Path};

use chain::{Chain, Script, ScriptKind, Timestamp, UtxoTxId};
use serde::Serialize;
use zerocopy::little_endian as le;

use super::{
    AddressNo, OutputNo, TxNo, TxShape, U40,
    manifest::Manifest,
    packed_script::PackedScript,
    rows::{Totals, place},
    segment::Segment,
    spenders::Spenders,
    store::open_segments,
};
use crate::LedgerError;

/// How many facts of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UtxoCounts {
    /// Blocks; the last has the height of this less one.
    pub blocks: u32,
    /// Transactions.
    pub transactions: u32,
    /// Inputs, those of coinbases not counted.
    pub inputs: u64,
    /// Outputs.
    pub outputs: u64,
    /// Distinct output scripts.
    pub addresses: u32,
}

impl From<Totals> for UtxoCounts {
    fn from(totals: Totals) -> UtxoCounts {
        let Totals { blocks, transactions, inputs, outputs, addresses } = totals;
        UtxoCounts { blocks, transactions, inputs, outputs, addresses }
    }
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockFacts {
    /// Its height.
    pub height: u32,
    /// Its hash, in the order in which the hash has its bytes.
    pub hash: [u8; 32],
    /// Its time by the miner's clock.
    pub time: Timestamp,
    /// Numbers of its transactions.
    pub transactions: Range<u32>,
}

/// The facts of a UTXO chain, memory-mapped. Cheap to open: no column is read before it is asked
/// for.
#[derive(Debug)]
pub struct UtxoLedger {
    manifest: Manifest,
    segments: Vec<Segment>,
    spenders: Spenders,
    /// Firsts of each segment, for the search.
    first_tx: Vec<u32>,
    first_output: Vec<u64>,
    first_address: Vec<u32>,
    totals: Totals,
}

impl UtxoLedger {
    /// Opens the ledger of a chain; `None` where no block was ever stored.
    ///
    /// # Errors
    /// A file is missing, damaged, or of a newer version.
    pub fn open(data_dir: &Path, chain: Chain) -> Result<Option<UtxoLedger>, LedgerError> {
        let folder = super::folder(data_dir, chain);
        let manifest = Manifest::read(&folder)?.filter(|manifest| !manifest.segments.is_empty());
        let Some(manifest) = manifest else { return Ok(None) };
        match UtxoLedger::from_manifest(&folder, manifest.clone()) {
            // A writer may have replaced the manifest and swept the old segments in between.
            Err(LedgerError::Io { error, .. })
                if error.kind() == std::io::ErrorKind::NotFound
                    && Manifest::read(&folder)?.as_ref() != Some(&manifest) =>
            {
                UtxoLedger::open(data_dir, chain)
            }
            opened => opened.map(Some),
        }
    }

    fn from_manifest(folder: &Path, manifest: Manifest) -> Result<UtxoLedger, LedgerError> {
        let segments = open_segments(&folder.join("segments"), &manifest.segments)?;
        let totals = manifest.totals();
        let befores = || segments.iter().map(|segment| segment.before);
        Ok(UtxoLedger {
            first_tx: befores().map(|before| before.transactions).collect(),
            first_output: befores().map(|before| before.outputs).collect(),
            first_address: befores().map(|before| before.addresses).collect(),
            spenders: Spenders::open(folder.join("spenders"), totals.outputs)?,
            segments,
            manifest,
            totals,
        })
    }

    /// Which chain it is.
    pub fn chain(&self) -> Chain {
        self.manifest.chain
    }

    /// Facts by kind.
    pub fn counts(&self) -> UtxoCounts {
        self.totals.into()
    }

    /// BLAKE3 over all facts: equal hashes, equal answers.
    pub fn facts_hash(&self) -> String {
        self.manifest.facts_hash()
    }

    /// A block by height.
    pub fn block(&self, height: u32) -> Option<BlockFacts> {
        let at = self.segments.partition_point(|segment| segment.after.blocks <= height);
        let segment = self.segments.get(at)?;
        let row = place(height.checked_sub(segment.before.blocks)?);
        let columns = &segment.columns;
        let firsts = columns.block_tx.values();
        // Damaged firsts are kept within the segment.
        let end = segment.after.transactions - segment.before.transactions;
        let tx = |row: usize| segment.before.transactions + firsts[row].get().min(end);
        Some(BlockFacts {
            height,
            hash: columns.block_hash.values()[row],
            time: timestamp(columns.block_time.values()[row].get()),
            transactions: tx(row)..tx(row + 1),
        })
    }

    /// The last block.
    pub fn tip(&self) -> Option<BlockFacts> {
        self.block(self.totals.blocks.checked_sub(1)?)
    }

    #[inline]
    fn of_tx(&self, tx: TxNo) -> (&Segment, u32) {
        let at = segment_of(&self.first_tx, tx.0);
        (&self.segments[at], tx.0 - self.first_tx[at])
    }

    #[inline]
    fn of_output(&self, output: OutputNo) -> (&Segment, usize) {
        let at = segment_of(&self.first_output, output.0);
        let row = usize::try_from(output.0 - self.first_output[at]).unwrap_or(usize::MAX);
        (&self.segments[at], row)
    }

    #[inline]
    fn of_address(&self, address: AddressNo) -> (usize, u32) {
        let at = segment_of(&self.first_address, address.0);
        (at, address.0 - self.first_address[at])
    }

    /// Height of the block of a transaction.
    pub fn height_of(&self, tx: TxNo) -> u32 {
        let (segment, row) = self.of_tx(tx);
        segment.before.blocks + u32::try_from(segment.block_of(row)).unwrap_or(u32::MAX)
    }

    /// Time of the block of a transaction.
    pub fn time_of(&self, tx: TxNo) -> Timestamp {
        let (segment, row) = self.of_tx(tx);
        timestamp(segment.columns.block_time.values()[segment.block_of(row)].get())
    }

    /// Finds a transaction by id; the latest, where BIP 30 did not yet forbid two.
    pub fn find_tx(&self, id: &UtxoTxId) -> Option<TxNo> {
        let found = |segment: &Segment| {
            segment.find_tx(&id.0).map(|row| TxNo(segment.before.transactions + row))
        };
        self.segments.iter().rev().find_map(found)
    }

    /// Id of a transaction.
    pub fn tx_id(&self, tx: TxNo) -> UtxoTxId {
        let (segment, row) = self.of_tx(tx);
        UtxoTxId(segment.columns.tx_id.values()[place(row)])
    }

    /// What a transaction looks like apart from its value.
    #[inline]
    pub fn tx_shape(&self, tx: TxNo) -> TxShape {
        let (segment, row) = self.of_tx(tx);
        TxShape(segment.columns.tx_shape.values()[place(row)])
    }

    /// Whether a transaction makes new coins.
    pub fn is_coinbase(&self, tx: TxNo) -> bool {
        self.tx_shape(tx).is_coinbase()
    }

    /// What a transaction pays to miners, in satoshi; zero for a coinbase.
    #[inline]
    pub fn fee(&self, tx: TxNo) -> u64 {
        let (segment, row) = self.of_tx(tx);
        segment.fee(row)
    }

    /// What a transaction spends, in its own order; nothing for a coinbase.
    #[inline]
    pub fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> + '_ {
        let (segment, row) = self.of_tx(tx);
        let spends = &segment.columns.input_spends.values()[segment.inputs(row)];
        spends.iter().map(|output| OutputNo(output.get()))
    }

    /// Numbers of the outputs of a transaction, in its own order.
    #[inline]
    pub fn outputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> + use<> {
        let (segment, row) = self.of_tx(tx);
        let rows = segment.outputs(row);
        let first = segment.before.outputs + rows.start as u64;
        (0..rows.len()).map(move |at| OutputNo(first + at as u64))
    }

    /// Number of the first output of a transaction, or of the next output if it has none.
    #[inline]
    pub fn first_output(&self, tx: TxNo) -> OutputNo {
        let (segment, row) = self.of_tx(tx);
        OutputNo(segment.before.outputs + segment.outputs(row).start as u64)
    }

    /// The transaction that made an output: a search, slower than the other questions.
    pub fn tx_of_output(&self, output: OutputNo) -> TxNo {
        let (segment, row) = self.of_output(output);
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let last = segment.after.transactions.saturating_sub(1);
        TxNo(segment.before.transactions.saturating_add(segment.tx_of_output(row)).min(last))
    }

    /// Satoshi of an output.
    #[inline]
    pub fn value(&self, output: OutputNo) -> u64 {
        let (segment, row) = self.of_output(output);
        segment.value(row)
    }

    /// Address of an output.
    #[inline]
    pub fn address(&self, output: OutputNo) -> AddressNo {
        let (segment, row) = self.of_output(output);
        let address = segment.columns.output_address.values().get(row);
        AddressNo(address.map_or(u32::MAX, |address| address.get()))
    }

    /// The transaction that spends an output, if any does so far.
    #[inline]
    pub fn spender(&self, output: OutputNo) -> Option<TxNo> {
        self.spenders.get(output, self.totals.transactions)
    }

    /// The script of an address.
    pub fn script(&self, address: AddressNo) -> Script {
        let (at, row) = self.of_address(address);
        self.segments[at].script(row).map(PackedScript::unpack).unwrap_or_default()
    }

    /// Which standard form the script of an address has.
    pub fn script_kind(&self, address: AddressNo) -> ScriptKind {
        let (at, row) = self.of_address(address);
        let code = self.segments[at].columns.address_kind.values().get(place(row));
        code.map_or(ScriptKind::Other, |code| PackedScript::kind(*code))
    }

    /// The output with which an address first appears.
    pub fn first_output_of(&self, address: AddressNo) -> OutputNo {
        let (at, row) = self.of_address(address);
        let segment = &self.segments[at];
        // Columns that are damaged are told by `verify`; here they give some other output.
        let output = segment.first_output(row).unwrap_or(0);
        OutputNo(segment.before.outputs + u64::from(output))
    }

    /// Every output of an address, in chain order.
    pub fn outputs_of(&self, address: AddressNo) -> impl Iterator<Item = OutputNo> + '_ {
        let (at, _) = self.of_address(address);
        let again = self.segments[at..].iter().flat_map(move |segment| {
            let first = segment.before.outputs;
            segment.again(address.0).iter().map(move |row| OutputNo(first + u64::from(row.get())))
        });
        std::iter::once(self.first_output_of(address)).chain(again)
    }

    /// The address of a script, if any output ever had it.
    pub fn find_address(&self, script: &Script) -> Option<AddressNo> {
        let packed = PackedScript::of(script.as_bytes());
        let hash = packed.hash();
        self.segments.iter().rev().find_map(|segment| {
            segment.find_script(hash, packed).map(|row| AddressNo(segment.before.addresses + row))
        })
    }

    /// The chain in stretches whose columns lie side by side, for scans at memory speed.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = Run<'_>> {
        self.segments.iter().map(|segment| Run { segment })
    }
}

/// A stretch of the chain. Rows count from its first transaction, input, output or address; the
/// outputs that inputs spend and the addresses of outputs are numbers of the whole chain.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    segment: &'a Segment,
}

impl<'a> Run<'a> {
    /// How many rows of each kind lie before it.
    pub fn before(&self) -> UtxoCounts {
        self.segment.before.into()
    }

    /// How many rows of each kind there are up to its end.
    pub fn after(&self) -> UtxoCounts {
        self.segment.after.into()
    }

    /// Row of the first transaction of each block, and one more.
    pub fn block_tx(&self) -> &'a [le::U32] {
        self.segment.columns.block_tx.values()
    }

    /// Shapes of the transactions.
    pub fn shapes(&self) -> impl ExactSizeIterator<Item = TxShape> + use<'a> {
        self.segment.columns.tx_shape.values().iter().map(|byte| TxShape(*byte))
    }

    /// Row of the first input of each transaction, and one more.
    pub fn tx_input(&self) -> &'a [le::U32] {
        self.segment.columns.tx_input.values()
    }

    /// Row of the first output of each transaction, and one more.
    pub fn tx_output(&self) -> &'a [le::U32] {
        self.segment.columns.tx_output.values()
    }

    /// The output that each input spends.
    pub fn spends(&self) -> &'a [U40] {
        self.segment.columns.input_spends.values()
    }

    /// The address of each output.
    pub fn addresses(&self) -> &'a [le::U32] {
        self.segment.columns.output_address.values()
    }

    /// The value of each output in satoshi; [`U40::MAX`] stands for "more": see [`Run::value`].
    pub fn values(&self) -> &'a [U40] {
        self.segment.columns.output_value.values()
    }

    /// The value of an output in satoshi.
    pub fn value(&self, output: usize) -> u64 {
        self.segment.value(output)
    }

    /// The fee of each transaction in satoshi; 2^32 - 1 stands for "more": see [`Run::fee`].
    pub fn fees(&self) -> &'a [le::U32] {
        self.segment.columns.tx_fee.values()
    }

    /// The fee of a transaction in satoshi.
    pub fn fee(&self, tx: u32) -> u64 {
        self.segment.fee(tx)
    }

    /// The script of an address that appears here first, by row; `None` where it is damaged.
    pub fn script(&self, address: u32) -> Option<Script> {
        self.segment.script(address).map(PackedScript::unpack)
    }

    /// The scripts of the addresses that appear here first, from a row on, in order: faster than one
    /// by one. Ends early where they are damaged.
    pub fn scripts_from(&self, address: u32) -> impl Iterator<Item = Script> + use<'a> {
        self.segment.scripts_from(address).map(PackedScript::unpack)
    }

    /// Forms of the scripts that appear here first.
    pub fn script_kinds(&self) -> impl ExactSizeIterator<Item = ScriptKind> + use<'a> {
        self.segment.columns.address_kind.values().iter().map(|code| PackedScript::kind(*code))
    }
}

#[inline]
fn segment_of<T: PartialOrd>(firsts: &[T], number: T) -> usize {
    firsts.partition_point(|first| *first <= number).saturating_sub(1)
}

fn timestamp(seconds: u32) -> Timestamp {
    Timestamp::from_seconds(seconds.into()).expect("32 bits of seconds end in 2106")
}
