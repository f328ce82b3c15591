//! DeFiHackLabs' table: month, incident, loss as written, attackers, contracts, transactions.

use chain::{Address, Chain, TxId};

use super::{
    incident_csv::{blank, day},
    table::{Row, Table},
};
use crate::{ImportReport, Incident, Result, Seed, Store};

/// Explorer hosts by the chain they show.
const HOSTS: &[(&str, Chain)] = &[
    ("etherscan.io", Chain::Ethereum),
    ("etherscan.com", Chain::Ethereum),
    ("bscscan.com", Chain::Bsc),
    ("arbiscan.io", Chain::Arbitrum),
    ("basescan.org", Chain::Base),
    ("polygonscan.com", Chain::Polygon),
    ("optimistic.etherscan.io", Chain::Optimism),
    ("snowtrace.io", Chain::Avalanche),
    ("ftmscan.com", Chain::Fantom),
];

impl Store {
    /// Imports DeFiHackLabs' table. The attack transactions become seeds where the explorer's host
    /// tells the chain; elsewhere, and for attackers and contracts, they stay as notes.
    ///
    /// # Errors
    /// A missing column, a store that cannot be written.
    pub fn import_defihacklabs_csv(&mut self, name: &str, text: &str) -> Result<ImportReport> {
        let columns = [
            "month",
            "incident",
            "loss_as_written",
            "attacker",
            "attack_contract",
            "vulnerable_contract",
            "attack_tx",
            "explorer",
        ];
        self.import_incident_table("defihacklabs", name, text, &columns, read)
    }
}

fn read(table: &Table, row: &Row) -> std::result::Result<Incident, String> {
    let get = |column| table.get(row, column);
    let chain = HOSTS.iter().find(|(host, _)| *host == get("explorer")).map(|(_, chain)| *chain);
    let mut seeds = Vec::new();
    let mut notes = Vec::new();
    for hash in several(get("attack_tx")) {
        let tx: TxId = hash.parse().map_err(|error| format!("attack_tx {hash}: {error}"))?;
        match chain {
            Some(chain) => seeds.push(Seed::Transaction { chain, tx }),
            None => notes.push(format!("attack_tx {tx} on {:?}", get("explorer"))),
        }
    }
    for column in ["attacker", "attack_contract", "vulnerable_contract"] {
        for text in several(get(column)) {
            let address = Address::parse(Chain::Ethereum, text)
                .map_err(|error| format!("{column} {text}: {error}"))?;
            notes.push(format!("{column} {address}"));
        }
    }
    // One row of the table comes from a file that stands under no month.
    let date = if get("month").is_empty() { String::new() } else { day(get("month"))? };
    let written = Some(get("loss_as_written").to_owned()).filter(|text| !text.is_empty());
    Ok(Incident {
        chains: chain.map(|chain| chain.slug().to_owned()).into_iter().collect(),
        loss_as_written: written,
        seeds,
        source: "SunWeb3Sec/DeFiHackLabs".to_owned(),
        notes,
        ..blank("defihacklabs", date, get("incident"))
    })
}

fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|item| !item.is_empty())
}
