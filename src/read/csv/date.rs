//! Dates as banks write them. The order of day and month is one for the whole file; the day is kept as written, without zone.

use chrono::NaiveDate;

/// Which comes first where the year comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum DateOrder {
    /// `31/12/2026`
    DayMonthYear,
    /// `12/31/2026`
    MonthDayYear,
    /// `2026-12-31` only: what a mapping may ask for.
    YearMonthDay,
}

/// The three numbers of a date, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Written {
    /// Order is beyond doubt: year first, or the month is a word.
    Plain { year: i32, month: u32, day: u32, year_first: bool },
    /// Day and month, in an order that the file decides.
    Open { first: u32, second: u32, year: i32, separator: u8 },
}

/// Reads a date, possibly followed by a time of day.
pub(in crate::read) fn parse(cell: &str, order: DateOrder) -> Option<NaiveDate> {
    if let Some(date) = iso(cell.as_bytes()) {
        return Some(date);
    }
    match written(cell)? {
        Written::Plain { year_first: false, .. } if order == DateOrder::YearMonthDay => None,
        Written::Plain { year, month, day, .. } => NaiveDate::from_ymd_opt(year, month, day),
        Written::Open { first, second, year, .. } => match order {
            DateOrder::DayMonthYear => NaiveDate::from_ymd_opt(year, second, first),
            DateOrder::MonthDayYear => NaiveDate::from_ymd_opt(year, first, second),
            DateOrder::YearMonthDay => None,
        },
    }
}

/// `2026-06-17`, nothing else: the common case of canonical files.
fn iso(b: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = b else { return None };
    let digit = |b: &u8| b.is_ascii_digit().then(|| u32::from(b - b'0'));
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    NaiveDate::from_ymd_opt(year as i32, digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?)
}

/// The numbers of a date, whether or not such a day exists.
pub(in crate::read) fn written(cell: &str) -> Option<Written> {
    let cell = cell.trim();
    let (first, rest) = part(cell)?;
    if first.len() == 8 && first.bytes().all(|b| b.is_ascii_digit()) && time_follows(rest) {
        let number = |range: std::ops::Range<usize>| first[range].parse::<u32>().ok();
        return Some(Written::Plain {
            year: number(0..4)? as i32,
            month: number(4..6)?,
            day: number(6..8)?,
            year_first: true,
        });
    }
    let separator = *rest.as_bytes().first()?;
    let (second, rest) = part(after_separator(rest)?)?;
    let (third, rest) = part(after_separator(rest)?)?;
    if !time_follows(rest) {
        return None;
    }
    let small = |text: &str| (text.len() <= 2).then(|| text.parse::<u32>().ok()).flatten();
    let month_named = |text: &str| month(text).filter(|_| text.starts_with(char::is_alphabetic));
    if first.len() == 4 && first.bytes().all(|b| b.is_ascii_digit()) {
        let month = small(second).or_else(|| month_named(second))?;
        return Some(Written::Plain { year: first.parse().ok()?, month, day: small(third)?, year_first: true });
    }
    let year = year(third)?;
    if let Some(month) = month_named(second) {
        return Some(Written::Plain { year, month, day: small(first)?, year_first: false });
    }
    if let Some(month) = month_named(first) {
        return Some(Written::Plain { year, month, day: small(second)?, year_first: false });
    }
    Some(Written::Open { first: small(first)?, second: small(second)?, year, separator })
}

/// A run of digits or of letters at the beginning.
fn part(text: &str) -> Option<(&str, &str)> {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| if digits { !c.is_ascii_digit() } else { !c.is_alphabetic() }).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn after_separator(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(['-', '/', '.', ' '])?;
    // `1. Januar 2026`, `Dec 3, 2026`
    Some(rest.trim_start_matches([' ', ',']))
}

/// What may come after the third part: nothing, a final dot, or a time of day.
fn time_follows(rest: &str) -> bool {
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    rest.is_empty()
        || rest
            .strip_prefix(['T', ' ', ','])
            .is_some_and(|r| r.trim_start().starts_with(|c: char| c.is_ascii_digit()) && r.contains(':'))
}

/// Four digits, or two: 70–99 belong to the last century, which no open item does.
fn year(text: &str) -> Option<i32> {
    let number: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(number),
        2 => Some(if number >= 70 { 1900 + number } else { 2000 + number }),
        _ => None,
    }
}

/// A month by its name in English, French, German, Dutch, Spanish, Italian or Portuguese, in full or cut short.
fn month(text: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "ene", "gen"],
        &["feb", "fev", "fév"],
        &["mar", "mär", "mrz", "mrt", "maa"],
        &["apr", "avr", "abr"],
        &["may", "mai", "mei", "mag"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "aou", "aoû", "ago"],
        &["sep", "set"],
        &["oct", "okt", "ott", "out"],
        &["nov"],
        &["dec", "dez", "déc", "dic"],
    ];
    let name = text.to_lowercase();
    let position = NAMES.iter().position(|names| names.iter().any(|n| name.starts_with(n)))?;
    Some(position as u32 + 1)
}

/// Whether a cell was meant to be a date, so that it is an error and not a footer when it is none.
pub(super) fn resembles(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    digits >= 4 && digits >= letters && cell.chars().count() <= 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str, order: DateOrder) -> String {
        parse(text, order).map_or_else(|| "-".into(), |d| d.to_string())
    }

    #[test]
    fn reads_the_forms_of_the_wild() {
        for (cell, expected) in [
            ("2026-06-17", "2026-06-17"),
            ("2012/3/22", "2012-03-22"),
            ("2021-9-1", "2021-09-01"),
            ("20191213", "2019-12-13"),
            ("22.02.18", "2018-02-22"),
            ("31/12/1999", "1999-12-31"),
            ("27 Feb 2018", "2018-02-27"),
            ("12-Dec-2019", "2019-12-12"),
            ("23-Jan-15", "2015-01-23"),
            ("5 août 2024", "2024-08-05"),
            ("3 juil. 2024", "2024-07-03"),
            ("2019.04.19.", "2019-04-19"),
            ("2018-02-25 12:34:56 +0000", "2018-02-25"),
            ("2026-06-17T23:59:59.999Z", "2026-06-17"),
            ("29.12.24, 13:56", "2024-12-29"),
            ("12/15/2018", "-"),
            ("12/15/2018/23", "-"),
            ("10/2009/09", "-"),
            ("2026-02-30", "-"),
            ("Pending", "-"),
            ("", "-"),
        ] {
            assert_eq!(day(cell, DateOrder::DayMonthYear), expected, "{cell}");
        }
        assert_eq!(day("12/15/2018", DateOrder::MonthDayYear), "2018-12-15");
        assert_eq!(day("15/12/2018", DateOrder::YearMonthDay), "-");
    }

    #[test]
    fn footers_do_not_resemble_dates() {
        assert!(resembles("12/15/2018/23") && resembles("2026-02-30"));
        assert!(!resembles("FOOTER ROW TEST 2") && !resembles("Total") && !resembles("Balance at start of period"));
    }
}
