//! A branch of three blocks that loses against one of four.

use serde_json::json;

use super::{
    draft::Draft,
    keys::script_of,
    story::{FEE, Story, coins},
};

/// Blocks that become stale.
pub(super) const STALE: u32 = 3;

/// The branch that will lose: a payment that the other branch takes back, one that it keeps, and an
/// empty block. Returns the transaction that takes back, and the lowest block of the branch.
pub(super) fn branch(story: &Story<'_>) -> (String, String) {
    let coin = Story::coin(&story.miner, 100_000_000);
    let pay = |to: &str| {
        let script = script_of(story.node, &story.node.wallet(to).address("bech32"));
        story.signed(&Draft::default().spend(coin.output).pay(coin.value - FEE, &script))
    };
    let (to_ann, to_ben) = (pay("ann"), pay("ben"));
    let lowest = story.mine_these(&[&to_ann]);
    let to = story.node.wallet("cat").address("bech32m");
    story.miner.ask("sendtoaddress", &json!([to, coins(44_444_444)]));
    story.mine(STALE - 1);
    (to_ben, lowest)
}

/// The branch that wins. The node keeps the other one and says so.
pub(super) fn overtake(story: &Story<'_>, takes_back: &str, lowest: &str) {
    story.node.ask("invalidateblock", &json!([lowest]));
    story.mine_these(&[takes_back]);
    story.mine(STALE);
    story.node.ask("reconsiderblock", &json!([lowest]));
    let tips = story.node.ask("getchaintips", &json!([]));
    let fork = |tip: &serde_json::Value| tip["status"] == "valid-fork" && tip["branchlen"] == STALE;
    assert!(tips.as_array().expect("tips").iter().any(fork), "{tips}");
}
