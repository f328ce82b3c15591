//! From the cells of a row to records.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Display,
};

use chain::{
    Account, Amount, Asset, AssetId, Hash32, Timestamp, TxId,
    record::{
        AddressCoverage, MixerDeposit, MixerEvent, MixerWithdrawal, Record, TransactionBody,
        TransactionRecord, TransferKind, TransferRecord,
    },
};
use csv::StringRecord;

use crate::{
    Field, LabelRow, PriceRow, RecordKind, Row,
    bind::{Bound, Refused},
    value,
};

/// Turns rows into records, and remembers what need not be said twice.
pub(crate) struct Decoder {
    pub(crate) bound: Bound,
    decimals: BTreeMap<AssetId, u8>,
    labels: BTreeSet<LabelRow>,
}

/// One row, seen through the layout.
struct Cells<'a> {
    bound: &'a Bound,
    row: &'a StringRecord,
}

impl Cells<'_> {
    fn text(&self, field: Field) -> &str {
        self.bound.text(field, self.row)
    }

    fn required<T, E: Display>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refused> {
        let text = self.text(field);
        if text.is_empty() {
            return Err(Refused { field, reason: "is empty".to_owned() });
        }
        parse(text).map_err(|error| Refused { field, reason: error.to_string() })
    }

    fn optional<T, E: Display>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        if self.text(field).is_empty() {
            return Ok(None);
        }
        self.required(field, parse).map(Some)
    }

    fn id(&self) -> Result<TxId, Refused> {
        self.required(Field::Id, str::parse)
    }

    fn block(&self) -> Result<u64, Refused> {
        self.required(Field::Block, value::integer)
    }

    fn index(&self) -> Result<Option<u32>, Refused> {
        self.optional(Field::Index, value::integer)
    }

    fn time(&self) -> Result<Timestamp, Refused> {
        self.required(Field::Time, |text| self.bound.time(Field::Time, text))
    }

    fn optional_time(&self) -> Result<Option<Timestamp>, Refused> {
        self.optional(Field::Time, |text| self.bound.time(Field::Time, text))
    }

    fn account(&self, field: Field) -> Result<Account, Refused> {
        self.required(field, |text| self.bound.account(text))
    }

    fn optional_account(&self, field: Field) -> Result<Option<Account>, Refused> {
        self.optional(field, |text| self.bound.account(text))
    }

    fn amount(&self, field: Field, decimals: Option<u8>) -> Result<Amount, Refused> {
        self.required(field, |text| self.bound.amount(field, text, decimals))
    }

    fn flag(&self, field: Field) -> Result<bool, Refused> {
        self.bound.flag(field, self.text(field)).map_err(|reason| Refused { field, reason })
    }

    fn hash(&self, field: Field) -> Result<Option<Hash32>, Refused> {
        self.optional(field, str::parse)
    }

    fn native_decimals(&self) -> Option<u8> {
        Some(self.bound.chain.native_decimals())
    }

    fn transaction(&self, body: Option<TransactionBody>) -> Result<Record, Refused> {
        Ok(Record::Transaction(TransactionRecord {
            id: self.id()?,
            block: self.block()?,
            index: self.index()?,
            time: self.time()?,
            body,
        }))
    }

    fn body(&self) -> Result<TransactionBody, Refused> {
        Ok(TransactionBody {
            from: self.account(Field::From)?,
            to: self.optional_account(Field::To)?,
            created: self.optional_account(Field::Created)?,
            value: self.amount(Field::Value, self.native_decimals())?,
            fee: self.fee()?,
            succeeded: self.flag(Field::Succeeded)?,
        })
    }

    fn fee(&self) -> Result<Amount, Refused> {
        let stated = self.optional(Field::Fee, |text| {
            self.bound.amount(Field::Fee, text, self.native_decimals())
        })?;
        if let Some(fee) = stated {
            return Ok(fee);
        }
        let gas: u64 = self.required(Field::GasUsed, value::integer)?;
        let price = self.amount(Field::GasPrice, self.native_decimals())?;
        price.checked_mul(gas).ok_or_else(|| Refused {
            field: Field::GasPrice,
            reason: "gas used times gas price exceeds 256 bits".to_owned(),
        })
    }

    fn deposit(&self) -> Result<MixerEvent, Refused> {
        Ok(MixerEvent::Deposit(MixerDeposit {
            pool: self.account(Field::Pool)?,
            leaf: self.required(Field::Leaf, value::integer)?,
            tx: self.id()?,
            block: self.block()?,
            time: self.optional_time()?,
            commitment: self.hash(Field::Commitment)?,
        }))
    }

    fn withdrawal(&self) -> Result<MixerEvent, Refused> {
        Ok(MixerEvent::Withdrawal(MixerWithdrawal {
            pool: self.account(Field::Pool)?,
            tx: self.id()?,
            block: self.block()?,
            time: self.optional_time()?,
            recipient: self.account(Field::Recipient)?,
            relayer_fee: self.amount(Field::RelayerFee, self.native_decimals())?,
            nullifier: self.hash(Field::Nullifier)?,
        }))
    }

    fn coverage(&self) -> Result<AddressCoverage, Refused> {
        Ok(AddressCoverage {
            account: self.account(Field::Address)?,
            rows: self.required(Field::Rows, value::integer)?,
            capped: self.flag(Field::Capped)?,
        })
    }

    fn price(&self) -> Result<PriceRow, Refused> {
        Ok(PriceRow {
            day: self
                .required(Field::Day, |text| self.bound.time(Field::Day, text))
                .map(Timestamp::day)?,
            asset: self.required(Field::Asset, |text| Ok::<_, String>(value::shown(text)))?,
            price: self.required(Field::Price, str::parse::<chain::Price>)?,
            source: value::shown(self.text(Field::Source)),
        })
    }

    fn asset(&self) -> Result<AssetId, Refused> {
        match self.bound.record {
            RecordKind::TokenTransfer => self.account(Field::Token).map(AssetId::Token),
            RecordKind::UnitTransfer => self
                .required(Field::Unit, |text| Ok::<_, String>(AssetId::Unit(value::shown(text)))),
            _ => Ok(AssetId::Native),
        }
    }

    fn transfer(&self, asset: AssetId, decimals: Option<u8>) -> Result<TransferRecord, Refused> {
        let kind = match asset {
            AssetId::Native => TransferKind::Internal,
            AssetId::Token(_) | AssetId::Unit(_) => TransferKind::Token,
        };
        Ok(TransferRecord {
            tx: self.id()?,
            block: self.block()?,
            index: self.index()?,
            time: self.time()?,
            kind,
            item: self.optional(Field::Item, value::integer)?,
            asset,
            from: self.account(Field::From)?,
            to: self.account(Field::To)?,
            amount: self.amount(Field::Amount, decimals)?,
        })
    }
}

