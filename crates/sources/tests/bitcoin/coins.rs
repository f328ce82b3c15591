//! Blocks of other coins: real ones, first ones by their hashes, and what is refused.

use std::path::Path;

use sources::bitcoin::{
    Damage, FileKind, Hash, Header, Network,
    block::{BlockVisitor, Input, OutPoint, Output, Transaction},
    check,
    coins::decode,
    sha256d,
};

use crate::{
    made_up::{block as mine, coinbase, hash, transaction},
    node::{Node, hashes},
};

/// A block as its hex file has it. Those of Litecoin are of a private chain; the others are those
/// that their names tell.
pub(crate) fn block(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bitcoin/blocks");
    let text = std::fs::read_to_string(folder.join(format!("{name}.hex"))).expect("a hex file");
    unhex(&text)
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|digit| !digit.is_whitespace()).collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).expect("hex");
    digits.chunks(2).map(byte).collect()
}

/// What a walk saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) spends: Vec<OutPoint>,
    pub(crate) outputs: Vec<(u64, Vec<u8>)>,
    pub(crate) versions: Vec<i32>,
    pub(crate) witnesses: usize,
}

impl BlockVisitor for Seen {
    fn input(&mut self, input: Input<'_>) {
        self.spends.push(input.spends);
    }

    fn output(&mut self, output: Output<'_>) {
        self.outputs.push((output.value, output.script.to_vec()));
    }

    fn transaction(&mut self, transaction: Transaction<'_>) {
        self.versions.push(transaction.version());
        self.witnesses += usize::from(transaction.wtxid() != transaction.txid);
        assert!(transaction.weight() >= transaction.bytes().len() as u64);
    }
}

/// Decodes a block and checks all that can be checked of one alone.
pub(crate) fn checked(network: Network, bytes: &[u8]) -> Result<(Header, Seen), Damage> {
    let (mut txids, mut seen) = (Vec::new(), Seen::default());
    let header = decode(network, bytes, &mut txids, &mut seen)?;
    assert_eq!(txids.len(), seen.versions.len());
    check::transactions(&header, &mut txids)?;
    check::proof_of_work(&header, network)?;
    Ok((header, seen))
}

fn refusal(network: Network, bytes: &[u8]) -> String {
    checked(network, bytes).expect_err("it is refused").to_string()
}

/// A real block and what others say of it.
struct Real {
    name: &'static str,
    network: Network,
    hash: &'static str,
    /// Versions of its transactions.
    versions: &'static [i32],
    inputs: usize,
    /// Value of its transparent outputs.
    value: u64,
    /// Transactions with witnesses.
    witnesses: usize,
}

#[rustfmt::skip]
const REAL: [Real; 13] = [
    doge("dogecoin_old", "5794c80b80d9c33e0737a5353cd52b1f097f61d8d2b9f471e1702345080e0002", &[1, 1], 2, 94_601_001_000_000),
    doge("dogecoin_auxpow_6", "d3ea48350b102b90acf9eac6629072d5f697c02faf360b26d365e7b2bfb98070", &[1, 1, 1], 3, 14_627_741_618_636),
    // Nothing but the 10,000 coins that every block since height 600,000 makes.
    doge("dogecoin_1000013", "62959fd2246701d38917fe59920523ad66111b68e360fe3a60ebdca2dd6d4546", &[1], 1, 1_000_000_000_000),
    lite("litecoin_regtest_432", "5d37d34aebba1b1f63338df10f602271437355b78cf21b0456a06e7f8275ec76", &[2, 2, 2], 3, 3_749_996_740, 2),
    lite("litecoin_regtest_439", "aeb45d4f45988ff3c3aeb05511e3da0ad498311a78956e4e6ef6010a760ce8fb", &[2, 2], 2, 2_499_992_840, 1),
    lite("litecoin_regtest_peg_out", "a2df1cccfe589cbbec5c18402d764fb6a5b262be9a83442cf6f4381646a69778", &[2, 2], 2, 1_406_227_240, 1),
    zec("zcash_0", "00040fe8ec8471911baa1db1266ea15dd06b4a8a5c453883c000b031973dce08", &[1], 1, 0),
    zec("zcash_1", "0007bc227e1c57a4a70e237cad00e7b7ce565155ab49166bc57397a26d339283", &[1], 1, 62_500),
    zec("zcash_396", "000000e869e3a0fa79858a51b4b1d09a6480dcdb37bae63653fcb11a718abf3f", &[1, 2], 2, 24_750_000),
    zec("zcash_347501", "000000000a915a2d1d0d438469dfb0c9a7acaee2dd98e41e521e06a9d02458d3", &[3, 3, 3, 3], 2, 1_579_347_919),
    zec("zcash_949496", "00000000007789e77350e49331122e6c585a4ed34f6c268881ea94d9dc972347", &[4, 4, 4, 4], 4, 723_254_677),
    zec("zcash_1687106", "00000000017d40c50ef7f27bd2e997ed5d1009a332e4fa85b9939652b8dd516b", &[5, 5, 5, 5, 4], 1, 312_504_000),
    zec("zcash_1687121", "0000000000cf398eb1fbf9dd05b6ca4aead556b46d884428d3b7557ecd8739dd", &[5, 4, 5, 5], 4, 313_707_883),
];

