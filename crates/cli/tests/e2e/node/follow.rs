//! Following the tip of a running node.

use sources::bitcoin::{
    Hash, Network,
    rpc::{Asking, Auth, Fork, NodeClient, RpcError},
};

use super::{
    bitcoind::Bitcoind,
    made::{Made, copy},
};
use crate::tracewell::memory;

/// `u` with the password `p`, beside the cookie.
const RPC_AUTH: &str = "-rpcauth=u:00112233445566778899aabbccddeeff$884ecb97abacecf9128e8fcad7a5ca1d3c89c4bf5fe51ac93beb1893c30c7fdf";
const BURNT: &str = "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202";

/// Another address: a block that is made again in the same second to the same one is the same block.
fn miner(made: &Made) -> String {
    let coinbase = &made.best()[10].transactions[0];
    coinbase.outputs[0].script.address.clone().expect("the miner's")
}

/// Takes what is new into `held`; returns where the chains fork.
fn follow(client: &NodeClient, held: &mut Vec<Hash>) -> Option<Fork> {
    let ours = held.len().checked_sub(1).map(|top| u32::try_from(top).expect("few"));
    let at = |height: u32| held.get(height as usize).copied();
    let new = client.best_chain_since(Network::Regtest, ours, at).expect("it answers");
    let fork = new.fork();
    let tip = new.tip();
    held.truncate(fork.map_or(0, |fork| fork.height as usize + 1));
    for block in new {
        let block = block.expect("a block");
        assert_eq!(block.height as usize, held.len());
        held.push(block.hash);
    }
    assert_eq!(held.last(), Some(&tip.hash));
    fork
}

#[test]
fn new_blocks_come_in_order_and_a_fork_is_named() {
    let Some(made) = Made::ready() else { return };
    let datadir = memory();
    copy(&made.datadir(), datadir.path());
    let node = Bitcoind::start(made.binary(), datadir.path(), &[]);
    let client = node.client();
    let said: Vec<Hash> = made.best().iter().map(|block| block.hash).collect();
    let stale: Vec<Hash> = made.stale().iter().map(|block| block.hash).collect();

    // From nothing.
    let mut held = Vec::new();
    assert_eq!(follow(client, &mut held), None);
    assert_eq!(held, said);
    // Nothing new.
    let top =
        Fork { height: u32::try_from(said.len() - 1).expect("few"), hash: said[said.len() - 1] };
    assert_eq!(follow(client, &mut held), Some(top));
    assert_eq!(held, said);
    // From the branch that lost.
    let below = made.stale()[0].height as usize - 1;
    let mut held = [&said[..=below], &stale[..]].concat();
    let fork = follow(client, &mut held).expect("they have much in common");
    assert_eq!((fork.height as usize, fork.hash), (below, said[below]));
    assert_eq!(held, said);
    // From a chain that went on elsewhere from the first block, and is longer.
    let mut held: Vec<Hash> = (0..500_u32).map(|n| Hash([n.to_le_bytes()[0]; 32])).collect();
    held[0] = said[0];
    assert_eq!(follow(client, &mut held).map(|fork| fork.height), Some(0));
    assert_eq!(held, said);
    // As the node mines, and as it loses a branch.
    node.mine(3, BURNT);
    assert_eq!(follow(client, &mut held), Some(top));
    assert_eq!(held.len(), said.len() + 3);
    let lost = held[said.len()].to_string();
    node.ask("invalidateblock", &serde_json::json!([lost]));
    node.mine(5, &miner(&made));
    assert_eq!(follow(client, &mut held), Some(top));
    assert_eq!(held.len(), said.len() + 5);
    node.stop();
}

#[test]
fn a_branch_that_is_left_midway_is_told() {
    let Some(made) = Made::ready() else { return };
    let datadir = memory();
    copy(&made.datadir(), datadir.path());
    let node = Bitcoind::start(made.binary(), datadir.path(), &[]);
    let mined = node.mine(4, BURNT);
    let mut new = node.client().best_chain_since(Network::Regtest, None, |_| None).expect("new");
    let last = loop {
        let block = new.next().expect("not the last").expect("a block");
        if block.hash.to_string() == mined[1] {
            break block.hash;
        }
    };
    assert_eq!(new.left(), 2);
    node.ask("invalidateblock", &serde_json::json!([mined[0]]));
    node.mine(5, &miner(&made));
    let moved = new.next().expect("something").expect_err("the branch is gone");
    assert!(matches!(&moved, RpcError::Moved { block, .. } if *block == last), "{moved}");
    assert!(new.next().is_none());
    node.stop();
}

#[test]
fn what_a_node_refuses_is_told_with_its_reason() {
    let Some(made) = Made::ready() else { return };
    let datadir = memory();
    copy(&made.datadir(), datadir.path());
    let node = Bitcoind::start(made.binary(), datadir.path(), &[RPC_AUTH]);
    let client = |auth: Auth| {
        NodeClient::new(node.client().url(), auth, Asking::default()).expect("an address")
    };
    let user = |password: &str| Auth::User { name: "u".into(), password: password.into() };
    assert!(client(user("p")).chain_info().is_ok());
    let error = client(user("secret")).chain_info().expect_err("another password");
    assert!(matches!(error, RpcError::NotAllowed { status: 401, .. }), "{error}");
    assert!(!error.to_string().contains("secret"));
    let client = client(user("p"));
    let error = client.block_hash(1_000_000).expect_err("no such height");
    assert!(matches!(error, RpcError::Refused { code: -8, .. }), "{error}");
    let error = client.block(Hash([7; 32])).expect_err("no such block");
    assert!(matches!(error, RpcError::Refused { code: -5, .. }), "{error}");
    let error = client.best_chain_since(Network::Mainnet, None, |_| None).expect_err("regtest");
    assert!(error.to_string().ends_with("a node of regtest, not of mainnet"), "{error}");
    let error = client.best_chain_since(Network::Regtest, Some(0), |_| Some(Hash([1; 32])));
    assert!(matches!(error, Err(RpcError::OtherChain { .. })));
    let first = made.best()[0].hash;
    let header = client.header(first).expect("the first block");
    assert_eq!((header.height, header.parent, header.on_best_chain), (0, None, true));
    let stale = client.header(made.stale()[0].hash).expect("it is kept");
    assert!(!stale.on_best_chain);
}
