//! A theft on a made-up Bitcoin chain, as a user sees it.

use chain::{Chain, UtxoAddress};
use ledger::utxo::made::{MadeChain, MadeTx, owner_script};

use crate::tracewell::Tracewell;

fn address(owner: u32) -> String {
    let found = UtxoAddress::of_script(Chain::Bitcoin, &owner_script(owner));
    found.expect("a P2WPKH script").as_str().to_owned()
}

fn tx(spends: &[(usize, u32)], outputs: &[(u64, u32)]) -> MadeTx {
    let coins = |(value, to): &(u64, u32)| (value * 100_000_000, *to);
    MadeTx::paying(spends, &outputs.iter().map(coins).collect::<Vec<_>>())
}

/// Owner 1 is robbed of 60 coins by 2, who pays 20 to the exchange 5, mixes 10 with four others and
/// peels six slices off the rest.
fn stored(here: &Tracewell) -> MadeChain {
    let mut chain = MadeChain::default()
        .block([tx(&[], &[(100, 1)]), tx(&[], &[(10, 20), (10, 21), (10, 22), (10, 23)])])
        .block([tx(&[(0, 0)], &[(60, 2), (40, 1)])])
        .block([tx(&[(2, 0)], &[(20, 5), (10, 3), (30, 4)])])
        .block([tx(
            &[(1, 0), (1, 1), (3, 1), (1, 2), (1, 3)],
            &[(8, 30), (8, 31), (8, 32), (8, 33), (8, 34), (2, 35), (3, 36), (1, 37), (4, 38)],
        )]);
    let (mut coin, mut left) = ((3, 2), 30);
    for hop in 0..6 {
        left -= 2;
        chain = chain.block([tx(&[coin], &[(left, 40 + hop), (2, 50 + hop)])]);
        coin = (5 + usize::try_from(hop).expect("small"), 0);
    }
    std::fs::create_dir_all(here.data_dir()).expect("made");
    drop(chain.store(&here.data_dir()).expect("stores"));
    chain
}

fn claims(here: &Tracewell, chain: &MadeChain) {
    let pack = format!(
        "title: T\ncreator: us\nlastmod: 2024-01-01\ncurrency: BTC\nsource: a\n\
         confidence: service_data\ntags:\n- address: {}\n  label: Volga\n  category: exchange\n",
        address(5)
    );
    here.write("pack.yaml", pack);
    let incident = "[[incident]]\nid = \"heist\"\nname = \"Heist\"\ndate = \"2009-01-03\"\nsource = \"us\"\n\
         payments = { chain = \"bitcoin\", file = \"payments.csv\" }\n";
    here.write("heist/heist.toml", incident);
    let row = format!("txid,to,amount\n{},{},60\n", chain.id(2), address(2));
    here.write("tables/payments.csv", row);
    here.clean(["tags", "import", "pack.yaml"]);
    assert_eq!(here.run(["incidents", "import", "heist/heist.toml"]).code, 2, "no table there");
    here.clean(["incidents", "import", "heist/heist.toml", "--tables", "tables"]);
}

#[test]
fn a_theft_in_outputs() {
    let here = Tracewell::new();
    let chain = stored(&here);
    claims(&here, &chain);
    insta::assert_snapshot!(here.run(["trace", "heist", "--policy", "tiho"]), @r#"
        Heist (heist)

        tiho: 60 BTC stolen, every unit booked

        ended at  whose                  amount    share  any policy  n  hops  when
        exchange  Volga                      20  33.33 %          20  1     2  2009-01-03
        coinjoin  CoinJoin (joinmarket)      10  16.67 %          10  1     3  2009-01-03
        unspent   7 addresses                30  50.00 %          30  7     3  2009-01-03

        exchange: no price of the day for 20 BTC.
        CoinJoin (joinmarket): 1 transaction, anonymity set 5 equal outputs.
        coinjoin: no price of the day for 10 BTC.
        unspent: no price of the day for 30 BTC.
        Peel chain: 6 transactions, 2009-01-03 to 2009-01-03, from 100d95b22354921e92ba935052864de84bb39e64b4b9534be84da7f4b2e44bbd: 30 BTC went in, 12 were peeled off, 18 went on to bc1q8wav6vezpz72znl92ul0uuncpn0r83cghlhg05.
        Facts: bitcoin, blocks 0 to 9 in full.
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["why", "heist", "mixer"]), @r#"
        1. 10 BTC into CoinJoin (joinmarket), 3 hops

        time                  from         to           stolen       transaction
        2009-01-03T18:25:05Z  bc1qcc…2tkf  bc1q7q…68h2      60  BTC  e1f0224571ae91be5790434e8fa005463a5e4d2c1ff28e9b1ac6274ebcbe4bd2
        2009-01-03T18:35:05Z  bc1q7q…68h2  bc1qh6…phck      10  BTC  aa21d1fe04a9055fb73e9451b518ea48115e35b2ba820880fcd0a31709670ab1
        2009-01-03T18:45:05Z  bc1qh6…phck                   10  BTC  172d33fc36a7a76344e0609abea4d0b65da6c89b50653527879d044092a5bfbc

        CoinJoin (joinmarket) is the word of joinmarket/1 (heuristic).
        1 of 1 arrivals, under haircut.
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["incidents", "show", "heist"]), @r#"
        Heist

        incident  heist
        date      2009-01-03
        source    us

        seed     chain    what                                                              limits
        outputs  bitcoin  e1f0224571ae91be5790434e8fa005463a5e4d2c1ff28e9b1ac6274ebcbe4bd2  60 BTC to bc1q7qalsmme6ysuhlthfhky5ev396vltutu4w68h2

        1 seed on bitcoin states 60 BTC.
        -- exit 0
        "#);
    let output = format!("{}:1", chain.id(2));
    insta::assert_snapshot!(here.run(["trace", &output, "--policy", "fifo"]), @r#"
        output e1f0224571ae91be5790434e8fa005463a5e4d2c1ff28e9b1ac6274ebcbe4bd2:1 (e1f0224571ae91be5790434e8fa005463a5e4d2c1ff28e9b1ac6274ebcbe4bd2:1)

        fifo: 40 BTC stolen, every unit booked

        ended at  whose      amount     share  any policy  n  hops  when
        unspent   1 address      40  100.00 %          40  1     1  2009-01-03

        unspent: no price of the day for 40 BTC.
        Facts: bitcoin, blocks 0 to 9 in full.
        -- exit 0
        "#);
}

#[test]
fn a_theft_without_facts_stands_as_it_is_stated() {
    let here = Tracewell::new();
    claims(&here, &stored(&Tracewell::new()));
    insta::assert_snapshot!(here.run(["trace", "heist", "--policy", "haircut"]), @r#"
        Heist (heist)

        haircut: 60 BTC stolen, every unit booked

        ended at             whose      amount     share  any policy  n  hops  when
        frontier: facts end  1 address      60  100.00 %          60  1     1

        frontier: facts end: no price of the day for 60 BTC.
        Nothing was imported on bitcoin: its seeds stand as the incident states them.
        -- exit 3
        "#);
}
