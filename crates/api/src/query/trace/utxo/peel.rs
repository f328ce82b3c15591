//! Peel chains in the answer's shape.

use ::trace::utxo::{Peel, PeelChain, Run, peel_chains};
use chain::Amount;

use super::{Shaper, spell};
use crate::query::{
    QueryError,
    trace::{PeelAnswer, PeelChainAnswer, RunAnswer},
};

/// How many peel chains a run names, and how many slices each of them.
const CHAINS_MAX: usize = 20;
const PEELS_MAX: usize = 100;

pub(super) fn add_to(
    shaper: &Shaper<'_>,
    run: &Run,
    answer: &mut RunAnswer,
) -> Result<(), QueryError> {
    let chains = peel_chains(shaper.ledger, run);
    answer.peel_chain_count += chains.len();
    let shown = chains.iter().take(CHAINS_MAX);
    answer.peel_chains.extend(shown.map(|chain| self::chain(shaper, run, chain)));
    Ok(())
}

fn chain(shaper: &Shaper<'_>, run: &Run, chain: &PeelChain) -> PeelChainAnswer {
    let ledger = shaper.ledger;
    let [first, last] = [chain.txs.first(), chain.txs.last()]
        .map(|tx| tx.map(|tx| ledger.tx_id(*tx)).expect("a chain has transactions"));
    let peels = chain.peels.iter().filter(|peel| peel.tainted > 0).take(PEELS_MAX);
    PeelChainAnswer {
        chain: ledger.chain(),
        first,
        last,
        hops: chain.txs.len(),
        start: chain.start,
        end: chain.end,
        entered: Amount::from(chain.entered),
        peeled: Amount::from(chain.peeled),
        left: Amount::from(chain.left),
        entered_units: shaper.units(Amount::from(chain.entered)),
        peeled_units: shaper.units(Amount::from(chain.peeled)),
        left_units: shaper.units(Amount::from(chain.left)),
        rest: spell(ledger, ledger.address(chain.rest)),
        peels: peels.map(|peel| self::peel(shaper, run, peel)).collect(),
    }
}

fn peel(shaper: &Shaper<'_>, run: &Run, peel: &Peel) -> PeelAnswer {
    let ledger = shaper.ledger;
    let place = peel.flow.and_then(|flow| run.flows[flow].place()).map(|at| &run.places[at]);
    PeelAnswer {
        tx: ledger.tx_id(peel.tx),
        address: spell(ledger, ledger.address(peel.output)),
        amount: Amount::from(peel.tainted),
        units: shaper.units(Amount::from(peel.tainted)),
        endpoint: place.map(|place| place.endpoint),
        label: place.and_then(|place| place.label.as_ref()).map(|label| label.name.clone()),
    }
}
