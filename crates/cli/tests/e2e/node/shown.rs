//! What `tracewell show` says of a transaction, against the node's own words.

use serde_json::{Value, json};
use sources::bitcoin::rpc::verbose::{
    VerboseBlock, VerboseInput, VerboseScript, VerboseTransaction,
};

use super::{ledger::ingest, made::Made};
use crate::tracewell::Tracewell;

/// Script, form and address as `show` has them. A witness program of a version without a meaning
/// has a form of its own for the node alone.
fn script(said: &VerboseScript) -> Value {
    let form = if said.kind == "witness_unknown" { "nonstandard" } else { &said.kind };
    let script = super::draft::hex(&said.bytes);
    json!({"script": script, "form": form, "address": said.address})
}

fn shown_script(shown: &Value) -> Value {
    json!({"script": shown["script"], "form": shown["form"], "address": shown["address"]})
}

fn compare(shown: &Value, block: &VerboseBlock, index: usize, spent: &dyn Fn(u32) -> Value) {
    let said: &VerboseTransaction = &block.transactions[index];
    let facts = json!({
        "block": block.height, "block_hash": block.hash.to_string(), "index": index,
        "fee": said.fee.unwrap_or(0).to_string(), "coinbase": index == 0,
    });
    for (name, value) in facts.as_object().expect("an object") {
        assert_eq!(shown[name], *value, "{name}: {shown}");
    }
    let spends = |input: &VerboseInput| {
        let point = input.spends()?;
        let prevout = input.prevout.as_ref().expect("the node says it");
        let (tx, value) = (point.txid.to_string(), prevout.value.to_string());
        Some((json!([tx, point.output, value]), script(&prevout.script)))
    };
    let inputs: Vec<(Value, Value)> = said.inputs.iter().filter_map(spends).collect();
    let shown_inputs = shown["inputs"].as_array().expect("a list").iter();
    let shown_inputs: Vec<(Value, Value)> = shown_inputs
        .map(|one| (json!([one["tx"], one["output"], one["amount"]]), shown_script(one)))
        .collect();
    assert_eq!(shown_inputs, inputs);
    let outputs: Vec<(Value, Value)> = said
        .outputs
        .iter()
        .map(|one| (json!([one.n, one.value.to_string(), spent(one.n)]), script(&one.script)))
        .collect();
    let shown_outputs = shown["outputs"].as_array().expect("a list").iter();
    let shown_outputs: Vec<(Value, Value)> = shown_outputs
        .map(|one| (json!([one["output"], one["amount"], one["spent_by"]]), shown_script(one)))
        .collect();
    assert_eq!(shown_outputs, outputs);
}

#[test]
fn show_says_of_every_payment_what_the_node_says() {
    let Some(made) = Made::ready() else { return };
    let here = Tracewell::in_memory();
    ingest(&here, &made.blocks());
    let best = made.best();
    let transactions = || best.iter().flat_map(|block| &block.transactions);
    let mut payments = 0;
    for block in &best {
        // Of blocks without payments the coinbases say nothing that the ledger has not been asked.
        let first = if block.transactions.len() > 1 { 0 } else { 1 };
        for (index, said) in block.transactions.iter().enumerate().skip(first) {
            let txid = said.txid.to_string();
            let spent = |output: u32| {
                let spends = |input: &VerboseInput| {
                    input.spends().is_some_and(|one| one.txid == said.txid && one.output == output)
                };
                let by = transactions().find(|one| one.inputs.iter().any(spends));
                by.map_or(Value::Null, |one| one.txid.to_string().into())
            };
            compare(&here.json(&["show", &txid]), block, index, &spent);
            payments += usize::from(index > 0);
        }
    }
    println!("{payments} payments");
    assert!(payments > 25);
    for block in made.stale() {
        for said in &block.transactions {
            let stays = transactions().any(|one| one.txid == said.txid);
            let run = here.run(["show", &said.txid.to_string()]);
            assert_eq!(run.code == 0, stays, "{run}");
        }
    }
}