impl Decoder {
    pub(crate) fn new(bound: Bound) -> Decoder {
        Decoder { bound, decimals: BTreeMap::new(), labels: BTreeSet::new() }
    }

    /// Appends what the row says to `out`; nothing if the layout passes over it or if it is a failed
    /// transfer, which moved nothing.
    ///
    /// # Errors
    /// A cell is wrong; `out` is then as before.
    pub(crate) fn decode(
        &mut self,
        row: &StringRecord,
        out: &mut VecDeque<Row>,
    ) -> Result<(), Refused> {
        if self.bound.skips(row) {
            return Ok(());
        }
        let cells = Cells { bound: &self.bound, row };
        let record = match self.bound.record {
            RecordKind::Transaction => cells.transaction(Some(cells.body()?))?,
            RecordKind::TransactionId => cells.transaction(None)?,
            RecordKind::MixerDeposit => Record::Mixer(cells.deposit()?),
            RecordKind::MixerWithdrawal => Record::Mixer(cells.withdrawal()?),
            RecordKind::Coverage => Record::Coverage(cells.coverage()?),
            RecordKind::Price => {
                out.push_back(Row::Price(cells.price()?));
                return Ok(());
            }
            RecordKind::InternalTransfer | RecordKind::TokenTransfer | RecordKind::UnitTransfer => {
                return self.transfer(row, out);
            }
        };
        out.push_back(Row::Record(record));
        Ok(())
    }

    fn transfer(&mut self, row: &StringRecord, out: &mut VecDeque<Row>) -> Result<(), Refused> {
        let cells = Cells { bound: &self.bound, row };
        if !cells.text(Field::Succeeded).is_empty() && !cells.flag(Field::Succeeded)? {
            return Ok(());
        }
        let id = cells.asset()?;
        let decimals = match id {
            AssetId::Native => cells.native_decimals(),
            AssetId::Token(_) | AssetId::Unit(_) => {
                cells.optional(Field::Decimals, value::integer)?
            }
        };
        let transfer = cells.transfer(id.clone(), decimals)?;
        let labels = [(Field::FromLabel, transfer.from), (Field::ToLabel, transfer.to)];
        let asset = match (&id, decimals) {
            (AssetId::Native, _) | (_, None) => None,
            (_, Some(decimals)) => new_asset(&cells, &self.decimals, &id, decimals)?,
        };
        let labels: Vec<LabelRow> = labels
            .into_iter()
            .map(|(field, account)| (value::shown(cells.text(field)), account))
            .filter(|(label, _)| !label.is_empty())
            .map(|(label, account)| LabelRow { chain: self.bound.chain, account, label })
            .collect();
        if let Some(asset) = asset {
            self.decimals.insert(asset.id.clone(), asset.decimals);
            out.push_back(Row::Record(Record::Asset(asset)));
        }
        out.push_back(Row::Record(Record::Transfer(transfer)));
        for label in labels {
            if self.labels.insert(label.clone()) {
                out.push_back(Row::Label(label));
            }
        }
        Ok(())
    }
}

/// The asset of a transfer, if the file names it for the first time.
fn new_asset(
    cells: &Cells<'_>,
    known: &BTreeMap<AssetId, u8>,
    id: &AssetId,
    decimals: u8,
) -> Result<Option<Asset>, Refused> {
    match known.get(id) {
        Some(before) if *before == decimals => Ok(None),
        Some(before) => Err(Refused {
            field: Field::Decimals,
            reason: format!("says {decimals} where an earlier row of the same asset said {before}"),
        }),
        None => {
            let symbol = match id {
                AssetId::Unit(name) => name.clone(),
                AssetId::Native | AssetId::Token(_) => value::shown(cells.text(Field::Symbol)),
            };
            Ok(Some(Asset { id: id.clone(), symbol, decimals }))
        }
    }
}
