//! People who have nothing to do with the theft.

use chain::Account;

use super::{DAY, END, HOUR, MINUTE, THEFT};
use crate::{
    agenda::{Step, Sum},
    cast::{Cast, Customer},
    entry::{ETHER, GWEI, Inner},
    rng::Rng,
};

/// Gas of a deposit into the mixer, which updates a Merkle tree.
pub(super) const MIXER_GAS: u64 = 912_480;
/// Function selector of the mixer's deposit.
pub(super) const MIXER_METHOD: &str = "0x13d98d13";
/// Function selector of the bridge's deposit.
pub(super) const BRIDGE_METHOD: &str = "0x9a2ac6d5";
/// What one deposit into the pool is, in wei.
pub(super) const DENOMINATION: u128 = 100 * ETHER;

/// The first block's coins and whom they go to.
pub(super) fn first_coins(cast: &Cast) -> Vec<Step> {
    let mut mint = Step::pay(0, Account::ZERO, cast.treasury, Sum::Wei(1_000_000 * ETHER));
    mint.gas = 0;
    let gifts = [
        (cast.victim, 40_000),
        (cast.meridian.hot, 90_000),
        (cast.volga.hot, 60_000),
        (cast.strait, 20_000),
        (cast.hub, 9_000),
        (cast.dealer, 600),
        (cast.poisoner, 30),
    ];
    let gifts = (1..).zip(gifts).map(|(hour, (to, ether))| {
        Step::pay(hour * HOUR, cast.treasury, to, Sum::Wei(ether * ETHER))
    });
    std::iter::once(mint).chain(gifts).collect()
}

/// Customers take coins out of one exchange and pay them into the other, all the time.
pub(super) fn customers(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    for customer in &cast.customers {
        let start = rng.range(2 * DAY, 6 * DAY);
        let first = u128::from(rng.range(5, 90)) * ETHER;
        steps.push(Step::pay(start, cast.meridian.hot, customer.wallet, Sum::Wei(first)));
        let mut now = start;
        while now < END - 10 * DAY {
            now += rng.range(6 * DAY, 22 * DAY);
            visit(cast, *customer, now, rng, steps);
        }
    }
    for (hot, cold) in [(cast.meridian.hot, cast.meridian.cold), (cast.volga.hot, cast.volga.cold)]
    {
        for week in 3..25 {
            let sum = Sum::Wei(u128::from(rng.range(20, 200)) * ETHER);
            steps.push(Step::pay(week * 7 * DAY, hot, cold, sum).if_affordable());
        }
    }
}

/// One withdrawal, one payment to another customer or one deposit that the exchange sweeps.
fn visit(cast: &Cast, customer: Customer, now: u64, rng: &mut Rng, steps: &mut Vec<Step>) {
    let sum = Sum::Wei(u128::from(rng.range(200, 9_000)) * ETHER / 1_000);
    match rng.range(0, 5) {
        0 => steps.push(Step::pay(now, cast.meridian.hot, customer.wallet, sum)),
        1 => steps.push(Step::pay(now, cast.volga.hot, customer.wallet, sum)),
        2 => {
            let friend = rng.pick(&cast.customers).wallet;
            steps.push(Step::pay(now, customer.wallet, friend, sum).if_affordable());
        }
        3 => {
            let (deposit, hot) = (customer.at_meridian, cast.meridian.hot);
            deposit_and_sweep(now, customer.wallet, deposit, hot, sum, steps);
        }
        _ => {
            let (deposit, hot) = (customer.at_volga, cast.volga.hot);
            deposit_and_sweep(now, customer.wallet, deposit, hot, sum, steps);
        }
    }
}

/// A deposit into an address that the exchange empties half an hour later.
fn deposit_and_sweep(
    now: u64,
    from: Account,
    deposit: Account,
    hot: Account,
    sum: Sum,
    steps: &mut Vec<Step>,
) {
    steps.push(Step::pay(now, from, deposit, sum).if_affordable());
    let sweep = Step::pay(now + 30 * MINUTE, deposit, hot, Sum::Everything);
    steps.push(sweep.if_affordable());
}

/// The hub pays more than a thousand people before the theft, and goes on afterwards.
pub(super) fn hub(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    for customer in &cast.hub_customers {
        let at = rng.range(3 * DAY, THEFT - DAY);
        let sum = Sum::Wei(u128::from(rng.range(1_000, 900_000)) * 1_000 * GWEI);
        steps.push(Step::pay(at, cast.hub, *customer, sum));
    }
    for customer in &cast.customers {
        let at = rng.range(20 * DAY, END - DAY);
        let sum = Sum::Wei(u128::from(rng.range(50, 900)) * ETHER / 1_000);
        steps.push(Step::pay(at, customer.wallet, cast.hub, sum).if_affordable());
        let back = Sum::Wei(u128::from(rng.range(50, 900)) * ETHER / 1_000);
        steps.push(Step::pay(rng.range(at, END), cast.hub, customer.wallet, back));
    }
}

/// Honest deposits into the mixer and over the bridge.
pub(super) fn mixer_and_bridge(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    for (customer, start) in cast.customers.iter().take(18).zip((30..).step_by(8)) {
        let at = start * DAY + rng.range(0, DAY);
        let sum = Sum::Wei(DENOMINATION + ETHER);
        steps.push(Step::pay(at - HOUR, cast.meridian.hot, customer.wallet, sum));
        steps.push(mixer_deposit(at, customer.wallet, cast));
        let sum = Sum::Wei(u128::from(rng.range(100, 4_000)) * ETHER / 1_000);
        let over = Step::pay(at + DAY, customer.wallet, cast.strait, sum);
        steps.push(over.calls(BRIDGE_METHOD, 84_120).if_affordable());
    }
}

/// One deposit: the router takes it and hands it to the pool within the transaction.
pub(super) fn mixer_deposit(at: u64, from: Account, cast: &Cast) -> Step {
    let inner = Inner { from: cast.fog_router, to: cast.fog_pool, value: DENOMINATION };
    Step::pay(at, from, cast.fog_router, Sum::Wei(DENOMINATION))
        .calls(MIXER_METHOD, MIXER_GAS)
        .moves_inside(vec![inner])
}
