//! Parquet files, written here with the library that reads them.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use chain::{Account, Amount, record::Record};
use parquet::{
    data_type::{
        BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
        Int64Type,
    },
    file::writer::SerializedFileWriter,
    schema::parser::parse_message_type,
};
use proptest::prelude::*;
use sources::{Options, Row, detect};
use support::{builtin, read, read_with};

/// The values of one column, one to a row; `None` is null.
enum Column {
    Text(Vec<Option<&'static str>>),
    Fixed(Vec<Vec<u8>>),
    Long(Vec<i64>),
    Bool(Vec<bool>),
    Double(Vec<f64>),
}

fn write(schema: &str, columns: &[Column]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).expect("opens");
    let mut group = writer.next_row_group().expect("a row group");
    for column in columns {
        let mut out = group.next_column().expect("a column").expect("as many as in the schema");
        match column {
            Column::Text(cells) => {
                let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
                let values: Vec<ByteArray> =
                    cells.iter().flatten().map(|text| ByteArray::from(*text)).collect();
                out.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
            }
            Column::Fixed(cells) => {
                let values: Vec<FixedLenByteArray> =
                    cells.iter().map(|cell| FixedLenByteArray::from(cell.clone())).collect();
                out.typed::<FixedLenByteArrayType>().write_batch(&values, None, None)
            }
            Column::Long(cells) => out.typed::<Int64Type>().write_batch(cells, None, None),
            Column::Bool(cells) => out.typed::<BoolType>().write_batch(cells, None, None),
            Column::Double(cells) => out.typed::<DoubleType>().write_batch(cells, None, None),
        }
        .expect("written");
        out.close().expect("closed");
    }
    group.close().expect("closed");
    writer.close().expect("closed");
    bytes
}

const TRANSACTIONS: &str = "message transactions {
    REQUIRED FIXED_LEN_BYTE_ARRAY(32) hash;
    REQUIRED INT64 block;
    REQUIRED INT64 timestamp (TIMESTAMP(MILLIS,true));
    REQUIRED INT64 tx_index;
    OPTIONAL BYTE_ARRAY from (UTF8);
    OPTIONAL BYTE_ARRAY to (UTF8);
    OPTIONAL BYTE_ARRAY created_contract (UTF8);
    REQUIRED FIXED_LEN_BYTE_ARRAY(16) value_wei (DECIMAL(38,0));
    REQUIRED INT64 gas_used;
    REQUIRED INT64 gas_price_wei;
    REQUIRED BOOLEAN is_error;
    REQUIRED DOUBLE of_no_interest;
}";

const FROM: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const WRONG: &str = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/// More than 64 bits hold.
const VALUE: u128 = 123_456_789_012_345_678_901_234_567;

fn transactions() -> Vec<u8> {
    let columns = [
        Column::Fixed(vec![vec![0xab; 32]; 3]),
        Column::Long(vec![5, 6, 7]),
        Column::Long(vec![1_500_000_000_999; 3]),
        Column::Long(vec![0, 1, 2]),
        Column::Text(vec![Some(FROM), Some(WRONG), Some(FROM)]),
        Column::Text(vec![None, None, Some(FROM)]),
        Column::Text(vec![Some(FROM), None, None]),
        Column::Fixed(vec![VALUE.to_be_bytes().to_vec(); 3]),
        Column::Long(vec![21_000; 3]),
        Column::Long(vec![3; 3]),
        Column::Bool(vec![false; 3]),
        Column::Double(vec![0.5; 3]),
    ];
    write(TRANSACTIONS, &columns)
}

