//! Which addresses of a chain anybody speaks about.

use chain::{Address, Chain};

use crate::{Result, Store, sql};

impl Store {
    /// Every address of a chain that has a tag or stands on a list, in the order of the spelling.
    /// What a list spells wrongly is left out, as it is no address.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tagged_addresses(&self, chain: Chain) -> Result<Vec<Address>> {
        let subjects = sql::tags::subjects_on(&self.db, chain.slug())?;
        Ok(subjects.iter().filter_map(|text| Address::parse(chain, text).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_chain_are_listed_once() {
        let pack = "title: t\ncreator: c\ntags:\n\
            - {address: 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH, label: a, currency: BTC}\n\
            - {address: 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH, label: b, currency: BTC}\n\
            - {address: 0x098b716b8aaf21512996dc57eb0615e2383e2f96, label: c, currency: ETH}\n";
        let mut store = Store::in_memory().expect("memory");
        let none = |_: &str| Err("no file".to_owned());
        store.import_tagpack("t.yaml", pack, &none).expect("a pack");
        let found = store.tagged_addresses(Chain::Bitcoin).expect("readable");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"]);
    }
}
