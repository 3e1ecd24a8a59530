//! Debits that return an earlier receipt: a direct debit unpaid, a transfer recalled, a booking reversed.

use std::cell::LazyCell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Currency;
use crate::model::stage::{MovementFacts, ReturnLink};

/// Receipts of one amount that are compared with one debit.
const COMPARED: usize = 200;

/// Bits that each trace says for a debit and a receipt to belong together. Another account says as much against it as the same
/// one says for it; any other trace that is missing says nothing.
const MARKED: i32 = 6;
const WORDED: i32 = 6;
const SAME_REFERENCE: i32 = 9;
const SAME_IBAN: i32 = 6;
const SAME_NAME: i32 = 4;
const SAME_CITED: i32 = 9;
/// The receipt's name stands in the text of the debit.
const NAMED: i32 = 4;
/// The only receipt of this amount in the time before; one of very few.
const ONLY_ONE: i32 = 6;
const FEW: i32 = 3;
/// Receipts of one amount that are few.
const VERY_FEW: usize = 3;
/// Days within which most returns come back, and what it says when it took longer.
const SOON: i32 = 60;
const LATE: i32 = -3;
/// Letters from which a word of a name tells something.
const TELLING: usize = 4;
/// A debit of equal amount alone is a payment made, not a return.
const START: i32 = -9;

/// Links each debit with the receipt that it returns, if there is one. Movements are in canonical order, receipts and debits
/// alike; a receipt is returned once. `days` is the longest time between them, `fee_limit` the largest fee in minor units, and
/// `may_return` whether a debit may be the return of a receipt, by their payments: a person may have refused it.
pub fn pair(
    movements: &[MovementFacts],
    days: u32,
    fee_limit: impl Fn(Currency) -> i64,
    may_return: impl Fn(u32, u32) -> bool,
) -> Vec<Option<ReturnLink>> {
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
            .chain(same_reference.iter().filter(in_time).filter(with_fee))
            .filter(|r| may_return(debit.payment, movements[**r].payment));
        let soon = same_amount.iter().rev().filter(in_time).take(COMPARED);
        let soon = soon.filter(|r| debit.day - movements[**r].day <= SOON).count();
        let rare = match soon {
            1 => ONLY_ONE,
            n if n <= VERY_FEW => FEW,
            _ => 0,
        };
        let words = LazyCell::new(|| words(&debit.text).chain(words(&debit.name)).collect());
        let mut scored: Vec<(i32, usize)> =
            candidates.map(|r| (bits(debit, &movements[*r], rare, &words), *r)).collect();
        // The likeliest; between equals the latest, because what is old was usually settled.
        scored.sort_unstable_by(|a, b| b.cmp(a));
        scored.dedup();
        let Some((best, receipt)) = scored.first().copied().filter(|s| s.0 > 0) else { continue };
        let alike = |a: &MovementFacts, b: &MovementFacts| (&a.iban, &a.name, &a.cited) == (&b.iban, &b.name, &b.cited);
        let rivals =
            (scored[1..].iter()).filter(|s| s.0 == best && !alike(&movements[s.1], &movements[receipt])).count();
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

/// What speaks for a debit, of which `words` are the words, to return this receipt, in bits; far below zero where nothing says that it is a return at all.
fn bits<'d>(
    debit: &MovementFacts,
    receipt: &MovementFacts,
    rare: i32,
    words: &LazyCell<Vec<&'d str>, impl FnOnce() -> Vec<&'d str>>,
) -> i32 {
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
    } else if is_named(words, receipt) {
        bits += NAMED;
    } else if differs(&debit.iban, &receipt.iban) {
        bits -= SAME_IBAN;
    }
    let cited = debit.cited.iter().any(|c| receipt.cited.contains(c));
    bits += if cited { SAME_CITED } else { 0 };
    bits += if debit.day - receipt.day <= SOON { rare } else { LATE };
    let evidence = debit.marked || debit.worded || references || cited;
    if evidence { bits } else { i32::MIN / 2 }
}

/// Words that tell something.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= TELLING)
}

