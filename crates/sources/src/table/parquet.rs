//! Parquet, row by row, wanted columns only.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use ::csv::StringRecord;
use ::parquet::{
    basic::{ConvertedType, LogicalType, Type as Physical},
    errors::ParquetError,
    file::{
        metadata::ColumnChunkMetaData,
        reader::{FileReader, SerializedFileReader},
    },
    record::{Field as Cell, reader::RowIter},
    schema::types::Type,
};
use chain::{Day, Timestamp};

use super::{Request, Table, check_header};
use crate::{RowError, SourceError, input::Progress, layout::ValueKind};

/// The first bytes of every Parquet file.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// What a column holds, as far as a layout has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Text,
    Bytes,
    Integer,
    Decimal,
    Float,
    Flag,
    Time,
    Other,
}

impl ColumnType {
    pub(crate) fn words(self) -> &'static str {
        match self {
            ColumnType::Text => "text",
            ColumnType::Bytes => "bytes",
            ColumnType::Integer => "an integer",
            ColumnType::Decimal => "a decimal",
            ColumnType::Float => "a float",
            ColumnType::Flag => "a boolean",
            ColumnType::Time => "a time",
            ColumnType::Other => "a nested or unknown type",
        }
    }

    /// Whether a field can be read from it without guessing. A float is no amount: it has rounded.
    pub(crate) fn can_be(self, kind: ValueKind) -> bool {
        use ColumnType as C;
        match kind {
            ValueKind::Hash | ValueKind::Account => matches!(self, C::Text | C::Bytes),
            ValueKind::Amount => matches!(self, C::Text | C::Integer | C::Decimal),
            ValueKind::Integer => matches!(self, C::Text | C::Integer),
            ValueKind::Time => matches!(self, C::Text | C::Integer | C::Time),
            ValueKind::Flag => matches!(self, C::Text | C::Integer | C::Flag),
            ValueKind::Text => matches!(self, C::Text),
            ValueKind::Number => matches!(self, C::Text | C::Integer | C::Decimal | C::Float),
        }
    }

    fn of(column: &Type) -> ColumnType {
        if !column.is_primitive()
            || column.get_basic_info().repetition() == ::parquet::basic::Repetition::REPEATED
        {
            return ColumnType::Other;
        }
        let info = column.get_basic_info();
        if matches!(info.logical_type_ref(), Some(LogicalType::Float16)) {
            return ColumnType::Other;
        }
        match (column.get_physical_type(), info.converted_type()) {
            (Physical::BOOLEAN, _) => ColumnType::Flag,
            (Physical::FLOAT | Physical::DOUBLE, _) => ColumnType::Float,
            (Physical::INT96, _) => ColumnType::Time,
            (_, ConvertedType::DECIMAL) => ColumnType::Decimal,
            (Physical::INT32, ConvertedType::DATE) => ColumnType::Time,
            (
                Physical::INT64,
                ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS,
            ) => ColumnType::Time,
            (Physical::INT32 | Physical::INT64, converted) => {
                ColumnType::of_integer(info.logical_type_ref(), converted)
            }
            (Physical::BYTE_ARRAY, ConvertedType::UTF8) => ColumnType::Text,
            (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, ConvertedType::NONE) => {
                ColumnType::Bytes
            }
            _ => ColumnType::Other,
        }
    }

    fn of_integer(logical: Option<&LogicalType>, converted: ConvertedType) -> ColumnType {
        let plain = matches!(
            converted,
            ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64
                | ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        );
        // Nanosecond times have no converted type and would pass as plain integers.
        let counts = matches!(logical, None | Some(LogicalType::Integer(_)));
        if plain && counts { ColumnType::Integer } else { ColumnType::Other }
    }
}

pub(super) struct ParquetTable {
    file: PathBuf,
    rows: RowIter<'static>,
    header: Vec<(String, ColumnType)>,
    names: Vec<String>,
    columns: Vec<String>,
    row: u64,
    row_bytes: u64,
    progress: Progress,
    bytes_total: u64,
    rows_total: u64,
    ended: bool,
}

