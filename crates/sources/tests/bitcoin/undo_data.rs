//! Undo data, against the outputs that real blocks spent.

use sources::bitcoin::{FileKind, Hash, Network, undo};

use crate::{
    made_up::header,
    node::{Node, record, xor},
    real_blocks::{checked, data, unpacked},
};

/// An output that was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Out {
    height: u32,
    coinbase: bool,
    value: u64,
    script: Vec<u8>,
}

fn compact_size(count: usize, out: &mut Vec<u8>) {
    match u16::try_from(count).expect("few") {
        short @ 0..=0xfc => out.push(short.to_le_bytes()[0]),
        long => {
            out.push(0xfd);
            out.extend(long.to_le_bytes());
        }
    }
}

fn var_int(mut number: u64, out: &mut Vec<u8>) {
    let mut bytes = vec![(number & 0x7f) as u8];
    while number > 0x7f {
        number = (number >> 7) - 1;
        bytes.push((number & 0x7f) as u8 | 0x80);
    }
    out.extend(bytes.iter().rev());
}

fn amount(value: u64) -> u64 {
    if value == 0 {
        return 0;
    }
    let (mut number, mut zeros) = (value, 0);
    while number.is_multiple_of(10) && zeros < 9 {
        number /= 10;
        zeros += 1;
    }
    if zeros < 9 {
        let last = number % 10;
        1 + (number / 10 * 9 + last - 1) * 10 + zeros
    } else {
        1 + (number - 1) * 10 + 9
    }
}

fn script(script: &[u8], out: &mut Vec<u8>) {
    match script {
        [0x76, 0xa9, 20, hash @ .., 0x88, 0xac] if hash.len() == 20 => {
            out.push(0);
            out.extend(hash);
        }
        [0xa9, 20, hash @ .., 0x87] if hash.len() == 20 => {
            out.push(1);
            out.extend(hash);
        }
        [33, sign @ (2 | 3), x @ .., 0xac] if x.len() == 32 => {
            out.push(*sign);
            out.extend(x);
        }
        [65, 4, key @ .., 0xac] if key.len() == 64 => {
            out.push(4 | key[63] & 1);
            out.extend(&key[..32]);
        }
        other => {
            var_int(other.len() as u64 + 6, out);
            out.extend(other);
        }
    }
}

