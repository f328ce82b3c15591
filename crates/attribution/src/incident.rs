//! Thefts: what was taken, when, from whom, where the stolen value starts, who is held responsible.

use chain::{Address, Amount, Chain, Day, Family, Timestamp, TxId, Usd, UtxoTxId};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A theft as one source describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Identifier: lower-case letters, digits and hyphens.
    pub id: String,
    /// Name as shown to people.
    pub name: String,
    /// Day, month (`2022-03`) or year, as exactly as the source knows it.
    pub date: String,
    /// Who lost it.
    pub victim: Option<String>,
    /// Chains involved, in the source's words; those we know by their slug.
    pub chains: Vec<String>,
    /// Loss at the time, in US dollars.
    pub loss_usd: Option<Usd>,
    /// The loss as the source writes it, where that is no plain sum in dollars.
    pub loss_as_written: Option<String>,
    /// How it was done.
    pub technique: Option<String>,
    /// Where the stolen value starts.
    pub seeds: Vec<Seed>,
    /// Who is held responsible, by whom.
    pub attributions: Vec<Attribution>,
    /// What was given back, in US dollars.
    pub returned_usd: Option<Usd>,
    /// Where the description comes from.
    pub source: String,
    /// What else is to be known about it.
    pub notes: Vec<String>,
    /// When the description was last changed; of two, the later one counts.
    pub revised: Option<Day>,
}

/// Where stolen value starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Seed {
    /// Everything that a transaction moves.
    Transaction {
        /// Chain of the transaction.
        chain: Chain,
        /// The transaction.
        tx: TxId,
    },
    /// One transfer of a transaction.
    Transfer {
        /// Chain of the transaction.
        chain: Chain,
        /// The transaction.
        tx: TxId,
        /// Phase of the transfer: `native`, `internal` or `token`.
        phase: String,
        /// Its place in that phase: trace number or log number.
        item: u32,
    },
    /// What a transaction of a UTXO chain pays.
    Outputs {
        /// Chain of the transaction.
        chain: Chain,
        /// The transaction.
        tx: UtxoTxId,
        /// Only this output, counted from 0.
        output: Option<u32>,
        /// Only what it pays to this address.
        address: Option<Address>,
        /// How much that is by the source's word, in whole units as a decimal text.
        amount: Option<String>,
    },
    /// What leaves an address.
    Address {
        /// Chain of the address.
        chain: Chain,
        /// The address.
        address: Address,
        /// Ticker, contract or unit of account; the native coin if it is not given.
        asset: Option<String>,
        /// At most this much, in whole units as a decimal text; everything if it is not given.
        amount: Option<String>,
        /// Not before this moment.
        from: Option<Timestamp>,
        /// Not after this moment.
        until: Option<Timestamp>,
        /// Whether it stands for its whole cluster. UTXO chains only.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        cluster: bool,
    },
}

impl Seed {
    /// The chain that it is on.
    pub fn chain(&self) -> Chain {
        match self {
            Seed::Transaction { chain, .. }
            | Seed::Transfer { chain, .. }
            | Seed::Outputs { chain, .. }
            | Seed::Address { chain, .. } => *chain,
        }
    }
}

/// One source's word on who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// Group that is held responsible.
    pub group: String,
    /// Actor id of the group, where there is one.
    #[serde(default)]
    pub actor: Option<String>,
    /// Country that the group is said to act for, two letters.
    #[serde(default)]
    pub country: Option<String>,
    /// Who says so.
    pub source: String,
    /// How sure the source is, in its own or our ladder's words.
    #[serde(default)]
    pub confidence: Option<String>,
    /// When it was said.
    #[serde(default)]
    pub date: Option<Day>,
    /// Where it can be read.
    #[serde(default)]
    pub url: Option<String>,
}

