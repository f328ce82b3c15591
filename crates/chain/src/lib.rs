//! The nouns of the field: chains, assets, amounts, addresses, transactions, transfers, time.
//!
//! Everything here is a plain value. Nothing reads a file, asks a clock or panics on foreign
//! input: whatever a source says is parsed once, here, and refused with the reason if it is wrong.

pub mod address;
mod amount;
mod asset;
mod chains;
mod ids;
mod money;
mod position;
pub mod record;
mod script;
mod text;
mod time;

pub use address::{Account, Address, AddressError, UtxoAddress};
pub use amount::{Amount, AmountError, Satoshis};
pub use asset::{Asset, AssetId};
pub use chains::{Chain, Family, UnknownChain};
pub use ids::{Hash32, HexError, TxId, UtxoTxId};
pub use money::{MoneyError, Price, Usd};
pub use position::{Phase, Position};
pub use script::{Script, ScriptKind};
pub use time::{Day, TimeError, Timestamp};
