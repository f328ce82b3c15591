//! CoinJoin verdicts against files of known rounds, and of known others.

use std::{collections::BTreeSet, path::Path};

use chain::{ScriptKind, UtxoTxId, record::Payment};
use graph::coinjoin::{Counts, Protocol, balanced_accounts, bars_co_spend, is_stonewall, verdict};

use super::{
    block,
    line::{Line, Target},
    truth::Truth,
};
use crate::step::Failure;

/// Below the folder of real data.
pub(super) const FOLDER: &str = "coinjoin";

const WASABI1: &str = "wasabi1_2021-08_2021-09.coinjoins";
const WASABI1_AFTER: &str = "wasabi1_2021-08_2021-09.postmix";
const FALSE: &str = "false positives";
const RECALL: &str = "recall";

pub(super) fn score(data: &Path) -> Result<Vec<Line>, Failure> {
    let truth = Truth::read(&data.join(FOLDER))?;
    let block = block::payments(&data.join("bitcoin"))?;
    let lines =
        [wasabi1(&truth), wasabi2(&truth), whirlpool(&truth), wide(&truth), unlabelled(&block)];
    let clusters = co_spend(&truth, &block);
    Ok([lines.concat(), clusters].concat())
}

/// Whether the count speaks for the rule, against it, or neither.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    For,
    Against,
    Neither,
}

struct Question {
    method: &'static str,
    truth: &'static str,
    metric: &'static str,
    side: Side,
    target: Option<Target>,
}

fn recall(method: &'static str, truth: &'static str, least: Option<u64>) -> Question {
    let target = least.map(Target::AtLeast);
    Question { method, truth, metric: RECALL, side: Side::For, target }
}

fn mistakes(method: &'static str, truth: &'static str, most: u64) -> Question {
    let target = Some(Target::Below(most));
    Question { method, truth, metric: FALSE, side: Side::Against, target }
}

/// A count that speaks neither for a rule nor against it.
fn told(method: &'static str, truth: &'static str, metric: &'static str) -> Question {
    Question { method, truth, metric, side: Side::Neither, target: None }
}

/// What clusters need: the inputs of a known CoinJoin are not joined, whatever it is named.
fn barred(truth: &'static str) -> Question {
    let metric = "inputs kept apart";
    Question { method: "any verdict of 50 or more", truth, metric, side: Side::For, target: None }
}

impl Question {
    fn ask<'a>(
        self,
        payments: impl IntoIterator<Item = &'a Payment>,
        holds: impl Fn(&Payment) -> bool,
    ) -> Line {
        let Question { method, truth, metric, side, target } = self;
        let mut line =
            Line { method, truth, metric, hits: 0, n: 0, target, exceptions: Vec::new() };
        for payment in payments {
            let hit = holds(payment);
            line.n += 1;
            line.hits += u64::from(hit);
            if side != Side::Neither && hit == (side == Side::Against) {
                line.exceptions.push(payment.id.to_string());
            }
        }
        line
    }
}

fn is(protocol: Protocol) -> impl Fn(&Payment) -> bool {
    move |payment| verdict(payment).is_some_and(|found| found.protocol == protocol)
}

/// As clusters ask: counts and values first, the rules only where these do not say no.
fn is_barred(payment: &Payment) -> bool {
    let counts = Counts { inputs: payment.inputs.len(), outputs: payment.outputs.len() };
    let mut values: Vec<u64> = payment.outputs.iter().map(|output| output.value.get()).collect();
    counts.may_be_barred()
        && counts.values_may_be_barred(&mut values, || payment.block)
        && bars_co_spend(payment)
}

fn is_whirlpool(payment: &Payment) -> bool {
    let whirlpool = [Protocol::Whirlpool, Protocol::WhirlpoolTx0];
    verdict(payment).is_some_and(|found| whirlpool.contains(&found.protocol))
}

/// At least two participants' accounts balance, and a third of all: a CoinJoin by arithmetic.
fn is_proven(payment: &Payment) -> bool {
    let parties = payment.outputs.len().div_ceil(2);
    balanced_accounts(payment).is_some_and(|count| count >= 2 && 3 * count >= parties)
}

