//! Task P2: as P1, and every input resolved to what it spends, for the fees.

use sources::bitcoin::{
    Hash,
    block::{self, BlockVisitor, Input, Naming, OutPoint, Output, Transaction},
};

use crate::{Answer, BenchError, BlocksInOrder, Location, UnspentValues, decode::first_eight};

/// The payments of one block, in its order.
#[derive(Debug, Default)]
struct Payments {
    spends: Vec<OutPoint>,
    values: Vec<u64>,
    /// Inputs and outputs up to and with each transaction.
    ends: Vec<(usize, usize)>,
}

impl Payments {
    fn clear(&mut self) {
        self.spends.clear();
        self.values.clear();
        self.ends.clear();
    }
}

impl BlockVisitor for Payments {
    fn input(&mut self, input: Input<'_>) {
        self.spends.push(input.spends);
    }

    fn output(&mut self, output: Output<'_>) {
        self.values.push(output.value);
    }

    fn transaction(&mut self, _: Transaction<'_>) {
        self.ends.push((self.spends.len(), self.values.len()));
    }
}

/// What the chain has paid so far.
#[derive(Debug, Default)]
struct Resolver {
    unspent: UnspentValues,
    locations: Vec<Location>,
    transactions: u64,
    inputs: u64,
    fees: u64,
    id_sum: u64,
}

/// The task on a folder of block files.
///
/// # Errors
/// The files are damaged; an input spends what is not there.
pub fn answer(blocks: &BlocksInOrder) -> Result<Answer, BenchError> {
    let mut payments = Payments::default();
    let (mut ids, mut naming) = (Vec::new(), Naming::default());
    let (mut resolver, mut number) = (Resolver::default(), 0);
    blocks.each(|files, at, bytes| {
        payments.clear();
        block::name(bytes, &mut ids, &mut naming, &mut payments)
            .map_err(|damage| files.damaged(at.place, damage))?;
        resolver.block(&ids, &payments, number)?;
        number += 1;
        Ok::<(), BenchError>(())
    })?;
    let mut answer = Answer::default();
    answer.set("blocks", u64::try_from(number).expect("a count of things in memory"));
    answer.set("transactions", resolver.transactions);
    answer.set("inputs", resolver.inputs);
    answer.set("txid_sum", resolver.id_sum);
    answer.set("satoshi_fees", resolver.fees);
    Ok(answer)
}

impl Resolver {
    fn block(&mut self, ids: &[Hash], payments: &Payments, block: usize) -> Result<(), BenchError> {
        let too_much = || BenchError::TooMuch { block };
        let mut first = 0;
        // All outputs of the block first: many inputs spend those of the same block. That an input
        // spends no later transaction is for the node to see to, and not asked of the peers either.
        for (id, (_, end)) in ids.iter().zip(&payments.ends) {
            let room = self.unspent.insert(id, &payments.values[first..*end]);
            first = *end;
            self.id_sum = self.id_sum.wrapping_add(first_eight(id));
            if !room {
                return Err(too_much());
            }
        }
        // The first transaction is the coinbase, which spends nothing.
        let from = payments.ends.first().map_or((0, 0), |ends| *ends);
        let spends = &payments.spends[from.0..];
        self.locations.clear();
        self.locations.extend(spends.iter().map(|spent| self.unspent.locate(&spent.txid)));
        let mut paid_in = 0_u64;
        for (spent, location) in spends.iter().zip(&self.locations) {
            let value = self.unspent.spend(*location, &spent.txid, spent.output);
            let value = value.ok_or(BenchError::NothingToSpend { block })?;
            paid_in = paid_in.checked_add(value).ok_or_else(too_much)?;
        }
        let paid_out = payments.values[from.1..]
            .iter()
            .try_fold(0_u64, |sum, value| sum.checked_add(*value))
            .ok_or_else(too_much)?;
        let fees = paid_in.checked_sub(paid_out).ok_or_else(too_much)?;
        self.fees = self.fees.checked_add(fees).ok_or_else(too_much)?;
        self.transactions += ids.len() as u64;
        self.inputs += spends.len() as u64;
        Ok(())
    }
}
