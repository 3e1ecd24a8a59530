//! Balances: `1!a6!n3!a15d`, mark, day, currency and amount.

use chrono::NaiveDate;

use super::super::source::Source;
use super::amount;
use super::date::{self, Day};
use super::entry::AS_SENT;
use super::fields::Field;
use super::notes::{Notes, Oddity};
use crate::error::Error;
use crate::model::{Currency, Money};

/// A signed balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) amount: Money,
    pub(super) date: Option<NaiveDate>,
}

/// The parts of a balance, as far as they can be told apart.
fn parts(text: &str) -> Option<(bool, &str, &str)> {
    let is_debit = match text.as_bytes().first()? {
        b'C' => false,
        b'D' => true,
        _ => return None,
    };
    let (day, rest) = text[1..].split_at_checked(6)?;
    Some((is_debit, day, rest))
}

/// The day of a balance.
pub(super) fn day(text: &str) -> Option<Day> {
    date::full(parts(text)?.1)
}

/// The currency of a balance, also of one whose amount cannot be read.
pub(super) fn currency(text: &str) -> Option<Currency> {
    Currency::parse(parts(text)?.2.get(..3)?)
}

/// Reads a balance; `expected` is the currency where it states none. `None`: it is no balance at all, which costs a check and no money.
///
/// Errors: E0241 or E0248 for an amount that its currency cannot have, E0242 for a day that does not exist.
pub(super) fn read(
    source: &Source<'_>,
    field: &Field<'_>,
    expected: Option<Currency>,
    notes: &mut Notes,
) -> Result<Option<Signed>, Error> {
    let text = field.first();
    let number = field.line.number;
    let Some((is_debit, day, rest)) = parts(text) else { return Ok(None) };
    if !day.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let (stated, digits) = match rest.get(..3).and_then(Currency::parse) {
        Some(currency) => (Some(currency), &rest[3..]),
        None => (None, rest),
    };
    let Some(currency) = stated.or(expected) else { return Ok(None) };
    if !digits.trim().starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let Some(found) = date::full(day) else {
        return Err(source
            .fault(field.line, field.column + 1, 6, "E0242", "no such day")
            .label("expected year, month and day")
            .help(AS_SENT));
    };
    let amount = amount::read(digits, currency, number, notes).map_err(|wrong| {
        let start = field.column + (text.len() - digits.len());
        source
            .fault(field.line, start, digits.chars().count(), wrong.code(), wrong.message(digits, currency))
            .label(wrong.label())
            .help(AS_SENT)
    })?;
    if found.is_moved {
        notes.add(Oddity::DayMoved, number);
    }
    if stated.is_none() {
        notes.add(Oddity::BalanceCurrencyMissing, number);
    }
    Ok(Some(Signed { amount: if is_debit { -amount } else { amount }, date: Some(found.date) }))
}
