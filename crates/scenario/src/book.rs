//! Plays the script: puts the steps in order, keeps every balance, refuses what nobody can pay.

use std::collections::BTreeMap;

use chain::{Account, Amount, Timestamp};

use crate::{
    Theft,
    agenda::{Step, Sum},
    cast::Cast,
    entry::{Entry, GWEI, Note},
    rng::Rng,
};

/// 2024-01-01T00:00:00Z, the time of block 0.
const FIRST_SECOND: i64 = 1_704_067_200;
/// Seconds from one block to the next.
const BLOCK_SECONDS: u64 = 12;

/// The chain that came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    pub(crate) entries: Vec<Entry>,
    /// Wei that each account holds after the last transaction.
    pub(crate) balances: BTreeMap<Account, u128>,
    nonces: BTreeMap<Account, u64>,
}

impl Book {
    /// Plays all steps in order of time; steps of one moment keep the script's order.
    pub(crate) fn run(mut steps: Vec<Step>, rng: &mut Rng) -> Book {
        steps.sort_by_key(|step| step.at);
        let mut book = Book::default();
        for step in steps {
            book.play(step, rng);
        }
        book
    }

    fn play(&mut self, step: Step, rng: &mut Rng) {
        // The first coins come from nowhere, and nobody pays for that.
        let mint = step.from == Account::ZERO;
        let gas_price = if mint { 0 } else { u128::from(rng.range(18_000, 61_000)) * GWEI / 1_000 };
        let fee = u128::from(step.gas) * gas_price;
        let balance = self.balances.get(&step.from).copied().unwrap_or(0);
        let value = match step.sum {
            Sum::Wei(value) => value,
            Sum::Everything => balance.saturating_sub(fee),
        };
        let empty_sweep = matches!(step.sum, Sum::Everything) && value == 0;
        let affordable = mint || balance >= fee + if step.succeeds { value } else { 0 };
        if step.optional && (empty_sweep || !affordable) {
            return;
        }
        assert!(affordable && !empty_sweep, "the script spends what {:?} has not got", step.from);
        let entry = self.entry(step, value, gas_price, rng);
        self.apply(&entry);
        self.entries.push(entry);
    }

    fn entry(&mut self, step: Step, value: u128, gas_price: u128, rng: &mut Rng) -> Entry {
        let block = step.at / BLOCK_SECONDS;
        let seconds = i64::try_from(block * BLOCK_SECONDS).expect("the story is months long");
        let time = Timestamp::from_seconds(FIRST_SECOND + seconds).expect("the story is in 2024");
        let index = match self.entries.last() {
            Some(last) if last.block == block => last.index + 1,
            _ => 0,
        };
        let nonce = self.nonces.entry(step.from).or_default();
        let entry = Entry {
            id: rng.tx_id(),
            block,
            index,
            time,
            nonce: *nonce,
            from: step.from,
            to: step.to,
            value,
            gas: step.gas,
            gas_price,
            succeeded: step.succeeds,
            method: step.method,
            inner: step.inner,
            tokens: step.tokens,
            note: step.note,
        };
        *nonce += 1;
        entry
    }

    fn apply(&mut self, entry: &Entry) {
        self.take(entry.from, entry.fee());
        for (from, to, value) in entry.moves() {
            self.take(from, value);
            *self.balances.entry(to).or_default() += value;
        }
    }

    fn take(&mut self, from: Account, value: u128) {
        if from == Account::ZERO {
            return;
        }
        let balance = self.balances.entry(from).or_default();
        *balance = balance.checked_sub(value).expect("`play` asked for the balance beforehand");
    }

    /// The transaction that the script marked as the theft.
    pub(crate) fn theft(&self, cast: &Cast) -> Theft {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.note == Some(Note::Theft))
            .expect("the story has exactly one theft");
        Theft {
            tx: entry.id,
            thief: cast.loot,
            victim: cast.victim,
            time: entry.time,
            amount: Amount::from(entry.value),
        }
    }
}
