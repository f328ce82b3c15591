//! Which network files belong to.

use std::{fmt, str::FromStr};

use ruint::{aliases::U256, uint};

use super::Hash;

/// A network whose node keeps its blocks as Bitcoin Core does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Network {
    /// The network whose coins have a price.
    Mainnet,
    /// The third test network, under way since 2012.
    Testnet3,
    /// The fourth test network (BIP 94).
    Testnet4,
    /// The default signet (BIP 325). A signet of one's own has another magic and is not read.
    Signet,
    /// A private chain for tests, with blocks on demand.
    Regtest,
    /// Litecoin.
    Litecoin,
    /// Litecoin's fourth test network, the one under way.
    LitecoinTestnet,
    /// A private chain with Litecoin's rules.
    LitecoinRegtest,
    /// Dogecoin.
    Dogecoin,
    /// Dogecoin's test network.
    DogecoinTestnet,
    /// A private chain with Dogecoin's rules.
    DogecoinRegtest,
    /// Bitcoin Cash.
    BitcoinCash,
    /// Zcash.
    Zcash,
    /// Zcash's test network.
    ZcashTestnet,
    /// A private chain with Zcash's rules.
    ZcashRegtest,
}

/// Whose rules say how a block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coin {
    /// Bitcoin and its test networks.
    Bitcoin,
    /// Litecoin: witnesses, and since 2022 an extension block (MWEB).
    Litecoin,
    /// Dogecoin: no witnesses; since 2014 most headers carry the work of another chain (AuxPoW).
    Dogecoin,
    /// Bitcoin Cash: no witnesses; since 2023 an output may carry tokens.
    BitcoinCash,
    /// Zcash: a longer header, transactions of their own forms, of which the transparent part is read.
    Zcash,
}

/// Which function a block's proof of work is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The double SHA-256 that is also the block's name.
    Hash,
    /// Scrypt over the header, or over that of another chain's block: not computed here.
    Scrypt,
    /// The block's name, and a solution of Equihash beside it, which is not verified here.
    Equihash,
}

struct Rules {
    network: Network,
    coin: Coin,
    name: &'static str,
    magic: [u8; 4],
    easiest_target: U256,
    /// Hash of the first block, as everybody writes it.
    first: U256,
}

const fn row(
    network: Network,
    coin: Coin,
    name: &'static str,
    magic: u32,
    easiest_target: U256,
    first: U256,
) -> Rules {
    Rules { network, coin, name, magic: magic.to_be_bytes(), easiest_target, first }
}

/// All ones below so many zeros.
const fn below(zeros: usize) -> U256 {
    U256::MAX.wrapping_shr(zeros)
}

#[rustfmt::skip]
const TABLE: [Rules; 15] = uint! {[
    row(Network::Mainnet, Coin::Bitcoin, "mainnet", 0xf9be_b4d9, below(32),
        0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f_U256),
    row(Network::Testnet3, Coin::Bitcoin, "testnet3", 0x0b11_0907, below(32),
        0x000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943_U256),
    row(Network::Testnet4, Coin::Bitcoin, "testnet4", 0x1c16_3f28, below(32),
        0x00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043_U256),
    row(Network::Signet, Coin::Bitcoin, "signet", 0x0a03_cf40,
        0x00000377ae000000000000000000000000000000000000000000000000000000_U256,
        0x00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6_U256),
    row(Network::Regtest, Coin::Bitcoin, "regtest", 0xfabf_b5da, below(1),
        0x0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206_U256),
    row(Network::Litecoin, Coin::Litecoin, "litecoin", 0xfbc0_b6db, below(20),
        0x12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2_U256),
    row(Network::LitecoinTestnet, Coin::Litecoin, "litecoin-testnet", 0xfdd2_c8f1, below(20),
        0x4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0_U256),
    row(Network::LitecoinRegtest, Coin::Litecoin, "litecoin-regtest", 0xfabf_b5da, below(1),
        0x530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9_U256),
    row(Network::Dogecoin, Coin::Dogecoin, "dogecoin", 0xc0c0_c0c0, below(20),
        0x1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691_U256),
    row(Network::DogecoinTestnet, Coin::Dogecoin, "dogecoin-testnet", 0xfcc1_b7dc, below(20),
        0xbb0a78264637406b6360aad926284d544d7049f45189db5664f3c4d07350559e_U256),
    row(Network::DogecoinRegtest, Coin::Dogecoin, "dogecoin-regtest", 0xfabf_b5da, below(1),
        0x3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5_U256),
    row(Network::BitcoinCash, Coin::BitcoinCash, "bitcoin-cash", 0xf9be_b4d9, below(32),
        0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f_U256),
    row(Network::Zcash, Coin::Zcash, "zcash", 0x24e9_2764, below(13),
        0x00040fe8ec8471911baa1db1266ea15dd06b4a8a5c453883c000b031973dce08_U256),
    row(Network::ZcashTestnet, Coin::Zcash, "zcash-testnet", 0xfa1a_f9bf, below(5),
        0x05a60a92d99d85997cce3b87616c089f6124d7342af37106edc76126334a2c38_U256),
    row(Network::ZcashRegtest, Coin::Zcash, "zcash-regtest", 0xaae8_3f5f,
        0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f_U256,
        0x029f11d80ef9765602235e1bc9727e3eb6ba20839319f761fee920d63401e327_U256),
]};

