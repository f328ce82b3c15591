//! Where stolen value starts on a UTXO chain.

use chain::{Timestamp, UtxoTxId};
use rustc_hash::FxHashSet;

use super::{AddressNo, Facts, OutputNo, TxNo};
use crate::TraceError;

/// A seed on one UTXO chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seed {
    /// What a transaction pays: every output but those that return to an address of its inputs.
    Transaction(UtxoTxId),
    /// One output of a transaction.
    Output {
        /// The transaction.
        tx: UtxoTxId,
        /// Place of the output, from 0.
        index: u32,
    },
    /// What a transaction pays to one address.
    Payment {
        /// The transaction.
        tx: UtxoTxId,
        /// The address.
        to: AddressNo,
    },
    /// The wealth of one or several addresses: what leaves them in a time, and if that has no end,
    /// what still lies there. Change that returns to them is no new wealth and is not seeded again.
    Wallet {
        /// What to call it in messages.
        name: String,
        /// Its addresses.
        addresses: Vec<AddressNo>,
        /// Only what is not yet spent then.
        from: Option<Timestamp>,
        /// Only what is spent before then.
        until: Option<Timestamp>,
        /// Only the first so many base units.
        amount: Option<u64>,
    },
}

/// A tainted output at which a trace begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeedOutput {
    /// The output.
    pub output: OutputNo,
    /// The transaction that made it.
    pub tx: TxNo,
    /// How many of its units are stolen: the first ones, where the order matters.
    pub tainted: u64,
    /// Hops that brought it here: 1 for what a transaction pays, 0 for what lies at a wallet of
    /// the case.
    pub hops: u32,
}

/// Finds the outputs of all seeds, in chain order. The order of the seeds does not matter.
///
/// # Errors
/// A seed is not in the facts, or there is none.
pub fn resolve<F: Facts>(facts: &F, seeds: &[Seed]) -> Result<Vec<SeedOutput>, TraceError> {
    let mut sorted = seeds.to_vec();
    sorted.sort();
    sorted.dedup();
    let mut found = Vec::new();
    for seed in &sorted {
        add(facts, seed, &mut found)?;
    }
    found.sort();
    // Of two seeds that name one output the larger part counts, and a wallet of the case stays one.
    found.dedup_by(|later, first| {
        let same = later.output == first.output;
        if same {
            first.tainted = first.tainted.max(later.tainted);
            first.hops = first.hops.min(later.hops);
        }
        same
    });
    if found.is_empty() { Err(TraceError::NoSeed) } else { Ok(found) }
}

fn add<F: Facts>(facts: &F, seed: &Seed, found: &mut Vec<SeedOutput>) -> Result<(), TraceError> {
    let before = found.len();
    let paid = |tx, output: u64| {
        let output = OutputNo(output);
        SeedOutput { output, tx, tainted: facts.value(output), hops: 1 }
    };
    match seed {
        Seed::Transaction(id) => {
            let tx = find(facts, id)?;
            let payers: FxHashSet<AddressNo> =
                facts.inputs(tx).map(|input| facts.address(input)).collect();
            let leaves = |output: &u64| {
                let address = facts.address(OutputNo(*output));
                !payers.contains(&address) && !facts.is_unspendable(address)
            };
            found.extend(facts.outputs(tx).filter(leaves).map(|output| paid(tx, output)));
        }
        Seed::Output { tx: id, index } => {
            let tx = find(facts, id)?;
            let outputs = facts.outputs(tx);
            let have = outputs.end - outputs.start;
            if u64::from(*index) >= have {
                return Err(TraceError::UnknownOutput { tx: *id, index: *index, have });
            }
            found.push(paid(tx, outputs.start + u64::from(*index)));
        }
        Seed::Payment { tx: id, to } => {
            let tx = find(facts, id)?;
            let theirs = |output: &u64| facts.address(OutputNo(*output)) == *to;
            found.extend(facts.outputs(tx).filter(theirs).map(|output| paid(tx, output)));
        }
        Seed::Wallet { addresses, from, until, amount, .. } => {
            let wallet = Wallet { from: *from, until: *until, left: *amount };
            wallet.add(facts, addresses, found);
        }
    }
    found.retain(|seed| seed.tainted > 0);
    if found.len() > before {
        return Ok(());
    }
    Err(match seed {
        Seed::Wallet { name, .. } => TraceError::NothingThere(name.clone()),
        Seed::Transaction(tx) | Seed::Output { tx, .. } | Seed::Payment { tx, .. } => {
            TraceError::NothingPaid(*tx)
        }
    })
}

fn find<F: Facts>(facts: &F, id: &UtxoTxId) -> Result<TxNo, TraceError> {
    facts.find_tx(id).ok_or(TraceError::UnknownUtxoTransaction(*id))
}

/// The limits of a wallet's seed.
struct Wallet {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Base units still to be seeded, where the seed names an amount.
    left: Option<u64>,
}

impl Wallet {
    fn add<F: Facts>(mut self, facts: &F, addresses: &[AddressNo], found: &mut Vec<SeedOutput>) {
        let mut outputs: Vec<OutputNo> =
            addresses.iter().flat_map(|address| facts.outputs_of(*address)).collect();
        outputs.sort_unstable();
        outputs.dedup();
        outputs.retain(|output| self.is_in_time(facts, *output));
        let mut own: FxHashSet<OutputNo> = FxHashSet::default();
        for output in outputs {
            let tx = facts.creator(output);
            let value = facts.value(output);
            if facts.inputs(tx).any(|input| own.contains(&input)) {
                // Change. It is the wallet's own, and so is the change of its change.
                own.insert(output);
                continue;
            }
            let tainted = self.left.map_or(value, |left| left.min(value));
            self.left = self.left.map(|left| left - tainted);
            if tainted > 0 {
                own.insert(output);
                found.push(SeedOutput { output, tx, tainted, hops: 0 });
            }
        }
    }

    fn is_in_time<F: Facts>(&self, facts: &F, output: OutputNo) -> bool {
        let Some(spender) = facts.spender(output) else { return self.until.is_none() };
        if self.from.is_none() && self.until.is_none() {
            return true;
        }
        let spent = facts.time(spender);
        self.from.is_none_or(|from| from <= spent) && self.until.is_none_or(|until| spent < until)
    }
}
