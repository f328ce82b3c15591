//! Task P6: questions that read whole columns of the ledger.

use ledger::utxo::{OutputNo, Run, TxNo, U40, UtxoLedger};

use crate::Answer;

/// Values that are added before a sum of 64 bits could overflow: each has at most 40.
const ADDED_AT_ONCE: usize = 1 << 20;

/// How many outputs there are, and what they are worth in all.
pub fn outputs(ledger: &UtxoLedger) -> (u64, u128) {
    ledger.runs().fold((0, 0), |(count, sum), run| {
        let values = run.values();
        (count + values.len() as u64, sum + values_of(&run, values))
    })
}

fn values_of(run: &Run<'_>, values: &[U40]) -> u128 {
    let (mut sum, mut first) = (0, 0);
    for chunk in values.chunks(ADDED_AT_ONCE) {
        let (part, wide) = chunk.iter().fold((0_u64, 0_u64), |(part, wide), value| {
            let value = value.get();
            (part + value, wide + u64::from(value == U40::MAX))
        });
        sum += u128::from(part);
        // Hardly ever: what is worth more than 10,995 coins is elsewhere, and has to be asked for.
        if wide > 0 {
            let more = (first..first + chunk.len()).map(|row| (run.value(row), values[row].get()));
            sum += more.map(|(real, narrow)| u128::from(real - narrow)).sum::<u128>();
        }
        first += chunk.len();
    }
    sum
}

/// What all transactions paid to miners.
pub fn fees(ledger: &UtxoLedger) -> u128 {
    let mut sum = 0;
    for run in ledger.runs() {
        let fees = run.fees();
        let mut wide = false;
        for chunk in fees.chunks(ADDED_AT_ONCE) {
            sum += u128::from(chunk.iter().map(|fee| u64::from(fee.get())).sum::<u64>());
            wide |= chunk.iter().any(|fee| fee.get() == u32::MAX);
        }
        if wide {
            let rows = (0..).zip(fees).filter(|(_, fee)| fee.get() == u32::MAX);
            sum +=
                rows.map(|(tx, fee)| u128::from(run.fee(tx) - u64::from(fee.get()))).sum::<u128>();
        }
    }
    sum
}

/// How many inputs spend an output that was made in their own block.
pub fn zero_conf(ledger: &UtxoLedger) -> u64 {
    let mut count = 0;
    for run in ledger.runs() {
        let before = run.before();
        let (tx_input, tx_output, spends) = (run.tx_input(), run.tx_output(), run.spends());
        for block in run.block_tx().windows(2) {
            let [first, next] = [block[0].get() as usize, block[1].get() as usize];
            let inputs = tx_input[first].get() as usize..tx_input[next].get() as usize;
            // Outputs are numbered in the order of the chain: those of the block are the last.
            let made_here = before.outputs + u64::from(tx_output[first].get());
            let zero_conf = |spent: &&U40| spent.get() >= made_here;
            count += spends[inputs].iter().filter(zero_conf).count() as u64;
        }
    }
    count
}

/// The answer about all outputs.
pub fn outputs_answer((outputs, satoshi): (u64, u128)) -> Answer {
    let mut answer = Answer::default();
    answer.set("outputs", outputs);
    answer.set("satoshi_out", low_bits(satoshi));
    answer
}

/// The answer about all fees, those of the last block taken off: the referee leaves it out.
pub fn fees_answer(ledger: &UtxoLedger, satoshi: u128) -> Answer {
    let last = ledger.tip().map_or(0..0, |tip| tip.transactions);
    let of_last: u128 = last.map(|tx| u128::from(ledger.fee(TxNo(tx)))).sum();
    let mut answer = Answer::default();
    answer.set("satoshi_fees", low_bits(satoshi - of_last));
    answer
}

/// The answer about all spends within a block, those of the last block taken off.
pub fn zero_conf_answer(ledger: &UtxoLedger, spends: u64) -> Answer {
    let last = ledger.tip().map_or(0..0, |tip| tip.transactions);
    let first_output = ledger.first_output(TxNo(last.start));
    let of_last = last
        .flat_map(|tx| ledger.inputs(TxNo(tx)))
        .filter(|spent: &OutputNo| *spent >= first_output)
        .count() as u64;
    let mut answer = Answer::default();
    answer.set("zero_conf_spends", spends - of_last);
    answer
}

/// Sums of the made-up chain have less than 64 bits; the peers' wrap around beyond.
fn low_bits(sum: u128) -> u64 {
    u64::try_from(sum & u128::from(u64::MAX)).expect("64 bits")
}
