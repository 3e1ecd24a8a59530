//! What chance does, measured in the data at hand.

use std::collections::BTreeMap;

use crate::model::Frequencies;
use crate::model::frequencies::as_written;
use crate::model::money;
use crate::model::stage::{ItemFacts, ReceiptFacts};

use super::date::{by_anybody, delay_of};
use super::habit::Habits;

/// Classes of zeros at the end of an amount.
pub(super) const ZEROS: usize = 13;
/// Random pairs of receipt and item that are looked at.
const PAIRS: usize = 20_000;
/// A prime step through the items, so that pairs are spread without a random source.
const STEP: usize = 7919;

/// Receipts whose decisions stand: they happened as well, so they count for what chance does.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Amounts in minor units.
    pub amounts: Vec<i64>,
    /// Share of them whose payer nobody recognises.
    pub unknown: f64,
}

/// Measures how often things agree by chance. Receipts and items are in canonical order, so the figures depend on content only.
/// `counts`: whether a payment may mean an item by chance.
pub fn measure(
    habits: &Habits,
    items: &[ItemFacts],
    counts: impl Fn(u32) -> bool,
    receipts: &[ReceiptFacts],
    decided: &Decided,
) -> Frequencies {
    let open: Vec<&ItemFacts> = (0u32..).zip(items).filter(|(n, _)| counts(*n)).map(|(_, item)| item).collect();
    let mut zeros = [1.0; ZEROS];
    for amount in receipts.iter().map(|r| r.amount).chain(decided.amounts.iter().copied()) {
        zeros[zeros_of(amount)] += 1.0;
    }
    let mut unknown: f64 = receipts.iter().map(|r| 1.0 - r.payer.recognised()).sum();
    unknown += decided.unknown * decided.amounts.len() as f64;
    let pairs = if open.is_empty() || receipts.is_empty() { 0 } else { PAIRS };
    let (mut dated, mut density) = (0.0, 0.0);
    for n in 0..pairs {
        let receipt = &receipts[n * receipts.len() / PAIRS];
        let item = open[(n * STEP) % open.len()];
        if let Some(delay) = delay_of(receipt.day, item) {
            dated += 1.0;
            density += by_anybody(habits, &delay);
        }
    }
    let receipts_total: f64 = zeros.iter().sum();
    let mut found = Frequencies {
        open_items: open.len() as f64,
        // One pseudo-count each way: the share is never nothing and never all.
        unknown_payers: (unknown + 1.0) / ((receipts.len() + decided.amounts.len()) as f64 + 2.0),
        unknown_of_confirmed: None,
        zeros: zeros.iter().map(|n| n / receipts_total).collect(),
        // Without a pair, the first to come is as usual as it can be.
        dates: if dated == 0.0 { habits.of_anybody(0) } else { density / dated },
        estimated: BTreeMap::new(),
    };
    as_written(found.zeros.iter_mut().chain([&mut found.unknown_payers, &mut found.dates]));
    found
}

/// The class of an amount by the zeros at its end; the last holds all that are rounder.
pub(super) fn zeros_of(amount: i64) -> usize {
    money::zeros_of(amount).min(ZEROS - 1)
}
