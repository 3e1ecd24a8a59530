//! Debits that return an earlier receipt: a direct debit unpaid, a transfer recalled, a booking reversed.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Currency;
use crate::model::stage::{MovementFacts, ReturnLink};

/// Receipts of one amount that are compared with one debit.
const COMPARED: usize = 200;

/// Bits that each trace says for a debit and a receipt to belong together; what is missing says as much against it.
const MARKED: i32 = 6;
const WORDED: i32 = 5;
const SAME_REFERENCE: i32 = 9;
const SAME_IBAN: i32 = 6;
const SAME_NAME: i32 = 4;
const SAME_CITED: i32 = 7;
/// A debit of equal amount alone is a payment made, not a return.
const START: i32 = -9;

/// Links each debit with the receipt that it returns, if there is one. Movements are in canonical order, receipts and debits
/// alike; a receipt is returned once. `days` is the longest time between them, `fee_limit` the largest fee in minor units.
pub fn pair(movements: &[MovementFacts], days: u32, fee_limit: impl Fn(Currency) -> i64) -> Vec<Option<ReturnLink>> {
    let mut by_amount: HashMap<(Currency, i64), Vec<usize>, FixedState> = HashMap::default();
    let mut by_reference: HashMap<&str, Vec<usize>, FixedState> = HashMap::default();
    for (n, m) in movements.iter().enumerate().filter(|(_, m)| m.amount > 0) {
        by_amount.entry((m.currency, m.amount)).or_default().push(n);
        if !m.end_to_end_id.is_empty() {
            by_reference.entry(&m.end_to_end_id).or_default().push(n);
        }
    }
    let mut returned = vec![false; movements.len()];
    let mut links = vec![None; movements.len()];
    for (n, debit) in movements.iter().enumerate().filter(|(_, m)| m.amount < 0) {
        let amount = -debit.amount;
        let same_amount = by_amount.get(&(debit.currency, amount)).map_or(&[][..], Vec::as_slice);
        let same_reference = by_reference.get(&*debit.end_to_end_id).map_or(&[][..], Vec::as_slice);
        let in_time = |r: &&usize| {
            let age = debit.day - movements[**r].day;
            age >= 0 && age <= days as i32 && !returned[**r] && movements[**r].currency == debit.currency
        };
        let with_fee = |r: &&usize| {
            // Only the bank's own mark makes a larger debit the return of a smaller receipt.
            let fee = amount - movements[**r].amount;
            debit.marked && fee > 0 && fee <= fee_limit(debit.currency)
        };
        let candidates = (same_amount.iter().rev().filter(in_time).take(COMPARED))
            .chain(same_reference.iter().filter(in_time).filter(with_fee));
        let mut scored: Vec<(i32, usize)> = candidates.map(|r| (bits(debit, &movements[*r]), *r)).collect();
        // The likeliest; between equals the latest, because what is old was usually settled.
        scored.sort_unstable_by(|a, b| b.cmp(a));
        scored.dedup();
        let Some((best, receipt)) = scored.first().copied().filter(|s| s.0 > 0) else { continue };
        let likeness = |m: &MovementFacts| (m.iban.clone(), m.name.clone(), m.cited.clone());
        let rivals = (scored[1..].iter())
            .filter(|s| s.0 == best && likeness(&movements[s.1]) != likeness(&movements[receipt]))
            .count();
        let sure = 1.0 - (-f64::from(best)).exp2();
        returned[receipt] = true;
        links[n] = Some(ReturnLink {
            receipt: movements[receipt].payment,
            fee: amount - movements[receipt].amount,
            probability: sure / (rivals + 1) as f64,
        });
    }
    links
}

fn bits(debit: &MovementFacts, receipt: &MovementFacts) -> i32 {
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    let differs = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
    let mut bits = START;
    bits += if debit.marked { MARKED } else { 0 };
    bits += if debit.worded { WORDED } else { 0 };
    let references =
        same(&debit.end_to_end_id, &receipt.end_to_end_id) || same(&debit.bank_reference, &receipt.bank_reference);
    bits += if references { SAME_REFERENCE } else { 0 };
    if same(&debit.iban, &receipt.iban) {
        bits += SAME_IBAN;
    } else if same(&debit.name, &receipt.name) {
        bits += SAME_NAME;
    } else if differs(&debit.iban, &receipt.iban) {
        bits -= SAME_IBAN;
    }
    if debit.cited.iter().any(|c| receipt.cited.contains(c)) {
        bits += SAME_CITED;
    }
    let evidence = debit.marked || debit.worded || references || debit.cited.iter().any(|c| receipt.cited.contains(c));
    if evidence { bits } else { i32::MIN / 2 }
}
