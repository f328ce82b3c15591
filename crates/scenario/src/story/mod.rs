//! The script: what everybody does, and when.

mod background;
mod noise;
mod thief;

use crate::{agenda::Step, cast::Cast, rng::Rng};

/// Seconds in a day.
const DAY: u64 = 86_400;
/// Seconds in an hour.
const HOUR: u64 = 3_600;
/// Seconds in a minute.
const MINUTE: u64 = 60;
/// When the theft happens, in seconds since the first block: 2024-04-17 03:12 UTC.
const THEFT: u64 = 107 * DAY + 3 * HOUR + 12 * MINUTE;
/// When the story ends, in seconds since the first block.
const END: u64 = 190 * DAY;

/// All steps of the story, in no particular order.
pub(crate) fn write(cast: &Cast, rng: &mut Rng) -> Vec<Step> {
    let mut steps = background::first_coins(cast);
    background::customers(cast, rng, &mut steps);
    background::hub(cast, rng, &mut steps);
    background::mixer_and_bridge(cast, rng, &mut steps);
    thief::theft(cast, &mut steps);
    thief::peel_chain(cast, rng, &mut steps);
    thief::mixer_and_bridge(cast, rng, &mut steps);
    thief::shared_wallet(cast, &mut steps);
    thief::hub_and_splitter(cast, &mut steps);
    noise::dust(cast, rng, &mut steps);
    noise::poisoning(cast, rng, &mut steps);
    steps
}
