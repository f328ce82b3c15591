//! What a node would confirm, in CSV.

use std::fmt::Write;

use crate::{
    book::Book,
    cast::Cast,
    entry::{Callee, Entry},
    truth::covered,
};

const FITS: &str = "a String takes whatever is written to it";

/// Transactions, one a row.
pub(super) fn transactions(book: &Book) -> String {
    let mut text = String::from(
        "hash,block,timestamp,tx_index,nonce,from,to,value_wei,gas_used,gas_price_wei,is_error,\
         method_id,created_contract\n",
    );
    for entry in &book.entries {
        let (to, created) = match entry.to {
            Callee::Account(account) => (account.to_hex(), String::new()),
            Callee::Creates(account) => (String::new(), account.to_hex()),
        };
        let Entry { id, block, index, nonce, value, gas, gas_price, method, .. } = entry;
        let (time, from) = (entry.time.seconds(), entry.from.to_hex());
        let failed = u8::from(!entry.succeeded);
        writeln!(
            text,
            "{id},{block},{time},{index},{nonce},{from},{to},{value},{gas},{gas_price},{failed},\
             {method},{created}"
        )
        .expect(FITS);
    }
    text
}

/// Which addresses the transaction file holds in full.
pub(super) fn coverage(cast: &Cast, book: &Book) -> String {
    let mut text = String::from("address,rows_answered,capped_at_10000\n");
    for (account, rows) in covered(cast, book) {
        writeln!(text, "{},{rows},0", account.to_hex()).expect(FITS);
    }
    text
}

/// Value moves inside transactions, as an explorer's `txlistinternal` has them.
pub(super) fn internal(book: &Book) -> String {
    let mut text = String::from(
        "blockNumber,timeStamp,hash,from,to,value,contractAddress,input,type,gas,gasUsed,traceId,\
         isError,errCode\n",
    );
    for entry in book.entries.iter().filter(|entry| entry.succeeded) {
        for (at, inner) in entry.inner.iter().enumerate() {
            let Entry { id, block, .. } = entry;
            let (time, from, to) = (entry.time.seconds(), inner.from.to_hex(), inner.to.to_hex());
            let value = inner.value;
            writeln!(text, "{block},{time},{id},{from},{to},{value},,,call,2300,0,0_{at},0,")
                .expect(FITS);
        }
    }
    text
}

/// Token transfers, as an explorer's `tokentx` has them.
pub(super) fn tokens(book: &Book) -> String {
    let mut text = String::from(
        "blockNumber,timeStamp,hash,nonce,blockHash,from,contractAddress,to,value,tokenName,\
         tokenSymbol,tokenDecimal,transactionIndex,gas,gasPrice,gasUsed,cumulativeGasUsed,input,\
         confirmations\n",
    );
    for entry in &book.entries {
        for token in &entry.tokens {
            let Entry { id, block, index, nonce, gas, gas_price, .. } = entry;
            let (time, contract) = (entry.time.seconds(), token.token.to_hex());
            let (from, to, amount) = (token.from.to_hex(), token.to.to_hex(), token.amount);
            // A block's hash follows from nothing here, so the transaction's stands in for it.
            writeln!(
                text,
                "{block},{time},{id},{nonce},{id},{from},{contract},{to},{amount},Tether USD,\
                 USDT,6,{index},{gas},{gas_price},{gas},{gas},deprecated,1"
            )
            .expect(FITS);
        }
    }
    text
}

/// Deposits into the pool, in the order of its Merkle tree.
pub(super) fn mixer_deposits(cast: &Cast, book: &Book) -> String {
    let mut text = String::from("leaf_index,block_number,timestamp,tx_hash\n");
    let deposits = book
        .entries
        .iter()
        .filter(|entry| entry.succeeded && entry.to == Callee::Account(cast.fog_router));
    for (leaf, Entry { id, block, time, .. }) in deposits.enumerate() {
        writeln!(text, "{leaf},{block},{},{id}", time.seconds()).expect(FITS);
    }
    text
}
