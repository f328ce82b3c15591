//! What a batch could not find in itself, looked up in the segments.
//!
//! Lists are brought into the order of the indexes first, so that each index is read from front to
//! back once, whatever lies on disk; the newest segment comes first, because most coins are spent
//! soon.

use chain::{UtxoTxId, record::Outpoint};

use super::{
    AddressNo, OutputNo, UtxoError,
    batch::{PENDING, Pending, key},
    rows::{Rows, Scripts, place, row32},
    segment::Segment,
    spenders::Spenders,
};

/// What there is before a batch.
pub(super) struct Before<'a> {
    pub(super) segments: &'a [Segment],
    pub(super) spenders: &'a Spenders,
}

/// Resolves the rows of a batch in place.
pub(super) fn resolve(
    rows: &mut Rows,
    script_hash: &[u64],
    pending: Vec<Pending>,
    before: &Before<'_>,
) -> Result<(), UtxoError> {
    let values = outputs(rows, pending, before)?;
    fees(rows, &values)?;
    addresses(rows, script_hash, before.segments);
    Ok(())
}

/// Finds the outputs that were made before the batch. Returns the value of each by its input,
/// ascending.
fn outputs(
    rows: &mut Rows,
    mut pending: Vec<Pending>,
    before: &Before<'_>,
) -> Result<Vec<(u32, u64)>, UtxoError> {
    pending.sort_unstable_by_key(|one| (key(&one.spends.tx.0), one.input));
    let mut values = Vec::with_capacity(pending.len());
    for segment in before.segments.iter().rev() {
        if pending.is_empty() {
            break;
        }
        let mut failed = None;
        pending.retain(|one| {
            let Some(tx) = segment.find_tx(&one.spends.tx.0) else { return true };
            let outputs = segment.outputs(tx);
            let row = outputs.start.saturating_add(place(one.spends.index));
            if outputs.contains(&row) {
                rows.prevout[place(one.input)] = segment.before.outputs + row as u64;
                values.push((one.input, segment.value(row)));
            } else {
                failed.get_or_insert(one.spends);
            }
            false
        });
        if let Some(spends) = failed {
            return Err(UtxoError::MissingOutput(spends));
        }
    }
    if let Some(one) = pending.first() {
        return Err(UtxoError::MissingOutput(one.spends));
    }
    values.sort_unstable();
    refuse_spent(rows, &values, before)?;
    Ok(values)
}

/// Refuses a second spend of an older output, by the ledger or by the batch itself.
fn refuse_spent(rows: &Rows, values: &[(u32, u64)], before: &Before<'_>) -> Result<(), UtxoError> {
    let spent_before =
        |output: u64| before.spenders.get(OutputNo(output), rows.before.transactions).is_some();
    let mut spent: Vec<u64> = values.iter().map(|(input, _)| rows.prevout[place(*input)]).collect();
    spent.sort_unstable();
    let twice = spent.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    let twice = twice.or_else(|| spent.iter().copied().find(|output| spent_before(*output)));
    twice.map_or(Ok(()), |output| Err(UtxoError::SpentTwice(outpoint(output, before.segments))))
}

/// The name of an output that lies in the segments.
fn outpoint(output: u64, segments: &[Segment]) -> Outpoint {
    let at = segments.partition_point(|segment| segment.after.outputs <= output);
    let segment = &segments[at];
    let row = usize::try_from(output - segment.before.outputs).unwrap_or(usize::MAX);
    let tx = segment.tx_of_output(row32(row));
    let first = segment.outputs(tx).start;
    Outpoint { tx: UtxoTxId(segment.columns.tx_id.values()[place(tx)]), index: row32(row - first) }
}

/// What each transaction pays to miners: what comes in less what goes out.
fn fees(rows: &mut Rows, older: &[(u32, u64)]) -> Result<(), UtxoError> {
    let mut older = older.iter();
    let first = rows.before.outputs;
    rows.tx_fee.reserve_exact(rows.tx_id.len());
    for tx in 0..rows.tx_id.len() {
        let next = |list: &[u32], end: usize| list.get(tx + 1).map_or(end, |row| place(*row));
        let inputs = place(rows.tx_input[tx])..next(&rows.tx_input, rows.prevout.len());
        let outputs = place(rows.tx_output[tx])..next(&rows.tx_output, rows.value.len());
        let mut paid = 0_u64;
        let inflation = || UtxoError::Inflation(UtxoTxId(rows.tx_id[tx]));
        for output in &rows.prevout[inputs] {
            debug_assert_ne!(*output, PENDING);
            let value = match output.checked_sub(first) {
                Some(row) => rows.value[usize::try_from(row).expect("it lies in memory")],
                None => older.next().expect("every older output has its value").1,
            };
            paid = paid.checked_add(value).ok_or_else(inflation)?;
        }
        let given =
            rows.value[outputs].iter().try_fold(0_u64, |sum, value| sum.checked_add(*value));
        let given = given.ok_or_else(inflation)?;
        let fee = match rows.tx_shape[tx].is_coinbase() {
            true => 0,
            false => paid.checked_sub(given).ok_or_else(inflation)?,
        };
        rows.tx_fee.push(fee);
    }
    Ok(())
}

/// Gives the addresses of the batch their numbers in the chain.
fn addresses(rows: &mut Rows, script_hash: &[u64], segments: &[Segment]) {
    let mut open: Vec<(u64, u32)> = script_hash.iter().copied().zip(0..).collect();
    if !segments.is_empty() {
        open.sort_unstable();
    }
    let mut known: Vec<Option<AddressNo>> = vec![None; script_hash.len()];
    for segment in segments.iter().rev() {
        open.retain(|(hash, local)| {
            let script = rows.scripts.get(place(*local));
            let Some(row) = segment.find_script(*hash, script) else { return true };
            known[place(*local)] = Some(AddressNo(segment.before.addresses + row));
            false
        });
    }
    let new = script_hash.len() - known.iter().flatten().count();
    let mut numbers = Vec::with_capacity(script_hash.len());
    let mut scripts = Scripts::default();
    let mut script_output = Vec::with_capacity(new);
    for (local, known) in known.into_iter().enumerate() {
        numbers.push(known.map_or_else(
            || {
                let number = rows.before.addresses + row32(scripts.len());
                scripts.push(rows.scripts.get(local));
                script_output.push(rows.script_output[local]);
                number
            },
            |known| known.0,
        ));
    }
    for address in &mut rows.address {
        *address = numbers[place(*address)];
    }
    rows.scripts = scripts;
    rows.script_output = script_output;
}
