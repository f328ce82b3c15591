//! What the thief does.

use chain::Account;

use super::{
    DAY, HOUR, MINUTE, THEFT,
    background::{BRIDGE_METHOD, mixer_deposit},
};
use crate::{
    agenda::{Step, Sum},
    cast::{Cast, Exchange, HOPS, PUBLISHED},
    entry::{ETHER, Inner, Note},
    rng::Rng,
};

/// What is stolen, in ether.
const LOOT: u128 = 12_000;
/// Function selector of the splitter contract.
const SPLIT_METHOD: &str = "0xe63d38ed";

/// A first try that fails, the theft, and the split to four wallets.
pub(super) fn theft(cast: &Cast, steps: &mut Vec<Step>) {
    let take = |at| Step::pay(at, cast.victim, cast.loot, Sum::Wei(LOOT * ETHER));
    // The first try runs out of gas: the victim's wallet pays a fee and nothing moves.
    steps.push(take(THEFT - 9 * MINUTE).calls("0x", 20_999).fails());
    steps.push(take(THEFT).note(Note::Theft));
    for (at, (to, ether)) in (1..).zip(cast.split.into_iter().zip([4_000, 3_600, 2_000, 2_300])) {
        let at = THEFT + at * 7 * MINUTE;
        steps.push(Step::pay(at, cast.loot, to, Sum::Wei(ether * ETHER)));
    }
}

/// Twelve hops; each peels a sum off to an exchange and passes the rest on to a fresh wallet.
pub(super) fn peel_chain(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    let mut wallet = cast.split[0];
    let mut now = THEFT + DAY;
    for (hop, next) in cast.peels.iter().enumerate().take(HOPS) {
        now += rng.range(4 * HOUR, 40 * HOUR);
        let sum = u128::from(rng.range(180_000, 320_000)) * ETHER / 1_000;
        if hop % 3 == 2 {
            pay_in(now, wallet, sum, Deposit::unpublished(&cast.volga, hop), steps);
        } else {
            let deposit = Deposit {
                account: cast.meridian.deposits[hop],
                hot: cast.meridian.hot,
                published: hop < PUBLISHED,
            };
            pay_in(now, wallet, sum, deposit, steps);
        }
        steps.push(Step::pay(now + 20 * MINUTE, wallet, *next, Sum::Everything));
        wallet = *next;
    }
}

/// A deposit address that an exchange gave to the thief.
struct Deposit {
    account: Account,
    hot: Account,
    /// Whether a tag names it. Otherwise only the sweep to the hot wallet shows whose it is.
    published: bool,
}

impl Deposit {
    fn unpublished(exchange: &Exchange, at: usize) -> Deposit {
        Deposit { account: exchange.deposits[at], hot: exchange.hot, published: false }
    }
}

/// Pays stolen money in and lets the exchange sweep it.
fn pay_in(now: u64, wallet: Account, wei: u128, deposit: Deposit, steps: &mut Vec<Step>) {
    let mut pay = Step::pay(now, wallet, deposit.account, Sum::Wei(wei));
    let mut sweep = sweep(now, &deposit);
    // Value is counted once, at the first place that is known to be the exchange's.
    if deposit.published {
        pay = pay.note(Note::StolenArrives);
    } else {
        sweep = sweep.note(Note::StolenArrives);
    }
    steps.extend([pay, sweep]);
}

fn sweep(now: u64, deposit: &Deposit) -> Step {
    Step::pay(now + 45 * MINUTE, deposit.account, deposit.hot, Sum::Everything)
}

/// 2,000 ETH into the mixer and 1,500 ETH over the bridge; the rest stays.
pub(super) fn mixer_and_bridge(cast: &Cast, rng: &mut Rng, steps: &mut Vec<Step>) {
    let wallet = cast.split[1];
    let mut now = THEFT + 2 * DAY;
    for _ in 0..20 {
        now += rng.range(5 * MINUTE, 9 * MINUTE);
        steps.push(mixer_deposit(now, wallet, cast).note(Note::StolenArrives));
    }
    let bridge = |at, ether: u128| {
        Step::pay(at, wallet, cast.strait, Sum::Wei(ether * ETHER)).calls(BRIDGE_METHOD, 84_120)
    };
    now += 6 * HOUR;
    steps.push(bridge(now, 1_500).fails());
    for ether in [100, 500, 450, 450] {
        now += rng.range(HOUR, 5 * HOUR);
        steps.push(bridge(now, ether).note(Note::StolenArrives));
    }
}

/// A wallet that holds honest money: what of its payments is stolen is a matter of the policy.
pub(super) fn shared_wallet(cast: &Cast, steps: &mut Vec<Step>) {
    let (wallet, merge, dealer) = (cast.split[2], cast.merge, cast.dealer);
    let now = THEFT + 3 * DAY;
    let ether = |count: u128| Sum::Wei(count * ETHER);
    let [to_volga, to_meridian, of_dealer] = [
        Deposit::unpublished(&cast.volga, HOPS),
        Deposit::unpublished(&cast.meridian, HOPS),
        Deposit::unpublished(&cast.volga, HOPS + 1),
    ];
    steps.extend([
        // 900 ETH that the thief earned honestly, long before.
        Step::pay(THEFT - 40 * DAY, cast.meridian.hot, merge, ether(900)),
        Step::pay(now - DAY, wallet, wallet, ether(50)),
        Step::pay(now, wallet, merge, ether(1_500)),
        Step::pay(now + HOUR, wallet, cast.uncovered, ether(150)).note(Note::StolenArrives),
        Step::pay(now + DAY, merge, to_volga.account, ether(800)),
        sweep(now + DAY, &to_volga),
        Step::pay(now + 2 * DAY, merge, to_meridian.account, ether(700)),
        sweep(now + 2 * DAY, &to_meridian),
        // The dealer has 600 ETH of his own and passes on half of what he has then.
        Step::pay(now + 3 * DAY, merge, dealer, ether(400)),
        Step::pay(now + 5 * DAY, dealer, of_dealer.account, ether(500)),
        sweep(now + 5 * DAY, &of_dealer),
    ]);
}

/// 400 ETH to an unnamed hub; a contract that pays three deposit addresses in one transaction.
pub(super) fn hub_and_splitter(cast: &Cast, steps: &mut Vec<Step>) {
    let wallet = cast.split[3];
    let now = THEFT + 4 * DAY;
    let to_hub = Step::pay(now, wallet, cast.hub, Sum::Wei(400 * ETHER));
    steps.push(to_hub.note(Note::StolenArrives));
    steps.push(Step::create(now + HOUR, wallet, cast.splitter));
    let deposits = [
        Deposit::unpublished(&cast.volga, HOPS + 2),
        Deposit::unpublished(&cast.volga, HOPS + 3),
        Deposit::unpublished(&cast.meridian, HOPS + 3),
    ];
    let each = 100 * ETHER;
    let inner = deposits
        .iter()
        .map(|deposit| Inner { from: cast.splitter, to: deposit.account, value: each })
        .collect();
    let split = Step::pay(now + 2 * HOUR, wallet, cast.splitter, Sum::Wei(3 * each));
    steps.push(split.calls(SPLIT_METHOD, 131_207).moves_inside(inner));
    for deposit in &deposits {
        steps.push(sweep(now + 2 * HOUR, deposit).note(Note::StolenArrives));
    }
}
