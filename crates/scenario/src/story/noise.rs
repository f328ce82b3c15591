//! What makes tracing hard and means nothing: dust, zero-value transfers, look-alike addresses.

use super::{DAY, HOUR, THEFT};
use crate::{
    agenda::{Step, Sum},
    cast::Cast,
    entry::{GWEI, Note, TokenMove},
    rng::Rng,
};

/// Gas of a token transfer.
const TOKEN_GAS: u64 = 46_109;
/// Function selector of a token's `transfer`.
const TOKEN_METHOD: &str = "0xa9059cbb";

/// Dust to the thief's wallets and from them.
pub(super) fn dust(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    // The shared wallet gets some while it is at work; the others once their work is done, so that
    // the script knows to the wei what they sent before.
    for minutes in 0..6 {
        let sum = Sum::Wei(u128::from(rng.range(1, 900)) * GWEI);
        let at = THEFT + 3 * DAY + minutes * 7_200;
        steps.push(Step::pay(at, cast.poisoner, cast.merge, sum));
    }
    for wallet in cast.thief_wallets() {
        let sum = Sum::Wei(u128::from(rng.range(1, 900)) * GWEI);
        let at = rng.range(THEFT + 40 * DAY, THEFT + 60 * DAY);
        steps.push(Step::pay(at, cast.poisoner, wallet, sum));
    }
    for stranger in &cast.strangers {
        let sum = Sum::Wei(u128::from(rng.range(1_000, 9_000)) * GWEI);
        let at = rng.range(THEFT + 10 * DAY, THEFT + 12 * DAY);
        let spray = Step::pay(at, cast.split[2], *stranger, sum);
        steps.push(spray.note(Note::StolenArrives));
    }
}

/// Transfers that plant a false address in the history of the thief's wallets.
pub(super) fn poisoning(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    for wallet in cast.thief_wallets() {
        let fake = rng.look_alike(cast.meridian.hot);
        let at = rng.range(THEFT + DAY, THEFT + 30 * DAY);
        steps.push(Step::pay(at, cast.poisoner, wallet, Sum::Wei(0)));
        // A zero-value and a counterfeit token transfer; both claim that the wallet paid the fake.
        for amount in [0, 1_000_000 * rng.range(10, 90_000)] {
            let token = TokenMove { token: cast.fake_token, from: wallet, to: fake, amount };
            let call = Step::pay(at + HOUR, cast.poisoner, cast.fake_token, Sum::Wei(0));
            steps.push(call.calls(TOKEN_METHOD, TOKEN_GAS).moves_token(token));
        }
        let funded = Step::pay(at + 2 * HOUR, cast.poisoner, fake, Sum::Wei(3_000_000 * GWEI));
        steps.push(funded);
        steps.push(Step::pay(at + 3 * HOUR, fake, wallet, Sum::Wei(0)).if_affordable());
    }
}
