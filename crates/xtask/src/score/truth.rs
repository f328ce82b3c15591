//! The files of the truth about CoinJoins.

use std::{collections::BTreeSet, path::Path};

use chain::{UtxoTxId, record::Payment};
use sources::{Dumplings, Limits, SourceError, text};

/// The largest list of ids has 3 MB.
const LIST_BYTES_MAX: u64 = 64 << 20;

/// Payments whose protocol somebody else has named, by file.
pub(super) struct Truth {
    pub(super) wasabi1: Vec<Payment>,
    pub(super) wasabi1_after: Vec<Payment>,
    pub(super) wasabi2: Vec<Payment>,
    pub(super) whirlpool: Vec<Payment>,
    pub(super) whirlpool_before: Vec<Payment>,
    pub(super) whirlpool_after: Vec<Payment>,
    pub(super) other: Vec<Payment>,
    /// Ids that Wasabi 1's coordinator published.
    pub(super) wasabi1_published: BTreeSet<UtxoTxId>,
    /// Ids that look like Wasabi 1 and are not.
    pub(super) wasabi1_not: BTreeSet<UtxoTxId>,
    /// Ids with the coordinator of Wasabi 2 that made them.
    pub(super) wasabi2_published: BTreeSet<UtxoTxId>,
    /// Ids that look like Wasabi 2 and are not.
    pub(super) wasabi2_not: BTreeSet<UtxoTxId>,
}

impl Truth {
    pub(super) fn read(folder: &Path) -> Result<Truth, SourceError> {
        let payments = |name: &str| {
            let path = folder.join(format!("{name}.txt.zst"));
            Dumplings::open(&path, Limits::default())?.collect::<Result<Vec<Payment>, _>>()
        };
        let ids =
            |name: &str| text::read(&folder.join(name), LIST_BYTES_MAX).map(|one| ids_in(&one));
        Ok(Truth {
            wasabi1: payments("wasabi1_2021-08_2021-09.coinjoins")?,
            wasabi1_after: payments("wasabi1_2021-08_2021-09.postmix")?,
            wasabi2: payments("wasabi2_2024-05.first_12")?,
            whirlpool: payments("whirlpool_2024-03.coinjoins")?,
            whirlpool_before: payments("whirlpool_2024-03.tx0")?,
            whirlpool_after: payments("whirlpool_2024-03.postmix")?,
            other: payments("other_joinmarket_like_2024-06.first_half")?,
            wasabi1_published: ids("wasabi1_coordinator_txids_2021-12.txt.zst")?,
            wasabi1_not: ids("wasabi1_false_positives_2018.json.zst")?,
            wasabi2_published: ids("wasabi2_txid_coordinator.json.zst")?,
            wasabi2_not: ids("wasabi2_false_positives.json.zst")?,
        })
    }

    /// Every payment whose inputs and outputs are at hand, once.
    pub(super) fn all(&self) -> Vec<&Payment> {
        let files = [
            &self.wasabi1,
            &self.wasabi1_after,
            &self.wasabi2,
            &self.whirlpool,
            &self.whirlpool_before,
            &self.whirlpool_after,
            &self.other,
        ];
        let mut seen = BTreeSet::new();
        files.into_iter().flatten().filter(|payment| seen.insert(payment.id)).collect()
    }
}

/// Every word of 64 hex digits: the lists are plain, arrays, and keys of objects.
fn ids_in(text: &str) -> BTreeSet<UtxoTxId> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .filter_map(|word| word.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_every_form_of_list() {
        let (one, two) = ("0a".repeat(32), "0b".repeat(32));
        let found =
            ids_in(&format!("{{\"manual\": {{\"{one}\": \"kruw\"}},\n [\"{two}\", \"{one}\"]}}"));
        let found: Vec<String> = found.iter().map(UtxoTxId::to_string).collect();
        assert_eq!(found, [one, two]);
    }
}
