//! Transactions with their prevouts as the Dumplings scanner writes them: one a line.
//!
//! Fields stand between `:::`: id, block hash, place in the block, seconds since 1970, inputs,
//! outputs. Items stand between `}{`: an input is `txid-place-satoshis+script+type`, an output
//! `satoshis+script+type`. The type is not believed; the script says it.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    str::FromStr,
};

use chain::{
    Hash32, Satoshis, Script, Timestamp, UtxoTxId,
    record::{Outpoint, Payment, PaymentInput, PaymentOutput},
};

use crate::{
    Limits, RowError, SourceError,
    input::{self, Input},
};

/// The payments of a file in the Dumplings form, plain, gzip or zstd.
///
/// A bad line is a [`SourceError::Row`] that names file, line and field, and reading goes on with
/// the next one; any other error is the last item. The form names no height, so [`Payment::block`]
/// is always `None`.
pub struct Dumplings {
    file: PathBuf,
    stream: BufReader<Input>,
    row_bytes: u64,
    line: u64,
    ended: bool,
}

/// The field that is wrong, and why.
type Fault = (&'static str, String);

impl Dumplings {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read, is empty, or is damaged in its first bytes.
    pub fn open(path: &Path, limits: Limits) -> Result<Dumplings, SourceError> {
        let stream = input::open(path, limits)?.stream;
        let row_bytes = limits.row_bytes;
        Ok(Dumplings { file: path.to_owned(), stream, row_bytes, line: 0, ended: false })
    }

    /// The next line that is not blank, without its end.
    fn next_line(&mut self) -> Result<Option<String>, SourceError> {
        loop {
            let mut bytes = Vec::new();
            let most = self.row_bytes.saturating_add(1);
            let count = Read::take(&mut self.stream, most)
                .read_until(b'\n', &mut bytes)
                .map_err(|error| SourceError::from_io(&self.file, error))?;
            if count == 0 {
                return Ok(None);
            }
            self.line += 1;
            if count as u64 > self.row_bytes {
                return Err(SourceError::Limit {
                    file: self.file.clone(),
                    what: format!("size in bytes of line {}", self.line),
                    limit: self.row_bytes,
                });
            }
            let text = String::from_utf8(bytes).map_err(|error| {
                self.bad_row((
                    None,
                    format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()),
                ))
            })?;
            if !text.trim().is_empty() {
                return Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()));
            }
        }
    }

    fn bad_row(&self, (column, reason): (Option<&str>, String)) -> SourceError {
        let column = column.map(str::to_owned);
        SourceError::Row(RowError { file: self.file.clone(), line: self.line, column, reason })
    }
}

impl Iterator for Dumplings {
    type Item = Result<Payment, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = match self.next_line() {
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Ok(Some(line)) => payment(&line).map_err(|(at, why)| self.bad_row((Some(at), why))),
            Err(error) => Err(error),
        };
        self.ended = matches!(&item, Err(error) if !matches!(error, SourceError::Row(_)));
        Some(item)
    }
}

fn payment(line: &str) -> Result<Payment, Fault> {
    let fields: Vec<&str> = line.split(":::").collect();
    let [id, block, index, time, inputs, outputs] = fields.as_slice() else {
        return Err(("line", format!("{} fields; expected 6 between \":::\"", fields.len())));
    };
    read::<Hash32>("block hash", block)?;
    read::<u32>("place in the block", index)?;
    Ok(Payment {
        id: read("txid", id)?,
        block: None,
        time: Some(read::<Timestamp>("time", time)?),
        inputs: items(inputs).map(input_of).collect::<Result<_, _>>()?,
        outputs: items(outputs).map(output_of).collect::<Result<_, _>>()?,
    })
}

/// A coinbase has no inputs, and nothing between the separators is no item.
fn items(field: &str) -> impl Iterator<Item = &str> {
    field.split("}{").filter(|item| !item.is_empty())
}

fn input_of(item: &str) -> Result<PaymentInput, Fault> {
    let (head, script) = item_of("inputs", item)?;
    let parts: Vec<&str> = head.split('-').collect();
    let [tx, index, value] = parts.as_slice() else {
        return Err(("inputs", format!("{:?} is not txid-place-satoshis", shortened(head))));
    };
    let spends = Outpoint { tx: read::<UtxoTxId>("inputs", tx)?, index: read("inputs", index)? };
    Ok(PaymentInput { spends, value: satoshis("inputs", value)?, script })
}

fn output_of(item: &str) -> Result<PaymentOutput, Fault> {
    let (value, script) = item_of("outputs", item)?;
    Ok(PaymentOutput { value: satoshis("outputs", value)?, script })
}

