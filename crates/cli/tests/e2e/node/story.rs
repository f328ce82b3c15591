//! The chain that the tests look at: mined, paid and forked by a real node.

use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use sources::bitcoin::{block::OutPoint, rpc::verbose::satoshi_of};

use super::{
    bitcoind::{Bitcoind, Wallet, signed},
    draft::{Draft, hash, hex},
    keys::{Key, public_descriptor, script_of},
    scripts, shapes,
};

/// What a transaction of ours leaves to the miner.
pub(super) const FEE: u64 = 2_000;

/// A node whose miner has money.
pub(super) struct Story<'a> {
    pub(super) node: &'a Bitcoind,
    pub(super) miner: Wallet,
    /// Where blocks are mined to.
    pub(super) address: String,
}

/// An output of a wallet that can be spent.
pub(super) struct Coin {
    pub(super) output: OutPoint,
    pub(super) value: u64,
}

/// A transaction that waits to be mined.
pub(super) struct Unmined {
    pub(super) draft: Draft,
    pub(super) txid: String,
    /// Signed.
    pub(super) hex: String,
}

impl Unmined {
    /// What one who signs a child has to know.
    fn outputs(&self) -> impl Iterator<Item = Value> + '_ {
        self.draft.outputs().iter().zip(0..).map(|((value, script), n)| {
            json!({
                "txid": self.txid, "vout": n, "scriptPubKey": hex(script), "amount": coins(*value),
            })
        })
    }
}

impl Story<'_> {
    /// A chain with everything in it but a reorganisation. Some 160 blocks.
    pub(super) fn tell(node: &Bitcoind) -> Story<'_> {
        let miner = node.create_wallet("miner");
        let address = miner.address("bech32");
        let story = Story { node, miner, address };
        // As the first blocks were mined: to a bare key.
        let keys = [Key::new(node, 101, true), Key::new(node, 102, false)];
        for key in &keys {
            let descriptor = public_descriptor(node, &format!("pk({})", key.secret));
            node.ask("generatetodescriptor", &json!([1, descriptor]));
        }
        story.mine(110);
        story.payments();
        scripts::all(&story);
        scripts::data(&story);
        scripts::coinbases_of_keys(&story, &keys);
        shapes::all(&story);
        story
    }

    /// Mines blocks with whatever waits.
    pub(super) fn mine(&self, count: u32) -> Vec<String> {
        self.node.mine(count, &self.address)
    }

    /// Mines a block of these transactions.
    pub(super) fn mine_these(&self, transactions: &[&str]) -> String {
        self.node.mine_these(&self.address, transactions)
    }

    /// A coin of a wallet that is worth at least so much.
    pub(super) fn coin(wallet: &Wallet, least: u64) -> Coin {
        #[derive(Deserialize)]
        struct Unspent {
            txid: String,
            vout: u32,
            amount: Box<RawValue>,
        }
        let listed = wallet.ask("listunspent", &json!([1])).to_string();
        let listed: Vec<Unspent> = serde_json::from_str(&listed).expect("coins");
        let coin = |unspent: &Unspent| Coin {
            output: OutPoint { txid: hash(&unspent.txid), output: unspent.vout },
            value: satoshi_of(unspent.amount.get()).expect("an amount"),
        };
        let mut coins = listed.iter().map(coin);
        coins.find(|coin| coin.value >= least).expect("the wallet has such a coin")
    }

    /// A new address of the miner's, as a script.
    pub(super) fn own_script(&self, kind: &str) -> Vec<u8> {
        script_of(self.node, &self.miner.address(kind))
    }

    /// The draft, signed by the miner's wallet.
    pub(super) fn signed(&self, draft: &Draft) -> String {
        let (transaction, complete) = self.miner.sign(&draft.hex());
        assert!(complete, "the miner's own coins");
        transaction
    }

    /// As [`Story::signed`], where some of what it spends is in no block yet.
    pub(super) fn signed_on(&self, draft: &Draft, parents: &[Unmined]) -> String {
        let known: Vec<Value> = parents.iter().flat_map(Unmined::outputs).collect();
        let parameters = json!([draft.hex(), known]);
        let answer = self.miner.ask("signrawtransactionwithwallet", &parameters);
        let (transaction, complete) = signed(&answer);
        assert!(complete, "{answer}");
        transaction
    }

    /// The id of a transaction.
    pub(super) fn txid(&self, transaction: &str) -> String {
        let decoded = self.node.ask("decoderawtransaction", &json!([transaction]));
        decoded["txid"].as_str().expect("an id").to_owned()
    }

    /// Payments that a wallet puts together, to each type of address and with change.
    fn payments(&self) {
        for round in 1..=8 {
            let to: serde_json::Map<String, serde_json::Value> =
                ["legacy", "p2sh-segwit", "bech32", "bech32m"]
                    .iter()
                    .zip(1_u64..)
                    .map(|(kind, n)| {
                        (self.miner.address(kind), coins(round * n * 12_345_679).into())
                    })
                    .collect();
            self.miner.ask("sendmany", &json!(["", to]));
            self.mine(1);
        }
    }
}

/// Satoshi as the decimal fraction that a node reads.
pub(super) fn coins(satoshi: u64) -> String {
    format!("{}.{:08}", satoshi / 100_000_000, satoshi % 100_000_000)
}
