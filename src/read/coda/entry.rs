//! A movement with its details: the money counts once.
//!
//! A total (code 1 or 2) has its transactions below it, with the same number and details counted on. They are the payments when
//! they add up to it. What is below a simple amount (codes 8 and 9) says how it is composed, and is no payment.

use super::item::{Item, Odd};
use crate::model::{Check, CheckKind, Money, NoteKind, Payment, Position};
use crate::read::fixed::Oddities;
use crate::read::sheet::Sheet;

/// A movement (detail 0000) and the details below it.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// The movement's number in the statement.
    pub(super) number: &'t str,
    pub(super) item: Item<'t>,
    pub(super) details: Vec<Item<'t>>,
}

impl<'t> Entry<'t> {
    /// What records 22, 23 and 31 to 33 go on with.
    pub(super) fn last(&mut self) -> &mut Item<'t> {
        self.details.last_mut().unwrap_or(&mut self.item)
    }

    /// Books it: one payment, or one for each detail.
    pub(super) fn book(self, path: &str, sheet: &mut Sheet, oddities: &mut Oddities) {
        let total = self.item.payment.amount;
        let parts = self.details.iter().filter(|detail| detail.is_part()).count();
        if let Some(part) = self.details.iter().find(|detail| detail.is_part()) {
            let what = "a detail that says how a single amount is composed (gross amount, charges), passed over";
            (0..parts).for_each(|_| oddities.add(NoteKind::Said, what, part.payment.place.position));
        }
        let place = self.item.payment.place.position;
        let details: Vec<Item<'t>> = self.details.into_iter().filter(|detail| !detail.is_part()).collect();
        let sum: i128 = details.iter().map(|detail| i128::from(detail.payment.amount.minor)).sum();
        if details.is_empty() || sum != i128::from(total.minor) {
            if !details.is_empty() {
                sheet.statement.checks.push(uneven(path, self.number, place, details.len(), sum, total));
            }
            sheet.book(finished(self.item, oddities));
            return;
        }
        let payments: Vec<Payment> = details.into_iter().map(|detail| finished(detail, oddities)).collect();
        sheet.book_entry(total, payments);
    }
}

/// The check of a movement whose details do not add up to it.
fn uneven(path: &str, number: &str, place: Position, details: usize, sum: i128, total: Money) -> Check {
    let sum = i64::try_from(sum).map_or_else(|_| sum.to_string(), |sum| Money::new(sum, total.currency).to_string());
    Check {
        kind: CheckKind::Batch,
        scope: format!("{path}: movement {number} ({place})").into(),
        holds: Some(false),
        text: format!("its {details} details add up to {sum}, the movement is {total}: it counts whole").into(),
    }
}

fn finished(item: Item<'_>, oddities: &mut Oddities) -> Payment {
    let (payment, odd) = item.payment();
    let place = payment.place.position;
    match odd {
        Some(Odd::Reference) => oddities.add(
            NoteKind::Warning,
            "a structured communication (101) whose check digits are wrong, kept as text",
            place,
        ),
        Some(Odd::Structure) => oddities.add(
            NoteKind::Said,
            "a structured communication of another kind than 101, 102 and 127, kept as text",
            place,
        ),
        None => {}
    }
    payment
}
