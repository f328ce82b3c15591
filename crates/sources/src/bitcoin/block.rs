//! A walk through the bytes of a block that builds nothing on its way.

use std::ops::ControlFlow;

use bitcoin_slices::{Error, Visit, Visitor, bsl};

use super::{Damage, HEADER_BYTES, Hash, Header, sha256d};

/// An output, by the transaction that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPoint {
    /// Id of the transaction.
    pub txid: Hash,
    /// Index among its outputs.
    pub output: u32,
}

impl OutPoint {
    /// What stands in the only input of a coinbase, which spends nothing.
    pub const NONE: OutPoint = OutPoint { txid: Hash([0; 32]), output: u32::MAX };
}

/// An input.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Index in its transaction.
    pub index: u32,
    /// What it spends.
    pub spends: OutPoint,
    /// The script that unlocks it.
    pub script: &'a [u8],
    /// Its sequence number.
    pub sequence: u32,
}

/// An output.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// Index in its transaction.
    pub index: u32,
    /// Satoshi.
    pub value: u64,
    /// The script that locks it.
    pub script: &'a [u8],
}

/// A transaction, of which inputs and outputs have been seen.
#[derive(Clone, Copy, Debug)]
pub struct Transaction<'a> {
    /// Index in its block.
    pub index: u32,
    /// Its id.
    pub txid: Hash,
    inner: &'a bsl::Transaction<'a>,
}

impl Transaction<'_> {
    /// Hash over all its bytes, witnesses included. That of a coinbase counts as zero in the
    /// commitment to witnesses, which this does not know about.
    pub fn wtxid(&self) -> Hash {
        // Without witnesses both ids are one.
        let (_, body, _) = self.inner.txid_preimage();
        if body.is_empty() { self.txid } else { sha256d(&[self.inner.as_ref()]) }
    }

    /// Whether it carries witnesses (BIP 144).
    pub fn has_witness(&self) -> bool {
        !self.inner.txid_preimage().1.is_empty()
    }

    /// All its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.inner.as_ref()
    }

    /// Its version.
    pub fn version(&self) -> i32 {
        self.inner.version()
    }

    /// Height or time before which it is not valid.
    pub fn lock_time(&self) -> u32 {
        self.inner.locktime()
    }

    /// Weight units of BIP 141.
    pub fn weight(&self) -> u64 {
        self.inner.weight()
    }
}

/// Whoever walks through a block. Inputs come first, then outputs, then their transaction.
pub trait BlockVisitor {
    /// An input of the transaction under way.
    fn input(&mut self, input: Input<'_>) {
        let _ = input;
    }

    /// An output of the transaction under way.
    fn output(&mut self, output: Output<'_>) {
        let _ = output;
    }

    /// The transaction is complete.
    fn transaction(&mut self, transaction: Transaction<'_>) {
        let _ = transaction;
    }
}

/// Walks once more through a block whose transactions have these ids: nothing is hashed.
///
/// # Errors
/// As [`decode`]; there are more transactions than ids.
pub fn walk_again(
    bytes: &[u8],
    txids: &[Hash],
    visitor: &mut impl BlockVisitor,
) -> Result<Header, Damage> {
    walk(bytes, Walk { visitor, ids: Ids::Known(txids), transactions: 0, coinbase: None })
}

/// Walks through a block and leaves the ids of its transactions in `txids`, which is cleared first.
///
/// Where it fails, the visitor has seen the part before the fault; nothing of it may be believed.
///
/// # Errors
/// The bytes are not a block, or more than one; its first transaction is no coinbase.
pub fn decode(
    bytes: &[u8],
    txids: &mut Vec<Hash>,
    visitor: &mut impl BlockVisitor,
) -> Result<Header, Damage> {
    txids.clear();
    walk(bytes, Walk { visitor, ids: Ids::Made(txids), transactions: 0, coinbase: None })
}

fn walk<V: BlockVisitor>(bytes: &[u8], mut walk: Walk<'_, V>) -> Result<Header, Damage> {
    let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else { return Err(why("too short")) };
    let header = Header::decode(header);
    let parsed = bsl::Block::visit(bytes, &mut walk).map_err(|error| why(words(&error)))?;
    match walk.coinbase {
        None => return Err(why("no transaction in it")),
        Some(false) => return Err(why("its first transaction is no coinbase")),
        Some(true) => {}
    }
    match parsed.remaining().len() {
        0 => Ok(header),
        left => Err(Damage::TrailingBytes { left }),
    }
}

fn why(why: &'static str) -> Damage {
    Damage::Undecodable { what: "a block", why }
}

fn words(error: &Error) -> &'static str {
    match error {
        Error::MoreBytesNeeded => "it ends too early",
        Error::UnknownSegwitFlag(_) => "an unknown flag instead of the one for witnesses",
        Error::SegwitFlagWithoutWitnesses => "a flag for witnesses, and none",
        Error::TransactionTooLarge => "a transaction too large to be one",
        Error::NonMinimalVarInt => "a count that is longer than need be",
        Error::VisitBreak => "more than 4,294,967,295 of one thing",
        Error::Other(_) => "of an unknown form",
    }
}

/// The ids of a block's transactions.
enum Ids<'a> {
    Made(&'a mut Vec<Hash>),
    Known(&'a [Hash]),
}

struct Walk<'a, V> {
    visitor: &'a mut V,
    ids: Ids<'a>,
    transactions: usize,
    /// Whether the first input of the block is that of a coinbase.
    coinbase: Option<bool>,
}

impl<V: BlockVisitor> Visitor for Walk<'_, V> {
    fn visit_tx_in(&mut self, index: usize, found: &bsl::TxIn<'_>) -> ControlFlow<()> {
        let Ok(index) = u32::try_from(index) else { return ControlFlow::Break(()) };
        let prevout = found.prevout();
        let mut txid = [0; 32];
        txid.copy_from_slice(prevout.txid());
        let spends = OutPoint { txid: Hash(txid), output: prevout.vout() };
        self.coinbase.get_or_insert(spends == OutPoint::NONE);
        let (script, sequence) = (found.script_sig(), found.sequence());
        self.visitor.input(Input { index, spends, script, sequence });
        ControlFlow::Continue(())
    }

    fn visit_tx_out(&mut self, index: usize, found: &bsl::TxOut<'_>) -> ControlFlow<()> {
        let Ok(index) = u32::try_from(index) else { return ControlFlow::Break(()) };
        self.visitor.output(Output { index, value: found.value(), script: found.script_pubkey() });
        ControlFlow::Continue(())
    }

    fn visit_transaction(&mut self, found: &bsl::Transaction<'_>) -> ControlFlow<()> {
        let place = self.transactions;
        let Ok(index) = u32::try_from(place) else { return ControlFlow::Break(()) };
        // A transaction without inputs has not set it.
        self.coinbase.get_or_insert(false);
        let txid = match &mut self.ids {
            Ids::Made(ids) => {
                let (version, body, lock_time) = found.txid_preimage();
                let txid = sha256d(&[version, body, lock_time]);
                ids.push(txid);
                txid
            }
            Ids::Known(ids) => match ids.get(place) {
                Some(txid) => *txid,
                None => return ControlFlow::Break(()),
            },
        };
        self.transactions += 1;
        self.visitor.transaction(Transaction { index, txid, inner: found });
        ControlFlow::Continue(())
    }
}
