//! Tasks P8 and P9: taint from one output to the tip, by our engine and by the plainest program
//! that can do it.

use ledger::utxo::{OutputNo, TxNo, UtxoLedger};
use trace::{
    Policy,
    utxo::{NoClaims, Parameters, Run, SeedOutput, follow},
};

use crate::Answer;

/// How many seeds there are, if the chain has as many.
pub const SEEDS: u64 = 20;

/// Most outputs are spent once or twice and then lie: a trace of those takes a microsecond and says
/// nothing. A seed taints at least so many transactions; one output in six does.
const REACH: usize = 1_000;

/// Outputs spread over the chain, the first from each of twenty places on whose value goes far. Who
/// asks twice gets the same ones.
pub fn seeds(ledger: &UtxoLedger) -> Vec<OutputNo> {
    let outputs = ledger.counts().outputs;
    let from = |seed| outputs / (SEEDS + 2) * (seed + 1);
    let good = |output: &OutputNo| {
        ledger.value(*output) > 0
            && ledger.spender(*output).is_some()
            && engine(ledger, *output, Policy::Haircut).transactions >= REACH
    };
    let mut seeds: Vec<OutputNo> =
        (0..SEEDS).filter_map(|seed| (from(seed)..outputs).map(OutputNo).find(good)).collect();
    seeds.dedup();
    seeds
}

/// The engine on one seed, without labels, limits or guard: to the tip.
pub fn engine(ledger: &UtxoLedger, seed: OutputNo, policy: Policy) -> Run {
    let (tx, tainted) = (ledger.tx_of_output(seed), ledger.value(seed));
    let seed = SeedOutput { output: seed, tx, tainted, hops: 1 };
    let parameters = Parameters {
        hops_max: u32::MAX,
        outputs_max: usize::MAX,
        guard: None,
        ..Parameters::default()
    };
    follow(ledger, &NoClaims, &[seed], policy, &parameters)
}

/// Where the taint of a seed ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Satoshi that went to miners.
    pub fees: u64,
    /// Satoshi in outputs that nobody has spent.
    pub unspent: u64,
    /// A sum that hardly any other spread over outputs has.
    pub spread: u64,
}

impl Ended {
    fn add_output(&mut self, output: u64, tainted: u64) {
        self.unspent += tainted;
        let weight = output.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        self.spread = self.spread.wrapping_add(tainted.wrapping_mul(weight));
    }

    /// What the engine says.
    pub fn of(run: &Run) -> Ended {
        let mut ended =
            Ended { fees: run.fees.iter().map(|fee| fee.tainted).sum(), ..Ended::default() };
        for flow in run.flows.iter().filter(|flow| flow.place().is_some()) {
            ended.add_output(flow.output.0, flow.tainted);
        }
        ended
    }

    /// Seeds together.
    #[must_use]
    pub fn plus(self, other: Ended) -> Ended {
        Ended {
            fees: self.fees + other.fees,
            unspent: self.unspent + other.unspent,
            spread: self.spread.wrapping_add(other.spread),
        }
    }

    /// What was booked, and with `places` also where.
    pub fn answer(self, seeds: &[OutputNo], places: bool) -> Answer {
        let mut answer = Answer::default();
        answer.set("seeds", seeds.len() as u64);
        answer.set("satoshi", self.fees + self.unspent);
        if places {
            answer.set("satoshi_fees", self.fees);
            answer.set("spread", self.spread);
        }
        answer
    }
}

/// Haircut without an engine: every transaction from the seed to the tip is looked at, and every
/// output has its taint in one long list (`docs/methods/utxo_trace.md` has the rule).
pub fn plainly(ledger: &UtxoLedger, seed: OutputNo) -> Ended {
    let counts = ledger.counts();
    let mut tainted = vec![0_u64; usize::try_from(counts.outputs).expect("they fit in memory")];
    let place = |output: u64| usize::try_from(output).expect("it has a place in the list");
    tainted[place(seed.0)] = ledger.value(seed);
    let mut ended = Ended::default();
    let first = ledger.tx_of_output(seed).0 + 1;
    for tx in (first..counts.transactions).map(TxNo) {
        let (mut taint, mut value) = (0_u128, 0_u128);
        for spent in ledger.inputs(tx) {
            taint += u128::from(std::mem::take(&mut tainted[place(spent.0)]));
            value += u128::from(ledger.value(spent));
        }
        if taint == 0 {
            continue;
        }
        // Shares are differences of rounded running sums, so that they add up to the whole.
        let (mut running, mut given) = (0_u128, 0_u128);
        for output in ledger.outputs(tx) {
            running += u128::from(ledger.value(output));
            let upto = taint * running / value;
            tainted[place(output.0)] = u64::try_from(upto - given).expect("at most its value");
            given = upto;
        }
        ended.fees += u64::try_from(taint - given).expect("at most the fee");
    }
    for (output, taint) in (0..).zip(tainted).filter(|(_, taint)| *taint > 0) {
        ended.add_output(output, taint);
    }
    ended
}
