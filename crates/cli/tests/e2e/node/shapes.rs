//! Payments by whose shape people are told: a CoinJoin, a peel chain, a batch, a bumped fee.

use serde_json::{Map, Value, json};
use sources::bitcoin::block::OutPoint;

use super::{
    bitcoind::Wallet,
    draft::{Draft, hash},
    keys::script_of,
    story::{FEE, Story, Unmined, coins},
};

const HOPS: u64 = 7;
const BATCH: u64 = 40;

/// All of them.
pub(super) fn all(story: &Story<'_>) {
    coinjoin(story);
    peel_chain(story);
    batch(story);
    bumped_fee(story);
    parent_and_child(story);
}

/// Five owners, five equal outputs, five of change.
fn coinjoin(story: &Story<'_>) {
    const EQUAL: u64 = 10_000_000;
    let owners: Vec<Wallet> =
        ["ann", "ben", "cat", "dan", "eve"].map(|name| story.node.create_wallet(name)).into();
    let funds: Map<String, Value> = owners
        .iter()
        .zip(1_u64..)
        .map(|(owner, n)| (owner.address("bech32"), coins(EQUAL + FEE + n * 777_777).into()))
        .collect();
    story.miner.ask("sendmany", &json!(["", funds]));
    story.mine(1);
    let mut draft = Draft::default();
    let mut outputs = Vec::new();
    for owner in &owners {
        let coin = Story::coin(owner, EQUAL + FEE);
        draft = draft.spend(coin.output);
        outputs.push((EQUAL, owner.address("bech32")));
        outputs.push((coin.value - EQUAL - FEE, owner.address("bech32")));
    }
    outputs.sort();
    for (value, address) in &outputs {
        draft = draft.pay(*value, &script_of(story.node, address));
    }
    let mut transaction = draft.hex();
    for (owner, n) in owners.iter().zip(1..) {
        let (signed, complete) = owner.sign(&transaction);
        assert_eq!(complete, n == owners.len(), "the last signature makes it whole");
        transaction = signed;
    }
    story.mine_these(&[&transaction]);
}

/// Coins that lose a piece at each hop; the last two hops are in one block.
fn peel_chain(story: &Story<'_>) {
    const PIECE: u64 = 11_111_111;
    let coin = Story::coin(&story.miner, PIECE * HOPS * 3);
    let (mut output, mut value) = (coin.output, coin.value);
    let mut waiting: Vec<Unmined> = Vec::new();
    for hop in 1..=HOPS {
        let piece = PIECE * hop / 2;
        value -= piece + FEE;
        let draft = Draft::default()
            .spend(output)
            .pay(value, &story.own_script("bech32"))
            .pay(piece, &story.own_script("legacy"));
        // The wallet has to know the parent, which may wait for the same block.
        let hex = story.signed_on(&draft, &waiting);
        let txid = story.txid(&hex);
        output = OutPoint { txid: hash(&txid), output: 0 };
        waiting.push(Unmined { draft, txid, hex });
        if hop != HOPS - 1 {
            let block: Vec<&str> = waiting.iter().map(|one| one.hex.as_str()).collect();
            story.mine_these(&block);
            waiting.clear();
        }
    }
}

/// A payout as an exchange makes it.
fn batch(story: &Story<'_>) {
    let to: Map<String, Value> = (1..=BATCH)
        .map(|n| {
            let kind = if n % 3 == 0 { "p2sh-segwit" } else { "bech32" };
            (story.miner.address(kind), coins(n * 250_001).into())
        })
        .collect();
    story.miner.ask("sendmany", &json!(["", to]));
    story.mine(1);
}

/// A payment that is replaced by one with a higher fee before it is mined.
fn bumped_fee(story: &Story<'_>) {
    let to = story.miner.address("bech32m");
    let first = story.miner.ask(
        "sendtoaddress",
        &json!({
            "address": to, "amount": coins(33_333_333), "replaceable": true, "fee_rate": 5,
        }),
    );
    let bumped = story.miner.ask("bumpfee", &json!([first]));
    assert_ne!(bumped["txid"], first);
    let block = story.mine(1).remove(0);
    let mined = story.node.ask("getblock", &json!([block, 1]));
    let ids = mined["tx"].as_array().expect("ids");
    assert!(ids.contains(&bumped["txid"]) && !ids.contains(&first), "{mined}");
}

/// A coin that is made and spent in one block.
fn parent_and_child(story: &Story<'_>) {
    let coin = Story::coin(&story.miner, 50_000_000);
    let parent = Draft::default()
        .spend(coin.output)
        .pay(20_000_000, &story.own_script("p2sh-segwit"))
        .pay(coin.value - 20_000_000 - FEE, &story.own_script("bech32"));
    let hex = story.signed(&parent);
    let parent = Unmined { draft: parent, txid: story.txid(&hex), hex };
    let txid = hash(&parent.txid);
    let child = Draft::default()
        .spend(OutPoint { txid, output: 0 })
        .spend(OutPoint { txid, output: 1 })
        .pay(coin.value - 2 * FEE, &story.own_script("bech32m"));
    let child = story.signed_on(&child, std::slice::from_ref(&parent));
    story.mine_these(&[&parent.hex, &child]);
}