/// Whether most of what tells in the receipt's name stands among the words of the debit: of its text, or of its own name in
/// another order.
fn is_named(there: &[&str], receipt: &MovementFacts) -> bool {
    let (mut wanted, mut found) = (0, 0);
    for word in words(&receipt.name) {
        wanted += 1;
        found += usize::from(there.contains(&word));
    }
    found > 0 && 2 * found >= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(payment: u32, amount: i64, day: i32) -> MovementFacts {
        MovementFacts {
            payment,
            currency: Currency::EUR,
            amount,
            day,
            marked: false,
            worded: false,
            iban: "DE1".into(),
            name: "VASSEUR".into(),
            end_to_end_id: "".into(),
            bank_reference: "".into(),
            cited: Vec::new(),
            text: "".into(),
        }
    }

    fn receipts(movements: &[MovementFacts]) -> Vec<Option<u32>> {
        pair(movements, 400, |_| 2_000, |_, _| true).into_iter().map(|link| link.map(|l| l.receipt)).collect()
    }

    #[test]
    fn an_equal_amount_is_a_payment_made() {
        assert_eq!(receipts(&[movement(0, 5_000, 10), movement(1, -5_000, 20)]), [None, None]);
    }

    #[test]
    fn a_mark_and_an_account_make_a_return() {
        let back = MovementFacts { marked: true, ..movement(1, -5_000, 20) };
        assert_eq!(receipts(&[movement(0, 5_000, 10), back.clone()]), [None, Some(0)]);
        // Not of what came later, nor of what is too old, nor of another currency.
        let later = MovementFacts { day: 21, ..movement(0, 5_000, 10) };
        assert_eq!(receipts(&[later, back.clone()]), [None, None]);
        let old = MovementFacts { day: -390, ..movement(0, 5_000, 10) };
        assert_eq!(receipts(&[old, back.clone()]), [None, None]);
        let foreign = MovementFacts { currency: Currency::parse("CHF").unwrap(), ..movement(0, 5_000, 10) };
        assert_eq!(receipts(&[foreign, back]), [None, None]);
    }

    #[test]
    fn words_and_a_rare_amount_make_a_return_and_a_common_one_does_not() {
        let back = |text: &str| MovementFacts {
            worded: true,
            iban: "".into(),
            name: "".into(),
            text: text.into(),
            ..movement(9, -5_000, 20)
        };
        let receipt = |n| movement(n, 5_000, 10 + n as i32);
        assert_eq!(receipts(&[receipt(0), back("REJET PRLV")]), [None, Some(0)]);
        let many: Vec<MovementFacts> = (0..5).map(receipt).chain([back("REJET PRLV")]).collect();
        assert_eq!(receipts(&many)[5], None);
        // A name in the text tells which; among equal names the latest.
        let other = |n| MovementFacts { name: "BERG".into(), iban: "DE2".into(), ..receipt(n) };
        let named = [receipt(0), other(1), other(2), back("IMPAYE ETS VASSEUR")];
        assert_eq!(receipts(&named)[3], Some(0));
    }

    #[test]
    fn a_receipt_is_returned_once() {
        let back = |n, day| MovementFacts { marked: true, ..movement(n, -5_000, day) };
        assert_eq!(receipts(&[movement(0, 5_000, 10), back(1, 20), back(2, 21)]), [None, Some(0), None]);
    }

    #[test]
    fn a_refused_return_leaves_room_for_another() {
        let back = MovementFacts { marked: true, ..movement(2, -5_000, 20) };
        let all = [movement(0, 5_000, 10), movement(1, 5_000, 11), back];
        let returned = |refused: u32| pair(&all, 400, |_| 0, |_, receipt| receipt != refused)[2].unwrap().receipt;
        assert_eq!([returned(9), returned(1)], [1, 0]);
    }

    #[test]
    fn a_marked_return_may_hold_a_fee() {
        let receipt = MovementFacts { end_to_end_id: "E1".into(), ..movement(0, 5_000, 10) };
        let back =
            |fee: i64, marked| MovementFacts { marked, end_to_end_id: "E1".into(), ..movement(1, -5_000 - fee, 20) };
        let link = pair(&[receipt.clone(), back(850, true)], 400, |_| 2_000, |_, _| true)[1].unwrap();
        assert_eq!((link.receipt, link.fee), (0, 850));
        assert_eq!(receipts(&[receipt.clone(), back(850, false)]), [None, None]);
        assert_eq!(receipts(&[receipt, back(2_001, true)]), [None, None]);
    }

    #[test]
    fn two_receipts_that_could_be_meant_share_the_probability() {
        let other = MovementFacts { iban: "DE2".into(), name: "BERG".into(), ..movement(1, 5_000, 11) };
        let nobody =
            MovementFacts { iban: "".into(), name: "".into(), worded: true, marked: true, ..movement(2, -5_000, 20) };
        let link = pair(&[movement(0, 5_000, 10), other, nobody], 400, |_| 0, |_, _| true)[2].unwrap();
        assert!(link.probability <= 0.5, "{link:?}");
    }
}
