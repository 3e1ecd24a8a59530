//! Several payments that cite one item and add up to it: each alone looks like a part of something, together they are the whole.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Currency;
use crate::model::stage::{CiteClass, Instalment, ReceiptFacts};

use super::facts::Facts;
use super::movements::Movements;

/// Receipts of one item that are added up: three years of months.
const MOST: usize = 36;

/// Marks receipts that complete one another, or leave no more than a fee of the item (`fee_limit`, in minor units of a currency).
/// They come in canonical order, so that the first that reach the whole are meant.
pub(super) fn find(
    facts: &Facts,
    movements: &Movements,
    receipts: &mut [ReceiptFacts],
    fee_limit: impl Fn(Currency) -> i64,
) {
    let mut citing: HashMap<u32, Vec<u32>, FixedState> = HashMap::default();
    for (n, receipt) in (0u32..).zip(receipts.iter()) {
        if let Some(item) = sole_item(facts, receipt).filter(|_| !movements.is_returned(receipt.payment)) {
            citing.entry(item).or_default().push(n);
        }
    }
    for (item, of) in citing.into_iter().filter(|(_, of)| (2..=MOST).contains(&of.len())) {
        let facts = &facts.items[item as usize];
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

/// The one open item that a receipt cites and that is larger than what it brings.
fn sole_item(facts: &Facts, receipt: &ReceiptFacts) -> Option<u32> {
    let item = |n: u32| &facts.items[n as usize];
    let mut places = receipt.cites.chunk_by(|a, b| a.place == b.place).filter_map(|place| {
        let mut open = place.iter().filter(|c| item(c.item).open != 0 && c.class <= CiteClass::Core);
        let likely = |customer: u32| receipt.payer.candidate(customer).is_some();
        let of_payer: Vec<u32> = open.clone().map(|c| c.item).filter(|n| likely(item(*n).customer)).collect();
        match of_payer[..] {
            [one] => Some(one),
            [] => open.next().map(|c| c.item).filter(|_| open.next().is_none()),
            _ => None,
        }
    });
    let first = places.next()?;
    let alone = places.all(|other| other == first);
    let fits = item(first).currency == receipt.currency && item(first).open > receipt.amount && receipt.amount > 0;
    (alone && fits).then_some(first)
}