/// Undo data as a node writes them, by its own rules turned around.
fn packed(transactions: &[Vec<Out>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    compact_size(transactions.len(), &mut bytes);
    for inputs in transactions {
        compact_size(inputs.len(), &mut bytes);
        for one in inputs {
            var_int(u64::from(one.height) * 2 + u64::from(one.coinbase), &mut bytes);
            if one.height > 0 {
                bytes.push(0);
            }
            var_int(amount(one.value), &mut bytes);
            script(&one.script, &mut bytes);
        }
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Vec<Vec<Out>> {
    let mut transactions: Vec<Vec<Out>> = Vec::new();
    let counts = undo::decode(bytes, |spent| {
        transactions.resize_with(spent.transaction as usize, Vec::new);
        let inputs = transactions.last_mut().expect("the first is 1");
        assert_eq!(spent.input as usize, inputs.len());
        let (height, coinbase, value) = (spent.height, spent.coinbase, spent.value);
        inputs.push(Out { height, coinbase, value, script: spent.script.to_vec() });
    });
    assert_eq!(counts.expect("undo data").transactions as usize, transactions.len());
    transactions
}

fn grouped(sums: &[u32], mut outs: Vec<Out>) -> Vec<Vec<Out>> {
    let groups = sums[1..].iter().map(|inputs| outs.drain(..*inputs as usize).collect()).collect();
    assert!(outs.is_empty());
    groups
}

/// The outputs that a block spent, one after the other: value, length of the script, script.
fn plain_outputs(mut bytes: &[u8]) -> Vec<Out> {
    let mut outs = Vec::new();
    while let Some((value, rest)) = bytes.split_first_chunk() {
        let (length, rest) = match rest {
            [0xfd, low, high, rest @ ..] => (u16::from_le_bytes([*low, *high]), rest),
            [length, rest @ ..] => (u16::from(*length), rest),
            [] => panic!("a value without a script"),
        };
        let (script, rest) = rest.split_at(usize::from(length));
        let value = u64::from_le_bytes(*value);
        outs.push(Out { height: 900_000, coinbase: false, value, script: script.to_vec() });
        bytes = rest;
    }
    outs
}

/// The two testnet blocks, with what they spent written as a node writes it and found again by the
/// checksum with the parent's hash.
#[test]
fn undo_records_of_real_blocks_are_found_by_their_parents() {
    let Some(folder) = data() else { return };
    let mut blocks = Vec::new();
    for height in ["928848", "928849"] {
        let raw = unpacked(&folder.join(format!("testnet3_{height}.raw.zst")));
        let outs = unpacked(&folder.join(format!("testnet3_{height}.undo.raw.zst")));
        let sums = checked(&raw, Network::Testnet3);
        let outs = grouped(&sums.inputs, plain_outputs(&outs));
        let taken: u64 = outs.iter().flatten().map(|out| out.value).sum();
        let paid: u64 = sums.values[1..].iter().sum();
        // Subsidy at this height: 50 / 2^4.
        assert_eq!(sums.values[0], 312_500_000 + taken - paid, "{height}");
        blocks.push((raw, outs));
    }
    let parents: Vec<Hash> = blocks.iter().map(|(raw, _)| header(raw).parent).collect();
    assert_eq!(parents[1], header(&blocks[0].0).hash);
    let mut node =
        Node::of(Network::Testnet3, vec![vec![blocks[0].0.clone(), blocks[1].0.clone()]]);
    (node.first_file, node.key) = (1, Some([1, 2, 3, 4, 5, 6, 7, 8]));
    let written = node.write();
    assert_eq!(written.best().expect("a chain").blocks.len(), 2);
    let mut bytes = Vec::new();
    // A node writes undo data in the order of the chain, or in another.
    for at in [1, 0] {
        let undo = packed(&blocks[at].1);
        bytes.extend(record(Network::Testnet3, &undo));
        bytes.extend(undo::checksum(parents[at], &undo).0);
    }
    xor(&mut bytes, [1, 2, 3, 4, 5, 6, 7, 8]);
    bytes.resize(bytes.len() + 1_000, 0);
    std::fs::write(written.path().join("rev00001.dat"), bytes).expect("written");
    let files = written.open().expect("opens");
    let mut reader = files.reader(FileKind::Undo);
    let mut found = 0;
    for (place, at) in files.records(FileKind::Undo).zip([1, 0]) {
        let record = reader.read(place.expect("a record")).expect("readable");
        assert_eq!(undo::of_child(parents[1 - at], record), None);
        let undo = undo::of_child(parents[at], record).expect("its checksum");
        assert_eq!(unpack(undo), blocks[at].1);
        found += 1;
    }
    assert_eq!(found, 2);
}

#[test]
fn what_866342_spent_survives_the_nodes_form() {
    let Some(folder) = data() else { return };
    let sums = checked(&unpacked(&folder.join("mainnet_866342.raw.zst")), Network::Mainnet);
    let spent = unpacked(&folder.join("mainnet_866342.spent_utxos.zst"));
    let spent: Vec<serde_json::Value> = serde_json::from_slice(&spent).expect("a list");
    let unhex = |text: &str| -> Vec<u8> {
        let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        (0..text.len()).step_by(2).map(digit).collect()
    };
    let out = |one: &serde_json::Value| Out {
        height: u32::try_from(one["creation_height"].as_u64().expect("a height")).expect("small"),
        coinbase: one["is_coinbase"].as_bool().expect("yes or no"),
        value: one["txout"]["value"].as_u64().expect("satoshi"),
        script: unhex(one["txout"]["script_pubkey"].as_str().expect("hex")),
    };
    let outs = grouped(&sums.inputs, spent.iter().map(out).collect());
    let bytes = packed(&outs);
    assert_eq!(unpack(&bytes), outs);
    // Cut anywhere near its end, it is refused.
    for length in bytes.len() - 200..bytes.len() {
        assert!(undo::decode(&bytes[..length], |_| ()).is_err());
    }
    assert!(undo::decode(&[&bytes[..], &[0]].concat(), |_| ()).is_err());
}

#[test]
fn an_undo_record_is_cut_nowhere_unseen() {
    let undo = packed(&[vec![Out { height: 5, coinbase: true, value: 7, script: vec![0x51] }]]);
    let parent = Hash([3; 32]);
    let whole =
        [record(Network::Regtest, &undo), undo::checksum(parent, &undo).0.to_vec()].concat();
    let written = Node::of(Network::Regtest, vec![vec![]]).write();
    for length in 1..=whole.len() {
        std::fs::write(written.path().join("rev00000.dat"), &whole[..length]).expect("written");
        let files = written.open().expect("opens");
        let records: Vec<_> = files.records(FileKind::Undo).collect();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].is_ok(), length == whole.len(), "{length}");
    }
}
