use chain::Chain;
use ledger::utxo::{OutputNo, UtxoLedger};
use std::{path::Path, time::Instant};
use trace::{
    Policy,
    utxo::{Facts, NoClaims, Parameters, SeedOutput, follow},
};
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let ledger = UtxoLedger::open(Path::new(&dir), Chain::Bitcoin).unwrap().unwrap();
    let counts = ledger.counts();
    println!("{counts:?}");
    let n: u64 = std::env::args().nth(2).map_or(20, |x| x.parse().unwrap());
    let mut times: Vec<Vec<f64>> = vec![vec![]; 2];
    for i in 0..n {
        let mut at = OutputNo(counts.outputs * (i + 1) / (n + 2));
        while ledger.value(at) == 0 || Facts::spender(&ledger, at).is_none() {
            at = OutputNo(at.0 + 1);
        }
        let seed = SeedOutput {
            output: at,
            tx: ledger.tx_of_output(at),
            tainted: ledger.value(at),
            hops: 1,
        };
        let guard = std::env::args().nth(3).map(|_| trace::Guard::default());
        let parameters = Parameters { guard, ..Parameters::default() };
        print!("{} {} ", at.0, seed.tainted);
        for (p, policy) in [Policy::Haircut, Policy::Fifo].into_iter().enumerate() {
            let mut best = f64::MAX;
            let mut what = (0, 0);
            for _ in 0..3 {
                let t = Instant::now();
                let run = follow(&ledger, &NoClaims, &[seed], policy, &parameters);
                best = best.min(t.elapsed().as_secs_f64() * 1e3);
                assert_eq!(run.unbalanced(), 0);
                what = (run.transactions, run.flows.len());
            }
            times[p].push(best);
            print!("| {policy} {best:.3} ms {what:?} ");
        }
        println!();
    }
    for t in &mut times {
        t.sort_by(f64::total_cmp);
        println!("median {:.3} max {:.3}", t[t.len() / 2], t[t.len() - 1]);
    }
}
