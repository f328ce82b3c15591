//! Which Bitcoin network files belong to.

use std::{fmt, str::FromStr};

use ruint::{aliases::U256, uint};

/// A Bitcoin network with the rules of Bitcoin Core.
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
}

/// Name, magic and the easiest target that a block may have.
struct Rules {
    network: Network,
    name: &'static str,
    magic: [u8; 4],
    easiest_target: U256,
}

const TABLE: [Rules; 5] = uint! {[
    Rules {
        network: Network::Mainnet,
        name: "mainnet",
        magic: [0xf9, 0xbe, 0xb4, 0xd9],
        easiest_target: 0x00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff_U256,
    },
    Rules {
        network: Network::Testnet3,
        name: "testnet3",
        magic: [0x0b, 0x11, 0x09, 0x07],
        easiest_target: 0x00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff_U256,
    },
    Rules {
        network: Network::Testnet4,
        name: "testnet4",
        magic: [0x1c, 0x16, 0x3f, 0x28],
        easiest_target: 0x00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff_U256,
    },
    Rules {
        network: Network::Signet,
        name: "signet",
        magic: [0x0a, 0x03, 0xcf, 0x40],
        easiest_target: 0x00000377ae000000000000000000000000000000000000000000000000000000_U256,
    },
    Rules {
        network: Network::Regtest,
        name: "regtest",
        magic: [0xfa, 0xbf, 0xb5, 0xda],
        easiest_target: 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff_U256,
    },
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

    /// Its name, as Bitcoin Core's documentation has it.
    pub fn name(self) -> &'static str {
        self.rules().name
    }

    /// The four bytes before each record of its files.
    pub fn magic(self) -> [u8; 4] {
        self.rules().magic
    }

    /// The easiest target that a block of it may have.
    pub fn easiest_target(self) -> U256 {
        self.rules().easiest_target
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
    fn each_network_is_found_by_its_name_and_has_its_own_magic() {
        let mut magics = std::collections::BTreeSet::new();
        for network in Network::all() {
            assert_eq!(network.rules().network, network);
            assert_eq!(network.name().parse(), Ok(network));
            assert!(magics.insert(network.magic()));
        }
        assert_eq!(magics.len(), 5);
        let unknown = "expected one of mainnet, testnet3, testnet4, signet, regtest";
        assert_eq!("testnet".parse::<Network>(), Err(unknown.to_owned()));
    }
}