type Versions = &'static [i32];

const fn doge(
    name: &'static str,
    hash: &'static str,
    versions: Versions,
    inputs: usize,
    value: u64,
) -> Real {
    Real { name, network: Network::Dogecoin, hash, versions, inputs, value, witnesses: 0 }
}

const fn zec(
    name: &'static str,
    hash: &'static str,
    versions: Versions,
    inputs: usize,
    value: u64,
) -> Real {
    Real { name, network: Network::Zcash, hash, versions, inputs, value, witnesses: 0 }
}

const fn lite(
    name: &'static str,
    hash: &'static str,
    versions: Versions,
    inputs: usize,
    value: u64,
    witnesses: usize,
) -> Real {
    Real { name, network: Network::LitecoinRegtest, hash, versions, inputs, value, witnesses }
}

#[test]
fn real_blocks_have_the_transactions_that_their_headers_promise() {
    for real in &REAL {
        let name = real.name;
        let bytes = block(name);
        let (header, seen) =
            checked(real.network, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(header.hash.to_string(), real.hash, "{name}");
        assert_eq!(seen.versions, real.versions, "{name}");
        assert_eq!(seen.spends.len(), real.inputs, "{name}");
        assert_eq!(seen.outputs.iter().map(|(value, _)| value).sum::<u64>(), real.value, "{name}");
        assert_eq!(seen.witnesses, real.witnesses, "{name}");
        let longer = [&bytes[..], &[0]].concat();
        let expected = Err(Damage::TrailingBytes { left: 1 });
        assert_eq!(checked(real.network, &longer).map(|_| ()), expected, "{name}");
        for length in (0..bytes.len()).step_by(7) {
            assert!(checked(real.network, &bytes[..length]).is_err(), "{name} cut to {length}");
        }
    }
}

/// What of a coin is read as another's is refused, not misread.
#[test]
fn no_real_block_is_one_of_another_coin() {
    for real in &REAL {
        let bytes = block(real.name);
        for network in Network::all().filter(|other| other.coin() != real.network.coin()) {
            // Without witnesses and what coins add, a block of one is a block of the others.
            let plain =
                real.name == "dogecoin_old" && network.coin() != sources::bitcoin::Coin::Zcash;
            let (mut txids, mut seen) = (Vec::new(), Seen::default());
            let read = decode(network, &bytes, &mut txids, &mut seen);
            assert_eq!(read.is_ok(), plain, "{} read as {network}", real.name);
        }
    }
}

/// The only input that the joining transaction has is what was pegged in, and it names the extension.
#[test]
fn the_extension_block_of_litecoin_is_bound_to_its_block() {
    let network = Network::LitecoinRegtest;
    let whole = block("litecoin_regtest_432");
    let (_, seen) = checked(network, &whole).expect("a block");
    let pegged: Hash = {
        let mut ids = Vec::new();
        decode(network, &whole, &mut ids, &mut Seen::default()).expect("a block");
        ids[1]
    };
    assert_eq!(seen.spends[2], OutPoint { txid: pegged, output: 0 });
    assert_eq!(seen.outputs[3].1[..2], [0x58, 32]);
    let name = &seen.outputs[3].1[2..];
    // Behind the name: the mark of the joining transaction, its lock time, and that there is one.
    let at = whole.windows(32).rposition(|part| part == name).expect("it is there") + 32;
    assert_eq!(whole[at..at + 6], [0, 0, 0, 0, 0, 1]);
    for (offset, byte, why) in [
        (0, 1, "a transaction of the extension block"),
        (5, 0, "no extension block, and a transaction that joins it"),
        (5, 2, "neither an extension block nor none"),
        (20, 0xff, "an extension block of another name"),
    ] {
        let mut changed = whole.clone();
        changed[at + offset] = byte;
        assert_eq!(refusal(network, &changed), format!("not a block: {why}"));
    }
    // The header of the extension is hashed: none of its bytes changes unseen.
    for offset in 8..8 + 160 {
        let mut changed = whole.clone();
        changed[at + offset] ^= 1;
        assert!(checked(network, &changed).is_err(), "{offset}");
    }
}

/// What leads from the work to the block is followed: only the name of the other block, which nodes
/// do not look at, and what only Scrypt would tell of its header can change.
#[test]
fn the_work_of_another_chain_is_bound_to_the_block() {
    let whole = block("dogecoin_1000013");
    let (mut free, mut bound) = (0, 0);
    for at in 80..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        match checked(Network::Dogecoin, &changed) {
            Ok(_) => free += 1,
            Err(_) => bound += 1,
        }
    }
    // 32 bytes of a name, 80 of a header without the 32 of its root, and the 3 upper bytes of a
    // place in a small tree.
    assert_eq!((free, bound), (83, whole.len() - 80 - 83));
}