pub(super) fn open(
    path: &Path,
    request: &Request,
    progress: Progress,
) -> Result<ParquetTable, SourceError> {
    let failed = |source| SourceError::Read { file: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let bytes_total = file.metadata().map_err(failed)?.len();
    guarded(path, bytes_total, || {
        let reader = SerializedFileReader::new(file)?;
        Ok(prepare(path, request, progress, bytes_total, reader))
    })?
}

fn prepare(
    path: &Path,
    request: &Request,
    progress: Progress,
    bytes_total: u64,
    reader: SerializedFileReader<File>,
) -> Result<ParquetTable, SourceError> {
    let metadata = reader.metadata();
    let mut chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    if let Some(chunk) = chunks.find(|chunk| !lies_within(chunk, bytes_total)) {
        let reason = format!("column {:?} lies outside of the file", chunk.column_path().string());
        return Err(SourceError::Damaged { file: path.to_owned(), offset: bytes_total, reason });
    }
    let sizes = metadata.row_groups().iter().map(|group| group.total_byte_size().unsigned_abs());
    if sizes.fold(0_u64, u64::saturating_add) > request.limits.decompressed_bytes {
        return Err(SourceError::Limit {
            file: path.to_owned(),
            what: "size in bytes after decompression".to_owned(),
            limit: request.limits.decompressed_bytes,
        });
    }
    let rows_total = metadata.file_metadata().num_rows().unsigned_abs();
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let header: Vec<(String, ColumnType)> = schema
        .get_fields()
        .iter()
        .map(|column| (column.name().to_owned(), ColumnType::of(column)))
        .collect();
    let names: Vec<String> = header.iter().map(|(name, _)| name.clone()).collect();
    check_header(path, &names, request.limits)?;
    // A nested column cannot become a cell; if a layout wants it, binding says so by its type.
    let kept = |column: &&Arc<Type>| {
        ColumnType::of(column) != ColumnType::Other
            && (request.wanted.is_empty()
                || request.wanted.iter().any(|name| name == column.name()))
    };
    let fields: Vec<Arc<Type>> = schema.get_fields().iter().filter(kept).cloned().collect();
    let columns = fields.iter().map(|column| column.name().to_owned()).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(fields).build();
    let rows = guarded(path, bytes_total, || {
        RowIter::from_file_into(Box::new(reader)).project(Some(projection?))
    })?;
    Ok(ParquetTable {
        file: path.to_owned(),
        rows,
        header,
        names,
        columns,
        row: 0,
        row_bytes: request.limits.row_bytes,
        progress,
        bytes_total,
        rows_total,
        ended: false,
    })
}

/// Whether the bytes of a column are bytes of the file. The decoder takes the footer's word for it.
fn lies_within(chunk: &ColumnChunkMetaData, bytes_total: u64) -> bool {
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    let end = u64::try_from(start)
        .ok()
        .zip(u64::try_from(chunk.compressed_size()).ok())
        .and_then(|(start, size)| start.checked_add(size));
    end.is_some_and(|end| end <= bytes_total)
}

/// The Parquet decoder has code paths that panic on malformed files. A hostile file must not end the
/// investigator's run, so a panic becomes the same error as any other damage.
fn guarded<T>(
    path: &Path,
    offset: u64,
    work: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, SourceError> {
    let reason = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the Parquet decoder gave up on it".to_owned(),
    };
    Err(SourceError::Damaged { file: path.to_owned(), offset, reason })
}

impl Table for ParquetTable {
    fn header(&self) -> &[String] {
        &self.names
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn column_type(&self, column: &str) -> Option<ColumnType> {
        self.header.iter().find(|(name, _)| name == column).map(|(_, kind)| *kind)
    }

    fn read(&mut self, row: &mut StringRecord) -> Result<bool, SourceError> {
        row.clear();
        if self.ended || self.columns.is_empty() {
            return Ok(false);
        }
        let (rows, offset) = (&mut self.rows, self.progress.get());
        let next = match guarded(&self.file, offset, || rows.next().transpose()) {
            Ok(Some(next)) => next,
            Ok(None) => {
                self.ended = true;
                self.progress.set(self.bytes_total);
                if self.row != self.rows_total {
                    let (found, stated) = (self.row, self.rows_total);
                    let reason = format!("{found} rows where its footer states {stated}");
                    return Err(SourceError::Damaged { file: self.file.clone(), offset, reason });
                }
                return Ok(false);
            }
            Err(error) => {
                self.ended = true;
                return Err(error);
            }
        };
        self.row += 1;
        let share = u128::from(self.bytes_total) * u128::from(self.row)
            / u128::from(self.rows_total.max(self.row));
        self.progress.set(u64::try_from(share).unwrap_or(self.bytes_total));
        let mut size = 0;
        for (name, cell) in next.into_columns() {
            let text = text_of(cell).ok_or_else(|| RowError {
                file: self.file.clone(),
                line: self.row,
                column: Some(name),
                reason: "a value that has no text form".to_owned(),
            })?;
            size += text.len() as u64;
            row.push_field(&text);
        }
        if size > self.row_bytes {
            self.ended = true;
            return Err(SourceError::Limit {
                file: self.file.clone(),
                what: format!("size in bytes of row {}", self.row),
                limit: self.row_bytes,
            });
        }
        Ok(true)
    }

    fn line(&self, _row: &StringRecord) -> u64 {
        self.row
    }
}

/// The text by which a cell is parsed like a cell of a CSV; exact, or nothing.
fn text_of(cell: Cell) -> Option<String> {
    let seconds = |seconds: i64| Timestamp::from_seconds(seconds).map(|time| time.to_string());
    match cell {
        Cell::Null => Some(String::new()),
        Cell::Bool(value) => Some(value.to_string()),
        Cell::Byte(value) => Some(value.to_string()),
        Cell::Short(value) => Some(value.to_string()),
        Cell::Int(value) => Some(value.to_string()),
        Cell::Long(value) => Some(value.to_string()),
        Cell::UByte(value) => Some(value.to_string()),
        Cell::UShort(value) => Some(value.to_string()),
        Cell::UInt(value) => Some(value.to_string()),
        Cell::ULong(value) => Some(value.to_string()),
        Cell::Float(value) => Some(value.to_string()),
        Cell::Double(value) => Some(value.to_string()),
        Cell::Str(value) => Some(value),
        Cell::Bytes(value) => Some(hex(value.data())),
        Cell::Decimal(_) => Some(plain_decimal(&cell.to_string())),
        Cell::Date(days) => Day::from_number(days).map(|day| day.to_string()),
        Cell::TimestampMillis(value) => seconds(value.div_euclid(1_000)),
        Cell::TimestampMicros(value) => seconds(value.div_euclid(1_000_000)),
        Cell::Float16(_)
        | Cell::TimeMillis(_)
        | Cell::TimeMicros(_)
        | Cell::Group(_)
        | Cell::ListInternal(_)
        | Cell::MapInternal(_) => None,
    }
}

/// Decimals carry the places of their column: wei in a column with nine places end in `.000000000`.
fn plain_decimal(text: &str) -> String {
    if !text.contains('.') {
        return text.to_owned();
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::from("0x"), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string succeeds");
        text
    })
}

#[cfg(test)]
mod tests {
    use ::parquet::schema::types::SchemaDescriptor;

    use super::*;

    #[test]
    fn decimals_lose_their_padding_and_nothing_else() {
        for (text, plain) in
            [("100.", "100"), ("100.000", "100"), ("100", "100"), ("1.050", "1.05"), ("-2.0", "-2")]
        {
            assert_eq!(plain_decimal(text), plain);
        }
    }

    #[test]
    fn a_column_must_lie_within_the_file() {
        let schema =
            ::parquet::schema::parser::parse_message_type("message m { REQUIRED INT64 a; }");
        let schema = SchemaDescriptor::new(Arc::new(schema.expect("a schema")));
        let chunk = |dictionary: Option<i64>, data: i64, size: i64| {
            ColumnChunkMetaData::builder(schema.column(0))
                .set_dictionary_page_offset(dictionary)
                .set_data_page_offset(data)
                .set_total_compressed_size(size)
                .build()
                .expect("a column")
        };
        for (dictionary, data, size, within) in [
            (None, 4, 96, true),
            (None, 4, 97, false),
            (Some(4), 60, 96, true),
            (Some(5), 60, 96, false),
            (None, 4, -1, false),
            (None, -4, 10, false),
            (Some(-4), 4, 10, false),
            (None, i64::MAX, i64::MAX, false),
        ] {
            let chunk = chunk(dictionary, data, size);
            assert_eq!(lies_within(&chunk, 100), within, "{dictionary:?} {data} {size}");
        }
    }
}