/// What stands before the script, and the script.
fn item_of<'a>(field: &'static str, item: &'a str) -> Result<(&'a str, Script), Fault> {
    let parts: Vec<&str> = item.split('+').collect();
    let [head, script, _type] = parts.as_slice() else {
        return Err((field, format!("{} parts between \"+\"; expected 3", parts.len())));
    };
    Ok((head, read(field, script)?))
}

fn satoshis(field: &'static str, text: &str) -> Result<Satoshis, Fault> {
    Satoshis::new(read(field, text)?)
        .ok_or_else(|| (field, format!("{text} satoshis are more than there can be")))
}

fn read<T: FromStr>(field: &'static str, text: &str) -> Result<T, Fault>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| (field, format!("{:?}: {error}", shortened(text))))
}

/// Foreign text goes into messages; a megabyte of it does not.
fn shortened(text: &str) -> String {
    text.chars().take(70).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain::ScriptKind;
    use proptest::prelude::*;

    const SCRIPT: &str = "0014751e76e8199196d454941c45d1b3a323f1433bd6";

    fn line() -> String {
        let (id, prev, block) = ("ab".repeat(32), "cd".repeat(32), "00".repeat(32));
        format!(
            "{id}:::{block}:::7:::1629500530:::{prev}-3-500+{SCRIPT}+TxWitnessV0Keyhash}}{{\
             {prev}-4-600+{SCRIPT}+Unknown:::1000+{SCRIPT}+Unknown}}{{0+6a00+TxNullData"
        )
    }

    fn read_all(bytes: &[u8], limits: Limits) -> Vec<Result<Payment, SourceError>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rounds.txt");
        std::fs::write(&path, bytes).expect("written");
        match Dumplings::open(&path, limits) {
            Ok(payments) => payments.collect(),
            Err(error) => vec![Err(error)],
        }
    }

    #[test]
    fn a_line_is_a_payment_also_compressed_and_without_a_last_line_end() {
        let text = format!("{}\n\n{}", line(), line());
        let packed = zstd::encode_all(text.as_bytes(), 1).expect("compresses");
        for bytes in [text.as_bytes(), &packed, text.replace('\n', "\r\n").as_bytes()] {
            let payments = read_all(bytes, Limits::default());
            assert_eq!(payments.len(), 2);
            let payment = payments[1].as_ref().expect("a payment");
            assert_eq!(payment.id.to_string(), "ab".repeat(32));
            assert_eq!(payment.time.map(Timestamp::seconds), Some(1_629_500_530));
            let (input, output) = (&payment.inputs[1], &payment.outputs[1]);
            assert_eq!((input.spends.index, input.value.get()), (4, 600));
            assert_eq!(input.script.to_string(), SCRIPT);
            assert_eq!((output.value.get(), output.script.kind()), (0, ScriptKind::OpReturn));
        }
    }

    #[test]
    fn a_bad_line_is_named_with_its_field_and_the_next_is_read() {
        for (from, to, field) in [
            (":::7:::", ":::", "line"),
            ("abab", "xbab", "txid"),
            (":::7:::", ":::-7:::", "place in the block"),
            ("1629500530", "soon", "time"),
            ("-500+", "-500000000000000000+", "inputs"),
            ("-3-", "-", "inputs"),
            ("1000+", "-1000+", "outputs"),
            ("6a00+", "6a0+", "outputs"),
            ("6a00+", "", "outputs"),
        ] {
            let bad = line().replacen(from, to, 1);
            assert_ne!(bad, line(), "{from}");
            let rows = read_all(format!("\n{bad}\n{}", line()).as_bytes(), Limits::default());
            let [Err(SourceError::Row(error)), Ok(_)] = rows.as_slice() else {
                panic!("{to}: {rows:?}");
            };
            assert_eq!((error.line, error.column.as_deref()), (2, Some(field)), "{error}");
        }
    }

    #[test]
    fn a_line_too_long_ends_the_reading() {
        let limits = Limits { row_bytes: 100, ..Limits::default() };
        let rows = read_all(format!("{}\n{}", line(), line()).as_bytes(), limits);
        assert!(
            matches!(rows.as_slice(), [Err(SourceError::Limit { limit: 100, .. })]),
            "{rows:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read_all(&bytes, Limits::default()).len() <= bytes.len() + 1);
        }

        #[test]
        fn a_damaged_line_is_read_or_refused(at in any::<prop::sample::Index>(), new in ".{0,3}") {
            let mut text = line();
            let at = at.index(text.len());
            text.replace_range(at..=at, &new);
            prop_assert!(read_all(text.as_bytes(), Limits::default()).len() <= 1 + new.matches('\n').count());
        }
    }
}