/// A seed as files write it: which fields there are tells which kind it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeed {
    #[serde(default)]
    kind: Option<String>,
    chain: Chain,
    #[serde(default)]
    tx: Option<String>,
    #[serde(default)]
    output: Option<u32>,
    #[serde(default)]
    phase: Option<String>,
    #[serde(default)]
    item: Option<u32>,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    asset: Option<String>,
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    from: Option<Timestamp>,
    #[serde(default)]
    until: Option<Timestamp>,
    #[serde(default)]
    cluster: bool,
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawSeed::deserialize(deserializer)?;
        let kind = raw.kind.clone();
        let seed = read_seed(raw).map_err(D::Error::custom)?;
        let found = match seed {
            Seed::Transaction { .. } => "transaction",
            Seed::Transfer { .. } => "transfer",
            Seed::Outputs { .. } => "outputs",
            Seed::Address { .. } => "address",
        };
        match kind {
            Some(stated) if stated != found => Err(D::Error::custom(format!(
                "a seed of kind {stated:?} with the fields of kind {found:?}"
            ))),
            _ => Ok(seed),
        }
    }
}

fn read_seed(raw: RawSeed) -> Result<Seed, String> {
    if raw.chain.family() == Family::Utxo && raw.tx.is_some() {
        return read_outputs(raw);
    }
    let chain = raw.chain;
    let limited =
        raw.asset.is_some() || raw.amount.is_some() || raw.from.is_some() || raw.until.is_some();
    let of_address = limited || raw.cluster;
    let tx = |text: String| text.parse::<TxId>().map_err(|error| format!("tx {text}: {error}"));
    match (raw.tx, raw.address, raw.phase, raw.item, raw.output) {
        (Some(text), None, None, None, None) if !of_address => {
            Ok(Seed::Transaction { chain, tx: tx(text)? })
        }
        (Some(text), None, Some(phase), Some(item), None) if !of_address => {
            if !matches!(phase.as_str(), "native" | "internal" | "token") {
                return Err(format!("phase {phase:?}: expected native, internal or token"));
            }
            Ok(Seed::Transfer { chain, tx: tx(text)?, phase, item })
        }
        (None, Some(text), None, None, None) => {
            let address = read_address(chain, &text)?;
            check_amount(raw.amount.as_deref())?;
            if let (Some(from), Some(until)) = (raw.from, raw.until)
                && from > until
            {
                return Err(format!("seed of {text} begins at {from}, after its end {until}"));
            }
            if raw.cluster && chain.family() != Family::Utxo {
                return Err(format!("seed of {text}: {chain} has no clusters"));
            }
            let (asset, amount, from, until) = (raw.asset, raw.amount, raw.from, raw.until);
            Ok(Seed::Address { chain, address, asset, amount, from, until, cluster: raw.cluster })
        }
        _ => Err("a seed is a tx, a tx with phase and item, or an address \
                  (with asset, amount, from, until)"
            .to_owned()),
    }
}

/// `tx` may have the output behind a colon, as block explorers write it.
fn read_outputs(raw: RawSeed) -> Result<Seed, String> {
    let (chain, text) = (raw.chain, raw.tx.unwrap_or_default());
    let account_only = raw.asset.is_some() || raw.phase.is_some() || raw.item.is_some();
    if account_only || raw.cluster || raw.from.is_some() || raw.until.is_some() {
        return Err(format!(
            "on {chain} a seed is a tx (with output, address, amount), or an address \
             (with amount, from, until, cluster)"
        ));
    }
    let (id, written) = match text.split_once(':') {
        Some((id, index)) => {
            let index = index.parse::<u32>().map_err(|_| format!("tx {text}: no output number"));
            (id, Some(index?))
        }
        None => (text.as_str(), None),
    };
    let tx: UtxoTxId = id.parse().map_err(|error| format!("tx {text}: {error}"))?;
    let output = match (written, raw.output) {
        (Some(one), Some(other)) if one != other => {
            return Err(format!("tx {text}, but output = {other}"));
        }
        (one, other) => one.or(other),
    };
    check_amount(raw.amount.as_deref())?;
    let address = raw.address.map(|text| read_address(chain, &text)).transpose()?;
    Ok(Seed::Outputs { chain, tx, output, address, amount: raw.amount })
}

