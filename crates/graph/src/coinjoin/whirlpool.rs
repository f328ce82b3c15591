//! Whirlpool mixes.
//!
//! Idea: a mix has as many outputs as inputs, and every output is the pool's denomination. Some
//! inputs are new in the pool and bring the fee on top; the others were mixed before and bring the
//! exact denomination.
//! Rule: 5 to 10 inputs, as many outputs; all outputs equal one pool's denomination; every input
//! between it and 110,000 sat more; at least one above it and at least one not; inputs P2WPKH.
//! Confidence 60.
//! Source: Dumplings (5 to 10), GraphSense, crocs-muni (pools, 110,000). They allow 1 to 4 inputs
//! above the pool at 5 to 8 inputs; ours is one short of all, for the surge rounds of up to 10.
//! That inputs are P2WPKH is ours: only the wallet's own coins enter. Outputs may go anywhere: 402
//! real mixes pay one or two of them to P2WSH, and a rule that asks for P2WPKH misses them all.
//! Known to be wrong for: the genesis mixes of a pool, whose inputs are all new. Somebody can
//! imitate one mix alone; whether its coins descend from a genesis mix would tell, and is not
//! looked at here.

use chain::ScriptKind;

use super::{
    Protocol, Verdict,
    shape::{Shape, satoshis},
};

/// Samourai's pools; then Ashigaru's (2025).
pub(super) const SAMOURAI_POOLS: [u64; 4] = [100_000, 1_000_000, 5_000_000, 50_000_000];
const ASHIGARU_POOLS: [u64; 2] = [2_500_000, 25_000_000];
/// The most that an input brings on top, for miners.
pub(super) const FEE_MAX: u64 = 110_000;

pub(super) fn verdict(shape: &Shape<'_>) -> Option<Verdict> {
    let inputs = shape.inputs.len();
    let pool = shape.common;
    let known = SAMOURAI_POOLS.contains(&pool) || ASHIGARU_POOLS.contains(&pool);
    let every_output = shape.common_count == shape.outputs.len();
    if !(5..=10).contains(&inputs) || shape.outputs.len() != inputs || !known || !every_output {
        return None;
    }
    let paid = |value: u64| value.checked_sub(pool).is_some_and(|above| above <= FEE_MAX);
    let new = shape.inputs.iter().filter(|input| input.value.get() > pool).count();
    let fits = shape.inputs.iter().all(|input| paid(input.value.get()))
        && (1..inputs).contains(&new)
        && shape.inputs_are(&[ScriptKind::WitnessKeyHash]);
    fits.then(|| Verdict {
        protocol: Protocol::Whirlpool,
        confidence: 60,
        participants: inputs,
        denominations: satoshis([pool]),
        rule_version: "whirlpool-mix/1",
    })
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdict};
    use super::*;

    fn mix() -> Made {
        Made::new().inputs(&[100_302, 100_302, 100_000, 100_000, 100_000]).outputs(&[100_000; 5])
    }

    #[test]
    fn a_mix_is_told_with_its_pool() {
        let found = verdict(&mix().payment()).expect("a mix");
        assert_eq!((found.protocol, found.participants), (Protocol::Whirlpool, 5));
        assert_eq!(found.denominations, satoshis([100_000]));
        assert!(found.bars_co_spend());
        let to_a_vault = verdict(&mix().taproot_output(0).payment()).expect("a mix");
        assert_eq!(to_a_vault.protocol, Protocol::Whirlpool);
    }

    #[test]
    fn one_thing_off_is_no_mix() {
        let none = |made: Made| {
            let found = verdict(&made.payment()).map(|found| found.protocol);
            assert_ne!(found, Some(Protocol::Whirlpool));
        };
        // A value that is no pool, an input that brings too much, or too little.
        none(
            Made::new()
                .inputs(&[200_302, 200_000, 200_000, 200_000, 200_000])
                .outputs(&[200_000; 5]),
        );
        none(
            Made::new()
                .inputs(&[210_001, 100_000, 100_000, 100_000, 100_000])
                .outputs(&[100_000; 5]),
        );
        none(
            Made::new()
                .inputs(&[100_302, 99_999, 100_000, 100_000, 100_000])
                .outputs(&[100_000; 5]),
        );
        // Nobody new, nobody old, four only, an input of another kind.
        none(Made::new().inputs(&[100_000; 5]).outputs(&[100_000; 5]));
        none(Made::new().inputs(&[100_302; 5]).outputs(&[100_000; 5]));
        none(Made::new().inputs(&[100_302, 100_302, 100_000, 100_000]).outputs(&[100_000; 4]));
        none(mix().legacy_input(0));
    }
}
