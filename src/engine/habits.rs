//! Learns when customers pay: from receipts about which the text leaves no doubt, and from runs of equal amounts.

use std::collections::BTreeMap;

use crate::config::Weights;
use crate::model::Currency;
use crate::model::stage::{CiteClass, ItemFacts, ReceiptFacts};
use crate::score::habit::{Observed, Seen};
use crate::score::{Habits, delay_of};

use super::confirmed::Confirmed;

/// Items of one list that are looked at: a list says once when its payer pays, however long it is.
const OF_A_LIST: usize = 4;
/// Confirmed receipts that the assumed shares of delays are worth.
const ASSUMED: f64 = 100.0;
/// Customers with several confirmed receipts that the assumed shares of scatter are worth.
const ASSUMED_CUSTOMERS: f64 = 20.0;
/// How far an estimated share may go below the assumed one.
const FARTHEST: f64 = 8.0;
/// Rounds in which the shares of scatter are estimated.
const ROUNDS: usize = 3;

/// Receipts and items of one run of equal amounts that are looked at.
const LONGEST: usize = 24;
/// Probability from which an alignment of a run teaches. The payments of a run share it, so nothing less may: what is taken for
/// granted here cannot be doubted later.
const SURE: f64 = 0.999;
/// The same for one payment and one item: it says nothing of itself.
const SURE_OF_ONE: f64 = 0.99;
/// Share of the items that are paid within the data.
const PAID: f64 = 0.8;
/// Density, per day, of a payment of an equal amount that is for none of the items: one in twenty, spread over two hundred days.
const FOR_OTHERS: f64 = 0.05 / 200.0;
/// Days after the due date from which an item could have been paid within the data.
const TIME_TO_PAY: i32 = 30;

/// What was observed of all customers.
pub(super) struct Observations {
    pub(super) of: Vec<Observed>,
    /// Items that were paid before they were issued.
    before_issue: u32,
}

/// Delays of confirmed receipts. `receipts` stand in the order to which the confirmed ones refer.
pub(super) fn observe(
    items: &[ItemFacts],
    confirmed: &[Confirmed],
    receipts: &[ReceiptFacts],
    customers: usize,
) -> Observations {
    let mut observations = Observations { of: vec![Observed::default(); customers], before_issue: 0 };
    for found in confirmed {
        let receipt = &receipts[found.receipt as usize];
        let observed = &mut observations.of[found.customer as usize];
        observed.receipts.push((receipt.payment, found.items.len() > 1));
        let kept = found.items.len().min(OF_A_LIST);
        for n in 0..kept {
            let item = &items[found.items[n * found.items.len() / kept] as usize];
            match delay_of(receipt.day, item) {
                Some(delay) if delay.before_issue > 0 => observations.before_issue += 1,
                Some(delay) => observed.seen.push(Seen { payment: receipt.payment, delay: delay.from_due }),
                None => {}
            }
        }
    }
    observations
}

/// The shares of delays and scatter as the confirmed receipts show them, the assumed ones counted as [`ASSUMED`] more.
pub(super) fn estimate(weights: &Weights, observations: &Observations) -> BTreeMap<String, Vec<f64>> {
    let delays = || observations.of.iter().flat_map(|o| &o.seen).map(|s| s.delay);
    let total: f64 = weights.delay.iter().sum();
    let mut counts: Vec<f64> = weights.delay.iter().map(|share| share / total * ASSUMED).collect();
    for delay in delays() {
        let class = weights.delay_bounds.iter().position(|b| delay <= *b).unwrap_or(weights.delay_bounds.len());
        counts[class] += 1.0;
    }
    let seen: f64 = counts.iter().sum();
    let floors = weights.delay.iter().map(|share| share / total / FARTHEST);
    let shares: Vec<f64> = counts.iter().zip(floors).map(|(n, floor)| (n / seen).max(floor)).collect();
    let sum: f64 = shares.iter().sum();
    let early = f64::from(observations.before_issue) + weights.before_issue * ASSUMED;
    let early = early / (delays().count() as f64 + f64::from(observations.before_issue) + ASSUMED);
    let early = early.clamp(weights.before_issue / FARTHEST, (weights.before_issue * FARTHEST).min(1.0));
    let mut estimated = BTreeMap::from([
        ("delay".to_string(), shares.iter().map(|share| share / sum * total.min(1.0)).collect()),
        ("before_issue".to_string(), vec![early]),
    ]);
    // What was estimated comes from the weights themselves, so it has their shape.
    let mut weights = weights.clone();
    let _ = weights.take(&estimated);
    estimated.insert("scatter".to_string(), scatter(&weights, observations));
    estimated
}

/// Share of customers with each scale of scatter, among those of whom several delays are known.
fn scatter(weights: &Weights, observations: &Observations) -> Vec<f64> {
    let assumed: f64 = weights.scatter.iter().sum();
    let mut shares: Vec<f64> = weights.scatter.clone();
    for _ in 0..ROUNDS {
        let habits = Habits::of(&Weights { scatter: shares, ..weights.clone() }, &[]);
        let mut counts: Vec<f64> = weights.scatter.iter().map(|s| s / assumed * ASSUMED_CUSTOMERS).collect();
        let several = observations.of.iter().map(|o| kept(&o.seen)).filter(|seen| seen.len() > 2);
        for seen in several {
            counts.iter_mut().zip(habits.scatter_of(seen)).for_each(|(count, share)| *count += share);
        }
        let total: f64 = counts.iter().sum();
        let bound = |(n, given): (f64, &f64)| (n / total).max(given / assumed / FARTHEST);
        shares = counts.into_iter().zip(&weights.scatter).map(bound).collect();
    }
    shares.into_iter().map(|share| share.min(1.0)).collect()
}