/// The layout of the crawl, for a file whose flag is a boolean.
fn layout() -> sources::Layout {
    let toml = include_str!("../layouts/explorer-txlist-csv.toml")
        .replace("yes = [\"0\"], no = [\"1\"]", "yes = [\"false\"], no = [\"true\"]");
    sources::Layout::parse("explorer-parquet", &toml).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_table_of_transactions() {
    let outcome = read_with("a.parquet", &transactions(), &layout(), &Options::default());
    assert_eq!(outcome.rows.len(), 2);
    let refused = outcome.refused();
    assert!(refused[0].starts_with("2 from: EIP-55 checksum is wrong"), "{refused:?}");
    let Row::Record(Record::Transaction(first)) = &outcome.rows[0] else { panic!("{outcome:?}") };
    let body = first.body.as_ref().expect("a body");
    assert_eq!((first.id.0, first.block, first.index), ([0xab; 32], 5, Some(0)));
    assert_eq!(first.time.seconds(), 1_500_000_000);
    assert_eq!((body.value, body.fee), (Amount::from(VALUE), Amount::from(63_000_u64)));
    let from = Account::parse_evm(FROM).expect("an address");
    assert_eq!((body.to, body.created, body.succeeded), (None, Some(from), true));
}

#[test]
fn a_column_of_the_wrong_type_is_named() {
    let schema = "message m { OPTIONAL BYTE_ARRAY hash (UTF8); REQUIRED DOUBLE value; }";
    let bytes = write(schema, &[Column::Text(vec![None]), Column::Double(vec![1.5])]);
    let toml = "description = \"d\"\nrecord = \"transaction\"\nchain = \"ethereum\"\n[columns]\nid = \"hash\"\nvalue = \"value\"\n[constants]\nblock = \"1\"\ntime = \"1\"\nfrom = \"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"\nfee = \"0\"\nsucceeded = \"true\"\n";
    let layout = sources::Layout::parse("x", toml).unwrap_or_else(|error| panic!("{error}"));
    let outcome = read_with("a.parquet", &bytes, &layout, &Options::default());
    assert_eq!(
        outcome.stopped(),
        "a.parquet: column \"value\" is a float, but value needs an amount as text, integer or exact decimal"
    );
    let outcome = read("a.parquet", &bytes, "prices-csv");
    assert!(outcome.stopped().contains("column \"close_usd\" for price"));
}

#[test]
fn prices_and_detection() {
    let schema = "message prices {
        REQUIRED INT64 date (TIMESTAMP(MICROS,true));
        OPTIONAL BYTE_ARRAY asset (UTF8);
        REQUIRED DOUBLE close_usd;
        OPTIONAL BYTE_ARRAY source (UTF8);
        REQUIRED group nested { REQUIRED BOOLEAN flag; }
    }";
    let columns = [
        Column::Long(vec![1_500_000_000_000_000]),
        Column::Text(vec![Some("ETH")]),
        Column::Double(vec![0.728_657_007_217_407_2]),
        Column::Text(vec![None]),
        Column::Bool(vec![true]),
    ];
    let bytes = write(schema, &columns);
    let outcome = read("a.parquet", &bytes, "prices-csv");
    assert_eq!(outcome.refused(), Vec::<String>::new());
    let [Row::Price(price)] = outcome.rows.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(
        (price.day.to_string().as_str(), price.price.to_raw()),
        ("2017-07-14", 728_657_007_217)
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, &bytes).expect("written");
    let found = detect(&path, sources::Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.name(), builtin("prices-csv").name());
    let inside = zstd::encode_all(bytes.as_slice(), 1).expect("compresses");
    assert!(read("a.parquet.zst", inside, "prices-csv").stopped().contains("unpack it first"));
}

#[test]
fn a_truncated_file_is_refused_at_every_length() {
    let whole = transactions();
    for length in 4..whole.len() {
        let outcome = read_with("a.parquet", &whole[..length], &layout(), &Options::default());
        assert!(outcome.stopped.is_some(), "{length} of {} bytes", whole.len());
        assert!(outcome.rows.is_empty());
    }
}

proptest! {
    #[test]
    fn damage_never_panics_and_always_ends(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let mut bytes = transactions();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let outcome = read_with("a", &bytes, &layout(), &Options::default());
        prop_assert!(outcome.rows.len() + outcome.refused.len() <= bytes.len());
    }
}
