//! Blocks of coins whose nodes keep Bitcoin Core's files and write blocks of another form.
//!
//! One file a coin says what is different; what they share is in `walk` and `transaction`. What
//! the bytes mean is in `docs/formats/coins.md`.

mod bitcoin_cash;
mod dogecoin;
mod litecoin;
mod mweb;
mod transaction;
mod walk;
pub(super) mod zcash;
mod zip244;

pub(super) use walk::Parts;

use super::{
    Coin, Damage, HEADER_BYTES, Hash, Header, Network,
    block::{self, BlockVisitor, Ids, Naming},
    bytes::{Bytes, EARLY},
};
use walk::Walk;

/// Walks through a block of a network as [`block::decode`] does through one of Bitcoin. The script
/// of an output is the one that locks it: tokens before it are left out, and so is all that is not
/// transparent.
///
/// # Errors
/// The bytes are not a block of the coin, or more than one; its first transaction is no coinbase.
pub fn decode(
    network: Network,
    bytes: &[u8],
    txids: &mut Vec<Hash>,
    visitor: &mut impl BlockVisitor,
) -> Result<Header, Damage> {
    let coin = network.coin();
    if coin == Coin::Bitcoin {
        return block::decode(bytes, txids, visitor);
    }
    txids.clear();
    walk(coin, bytes, Walk::new(visitor, Ids::Made(txids)))
}

/// Finds the ids of a block's transactions and looks at nothing else, as [`block::name`] does.
///
/// # Errors
/// As [`decode`].
pub fn name(
    network: Network,
    bytes: &[u8],
    txids: &mut Vec<Hash>,
    naming: &mut Naming,
) -> Result<Header, Damage> {
    struct Nobody;
    impl BlockVisitor for Nobody {}
    match network.coin() {
        Coin::Bitcoin => block::name(bytes, txids, naming, &mut Nobody),
        _ => decode(network, bytes, txids, &mut Nobody),
    }
}

/// Walks once more through a block whose transactions have these ids.
///
/// # Errors
/// As [`decode`]; there are more transactions than ids.
pub fn walk_again(
    network: Network,
    bytes: &[u8],
    txids: &[Hash],
    visitor: &mut impl BlockVisitor,
) -> Result<Header, Damage> {
    match network.coin() {
        Coin::Bitcoin => block::walk_again(bytes, txids, visitor),
        coin => walk(coin, bytes, Walk::new(visitor, Ids::Known(txids))),
    }
}

fn walk<V: BlockVisitor>(
    coin: Coin,
    bytes: &[u8],
    mut walk: Walk<'_, V>,
) -> Result<Header, Damage> {
    let mut rest = Bytes(bytes);
    let header = header(coin, &mut rest).map_err(block::why)?;
    let body = match coin {
        Coin::Litecoin => litecoin::body(&mut rest, &mut walk),
        Coin::Dogecoin => dogecoin::body(&mut rest, &header, &mut walk),
        Coin::Zcash => zcash::body(&mut rest, &mut walk),
        Coin::Bitcoin | Coin::BitcoinCash => bitcoin_cash::body(&mut rest, &mut walk),
    };
    body.and_then(|()| walk.end()).map_err(block::why)?;
    match rest.0.len() {
        0 => Ok(header),
        left => Err(Damage::TrailingBytes { left }),
    }
}

fn header(coin: Coin, rest: &mut Bytes<'_>) -> Result<Header, &'static str> {
    if coin == Coin::Zcash {
        return zcash::read_header(rest);
    }
    let bytes = rest.array::<HEADER_BYTES>().map_err(|_| EARLY)?;
    Ok(Header::decode(&bytes))
}
