//! What stands around the table: account, period and balances in the lines above the header and in the rows that are no bookings.
//!
//! Only what words leave no doubt about is taken. A balance without the word for opening or closing needs a date to be one of them.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::amount::{self, NumberFormat};
use super::columns::{fold, key};
use super::content::looks_like_iban;
use super::date::{self, DateOrder};
use super::records::{Records, Row};
use super::words;

/// Which balance it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Before the first booking.
    Opening,
    /// After the last booking.
    Closing,
    /// On a day: what it is depends on the bookings.
    OnDay,
}

/// A balance that a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub end: End,
    /// Signed minor units.
    pub minor: i64,
    pub date: Option<NaiveDate>,
}

/// How the cells of the lines are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub format: NumberFormat,
    pub order: DateOrder,
    /// Decimals of the account's currency.
    pub decimals: u32,
}

/// What the lines around a table tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub account: Option<Box<str>>,
    pub period: Option<(NaiveDate, NaiveDate)>,
    pub balances: Vec<Stated>,
}

/// Reads the lines above a header.
pub(super) fn read(preamble: &str, delimiter: u8, style: Style) -> Frame {
    let (mut records, mut row) = (Records::new(preamble, delimiter), Row::default());
    let mut lines = Vec::new();
    while records.next(&mut row).unwrap_or(false) {
        lines.push(cells(preamble, &row));
    }
    of_lines(&lines, style)
}

/// The cells of a row.
pub(super) fn cells<'t>(text: &'t str, row: &Row) -> Vec<Cow<'t, str>> {
    (0..row.fields.len()).map(|n| row.get(text, n)).collect()
}

