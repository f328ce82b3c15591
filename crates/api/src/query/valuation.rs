//! US dollars at the time, for amounts of a ledger's assets.

use std::{cell::RefCell, collections::BTreeMap};

use attribution::Store;
use chain::{Account, Amount, Asset, AssetId, Chain, Day, Price, Timestamp, Usd};

use super::QueryError;

/// Contracts whose ticker may be trusted. Anyone can deploy a token called `USDT`, so a token has a
/// price only if its contract is in this list.
const PRICED_TOKENS: &[(Chain, &str, &str)] = &[
    (Chain::Ethereum, "0xdac17f958d2ee523a2206206994597c13d831ec7", "USDT"),
    (Chain::Ethereum, "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "USDC"),
    (Chain::Ethereum, "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", "WETH"),
    (Chain::Ethereum, "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599", "WBTC"),
];

/// Values amounts by the day's close; remembers each price asked for.
pub(crate) struct Valuation<'a> {
    store: &'a Store,
    chain: Chain,
    known: RefCell<BTreeMap<(String, Day), Option<Price>>>,
}

impl<'a> Valuation<'a> {
    pub(crate) fn new(store: &'a Store, chain: Chain) -> Valuation<'a> {
        Valuation { store, chain, known: RefCell::default() }
    }

    /// What an amount was worth on the day; `None` where there is no price of exactly that day.
    pub(crate) fn usd(
        &self,
        asset: &Asset,
        amount: Amount,
        time: Timestamp,
    ) -> Result<Option<Usd>, QueryError> {
        if asset.id == AssetId::Unit("USD".into()) {
            let one = "1".parse::<Price>().expect("one dollar is a price");
            return Ok(Some(one.value(amount, asset.decimals)));
        }
        let Some(ticker) = self.ticker(asset) else { return Ok(None) };
        let key = (ticker, time.day());
        let known = self.known.borrow().get(&key).copied();
        let price = match known {
            Some(price) => price,
            None => {
                let quote = self.store.prices().price(&key.0, key.1)?;
                let price = quote.map(|quote| quote.price);
                self.known.borrow_mut().insert(key, price);
                price
            }
        };
        Ok(price.map(|price| price.value(amount, asset.decimals)))
    }

    /// The ticker under which an asset's prices are filed.
    fn ticker(&self, asset: &Asset) -> Option<String> {
        match &asset.id {
            AssetId::Native => Some(self.chain.native_symbol().to_owned()),
            AssetId::Token(contract) => self.token_ticker(contract).map(str::to_owned),
            AssetId::Unit(_) => None,
        }
    }

    fn token_ticker(&self, contract: &Account) -> Option<&'static str> {
        let contract = contract.to_hex();
        PRICED_TOKENS
            .iter()
            .find(|(chain, address, _)| *chain == self.chain && *address == contract)
            .map(|(_, _, ticker)| *ticker)
    }
}
