//! Learns when customers pay: from receipts about which the text leaves no doubt, and from runs of equal amounts.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::config::Weights;
use crate::model::Currency;
use crate::model::frequencies::as_written;
use crate::model::stage::{CiteClass, Day, ItemFacts, ReceiptFacts};
use crate::score::habit::{Observed, Seen};
use crate::score::{Habits, delay_of};

use super::Certain;
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
/// Share of the items that are left out while younger ones of the same amount are paid.
const LEFT_OUT: f64 = 0.01;
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

impl Observations {
    /// Adds a receipt of a customer for some of his items.
    fn add(&mut self, customer: u32, (payment, day, is_list): (u32, Day, bool), paid: &[u32], items: &[ItemFacts]) {
        let observed = &mut self.of[customer as usize];
        observed.receipts.push((payment, is_list));
        let kept = paid.len().min(OF_A_LIST);
        for n in 0..kept {
            let item = paid[n * paid.len() / kept];
            match delay_of(day, &items[item as usize]) {
                Some(delay) if delay.before_issue > 0 => self.before_issue += 1,
                Some(delay) => observed.seen.push(Seen { payment, item, delay: delay.from_due }),
                None => {}
            }
        }
    }
}

/// Delays of what is certain: of decisions that stand, and of confirmed receipts. `receipts` stand in the order to which the
/// confirmed ones refer.
pub(super) fn observe(
    items: &[ItemFacts],
    certain: Certain<'_>,
    receipts: &[ReceiptFacts],
    customers: usize,
) -> Observations {
    let mut observations = Observations { of: vec![Observed::default(); customers], before_issue: 0 };
    for taught in certain.taught {
        observations.add(taught.customer, (taught.payment, taught.day, taught.is_list), &taught.items, items);
    }
    for found in certain.confirmed {
        let receipt = &receipts[found.receipt as usize];
        let of = (receipt.payment, receipt.day, found.items.len() > 1);
        observations.add(found.customer, of, &found.items, items);
    }
    if !certain.taught.is_empty() {
        // Each customer's are kept in the order of receipts.
        observations.of.par_iter_mut().for_each(|observed| {
            observed.receipts.sort_unstable();
            observed.seen.sort_unstable();
        });
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
    let receipts = || observations.of.iter().flat_map(|o| &o.receipts);
    let lists = receipts().filter(|r| r.1).count() as f64 + weights.lists * ASSUMED;
    let lists = lists / (receipts().count() as f64 + ASSUMED);
    // Neither lists nor single items are ever impossible.
    let lists = lists.clamp(weights.lists / FARTHEST, 1.0 - (1.0 - weights.lists) / FARTHEST);
    estimated.insert("lists".to_string(), vec![lists]);
    as_written(estimated.values_mut().flatten());
    // What was estimated comes from the weights themselves, so it has their shape.
    let mut weights = weights.clone();
    let _ = weights.take(&estimated);
    estimated.insert("scatter".to_string(), scatter(&weights, observations));
    as_written(estimated.values_mut().flatten());
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
/// amount that is open once and comes once, or a run of equal amounts that fits the due dates at one shift alone. What is `is_out`
/// brought nothing in the end, or a person said no to what it seemed to say.
pub(super) fn learn_from_runs(
    habits: &Habits,
    items: &[ItemFacts],
    confirmed: &[Confirmed],
    receipts: &[ReceiptFacts],
    is_out: impl Fn(u32) -> bool + Sync,
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
    let mut paid: Vec<(Key, i32, u32)> = (0..receipts.len() as u32)
        .into_par_iter()
        .map(|n| (n, &receipts[n as usize]))
        .filter(|(n, r)| !sure[*n as usize] && !is_out(r.payment) && !telling(r))
        .filter_map(|(n, r)| Some(((r.payer.identified()?.customer, r.currency, r.amount), r.day, n)))
        .collect();
    let mut open: Vec<(Key, i32, u32)> = (0..items.len() as u32)
        .into_par_iter()
        .map(|n| (n, &items[n as usize]))
        .filter(|(n, i)| i.open > 0 && !spoken_for[*n as usize])
        .filter_map(|(n, i)| Some(((i.owner()?, i.currency, i.open), i.due.or(i.issue)?, n)))
        .collect();
    paid.par_sort_unstable();
    open.par_sort_unstable();
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
        let equal: Vec<(u32, &ItemFacts)> = equal.iter().map(|o| (o.2, &items[o.2 as usize])).collect();
        observations.of[key.0 as usize].seen.extend(align(habits, key.0, &run, &equal, last));
    }
    observations.of.iter_mut().for_each(|o| o.seen.sort_unstable());
}

/// The delays of a run that pairs with items of its amount at one shift, if one is sure: the k-th payment is for item k + shift.
fn align(habits: &Habits, customer: u32, run: &[&ReceiptFacts], items: &[(u32, &ItemFacts)], last: i32) -> Vec<Seen> {
    let (n, m) = (run.len() as i32, items.len() as i32);
    let pairs = |shift: i32| (0..n).filter(move |k| (0..m).contains(&(k + shift))).map(move |k| (k, k + shift));
    let due_by_now = |item: &ItemFacts| item.due.or(item.issue).is_some_and(|due| due + TIME_TO_PAY <= last);
    // At a shift of m nothing is paired: none of the payments is for any of the items.
    let log2: Vec<f64> = (1 - n..=m)
        .map(|shift| {
            let mut bits = 0.0;
            let mut delays = Vec::with_capacity(run.len());
            for (k, i) in pairs(shift) {
                match delay_of(run[k as usize].day, items[i as usize].1) {
                    Some(delay) if delay.before_issue == 0 => delays.push(delay.from_due),
                    Some(delay) => bits += habits.before_issue(delay.before_issue).log2(),
                    None => {}
                }
                bits += PAID.log2();
            }
            let paired = pairs(shift).count() as f64;
            bits += (run.len() as f64 - paired) * FOR_OTHERS.log2();
            let older = pairs(shift).map(|(_, i)| i).next().unwrap_or(0);
            let left = |i: &i32| !(0..n).contains(&(i - shift)) && due_by_now(items[*i as usize].1);
            for i in (0..m).filter(left) {
                bits += if i < older { LEFT_OUT } else { 1.0 - PAID }.log2();
            }
            bits + habits.log2_of_run(customer, &delays)
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
            let (item, facts) = items[i as usize];
            let delay = delay_of(receipt.day, facts).filter(|d| d.before_issue == 0)?;
            Some(Seen { payment: receipt.payment, item, delay: delay.from_due })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sure::Shown;
    use crate::model::sample::{TODAY, cite, item, known, receipt};
    use crate::score::Decided;

    static NO_SHOWN: Shown =
        Shown { decided: Decided { amounts: Vec::new(), unknown: 0.0 }, sure: Vec::new(), weight: 0.0 };
    const NOTHING: Certain<'_> = Certain { confirmed: &[], taught: &[], shown: &NO_SHOWN };
    const RENT: i64 = 98_037;

    fn due(days: i32) -> ItemFacts {
        ItemFacts { due: Some(TODAY + days), issue: Some(TODAY + days - 30), ..item(0, RENT) }
    }

    fn paid(n: u32, days: i32) -> ReceiptFacts {
        ReceiptFacts { payment: n, day: TODAY + days, payer: known(0), ..receipt(RENT) }
    }

    /// What uncited receipts of customer 0 teach, all of the same amount: items due, and receipts, so many days from today.
    fn learned(due_on: &[i32], paid_on: &[i32]) -> Vec<(u32, i32)> {
        let items: Vec<ItemFacts> = due_on.iter().map(|days| due(*days)).collect();
        let receipts: Vec<ReceiptFacts> = (0u32..).zip(paid_on).map(|(n, days)| paid(n, *days)).collect();
        let mut observations = observe(&items, NOTHING, &receipts, 1);
        let habits = Habits::of(&Weights::default(), &observations.of);
        learn_from_runs(&habits, &items, &[], &receipts, |_| false, &mut observations);
        observations.of[0].seen.iter().map(|s| (s.payment, s.delay)).collect()
    }

    #[test]
    fn a_run_of_equal_amounts_teaches_at_the_one_shift_that_fits() {
        assert_eq!(learned(&[0, 31, 62], &[3, 33, 65]), [(0, 3), (1, 2), (2, 3)]);
        // The invoice after the last payment is not due yet: who pays it leaves none out that is older.
        assert_eq!(learned(&[0, 31, 62, 92], &[3, 33, 65]), [(0, 3), (1, 2), (2, 3)]);
        // One payment too many: is the first for an invoice that is not in the list, or does he pay a month early?
        assert_eq!(learned(&[0, 31, 62], &[-28, 3, 33, 65]), []);
        // Half a month late or half a month early: nobody knows.
        assert_eq!(learned(&[0, 31], &[16]), []);
        assert_eq!(learned(&[0], &[400]), []);
        assert_eq!(learned(&[], &[0]), []);
    }

    #[test]
    fn one_amount_that_is_open_once_and_comes_once_teaches() {
        assert_eq!(learned(&[0], &[3]), [(0, 3)]);
        // Citing something else, it is spoken for; returned, it brought nothing.
        let items = [due(0), item(1, 5)];
        let cites = ReceiptFacts { cites: vec![cite(1, CiteClass::Whole)], ..paid(0, 3) };
        for (receipt, returned) in [(cites, false), (paid(0, 3), true)] {
            let mut observations = observe(&items, NOTHING, std::slice::from_ref(&receipt), 2);
            let habits = Habits::of(&Weights::default(), &observations.of);
            learn_from_runs(&habits, &items, &[], &[receipt], |_| returned, &mut observations);
            assert!(observations.of[0].seen.is_empty());
        }
    }

    #[test]
    fn shares_follow_the_confirmed_receipts_within_bounds() {
        let items: Vec<ItemFacts> = (0..900).map(|n| ItemFacts { customer: n / 3, ..due(0) }).collect();
        let receipts: Vec<ReceiptFacts> = (0..900).map(|n| paid(n, 20)).collect();
        let confirmed: Vec<Confirmed> =
            (0..900).map(|n| Confirmed { receipt: n, customer: n / 3, items: vec![n] }).collect();
        let weights = Weights::default();
        let observations = observe(&items, Certain { confirmed: &confirmed, ..NOTHING }, &receipts, 300);
        let estimated = estimate(&weights, &observations);
        let class = weights.delay_bounds.iter().position(|b| 20 <= *b).unwrap();
        assert!(estimated["delay"][class] > 0.8, "{estimated:?}");
        assert!(estimated["scatter"][0] > 0.8 && estimated["before_issue"][0] < weights.before_issue);
        for (name, given) in [("delay", &weights.delay), ("scatter", &weights.scatter)] {
            let bounded = estimated[name].iter().zip(given).all(|(p, given)| *p > given / 9.0 && *p <= 1.0);
            assert!(bounded && weights.clone().take(&estimated).is_ok(), "{name}");
        }
        // Nothing seen: as assumed.
        let nothing = estimate(&weights, &observe(&items, NOTHING, &receipts, 300));
        assert!(nothing["delay"].iter().zip(&weights.delay).all(|(p, given)| (p - given).abs() < 1e-9));
    }
}
