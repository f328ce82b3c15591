//! Laws that hold for every payment.

use chain::record::Payment;
use proptest::prelude::*;

use super::{
    Counts, Protocol, Verdict, balanced_accounts, is_stonewall, made::Made, verdict, verdicts,
};

/// Values that rules look for, their neighbours, and anything.
fn a_value() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => proptest::sample::select(vec![
            100_000_u64, 100_302, 103_932, 5_000, 10_000_000, 20_000_000, 531_441, 2_730, 50_000,
        ]),
        2 => 1_u64..1_000_000,
        1 => 0..=chain::Satoshis::MAX.get(),
    ]
}

fn a_payment() -> impl Strategy<Value = Payment> {
    let values = || {
        prop_oneof![
            proptest::collection::vec(a_value(), 0..60),
            (a_value(), a_value(), 1_usize..30, 0_usize..20).prop_map(
                |(one, other, ones, others)| { [vec![one; ones], vec![other; others]].concat() }
            ),
        ]
    };
    (values(), values(), any::<bool>(), proptest::option::of(0_u64..1_000_000)).prop_map(
        |(inputs, outputs, data, block)| {
            let made = Made::new().inputs(&inputs).outputs(&outputs);
            let made = if data { made.data_output() } else { made };
            if let Some(block) = block { made.at_block(block) } else { made }.payment()
        },
    )
}

/// All but those of the rules that look at the order.
fn without_order(verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let ordered = [Protocol::Wasabi1, Protocol::Wasabi2];
    verdicts.into_iter().filter(|one| !ordered.contains(&one.protocol)).collect()
}

proptest! {
    #[test]
    fn every_payment_gets_an_answer_that_keeps_its_promises(payment in a_payment()) {
        let found = verdicts(&payment);
        prop_assert_eq!(verdict(&payment), found.first().cloned());
        balanced_accounts(&payment);
        for one in &found {
            prop_assert!((1..=100).contains(&one.confidence));
            prop_assert!((1..=payment.outputs.len()).contains(&one.participants));
            prop_assert!(one.denominations.is_sorted() && !one.denominations.is_empty());
            prop_assert_eq!(found.iter().filter(|two| two.protocol == one.protocol).count(), 1);
            let wide = matches!(one.protocol, Protocol::JoinMarket | Protocol::EqualOutputs);
            prop_assert!(!(wide && is_stonewall(&payment)));
        }
        if payment.inputs.is_empty() {
            prop_assert_eq!(found, []);
        }
    }

    #[test]
    fn nothing_is_barred_that_the_first_look_lets_pass(payment in a_payment()) {
        let counts = Counts { inputs: payment.inputs.len(), outputs: payment.outputs.len() };
        let mut values: Vec<u64> = payment.outputs.iter().map(|output| output.value.get()).collect();
        if verdicts(&payment).iter().any(Verdict::bars_co_spend) {
            prop_assert!(counts.may_be_barred());
            prop_assert!(counts.values_may_be_barred(&mut values, || payment.block));
        }
    }

    #[test]
    fn the_order_of_inputs_and_outputs_does_not_matter(
        (payment, shuffled) in a_payment().prop_flat_map(|payment| {
            let inputs = Just(payment.inputs.clone()).prop_shuffle();
            let outputs = Just(payment.outputs.clone()).prop_shuffle();
            (Just(payment), inputs, outputs).prop_map(|(payment, inputs, outputs)| {
                let shuffled = Payment { inputs, outputs, ..payment.clone() };
                (payment, shuffled)
            })
        })
    ) {
        prop_assert_eq!(without_order(verdicts(&payment)), without_order(verdicts(&shuffled)));
        prop_assert_eq!(is_stonewall(&payment), is_stonewall(&shuffled));
        prop_assert_eq!(balanced_accounts(&payment), balanced_accounts(&shuffled));
    }
}
