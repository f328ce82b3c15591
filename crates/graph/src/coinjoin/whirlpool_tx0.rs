//! Whirlpool's Tx0: coins cut to size before their first mix.
//!
//! Idea: one wallet pays a pool's fee and cuts the rest into equal outputs, each the denomination
//! and a little more, for the miners of the mixes to come.
//! Rule: exactly one `OP_RETURN`; 1 to 70 equal P2WPKH outputs of a pool's denomination plus 100 to
//! 110,000 sat; besides these at least one output of 0.5 to 3 times the pool's fee, and at most
//! three in all. Confidence 60.
//! Source: GraphSense, which asks for exactly one output in the range of the fee. The change may
//! fall into that range too: in 121 of 749 real ones it does, so ours asks for at least one.
//! Known to be wrong for: Tx0s of Ashigaru's pools (their fees are not known to us: not told at
//! all), Tx0s whose fee was waived or paid elsewhere, and payments with data that happen to have
//! such an output beside one of about 0.001 BTC.

use chain::ScriptKind;

use super::{
    Protocol, Verdict,
    shape::{Shape, satoshis},
    whirlpool::{FEE_MAX, SAMOURAI_POOLS},
};

/// What each of Samourai's pools charged, in satoshis, in their order.
const FEES: [u64; 4] = [5_000, 50_000, 175_000, 1_750_000];
const TOP_UP_MIN: u64 = 100;
const PREMIX_MAX: usize = 70;
const OTHERS_MAX: usize = 3;

pub(super) fn verdict(shape: &Shape<'_>) -> Option<Verdict> {
    let kind_is = |kind: ScriptKind| {
        move |output: &&chain::record::PaymentOutput| output.script.kind() == kind
    };
    if shape.outputs.iter().filter(kind_is(ScriptKind::OpReturn)).count() != 1 {
        return None;
    }
    SAMOURAI_POOLS.into_iter().zip(FEES).find_map(|(pool, fee)| {
        let premix = pool + TOP_UP_MIN..=pool + FEE_MAX;
        let cut = shape.values.range(premix).find(|(value, count)| {
            let others = shape.outputs.len() - 1 - **count;
            **count <= PREMIX_MAX && others <= OTHERS_MAX && pays_fee(shape, **value, fee)
        });
        let (value, _) = cut?;
        let own = shape.outputs.iter().filter(|output| output.value.get() == *value);
        own.clone().all(|output| kind_is(ScriptKind::WitnessKeyHash)(&output)).then(|| Verdict {
            protocol: Protocol::WhirlpoolTx0,
            confidence: 60,
            participants: 1,
            denominations: satoshis([pool]),
            rule_version: "whirlpool-tx0/1",
        })
    })
}

/// Whether an output other than the premix may be the fee.
fn pays_fee(shape: &Shape<'_>, premix: u64, fee: u64) -> bool {
    let spendable = shape.outputs.iter().filter(|out| out.script.kind() != ScriptKind::OpReturn);
    spendable
        .map(|output| output.value.get())
        .any(|value| value != premix && value >= fee / 2 && value <= 3 * fee)
}

#[cfg(test)]
mod tests {
    use super::super::{made::Made, verdict};
    use super::*;

    fn found(outputs: &[u64]) -> Option<Verdict> {
        verdict(&Made::new().inputs(&[900_000]).outputs(outputs).data_output().payment())
    }

    #[test]
    fn a_tx0_is_told_and_its_inputs_have_one_owner() {
        let found = found(&[5_000, 33_000, 103_932, 103_932]).expect("a Tx0");
        assert_eq!(found.protocol, Protocol::WhirlpoolTx0);
        assert_eq!(found.denominations, satoshis([100_000]));
        assert!(!found.bars_co_spend());
    }

    #[test]
    fn change_as_large_as_the_fee_does_not_hide_it() {
        assert!(found(&[5_000, 4_225, 103_937]).is_some());
        assert!(found(&[1_750_000, 3_232_018, 50_005_445, 50_005_445]).is_some());
    }

    #[test]
    fn one_thing_off_is_no_tx0() {
        // No fee, no premix, too many others, unequal premix.
        assert_eq!(found(&[1_000, 103_932]), None);
        assert_eq!(found(&[5_000, 100_099]), None);
        assert_eq!(found(&[5_000, 1, 2, 3, 103_932]), None);
        assert_eq!(found(&[5_000, 103_932, 103_933, 103_934, 103_935]), None);
        let without_data = Made::new().inputs(&[900_000]).outputs(&[5_000, 33_000, 103_932]);
        assert_eq!(verdict(&without_data.payment()), None);
        let two = Made::new().inputs(&[9]).outputs(&[5_000, 103_932]).data_output().data_output();
        assert_eq!(verdict(&two.payment()), None);
    }
}