/// Version, parent, root, time, target, nonce.
fn header(time: u32, bits: u32, nonce: u32, root: Hash) -> Vec<u8> {
    let mut bytes = 1_i32.to_le_bytes().to_vec();
    bytes.extend([0; 32]);
    bytes.extend(root.0);
    for number in [time, bits, nonce] {
        bytes.extend(number.to_le_bytes());
    }
    bytes
}

/// A first block: all are made after the first of Bitcoin.
fn first(time: u32, bits: u32, nonce: u32, headline: &str, value: u64) -> Vec<u8> {
    const KEY: &str = "40184710fa689ad5023690c80f3a49c8f13f8d45b8c857fbcbc8bc4a8e4d3eb4b10f4d4604fa08dce601aaf0f470216fe1b51850b4acf21b179c45070ac7b03a9";
    let mut script = unhex("04ffff001d0104");
    script.push(u8::try_from(headline.len()).expect("short"));
    script.extend(headline.bytes());
    let mut coinbase = transaction(Hash::default(), u32::MAX, &script, &[value]);
    coinbase[..4].copy_from_slice(&1_i32.to_le_bytes());
    // In place of the script of one byte and the lock time.
    coinbase.truncate(coinbase.len() - 6);
    coinbase.extend(unhex(&format!("4341{}ac00000000", format_args!("0{KEY}"))));
    let root = sha256d(&[&coinbase]);
    [header(time, bits, nonce, root), vec![1], coinbase].concat()
}

#[test]
fn first_blocks_have_the_names_that_everybody_knows() {
    let lite = "NY Times 05/Oct/2011 Steve Jobs, Apple\u{2019}s Visionary, Dies at 56";
    let fifty = 5_000_000_000;
    for (network, block) in [
        (Network::Litecoin, first(1_317_972_665, 0x1e0f_fff0, 2_084_524_493, lite, fifty)),
        (Network::LitecoinTestnet, first(1_486_949_366, 0x1e0f_fff0, 293_345, lite, fifty)),
        (Network::LitecoinRegtest, first(1_296_688_602, 0x207f_ffff, 0, lite, fifty)),
        (Network::Dogecoin, first(1_386_325_540, 0x1e0f_fff0, 99_943, "Nintondo", 8_800_000_000)),
        (
            Network::DogecoinTestnet,
            first(1_391_503_289, 0x1e0f_fff0, 997_879, "Nintondo", 8_800_000_000),
        ),
        (Network::DogecoinRegtest, first(1_296_688_602, 0x207f_ffff, 2, "Nintondo", 8_800_000_000)),
        (Network::Zcash, block("zcash_0")),
        (Network::ZcashRegtest, zcash_regtest()),
    ] {
        let (header, _) = checked(network, &block).unwrap_or_else(|e| panic!("{network}: {e}"));
        // It is its own network's, and every other network knows whose it is.
        assert_eq!(network.stranger(header.hash, header.parent), None);
        assert_eq!(Network::Regtest.stranger(header.hash, header.parent), Some(network));
    }
}

/// Its first transaction is that of the network with a price.
fn zcash_regtest() -> Vec<u8> {
    let main = block("zcash_0");
    let (head, solution) = (
        [&main[..100]].concat(),
        "01936b7db1eb4ac39f151b8704642d0a8bda13ec547d54cd5e43ba142fc6d8877cab07b3",
    );
    let mut nonce = [0; 32];
    nonce[0] = 9;
    let time = 1_296_688_602_u32.to_le_bytes();
    let bits = 0x200f_0f0f_u32.to_le_bytes();
    let body = &main[140 + 3 + 1_344..];
    [&head[..], &time, &bits, &nonce, &[36], &unhex(solution), body].concat()
}

