//! Stonewall: the look of a CoinJoin, made by one wallet. A veto.
//!
//! Idea: Samourai's wallets pay with two equal outputs and two of change, so that an observer sees
//! a CoinJoin of two although there is one owner. Sales through a half-signed transaction look the
//! same. The wide rules would take all of them for rounds.
//! Rule: 3 or 4 outputs, two of them equal and the others different from them and from each other;
//! or 4 outputs in two equal pairs.
//! Source: GraphSense; the two pairs are ours: 76 of 2,636 payments out of Whirlpool are such.
//! Known to be wrong for: Stonewall x2 and JoinMarket with one maker, which are real CoinJoins of
//! two, and for sales signed by buyer and seller. Nothing in the shape tells them apart, so no
//! CoinJoin of two is ever reported.

use super::shape::Shape;

pub(super) fn holds(shape: &Shape<'_>) -> bool {
    matches!(shape.outputs.len(), 3 | 4) && shape.common_count == 2
}

#[cfg(test)]
mod tests {
    use super::super::{is_stonewall, made::Made, verdicts};

    #[test]
    fn its_shapes_get_no_wide_verdict() {
        for outputs in [
            &[70_000, 70_000, 5_000][..],
            &[70_000, 70_000, 5_000, 6_000],
            &[7_000, 7_000, 5_000, 5_000],
        ] {
            let payment = Made::new().inputs(&[80_000, 80_000, 9_000]).outputs(outputs).payment();
            assert!(is_stonewall(&payment), "{outputs:?}");
            assert_eq!(verdicts(&payment), []);
        }
    }

    #[test]
    fn other_shapes_are_not_vetoed() {
        for outputs in
            [&[1, 2][..], &[5, 5], &[5, 5, 5], &[5, 5, 5, 4], &[1, 2, 3, 4], &[5, 5, 1, 2, 3]]
        {
            let payment = Made::new().inputs(&[80_000]).outputs(outputs).payment();
            assert!(!is_stonewall(&payment), "{outputs:?}");
        }
    }
}