pub(crate) fn read_address(chain: Chain, text: &str) -> Result<Address, String> {
    Address::parse(chain, text).map_err(|error| format!("seed address {text}: {error}"))
}

/// Decimals of the asset are not known here; that it is a number is.
fn check_amount(amount: Option<&str>) -> Result<(), String> {
    match amount.map(|text| Amount::from_decimal(text, 30)) {
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// One figure of a published table of yearly totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearlyTotal {
    /// Calendar year.
    pub year: u16,
    /// Whose count: `tayvano`, `chainalysis`, `trm`.
    pub series: String,
    /// Sum in US dollars, if the series gives one.
    pub usd: Option<Usd>,
    /// Number of incidents, if the series gives one.
    pub incidents: Option<u32>,
    /// File that it was read from.
    pub source: String,
}

/// Lower-case letters and digits, hyphens between words.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_seed_tell_its_kind() {
        let read = |text: &str| serde_json::from_str::<Seed>(text);
        let address = r#"{"chain":"ethereum","address":"0x098b716b8aaf21512996dc57eb0615e2383e2f96","from":"2022-03-22"}"#;
        let seed = read(address).expect("an address");
        assert!(matches!(seed, Seed::Address { from: Some(_), .. }));
        let again = serde_json::to_string(&seed).expect("plain data");
        assert_eq!(read(&again).expect("reads back"), seed);
        for wrong in [
            r#"{"chain":"ethereum"}"#,
            r#"{"chain":"ethereum","address":"0x098b716b8aaf21512996dc57eb0615e2383e2f96","amount":"much"}"#,
            r#"{"chain":"ethereum","address":"0x098b716b8aaf21512996dc57eb0615e2383e2f96","from":"2022-03-22","until":"2022-03-21"}"#,
            r#"{"chain":"ethereum","address":"0x098b716b8aaf21512996dc57eb0615e2383e2f96","colour":"red"}"#,
            r#"{"chain":"ethereum","address":"0x098b716b8aaf21512996dc57eb0615e2383e2f96","cluster":true}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_output_is_written_in_two_ways() {
        let read = |text: &str| serde_json::from_str::<Seed>(text);
        let tx = "01".repeat(32);
        let behind = read(&format!(r#"{{"chain":"bitcoin","tx":"{tx}:3"}}"#)).expect("reads");
        let beside =
            read(&format!(r#"{{"chain":"bitcoin","tx":"{tx}","output":3}}"#)).expect("reads");
        assert_eq!(behind, beside);
        assert!(matches!(behind, Seed::Outputs { output: Some(3), .. }));
        let again = serde_json::to_string(&behind).expect("plain data");
        assert_eq!(read(&again).expect("reads back"), behind);
        for rest in [
            r#","output":4"#,
            r#","phase":"native","item":0"#,
            r#","from":"2022-03-22""#,
            r#","amount":"much""#,
            r#","address":"17AuTmGhZ4HBoJtntpN9n6vHkP5LNnrt5r""#,
        ] {
            let text = format!(r#"{{"chain":"bitcoin","tx":"{tx}:3"{rest}}}"#);
            assert!(read(&text).is_err(), "{text}");
        }
        let wallet =
            r#"{"chain":"bitcoin","address":"17AuTmGhZ4HBoJtntpN9n6vHkP5LNnrt5q","cluster":true}"#;
        let wallet = read(wallet).expect("reads");
        let again = serde_json::to_string(&wallet).expect("plain data");
        assert!(again.contains("cluster"));
        assert_eq!(read(&again).expect("reads back"), wallet);
        assert!(read(&format!(r#"{{"chain":"bitcoin","tx":"0x{tx}"}}"#)).is_err());
        assert!(read(&format!(r#"{{"chain":"ethereum","tx":"{tx}","output":3}}"#)).is_err());
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("  HTX / Heco (2023) "), "htx-heco-2023");
        assert_eq!(slug("日本"), "");
    }
}