#[test]
fn long_headers_are_read_from_files() {
    let blocks = [block("zcash_0"), block("zcash_1")];
    let mut node = Node::of(Network::Zcash, vec![vec![blocks[1].clone()], vec![blocks[0].clone()]]);
    (node.key, node.tail) = (Some([9, 8, 7, 6, 5, 4, 3, 2]), 5_000);
    let written = node.write();
    let best = written.best().expect("a chain");
    let names: Vec<String> = hashes(&best).iter().map(Hash::to_string).collect();
    assert_eq!(names, [REAL[6].hash, REAL[7].hash]);
    let files = written.open().expect("opens");
    let mut reader = files.reader(FileKind::Blocks);
    for at in &best.blocks {
        checked(Network::Zcash, reader.read(at.place).expect("readable")).expect("a block");
    }
    // A header with a solution that no miner found: the name is above the target.
    written.change(1, |bytes| bytes[500] ^= 1);
    let refusal = written.refusal();
    assert!(refusal.starts_with("blk00001.dat: byte 8: insufficient work: block "), "{refusal}");
    assert!(refusal.ends_with(" does not meet its own target 0x1f07ffff"), "{refusal}");
}

#[test]
fn files_of_another_network_with_the_same_magic_are_refused() {
    let lite = "NY Times 05/Oct/2011 Steve Jobs, Apple\u{2019}s Visionary, Dies at 56";
    let first = first(1_296_688_602, 0x207f_ffff, 0, lite, 5_000_000_000);
    let name = hash(&first);
    for network in [Network::Regtest, Network::DogecoinRegtest] {
        let expected =
            format!("blk00000.dat: byte 8: block {name} is of litecoin-regtest, not of {network}");
        assert_eq!(Node::of(network, vec![vec![first.clone()]]).write().refusal(), expected);
    }
}

/// A token before the script, and transactions of which an earlier one spends a later one's output.
#[test]
fn blocks_of_bitcoin_cash_hide_tokens_and_keep_their_order() {
    let later = transaction(Hash([3; 32]), 0, b"", &[7]);
    let earlier = transaction(sha256d(&[&later]), 0, b"", &[6]);
    let mut token = transaction(Hash([4; 32]), 0, b"", &[5]);
    token.truncate(token.len() - 6);
    let prefix = [&[0xef][..], &[9; 32], &[0x10, 100]].concat();
    token.push(36);
    token.extend(&prefix);
    token.extend([0x51, 0, 0, 0, 0]);
    let whole = mine(Hash::default(), &[coinbase(1), earlier, later.clone(), token]);
    let (mut ids, mut seen) = (Vec::new(), Seen::default());
    let header = decode(Network::BitcoinCash, &whole, &mut ids, &mut seen).expect("a block");
    assert_eq!(seen.spends[1].txid, ids[2]);
    assert!(seen.outputs[1..].iter().all(|(_, script)| *script == [0x51]), "{seen:?}");
    check::transactions(&header, &mut ids).expect("the id is over the token, too");
    // Elsewhere a script that begins so is a script.
    let mut seen = Seen::default();
    decode(Network::Mainnet, &whole, &mut ids, &mut seen).expect("a block of Bitcoin");
    assert_eq!(seen.outputs[3].1, [&prefix[..], &[0x51]].concat());
}

#[test]
fn what_a_coin_does_not_have_is_refused_by_name() {
    let body = transaction(Hash([1; 32]), 0, b"", &[5]);
    let marked = |flag: u8, witness: &[u8]| {
        let (version, rest) = body.split_at(4);
        let (rest, lock_time) = rest.split_at(rest.len() - 4);
        [version, &[0, flag], rest, witness, lock_time].concat()
    };
    let refused = |network: Network, transaction: Vec<u8>| {
        refusal(network, &mine(Hash::default(), &[coinbase(1), transaction]))
            .replace("not a block: ", "")
    };
    let witness = marked(1, &[1, 1, 9]);
    for network in [Network::Dogecoin, Network::BitcoinCash] {
        let found = refused(network, witness.clone());
        assert_eq!(found, "a transaction with witnesses, which this coin does not have");
        let found = refused(network, marked(8, &[0]));
        assert_eq!(found, "a transaction with a flag that is not known");
    }
    for (network, transaction, why) in [
        (
            Network::Litecoin,
            marked(9, &[1, 1, 9, 0]),
            "a transaction with a flag that is not known",
        ),
        (Network::Litecoin, marked(0, &[]), "a transaction without inputs"),
        (Network::Litecoin, marked(1, &[0]), "a flag for witnesses, and none"),
    ] {
        assert_eq!(refused(network, transaction), why, "{network}");
    }
    let joins_first = [marked(8, &[0]), coinbase(2)];
    let whole = mine(Hash::default(), &[&[coinbase(1)], &joins_first[..]].concat());
    let why = "not a block: the transaction that joins the extension block is not the last";
    assert_eq!(refusal(Network::Litecoin, &whole), why);
    // A form of transaction that came after this was written.
    let mut sixth = block("zcash_1687106");
    let at = sixth.windows(4).rposition(|part| part == [5, 0, 0, 0x80]).expect("a fifth form");
    sixth[at] = 6;
    let why = "not a block: a transaction of a form that is not known";
    assert_eq!(refusal(Network::Zcash, &sixth), why);
}
