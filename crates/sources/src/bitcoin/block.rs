//! A walk through the bytes of a block that builds nothing on its way.

use std::ops::{ControlFlow, Range};

use bitcoin_slices::{Error, Visit, Visitor, bsl};

use super::{Damage, HEADER_BYTES, Hash, Header, coins::Parts, sha256d};

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
    pub(super) inner: Inner<'a>,
}

/// Where its parts stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inner<'a> {
    /// Of Bitcoin's own form.
    Bitcoin(&'a bsl::Transaction<'a>),
    /// Of another coin's.
    Coin(Parts<'a>),
}

impl Transaction<'_> {
    /// Hash over all its bytes, witnesses included; where there are none, its id. That of a coinbase
    /// counts as zero in the commitment to witnesses, which this does not know about.
    pub fn wtxid(&self) -> Hash {
        if self.has_witness() { sha256d(&[self.bytes()]) } else { self.txid }
    }

    /// Whether it carries witnesses (BIP 144).
    pub fn has_witness(&self) -> bool {
        match self.inner {
            Inner::Bitcoin(inner) => !inner.txid_preimage().1.is_empty(),
            Inner::Coin(parts) => parts.has_witness,
        }
    }

    /// All its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self.inner {
            Inner::Bitcoin(inner) => inner.as_ref(),
            Inner::Coin(parts) => parts.bytes,
        }
    }

    /// Its version.
    pub fn version(&self) -> i32 {
        match self.inner {
            Inner::Bitcoin(inner) => inner.version(),
            Inner::Coin(parts) => parts.version,
        }
    }

    /// Height or time before which it is not valid.
    pub fn lock_time(&self) -> u32 {
        match self.inner {
            Inner::Bitcoin(inner) => inner.locktime(),
            Inner::Coin(parts) => parts.lock_time,
        }
    }

    /// Weight units of BIP 141; where a coin has no witnesses, four for each byte.
    pub fn weight(&self) -> u64 {
        match self.inner {
            Inner::Bitcoin(inner) => inner.weight(),
            Inner::Coin(parts) if parts.has_witness => {
                3 * parts.base_bytes + parts.bytes.len() as u64
            }
            Inner::Coin(parts) => 4 * parts.base_bytes,
        }
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

/// Buffers of [`name`], to be used again.
#[derive(Debug, Default)]
pub struct Naming {
    /// Where the bytes lie that each id is the hash of, and whether among the copies.
    messages: Vec<(Range<usize>, bool)>,
    /// Transactions with witnesses, without them.
    copies: Vec<u8>,
}

/// As [`decode`], but the ids are found when all transactions have been seen: hashes that do not
/// wait for each other go faster than one after the other. The visitor sees zeros for them.
///
/// # Errors
/// As [`decode`].
pub fn name(
    bytes: &[u8],
    txids: &mut Vec<Hash>,
    naming: &mut Naming,
    visitor: &mut impl BlockVisitor,
) -> Result<Header, Damage> {
    naming.messages.clear();
    naming.copies.clear();
    let ids = Ids::Later { block: bytes, naming };
    let header = walk(bytes, Walk { visitor, ids, transactions: 0, coinbase: None })?;
    let Naming { messages, copies } = naming;
    txids.clear();
    txids.resize(messages.len(), Hash::default());
    let message = |at: usize| {
        let (range, copied) = &messages[at];
        if *copied { &copies[range.clone()] } else { &bytes[range.clone()] }
    };
    sha256::double_each(messages.len(), message, |at, hash| txids[at] = Hash(hash));
    Ok(header)
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

pub(super) fn why(why: &'static str) -> Damage {
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
pub(super) enum Ids<'a> {
    Made(&'a mut Vec<Hash>),
    Known(&'a [Hash]),
    Later { block: &'a [u8], naming: &'a mut Naming },
}

impl Naming {
    /// Notes what a transaction of a block is named after.
    fn note(&mut self, block: &[u8], found: &bsl::Transaction<'_>) {
        let (version, body, lock_time) = found.txid_preimage();
        if body.is_empty() {
            // The bytes lie in the block: their place is told by the address of the first.
            let first = version.as_ptr().addr() - block.as_ptr().addr();
            return self.messages.push((first..first + version.len(), false));
        }
        let first = self.copies.len();
        for part in [version, body, lock_time] {
            self.copies.extend_from_slice(part);
        }
        self.messages.push((first..self.copies.len(), true));
    }
}

impl Ids<'_> {
    /// The id of the transaction at a place; made where it is not known, in the order of places.
    #[inline(always)]
    pub(super) fn of(&mut self, place: usize, make: impl FnOnce() -> Hash) -> Option<Hash> {
        match self {
            Ids::Made(ids) => {
                let txid = make();
                ids.push(txid);
                Some(txid)
            }
            Ids::Known(ids) => ids.get(place).copied(),
            Ids::Later { .. } => Some(make()),
        }
    }
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
            // Nobody asks before all are named.
            Ids::Later { block, naming } => {
                naming.note(block, found);
                Some(Hash::default())
            }
            ids => ids.of(place, || {
                let (version, body, lock_time) = found.txid_preimage();
                sha256d(&[version, body, lock_time])
            }),
        };
        let Some(txid) = txid else { return ControlFlow::Break(()) };
        self.transactions += 1;
        self.visitor.transaction(Transaction { index, txid, inner: Inner::Bitcoin(found) });
        ControlFlow::Continue(())
    }
}
