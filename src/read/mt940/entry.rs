//! `:61:`, one movement: `6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]` and a line of 34x (SWIFT user handbook, MT940, field 61).
//!
//! Every part is read as tolerantly as it can be without changing what it means: banks leave the entry date out or blank, put blanks
//! around the amount, shorten or omit the type, and write references that are longer than 16 characters.

use chrono::NaiveDate;

use super::super::source::Source;
use super::amount;
use super::date;
use super::fields::Field;
use super::notes::{Notes, Oddity};
use crate::error::Error;
use crate::model::{Currency, Money};

/// What the mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Money leaves: `D`, `RC` (a credit is taken back), `ED`.
    pub(super) is_debit: bool,
    /// `RC`, `RD`.
    pub(super) is_reversal: bool,
    /// `EC`, `ED` (MT942): expected, not booked.
    pub(super) is_expected: bool,
}

/// A movement, without what `:86:` says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'t> {
    pub(super) value: NaiveDate,
    pub(super) booking: NaiveDate,
    pub(super) mark: Mark,
    /// Signed.
    pub(super) amount: Money,
    /// Letter and three characters: `NTRF`, `N024`. Shorter where the bank writes less.
    pub(super) kind: &'t str,
    /// The owner's reference; empty for `NONREF`.
    pub(super) reference: &'t str,
    /// The bank's reference, behind `//`.
    pub(super) bank_reference: &'t str,
    /// The lines below, joined.
    pub(super) supplement: String,
}

/// Where the entry stands: what a movement does not say itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) currency: Currency,
    /// Days of the opening and the closing balance.
    pub(super) period: (Option<NaiveDate>, Option<NaiveDate>),
}

/// Walks through the characters of one line, so that an error knows its place.
struct Cursor<'t, 's> {
    source: &'s Source<'s>,
    field: &'s Field<'t>,
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Takes the longest beginning of characters that pass.
    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !test(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn fault(&self, width: usize, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let before = self.field.column + self.text[..self.at].chars().count();
        self.source.fault(self.field.line, before, width, code, message)
    }
}

/// Reads a movement. Errors: E0241, E0242, E0246, E0248.
pub(super) fn read<'t>(
    source: &Source<'_>,
    field: &Field<'t>,
    frame: Frame,
    notes: &mut Notes,
) -> Result<Entry<'t>, Error> {
    let mut lines = field.lines();
    let text = lines.next().unwrap_or_default().trim_end();
    let mut cursor = Cursor { source, field, text, at: text.len() - text.trim_start().len() };
    let number = field.line.number;
    let value = value_date(&mut cursor)?;
    let entry_date = entry_date(&mut cursor, value.date, frame)?;
    let mark = mark(&mut cursor)?;
    let amount = signed_amount(&mut cursor, mark, frame.currency, notes)?;
    if value.is_moved || entry_date.is_some_and(|day| day.is_moved) {
        notes.add(Oddity::DayMoved, number);
    }
    if entry_date.is_none() {
        notes.add(Oddity::EntryDateMissing, number);
    }
    let rest = cursor.rest().trim_start();
    let length = rest.char_indices().nth(4).map_or(rest.len(), |(at, _)| at);
    let (kind, references) = rest.split_at(length);
    let (reference, bank_reference) = references.split_once("//").unwrap_or((references, ""));
    Ok(Entry {
        value: value.date,
        booking: entry_date.map_or(value.date, |day| day.date),
        mark,
        amount,
        kind: kind.trim(),
        reference: real(reference),
        bank_reference: real(bank_reference),
        supplement: lines.map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" "),
    })
}

/// A reference, or nothing where it says that there is none.
pub(super) fn real(reference: &str) -> &str {
    let reference = reference.trim();
    let says_none = ["NONREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE"].iter().any(|none| {
        reference.get(..none.len()).is_some_and(|start| start.eq_ignore_ascii_case(none))
            && reference.len() == none.len()
    });
    if says_none { "" } else { reference }
}

fn value_date(cursor: &mut Cursor<'_, '_>) -> Result<date::Day, Error> {
    let digits = cursor.rest().bytes().take(6).take_while(u8::is_ascii_digit).count();
    let text = &cursor.rest()[..digits];
    let Some(day) = date::full(text) else {
        let what = if digits == 6 { "no such day" } else { "no value date" };
        return Err(cursor
            .fault(digits.max(1), "E0242", what)
            .label("expected year, month and day, two digits each")
            .help(AS_SENT));
    };
    cursor.at += digits;
    Ok(day)
}

/// What can be done about a line that the bank did not send so.
pub(super) const AS_SENT: &str = "take the file as the bank sent it; if it is as sent, the bank has to correct it";

/// The optional entry date; blanks in its place are none.
fn entry_date(cursor: &mut Cursor<'_, '_>, value: NaiveDate, frame: Frame) -> Result<Option<date::Day>, Error> {
    let digits = cursor.rest().bytes().take(4).take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        cursor.take_while(|c| c == ' ');
        return Ok(None);
    }
    let Some(day) = date::entry(&cursor.rest()[..digits], value, frame.period) else {
        let what = if digits == 4 { "no such day" } else { "not an entry date" };
        return Err(cursor
            .fault(digits, "E0242", what)
            .label("expected month and day, two digits each, or nothing")
            .help(AS_SENT));
    };
    cursor.at += digits;
    Ok(Some(day))
}

/// The mark, and the funds code behind it: one letter, the third of the currency. `RC` and `RD` are marks; the `R` of `CR` and `DR`
/// is a funds code.
fn mark(cursor: &mut Cursor<'_, '_>) -> Result<Mark, Error> {
    let letters = cursor.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
    let text = &cursor.rest()[..letters];
    let (first, side, funds) = match text.as_bytes() {
        [first @ (b'R' | b'E'), side @ (b'C' | b'D'), funds @ ..] => (Some(*first), *side, funds),
        [side @ (b'C' | b'D'), funds @ ..] => (None, *side, funds),
        _ => (None, 0, text.as_bytes()),
    };
    if side == 0 || funds.len() > 1 {
        let message = if letters == 0 {
            "no mark of debit or credit".into()
        } else {
            format!("\"{text}\" is no mark of debit or credit")
        };
        return Err(cursor
            .fault(letters.max(1), "E0246", message)
            .label("expected C, D, RC, RD, EC or ED, and perhaps one letter more")
            .help(AS_SENT));
    }
    cursor.at += letters;
    let is_reversal = first == Some(b'R');
    Ok(Mark { is_debit: (side == b'D') != is_reversal, is_reversal, is_expected: first == Some(b'E') })
}

fn signed_amount(
    cursor: &mut Cursor<'_, '_>,
    mark: Mark,
    currency: Currency,
    notes: &mut Notes,
) -> Result<Money, Error> {
    cursor.take_while(|c| c == ' ');
    let start = cursor.at;
    let text = cursor.take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ')).trim_end();
    cursor.at = start;
    let amount = amount::read(text, currency, cursor.field.line.number, notes).map_err(|wrong| {
        cursor
            .fault(text.chars().count().max(1), wrong.code(), wrong.message(text, currency))
            .label(wrong.label())
            .help(AS_SENT)
    })?;
    cursor.at += text.len();
    let behind = cursor.rest().trim_start();
    if behind.starts_with(|c: char| !c.is_ascii_uppercase()) {
        return Err(cursor
            .fault(1, "E0241", "the amount does not end here, nor does a type begin")
            .label("expected a letter and three characters, as in NTRF")
            .help(AS_SENT));
    }
    Ok(if mark.is_debit { -amount } else { amount })
}
