//! Every form of script, paid and spent.

use serde_json::{Value, json};
use sources::bitcoin::{block::OutPoint, sha256d};

use super::{
    bitcoind::signed,
    draft::{Draft, hash, hex},
    keys::{Key, described, multisig, pay_to_key, push, script_of},
    story::{FEE, Story, coins},
};

const VALUE: u64 = 10_000_000;

/// An output of one form.
struct Form {
    script: Vec<u8>,
    /// What a wallet is told beside it.
    hint: Option<(&'static str, String)>,
    opens: Opens,
}

/// What it takes to spend it.
enum Opens {
    /// Signatures by our keys.
    Keys,
    /// Signatures by the miner's wallet.
    Wallet,
    /// A script, in the input.
    Script(Vec<u8>),
    /// Nobody can.
    Never,
}

/// Pays to every form in one transaction and spends in the next what can be spent.
pub(super) fn all(story: &Story<'_>) {
    let node = story.node;
    let keys: Vec<Key> = (1..=5).map(|number| Key::new(node, number, number != 2)).collect();
    let forms = forms(story, &keys);
    let total = VALUE * forms.len() as u64 + FEE;
    let coin = Story::coin(&story.miner, total);
    let mut funding = Draft::default().spend(coin.output);
    for form in &forms {
        // What can never be spent gets nothing, as people do it.
        let value = if matches!(form.opens, Opens::Never) { 0 } else { VALUE };
        funding = funding.pay(value, &form.script);
    }
    let change = coin.value - total;
    let funding = story.signed(&funding.pay(change, &story.own_script("bech32")));
    let txid = story.txid(&funding);
    story.mine_these(&[&funding]);

    let (mut spending, mut hints, mut value) = (Draft::default(), Vec::new(), 0);
    for (form, n) in forms.iter().zip(0..) {
        let output = OutPoint { txid: hash(&txid), output: n };
        spending = match &form.opens {
            Opens::Never => continue,
            Opens::Script(script) => spending.spend_with(output, script.clone()),
            Opens::Keys | Opens::Wallet => spending.spend(output),
        };
        value += VALUE;
        if matches!(form.opens, Opens::Keys) {
            hints.push(hint(form, &txid, n));
        }
    }
    let spending = spending.pay(value - FEE, &story.own_script("bech32m"));
    let (spending, _the_rest_is_not_its_own) = story.miner.sign(&spending.hex());
    let secrets: Vec<&str> = keys.iter().map(|key| key.secret.as_str()).collect();
    let by_key = node.ask("signrawtransactionwithkey", &json!([spending, secrets, hints]));
    story.mine_these(&[&signed(&by_key).0]);
}

fn hint(form: &Form, txid: &str, output: u32) -> Value {
    let mut hint = json!({
        "txid": txid, "vout": output, "scriptPubKey": hex(&form.script), "amount": coins(VALUE),
    });
    if let Some((name, script)) = &form.hint {
        hint[*name] = script.as_str().into();
    }
    hint
}

fn forms(story: &Story<'_>, keys: &[Key]) -> Vec<Form> {
    let node = story.node;
    let form = |script, opens| Form { script, hint: None, opens };
    let mut forms: Vec<Form> = ["legacy", "p2sh-segwit", "bech32", "bech32m"]
        .iter()
        .map(|kind| form(story.own_script(kind), Opens::Wallet))
        .collect();
    let [one, whole, three, four, five] = keys else { unreachable!("five were made") };
    forms.push(form(pay_to_key(one), Opens::Keys));
    forms.push(form(pay_to_key(whole), Opens::Keys));
    forms.push(form(described(node, &format!("pkh({})", whole.secret)), Opens::Keys));
    forms.push(form(multisig(1, &[one, three]), Opens::Keys));
    forms.push(form(multisig(2, &[one, whole, four]), Opens::Keys));
    for (name, redeem, field) in [
        ("p2sh", multisig(2, &[three, four, five]), "redeemScript"),
        ("p2wsh", multisig(2, &[four, five]), "witnessScript"),
    ] {
        let decoded = node.ask("decodescript", &json!([hex(&redeem)]));
        let address = if name == "p2sh" { &decoded["p2sh"] } else { &decoded["segwit"]["address"] };
        let script = script_of(node, address.as_str().expect("an address"));
        forms.push(Form { script, hint: Some((field, hex(&redeem))), opens: Opens::Keys });
    }
    // Whoever knows the word; whoever comes; nobody asks for anything.
    let word = b"open sesame";
    let puzzle = [&[0xaa, 32][..], &sha256d(&[word]).0, &[0x87]].concat();
    forms.push(form(puzzle, Opens::Script(push(word))));
    forms.push(form(vec![0x51], Opens::Script(Vec::new())));
    forms.push(form(Vec::new(), Opens::Script(vec![0x51])));
    // Data, short and longer than any script that is run.
    forms.push(form([&[0x6a][..], &push(b"tracewell")].concat(), Opens::Never));
    let long = [&[0x6a, 0x4d][..], &20_000_u16.to_le_bytes(), &[7; 20_000]].concat();
    forms.push(form(long, Opens::Never));
    // A witness program of a version that means nothing yet.
    forms.push(form(vec![0x52, 2, 0xab, 0xcd], Opens::Never));
    forms
}

/// Blocks that are as large as their data, so that small files fill.
pub(super) fn data(story: &Story<'_>) {
    const BYTES: u16 = 60_000;
    for filler in 1..=4 {
        let length = BYTES.to_le_bytes();
        let script = [&[0x6a, 0x4d][..], &length, &vec![filler; BYTES.into()]].concat();
        let coin = Story::coin(&story.miner, VALUE);
        let change = story.own_script("bech32");
        let draft = Draft::default().spend(coin.output).pay(0, &script);
        let draft = draft.pay(coin.value - u64::from(BYTES) * 2, &change);
        story.mine_these(&[&story.signed(&draft)]);
    }
}

/// Spends what was mined to bare keys.
pub(super) fn coinbases_of_keys(story: &Story<'_>, keys: &[Key]) {
    const REWARD: u64 = 50 * 100_000_000;
    let node = story.node;
    let (mut spending, mut hints) = (Draft::default(), Vec::new());
    for (key, height) in keys.iter().zip(1..) {
        let block = node.client().block_hash(height).expect("it was mined");
        let block = node.client().verbose_block(block).expect("it is there");
        let txid = block.transactions[0].txid;
        spending = spending.spend(OutPoint { txid, output: 0 });
        hints.push(json!({
            "txid": txid.to_string(), "vout": 0, "scriptPubKey": hex(&pay_to_key(key)),
            "amount": coins(REWARD),
        }));
    }
    let value = REWARD * keys.len() as u64 - FEE;
    let spending = spending.pay(value, &story.own_script("legacy"));
    let secrets: Vec<&str> = keys.iter().map(|key| key.secret.as_str()).collect();
    let answer = node.ask("signrawtransactionwithkey", &json!([spending.hex(), secrets, hints]));
    let (spending, complete) = signed(&answer);
    assert!(complete, "{answer}");
    story.mine_these(&[&spending]);
}