fn listed<'a>(truth: &'a Truth, ids: &'a BTreeSet<UtxoTxId>) -> impl Iterator<Item = &'a Payment> {
    truth.all().into_iter().filter(|payment| ids.contains(&payment.id))
}

fn wasabi1(truth: &Truth) -> Vec<Line> {
    let is_wasabi1 = is(Protocol::Wasabi1);
    let not = "wasabi1_false_positives_2018, those whose transactions are at hand";
    let (published, unpublished): (Vec<&Payment>, Vec<&Payment>) =
        truth.wasabi1.iter().partition(|payment| truth.wasabi1_published.contains(&payment.id));
    let others = || truth.whirlpool_after.iter().chain(&truth.other);
    vec![
        recall("wasabi1", WASABI1, Some(995_000)).ask(&truth.wasabi1, &is_wasabi1),
        recall(
            "wasabi1",
            "wasabi1_2021-08_2021-09.coinjoins, in the coordinator's log",
            Some(995_000),
        )
        .ask(published, &is_wasabi1),
        mistakes(
            "wasabi1",
            "wasabi1_2021-08_2021-09.coinjoins, not in the coordinator's log",
            50_000,
        )
        .ask(unpublished, &is_wasabi1),
        mistakes("wasabi1", not, 50_000).ask(listed(truth, &truth.wasabi1_not), &is_wasabi1),
        mistakes("wasabi1", WASABI1_AFTER, 5_000).ask(&truth.wasabi1_after, &is_wasabi1),
        mistakes("wasabi1", "whirlpool_2024-03.postmix and other_joinmarket_like_2024-06", 5_000)
            .ask(others(), &is_wasabi1),
        barred(WASABI1).ask(&truth.wasabi1, is_barred),
    ]
}

fn wasabi2(truth: &Truth) -> Vec<Line> {
    let is_wasabi2 = is(Protocol::Wasabi2);
    let published = "wasabi2_txid_coordinator, those whose transactions are at hand";
    let rounds = || truth.wasabi2.iter().filter(|one| !truth.wasabi2_not.contains(&one.id));
    let not = "wasabi2_false_positives, those whose transactions are at hand";
    let others = || truth.whirlpool_after.iter().chain(&truth.other);
    vec![
        recall("wasabi2", "wasabi2_2024-05.first_12", Some(990_000))
            .ask(&truth.wasabi2, &is_wasabi2),
        recall(
            "wasabi2",
            "wasabi2_2024-05.first_12, without listed false positives",
            Some(990_000),
        )
        .ask(rounds(), &is_wasabi2),
        recall("wasabi2", published, Some(990_000))
            .ask(listed(truth, &truth.wasabi2_published), &is_wasabi2),
        mistakes("wasabi2", "whirlpool_2024-03.postmix and other_joinmarket_like_2024-06", 5_000)
            .ask(others(), &is_wasabi2),
        barred("wasabi2_2024-05.first_12, without listed false positives").ask(rounds(), is_barred),
        mistakes("wasabi2", not, 50_000).ask(listed(truth, &truth.wasabi2_not), &is_wasabi2),
    ]
}

fn whirlpool(truth: &Truth) -> Vec<Line> {
    let (mix, tx0) = (is(Protocol::Whirlpool), is(Protocol::WhirlpoolTx0));
    let has_data = |payment: &&Payment| {
        payment.outputs.iter().any(|output| output.script.kind() == ScriptKind::OpReturn)
    };
    let (with, without): (Vec<&Payment>, Vec<&Payment>) =
        truth.whirlpool_before.iter().partition(has_data);
    let after = || truth.whirlpool_after.iter();
    let earlier: BTreeSet<UtxoTxId> = [&truth.whirlpool, &truth.whirlpool_before]
        .into_iter()
        .flatten()
        .chain(after().filter(|payment| mix(payment)))
        .map(|payment| payment.id)
        .collect();
    let descends =
        |payment: &Payment| payment.inputs.iter().any(|input| earlier.contains(&input.spends.tx));
    vec![
        recall("whirlpool-tx0", "whirlpool_2024-03.tx0", Some(990_000))
            .ask(&truth.whirlpool_before, &tx0),
        recall("whirlpool", "whirlpool_2024-03.coinjoins", Some(999_000))
            .ask(&truth.whirlpool, &mix),
        barred("whirlpool_2024-03.coinjoins").ask(&truth.whirlpool, is_barred),
        recall("whirlpool-tx0", "whirlpool_2024-03.tx0, with an OP_RETURN", Some(990_000))
            .ask(with, &tx0),
        told("whirlpool", "whirlpool_2024-03.tx0, without an OP_RETURN", "named a mix")
            .ask(without, &mix),
        told("whirlpool", "whirlpool_2024-03.postmix", "named a mix or a Tx0")
            .ask(after(), is_whirlpool),
        told("whirlpool", "whirlpool_2024-03.postmix, named a mix", "spends a known mix or Tx0")
            .ask(after().filter(|payment| mix(payment)), descends),
        mistakes("whirlpool", WASABI1_AFTER, 5_000).ask(&truth.wasabi1_after, is_whirlpool),
        mistakes("whirlpool", "other_joinmarket_like_2024-06", 5_000)
            .ask(&truth.other, is_whirlpool),
    ]
}