fn kept(seen: &[Seen]) -> &[Seen] {
    &seen[..seen.len().min(crate::score::habit::KEPT)]
}

/// One amount of one customer.
type Key = (u32, Currency, i64);

/// Adds what uncited payments of a known payer teach, where there is only one way to pair them with items of their amount: an
/// amount that is open once and comes once, or a run of equal amounts that fits the due dates at one shift alone.
pub(super) fn learn_from_runs(
    habits: &Habits,
    items: &[ItemFacts],
    confirmed: &[Confirmed],
    receipts: &[ReceiptFacts],
    is_returned: impl Fn(u32) -> bool,
    observations: &mut Observations,
) {
    let mut spoken_for = vec![false; items.len()];
    let mut sure = vec![false; receipts.len()];
    for found in confirmed {
        sure[found.receipt as usize] = true;
        found.items.iter().for_each(|item| spoken_for[*item as usize] = true);
    }
    let telling =
        |r: &ReceiptFacts| r.cites.iter().any(|c| c.class <= CiteClass::Core && items[c.item as usize].open != 0);
    let mut paid: Vec<(Key, i32, u32)> = (0u32..)
        .zip(receipts)
        .filter(|(n, r)| !sure[*n as usize] && !is_returned(r.payment) && !telling(r))
        .filter_map(|(n, r)| Some(((r.payer.identified()?.customer, r.currency, r.amount), r.day, n)))
        .collect();
    let mut open: Vec<(Key, i32, u32)> = (0u32..)
        .zip(items)
        .filter(|(n, i)| i.open > 0 && !spoken_for[*n as usize])
        .filter_map(|(n, i)| Some(((i.owner()?, i.currency, i.open), i.due.or(i.issue)?, n)))
        .collect();
    paid.sort_unstable();
    open.sort_unstable();
    let last = receipts.iter().map(|r| r.day).max().unwrap_or(0);
    let mut rest = &open[..];
    for run in paid.chunk_by(|a, b| a.0 == b.0) {
        let key = run[0].0;
        rest = &rest[rest.partition_point(|o| o.0 < key)..];
        let equal = &rest[..rest.partition_point(|o| o.0 == key)];
        if equal.is_empty() || run.len() > LONGEST || equal.len() > LONGEST {
            continue;
        }
        let run: Vec<&ReceiptFacts> = run.iter().map(|p| &receipts[p.2 as usize]).collect();
        let equal: Vec<&ItemFacts> = equal.iter().map(|o| &items[o.2 as usize]).collect();
        observations.of[key.0 as usize].seen.extend(align(habits, key.0, &run, &equal, last));
    }
    observations.of.iter_mut().for_each(|o| o.seen.sort_unstable());
}

/// The delays of a run that pairs with items of its amount at one shift, if one is sure: the k-th payment is for item k + shift.
fn align(habits: &Habits, customer: u32, run: &[&ReceiptFacts], items: &[&ItemFacts], last: i32) -> Vec<Seen> {
    let (n, m) = (run.len() as i32, items.len() as i32);
    let pairs = |shift: i32| (0..n).filter(move |k| (0..m).contains(&(k + shift))).map(move |k| (k, k + shift));
    let due_by_now = |item: &ItemFacts| item.due.or(item.issue).is_some_and(|due| due + TIME_TO_PAY <= last);
    // At a shift of m nothing is paired: none of the payments is for any of the items.
    let log2: Vec<f64> = (1 - n..=m)
        .map(|shift| {
            let mut bits = 0.0;
            let mut delays = Vec::with_capacity(run.len());
            for (k, i) in pairs(shift) {
                match delay_of(run[k as usize].day, items[i as usize]) {
                    Some(delay) if delay.before_issue == 0 => delays.push(delay.from_due),
                    _ => bits += habits.before_issue().log2(),
                }
                bits += PAID.log2();
            }
            let paired = pairs(shift).count() as f64;
            bits += (run.len() as f64 - paired) * FOR_OTHERS.log2();
            let left = (0..m).filter(|i| !(0..n).contains(&(i - shift)) && due_by_now(items[*i as usize])).count();
            bits + left as f64 * (1.0 - PAID).log2() + habits.log2_of_run(customer, &delays)
        })
        .collect();
    let best = (0..log2.len()).max_by(|a, b| log2[*a].total_cmp(&log2[*b]).then(b.cmp(a))).unwrap_or(0);
    let sum: f64 = log2.iter().map(|l| (l - log2[best]).exp2()).sum();
    let shift = 1 - n + best as i32;
    let needed = if n == 1 && m == 1 { SURE_OF_ONE } else { SURE };
    if 1.0 / sum < needed || shift == m {
        return Vec::new();
    }
    pairs(shift)
        .filter_map(|(k, i)| {
            let receipt = run[k as usize];
            let delay = delay_of(receipt.day, items[i as usize]).filter(|d| d.before_issue == 0)?;
            Some(Seen { payment: receipt.payment, delay: delay.from_due })
        })
        .collect()
}
