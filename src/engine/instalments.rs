//! Several payments that cite one item and add up to it: each alone looks like a part of something, together they are the whole.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::model::Currency;
use crate::model::stage::{Cite, CiteClass, Instalment, ItemFacts, ReceiptFacts};

/// Receipts of one item that are added up: three years of months.
const MOST: usize = 36;

/// Marks receipts that complete one another, or that leave no more than a fee (`fee_limit`, in minor units of the item's currency).
/// They come in canonical order, so that the first that reach the whole are meant. What was returned completes nothing.
pub(super) fn find(
    items: &[ItemFacts],
    receipts: &mut [ReceiptFacts],
    is_returned: impl Fn(u32) -> bool + Sync,
    fee_limit: impl Fn(Currency) -> i64,
) {
    let mut citing: HashMap<u32, Vec<u32>, FixedState> = HashMap::default();
    let sole: Vec<(u32, u32)> = (receipts.par_iter().enumerate())
        .filter_map(|(n, receipt)| {
            Some((n as u32, sole_item(items, receipt).filter(|_| !is_returned(receipt.payment))?))
        })
        .collect();
    for (n, item) in sole {
        citing.entry(item).or_default().push(n);
    }
    for (item, of) in citing.into_iter().filter(|(_, of)| (2..=MOST).contains(&of.len())) {
        let facts = &items[item as usize];
        let amounts = of.iter().map(|receipt| receipts[*receipt as usize].amount);
        let Some((count, rest)) = whole(facts.open, amounts).filter(|w| w.1 <= fee_limit(facts.currency)) else {
            continue;
        };
        for receipt in &of[..count] {
            receipts[*receipt as usize].instalment = Some(Instalment { item, receipts: count as u32, rest });
        }
    }
}

/// How many of these amounts, from the first on, make up what is open, and what they leave: at least two that reach it to the
/// minor unit, else all of them where they stay below it.
fn whole(open: i64, amounts: impl ExactSizeIterator<Item = i64>) -> Option<(usize, i64)> {
    let all = amounts.len();
    let mut sum = 0i64;
    for (count, amount) in (1..).zip(amounts) {
        sum = sum.saturating_add(amount);
        if count > 1 && sum <= open && (sum == open || count == all) {
            return Some((count, open - sum));
        }
    }
    None
}

/// The one open item that a receipt cites and that is larger than what it brings. What strangers' items it cites besides, as
/// numbers of other things happen to do, and what its payer's items it cites less clearly, is left aside.
fn sole_item(items: &[ItemFacts], receipt: &ReceiptFacts) -> Option<u32> {
    let item = |n: u32| &items[n as usize];
    // Most receipts cite nothing that is larger than they are: that is seen before anything is sorted out.
    let larger = |c: &Cite| item(c.item).open > receipt.amount && item(c.item).currency == receipt.currency;
    if receipt.amount <= 0 || !receipt.cites.iter().any(larger) {
        return None;
    }
    let likely = |customer: u32| receipt.payer.candidate(customer).is_some();
    let open = |c: &&Cite| item(c.item).open != 0 && item(c.item).currency == receipt.currency;
    let of_payer = |c: &&Cite| likely(item(c.item).customer);
    let telling = |c: &&Cite| c.class <= CiteClass::Core;
    let near = |c: &&Cite| c.class == CiteClass::Near;
    let cites = || receipt.cites.iter().filter(open);
    // Strongest first: what decides is the first sort of citation of which there is any.
    let sorts: [Vec<&Cite>; 3] = [
        cites().filter(telling).filter(of_payer).collect(),
        cites().filter(near).filter(of_payer).collect(),
        cites().filter(telling).collect(),
    ];
    let meant = sorts.into_iter().find(|sort| !sort.is_empty())?;
    let mut places = meant.chunk_by(|a, b| a.place == b.place).map(|place| match place {
        [one] => Some(one.item),
        [first, others @ ..] if others.iter().all(|c| c.item == first.item) => Some(first.item),
        _ => None,
    });
    let first = places.next()??;
    let alone = places.all(|other| other == Some(first));
    let fits = item(first).currency == receipt.currency && item(first).open > receipt.amount && receipt.amount > 0;
    (alone && fits && !receipt.refuses(&[first])).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{cite, item, known, receipt};

    /// What receipts of these amounts are marked with, each citing one item of 1,000.00; a fee is 10.00 at most.
    fn marked(amounts: &[i64], change: impl Fn(usize, &mut ReceiptFacts), returned: &[u32]) -> Vec<Option<(u32, i64)>> {
        let items = [item(0, 100_000), item(1, 100_000)];
        let mut receipts: Vec<ReceiptFacts> = (0u32..)
            .zip(amounts)
            .map(|(n, amount)| ReceiptFacts { payment: n, cites: vec![cite(0, CiteClass::Whole)], ..receipt(*amount) })
            .collect();
        receipts.iter_mut().enumerate().for_each(|(n, r)| change(n, r));
        find(&items, &mut receipts, |payment| returned.contains(&payment), |_| 1_000);
        receipts.iter().map(|r| r.instalment.map(|i| (i.receipts, i.rest))).collect()
    }

    fn plain(amounts: &[i64]) -> Vec<Option<(u32, i64)>> {
        marked(amounts, |_, _| {}, &[])
    }

    #[test]
    fn two_parts_that_make_the_whole_belong_together() {
        assert_eq!(plain(&[40_000, 60_000]), [Some((2, 0)); 2]);
        // The first that reach it are meant; what comes later is something else.
        assert_eq!(plain(&[40_000, 60_000, 5_000]), [Some((2, 0)), Some((2, 0)), None]);
    }

    #[test]
    fn three_parts_may_leave_a_small_rest() {
        assert_eq!(plain(&[30_000, 30_000, 39_200]), [Some((3, 800)); 3]);
        assert_eq!(plain(&[30_000, 30_000, 38_999]), [None; 3], "1,001 is more than a fee");
    }

    #[test]
    fn more_than_the_whole_completes_nothing() {
        assert_eq!(plain(&[40_000, 60_001]), [None; 2]);
        assert_eq!(plain(&[100_000, 100_000]), [None; 2]);
        assert_eq!(plain(&[99_500]), [None], "one payment is no instalment plan");
        assert_eq!(plain(&[i64::MAX, i64::MAX]), [None; 2]);
    }

    #[test]
    fn what_was_returned_or_cites_something_else_takes_no_part() {
        assert_eq!(marked(&[40_000, 60_000], |_, _| {}, &[1]), [None; 2]);
        let also = |n: usize, r: &mut ReceiptFacts| {
            if n == 1 {
                r.cites.push(cite(1, CiteClass::Whole));
            }
        };
        assert_eq!(marked(&[40_000, 60_000], also, &[]), [None; 2], "two items are cited");
        let tail = |_: usize, r: &mut ReceiptFacts| r.cites[0].class = CiteClass::Tail;
        assert_eq!(marked(&[40_000, 60_000], tail, &[]), [None; 2], "last digits are too little");
    }

    #[test]
    fn a_number_that_two_items_bear_means_the_payers() {
        let shared = |payer: bool| {
            move |_: usize, r: &mut ReceiptFacts| {
                r.cites.push(crate::model::stage::Cite { place: 0, ..cite(1, CiteClass::Whole) });
                r.payer = if payer { known(0) } else { Default::default() };
            }
        };
        assert_eq!(marked(&[40_000, 60_000], shared(true), &[]), [Some((2, 0)); 2]);
        assert_eq!(marked(&[40_000, 60_000], shared(false), &[]), [None; 2]);
    }
}