/// What some lines tell, each given by its cells.
pub(super) fn of_lines(lines: &[Vec<Cow<'_, str>>], style: Style) -> Frame {
    let account = lines.iter().find_map(|l| iban(l)).or_else(|| lines.iter().find_map(|l| numbered_account(l)));
    let mut balances: Vec<Stated> = lines.iter().filter_map(|l| stated(l, style)).collect();
    // `Date;30/06/2026` above `Solde;3217,50`.
    let day = lines.iter().find_map(|l| match l.as_slice() {
        [label, day, ..] if matches!(fold(label).as_str(), "date" | "datum") => date::parse(day, style.order),
        _ => None,
    });
    for balance in balances.iter_mut().filter(|b| b.end == End::OnDay) {
        balance.date = balance.date.or(day);
    }
    Frame { account, period: period(lines, style.order), balances }
}

/// An account number in its international form, printed in groups or not.
fn iban(cells: &[Cow<'_, str>]) -> Option<Box<str>> {
    cells.iter().find_map(|cell| {
        let after_label = cell.rsplit(':').next().unwrap_or("");
        let whole: String = after_label.chars().filter(|c| !c.is_whitespace()).collect();
        if looks_like_iban(&whole) {
            return Some(whole.into());
        }
        cell.split(|c: char| !c.is_alphanumeric()).find(|t| looks_like_iban(t)).map(Box::from)
    })
}

/// An account number behind a word for an account, or alone at the beginning of a line.
fn numbered_account(cells: &[Cow<'_, str>]) -> Option<Box<str>> {
    const DIGITS: usize = 7;
    let number = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .find(|t| {
                t.bytes().filter(u8::is_ascii_digit).count() >= DIGITS && t.starts_with(|c: char| c.is_ascii_digit())
            })
            .map(Box::from)
    };
    let first = cells.first()?;
    if first.len() > DIGITS && first.bytes().all(|b| b.is_ascii_digit()) {
        return Some(first.as_ref().into());
    }
    let at = cells.iter().position(|c| {
        let folded = format!(" {} ", fold(c));
        words::ACCOUNT_LABELS.iter().any(|w| folded.contains(&format!(" {w} ")))
    })?;
    let next = || cells.get(at + 1..)?.iter().find(|c| !c.is_empty()).and_then(|c| number(c));
    number(&cells[at]).or_else(next)
}

/// The dates of a cell: parts parted by blanks, `=` and quotes are looked at.
fn dates(cell: &str, order: DateOrder) -> Vec<NaiveDate> {
    if let Some(day) = date::parse(cell, order) {
        return vec![day];
    }
    cell.split_whitespace().filter_map(|t| date::parse(t.trim_end_matches([',', ';', ':']), order)).collect()
}

/// First and last day: a line with exactly two dates, or a line for each with a word for it.
fn period(lines: &[Vec<Cow<'_, str>>], order: DateOrder) -> Option<(NaiveDate, NaiveDate)> {
    let days: Vec<Vec<NaiveDate>> =
        lines.iter().map(|l| l.iter().flat_map(|c| dates(c, order)).collect::<Vec<_>>()).collect();
    let pair = days.iter().find_map(|d| match d.as_slice() {
        [from, to] if from <= to => Some((*from, *to)),
        _ => None,
    });
    let labelled = |labels: &[&str]| {
        lines.iter().zip(&days).find_map(|(line, days)| match (line.first(), days.as_slice()) {
            (Some(label), [day]) => {
                let label = fold(label);
                labels.iter().any(|w| label == *w || label.starts_with(&format!("{w} "))).then_some(*day)
            }
            _ => None,
        })
    };
    pair.or_else(|| {
        let (from, to) = (labelled(words::FROM_LABELS)?, labelled(words::TO_LABELS)?);
        (from <= to).then_some((from, to))
    })
}

/// The balance that a line tells, if its words say that it is one.
pub(super) fn stated(cells: &[Cow<'_, str>], style: Style) -> Option<Stated> {
    let (at, end) = cells.iter().enumerate().find_map(|(n, c)| label(c).map(|end| (n, end)))?;
    let minor = |text: &str| {
        let parts = amount::parts(text)?;
        let (minor, _) = amount::minor(parts.body, style.format, style.decimals).ok()?;
        Some(if parts.negative || parts.credit == Some(false) { -minor } else { minor })
    };
    let day = |text: &str| dates(text, style.order).first().copied();
    let behind: Vec<&Cow<'_, str>> = cells[at + 1..].iter().filter(|c| !c.is_empty()).collect();
    let date = day(&cells[at]).or_else(|| cells.iter().find_map(|c| date::parse(c, style.order)));
    let is_date = |c: &str| date::written(c).is_some();
    let amounts: Vec<i64> = behind.iter().filter(|c| !is_date(c)).filter_map(|c| minor(c)).collect();
    let minor = match amounts.as_slice() {
        [one] => Some(*one),
        // In the cell of the words, behind the date: `Solde au 30/06/2026 3 217,50 €`.
        [] => {
            let text = &cells[at];
            let from = text.split_whitespace().rfind(|t| is_date(t)).and_then(|t| Some(text.find(t)? + t.len()));
            let rest = &text[from.unwrap_or(0)..];
            let start = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '\u{2212}'))?;
            minor(rest[start..].trim())
        }
        _ => None,
    }?;
    Some(Stated { end, minor, date })
}

/// Which balance the words of a row name.
pub(super) fn end(cells: &[Cow<'_, str>]) -> Option<End> {
    cells.iter().find_map(|c| label(c))
}

/// Which balance a cell names. A bare word (`Saldo`) must be all there is: `Saldo nach Buchung` is none.
fn label(cell: &str) -> Option<End> {
    if !cell.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let text = fold(cell);
    let begins = |words: &[&str]| words.iter().any(|w| text == *w || text.starts_with(&format!("{w} ")));
    if begins(words::OPENING_LABELS) {
        Some(End::Opening)
    } else if begins(words::CLOSING_LABELS) {
        Some(End::Closing)
    } else {
        (begins(words::DAY_LABELS) || words::BARE_LABELS.contains(&key(cell).0.as_str())).then_some(End::OnDay)
    }
}

/// A part of a file with an account of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// First byte of its rows.
    pub start: usize,
    pub frame: Frame,
}

/// The sections of a file in which the header is there again, below lines that name another account. Empty where there is one account.
///
/// `is_booking` tells the rows that move money from the lines between the tables.
pub(super) fn sections<'t>(
    text: &'t str,
    mut records: Records<'t>,
    names: &[Box<str>],
    first: &Frame,
    style: Style,
    is_booking: impl Fn(&Row) -> bool,
) -> Vec<Section> {
    let mut out = vec![Section { start: 0, frame: first.clone() }];
    let (mut row, mut between) = (Row::default(), Vec::new());
    while records.next(&mut row).unwrap_or(false) {
        let is_header = names.iter().enumerate().all(|(n, name)| row.get(text, n) == **name);
        if is_header {
            let frame = of_lines(&std::mem::take(&mut between), style);
            if frame.account.is_some() {
                out.push(Section { start: row.start, frame });
            }
        } else if is_booking(&row) {
            between.clear();
        } else {
            between.push(cells(text, &row));
        }
    }
    if out.len() > 1 { out } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::csv::amount::Mark;

    const STYLE: Style = Style {
        format: NumberFormat { mark: Mark::Comma, grouping: None, round_to: None },
        order: DateOrder::DayMonthYear,
        decimals: 2,
    };

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn balances_are_taken_where_words_leave_no_doubt() {
        for (line, expected) in [
            ("Solde au 30/06/2026 3 217,50 €", Some((End::OnDay, 321_750, day("2026-06-30")))),
            ("Kontostand vom 30.06.2026:;-17,5 €", Some((End::OnDay, -1750, day("2026-06-30")))),
            ("Kontostand;30.06.2026;;;3.217,50;EUR", Some((End::OnDay, 321_750, day("2026-06-30")))),
            ("Letzter Kontostand;;;;1.000,00;EUR", Some((End::Opening, 100_000, None))),
            ("Solde (EUROS)   ;3217,50", Some((End::OnDay, 321_750, None))),
            ("Schlusssaldo:;3217,50;", Some((End::Closing, 321_750, None))),
            ("Balance at start of period +30000,77", Some((End::Opening, 3_000_077, None))),
            ("Saldo nach Buchung;5,00", None),
            ("Solde disponible;5,00", None),
            ("Solde (FRANCS);5,00", None),
            ("Solde au 30/06/2026", None),
            ("Endsaldo;1,00;2,00", None),
        ] {
            let frame = read(line, b';', STYLE);
            let found = frame.balances.first().map(|b| (b.end, b.minor, b.date));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn accounts_are_numbers_behind_a_word_for_one() {
        for (line, expected) in [
            ("=\"0012345678901\";01/06/2026;30/06/2026;", Some("0012345678901")),
            ("IBAN;DE02 1203 0000 0000 2020 51", Some("DE02120300000000202051")),
            ("Konto:;=\"CH9300762011623852957\"", Some("CH9300762011623852957")),
            ("\"Kontonummer:\";\"DE02120300000000202051 / Girokonto\"", Some("DE02120300000000202051")),
            ("Compte Courant carte n° 12345678901;", Some("12345678901")),
            ("Numéro Compte   ;1234567X020", Some("1234567X020")),
            ("BLZ:;10517962;;Datum:;12.03.2022", None),
            ("Umsätze Girokonto;;;Kundennummer: 100 1234567", None),
        ] {
            assert_eq!(read(line, b';', STYLE).account.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn periods_are_two_dates_in_one_line_or_a_word_for_each() {
        let june = Some((day("2026-06-01").unwrap(), day("2026-06-30").unwrap()));
        for (text, expected) in [
            ("Zeitraum;01.06.2026 - 30.06.2026", june),
            ("Liste des opérations du compte entre le 01/06/2026 et le 30/06/2026;", june),
            ("Datum von:;=\"01.06.2026\"\nDatum bis:;=\"30.06.2026\"", june),
            ("Von:;2026-06-01\nBis:;2026-06-30", june),
            ("Bis:;2026-06-30", None),
            ("30.06.2026;01.06.2026", None),
        ] {
            assert_eq!(read(text, b';', STYLE).period, expected, "{text}");
        }
    }
}