/// Bitcoin and Bitcoin Cash share their first block and their magic; these are the first of their
/// own, both at height 478,559.
const AFTER_THE_SPLIT: [(Network, U256); 2] = uint! {[
    (Network::Mainnet, 0x00000000000000000019f112ec0a9982926f1258cdcc558dd7c3b7e5dc7fa148_U256),
    (Network::BitcoinCash, 0x000000000000000000651ef99cb9fcbe0dadde1d424bd9f15ff20136191a5eec_U256),
]};

impl Network {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Network> {
        TABLE.iter().map(|rules| rules.network)
    }

    fn rules(self) -> &'static Rules {
        // The table is in the order of the variants; a test holds it to that.
        &TABLE[self as usize]
    }

    /// Its name: that of Bitcoin Core's documentation, or the coin's and the network's.
    pub fn name(self) -> &'static str {
        self.rules().name
    }

    /// What its nodes say over RPC that they are on: the networks of all coins share these words.
    pub fn said_by_nodes(self) -> &'static str {
        match self {
            Network::Mainnet
            | Network::Litecoin
            | Network::Dogecoin
            | Network::BitcoinCash
            | Network::Zcash => "main",
            Network::Testnet3
            | Network::LitecoinTestnet
            | Network::DogecoinTestnet
            | Network::ZcashTestnet => "test",
            Network::Testnet4 => "testnet4",
            Network::Signet => "signet",
            Network::Regtest
            | Network::LitecoinRegtest
            | Network::DogecoinRegtest
            | Network::ZcashRegtest => "regtest",
        }
    }

    /// Whose rules its blocks follow.
    pub fn coin(self) -> Coin {
        self.rules().coin
    }

    /// What its proof of work is made with.
    pub fn work(self) -> Work {
        match self.coin() {
            Coin::Bitcoin | Coin::BitcoinCash => Work::Hash,
            Coin::Litecoin | Coin::Dogecoin => Work::Scrypt,
            Coin::Zcash => Work::Equihash,
        }
    }

    /// The four bytes before each record of its files.
    pub fn magic(self) -> [u8; 4] {
        self.rules().magic
    }

    /// The easiest target that a block of it may have.
    pub fn easiest_target(self) -> U256 {
        self.rules().easiest_target
    }

    /// The longest block that its nodes write. That of Bitcoin Cash grows with demand; its nodes
    /// begin a new file before one grows beyond this.
    pub fn block_bytes_max(self) -> u32 {
        match self.coin() {
            Coin::Bitcoin | Coin::Dogecoin => 4_000_000,
            // 12 million for the extension block.
            Coin::Litecoin => 16_000_000,
            Coin::BitcoinCash => 0x800_0000,
            Coin::Zcash => 2_000_000,
        }
    }

    /// The other network whose block it is, where networks have first blocks of their own. Magics
    /// are shared: files of one network may look like those of another.
    pub fn stranger(self, block: Hash, parent: Hash) -> Option<Network> {
        let block = U256::from_le_bytes(block.0);
        let firsts = TABLE.iter().map(|rules| (rules.network, rules.first));
        let firsts = firsts.filter(|_| parent == Hash::default()).chain(AFTER_THE_SPLIT);
        let mut owners = firsts.filter(|(_, first)| *first == block).map(|(owner, _)| owner);
        // One first block may have two owners; it is no stranger to either.
        let other = owners.next()?;
        (other != self && owners.all(|owner| owner != self)).then_some(other)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let found = TABLE.iter().find(|rules| rules.name == text);
        found.map(|rules| rules.network).ok_or_else(|| {
            let known: Vec<&str> = TABLE.iter().map(|rules| rules.name).collect();
            format!("expected one of {}", known.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_is_found_by_its_name() {
        for network in Network::all() {
            assert_eq!(network.rules().network, network);
            assert_eq!(network.name().parse(), Ok(network));
        }
        let unknown = "expected one of mainnet, testnet3, testnet4, signet, regtest, litecoin, \
                       litecoin-testnet, litecoin-regtest, dogecoin, dogecoin-testnet, \
                       dogecoin-regtest, bitcoin-cash, zcash, zcash-testnet, zcash-regtest";
        assert_eq!("testnet".parse::<Network>(), Err(unknown.to_owned()));
    }

    #[test]
    fn the_networks_of_a_coin_have_magics_of_their_own() {
        let same = |a: Network, b: Network| a != b && a.coin() == b.coin();
        for network in Network::all() {
            assert!(
                Network::all()
                    .filter(|other| same(network, *other))
                    .all(|other| other.magic() != network.magic())
            );
        }
        assert_eq!(Network::Mainnet.magic(), [0xf9, 0xbe, 0xb4, 0xd9]);
        assert_eq!(Network::BitcoinCash.magic(), Network::Mainnet.magic());
    }

    #[test]
    fn the_first_blocks_of_other_networks_are_strangers() {
        let hash = |number: U256| Hash(number.to_le_bytes());
        for network in Network::all() {
            let first = hash(network.rules().first);
            for reader in Network::all() {
                let same = network.rules().first == reader.rules().first;
                let stranger = reader.stranger(first, Hash::default());
                assert_eq!(stranger.is_none(), same, "{network} read as {reader}");
            }
        }
        let [(bitcoin, ours), (cash, theirs)] = AFTER_THE_SPLIT;
        let parent = Hash([1; 32]);
        assert_eq!(bitcoin.stranger(hash(theirs), parent), Some(cash));
        assert_eq!(cash.stranger(hash(ours), parent), Some(bitcoin));
        assert_eq!(bitcoin.stranger(hash(ours), parent), None);
        assert_eq!(bitcoin.stranger(Hash([5; 32]), Hash::default()), None);
    }
}
