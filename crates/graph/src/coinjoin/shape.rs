//! What all rules count, counted once.

use std::{
    collections::BTreeMap,
    ops::{RangeBounds, RangeFrom, RangeInclusive},
};

use chain::{
    Satoshis, Script, ScriptKind,
    record::{Payment, PaymentInput, PaymentOutput},
};

/// A payment with its counts.
pub(super) struct Shape<'a> {
    pub(super) inputs: &'a [PaymentInput],
    pub(super) outputs: &'a [PaymentOutput],
    payment: &'a Payment,
    /// Every output value, and how often it occurs.
    pub(super) values: BTreeMap<u64, usize>,
    /// The most frequent output value; of several, the largest.
    pub(super) common: u64,
    /// How often that occurs.
    pub(super) common_count: usize,
    /// How many different scripts the inputs have.
    pub(super) input_scripts: usize,
    /// How many inputs the most used of these scripts has.
    pub(super) busiest_script: usize,
}

impl<'a> Shape<'a> {
    /// `None` for a coinbase and for a payment without outputs.
    pub(super) fn of(payment: &'a Payment) -> Option<Shape<'a>> {
        let mut values: BTreeMap<u64, usize> = BTreeMap::new();
        for output in &payment.outputs {
            *values.entry(output.value.get()).or_default() += 1;
        }
        let mut scripts: BTreeMap<&Script, usize> = BTreeMap::new();
        for input in &payment.inputs {
            *scripts.entry(&input.script).or_default() += 1;
        }
        let (common, common_count) = values
            .iter()
            .map(|(value, count)| (*value, *count))
            .max_by_key(|one| (one.1, one.0))?;
        Some(Shape {
            inputs: &payment.inputs,
            outputs: &payment.outputs,
            payment,
            values,
            common,
            common_count,
            input_scripts: scripts.len(),
            busiest_script: scripts.values().copied().max()?,
        })
    }

    /// Values that several outputs have, ascending.
    pub(super) fn repeated(&self) -> impl Iterator<Item = (u64, usize)> {
        self.values.iter().map(|(value, count)| (*value, *count)).filter(|one| one.1 >= 2)
    }

    /// How many values only one output has.
    pub(super) fn unique_values(&self) -> usize {
        self.values.values().filter(|count| **count == 1).count()
    }

    /// Whether all inputs have one of these forms.
    pub(super) fn inputs_are(&self, kinds: &[ScriptKind]) -> bool {
        self.inputs.iter().all(|input| kinds.contains(&input.script.kind()))
    }

    /// Whether all outputs have one of these forms.
    pub(super) fn outputs_are(&self, kinds: &[ScriptKind]) -> bool {
        self.outputs.iter().all(|output| kinds.contains(&output.script.kind()))
    }

    /// Whether the payment falls into a period, by height, or by time (in seconds since 1970)
    /// where the height is not known. `unknown` where neither is.
    pub(super) fn is_within(
        &self,
        blocks: &impl RangeBounds<u64>,
        times: &impl RangeBounds<i64>,
        unknown: bool,
    ) -> bool {
        match (self.payment.block, self.payment.time) {
            (Some(block), _) => blocks.contains(&block),
            (None, Some(time)) => times.contains(&time.seconds()),
            (None, None) => unknown,
        }
    }
}

/// A period that has not ended, in blocks and in seconds since 1970.
pub(super) type Since = (RangeFrom<u64>, RangeFrom<i64>);
/// A period that has, likewise.
pub(super) type Between = (RangeInclusive<u64>, RangeInclusive<i64>);

/// Output values were `Satoshis` before they were counted.
pub(super) fn satoshis(values: impl IntoIterator<Item = u64>) -> Vec<Satoshis> {
    values.into_iter().filter_map(Satoshis::new).collect()
}