fn wide(truth: &Truth) -> Vec<Line> {
    let ordinary = |payment: &&Payment| !is_whirlpool(payment) && !is_proven(payment);
    let other = "other_joinmarket_like_2024-06.first_half";
    vec![
        mistakes("any verdict of 50 or more", WASABI1_AFTER, 5_000)
            .ask(&truth.wasabi1_after, is_barred),
        mistakes("any verdict of 50 or more", "whirlpool_2024-03.postmix", 5_000)
            .ask(&truth.whirlpool_after, is_barred),
        told("joinmarket", WASABI1_AFTER, "named")
            .ask(&truth.wasabi1_after, is(Protocol::JoinMarket)),
        told("joinmarket", "wasabi1_2021-08_2021-09.postmix, named JoinMarket", "accounts balance")
            .ask(
                truth.wasabi1_after.iter().filter(|payment| is(Protocol::JoinMarket)(payment)),
                is_proven,
            ),
        mistakes(
            "any verdict of 50 or more",
            "wasabi1_2021-08_2021-09.postmix, without proven CoinJoins",
            5_000,
        )
        .ask(truth.wasabi1_after.iter().filter(ordinary), is_barred),
        mistakes(
            "any verdict of 50 or more",
            "whirlpool_2024-03.postmix, without mixes, Tx0s and proven CoinJoins",
            5_000,
        )
        .ask(truth.whirlpool_after.iter().filter(ordinary), is_barred),
        told("joinmarket or equal-outputs", other, "agreement").ask(&truth.other, is_barred),
        told("stonewall veto", other, "vetoed").ask(&truth.other, is_stonewall),
    ]
}

/// What clusters make of all of it: no input of a known CoinJoin is joined, and the first look at
/// counts and values loses no verdict.
fn co_spend(truth: &Truth, block: &[Payment]) -> Vec<Line> {
    let known = [&truth.wasabi1, &truth.wasabi2, &truth.whirlpool].into_iter().flatten();
    let known: Vec<&Payment> =
        known.filter(|payment| !truth.wasabi2_not.contains(&payment.id)).collect();
    let barred_by_rules = truth.all().into_iter().chain(block).filter(|one| bars_co_spend(one));
    let apart = "co-spend joins none of their inputs";
    let question = |truth, metric| Question {
        method: "co-spend",
        truth,
        metric,
        side: Side::For,
        target: Some(Target::AtLeast(1_000_000)),
    };
    vec![
        question("every known CoinJoin, without listed false positives", apart)
            .ask(known, is_barred),
        question("every payment that the rules bar, by the first look", apart)
            .ask(barred_by_rules, is_barred),
    ]
}

/// Nobody has labelled a whole block: what is told in it bounds the false positives from above.
fn unlabelled(block: &[Payment]) -> Vec<Line> {
    let truth = "mainnet block 866,342, every payment, unlabelled";
    vec![
        mistakes("any verdict of 50 or more", truth, 5_000).ask(block, is_barred),
        told("whirlpool-tx0", truth, "named").ask(block, is(Protocol::WhirlpoolTx0)),
        told("stonewall veto", truth, "vetoed").ask(block, is_stonewall),
    ]
}
