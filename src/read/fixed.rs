//! Records whose fields stand in fixed columns, and what their readers share: columns in characters, amounts with implied
//! decimals, days of six digits, and oddities that are said once a kind.

use chrono::{Datelike, NaiveDate};

use super::source::{Line, Source};
use crate::error::{Error, ErrorKind};
use crate::model::{Currency, Money, MoneyError, Note, NoteKind, Position};

/// One record of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'t> {
    /// Its characters, without the line break.
    pub(super) text: &'t str,
    /// Where it stands.
    pub(super) position: Position,
    line: u32,
    /// Characters in front of it on its line.
    offset: usize,
    /// Columns are bytes.
    ascii: bool,
}

impl<'t> Record<'t> {
    /// A record that is a line of its own.
    pub(super) fn of_line(line: Line<'t>) -> Self {
        let text = line.text.trim_end_matches([' ', '\t', '\u{1a}']);
        let position = Position::Line(line.number);
        Self { text, position, line: line.number, offset: 0, ascii: text.is_ascii() }
    }

    /// The line that it is on, as far as it is this record.
    pub(super) fn line(&self) -> Line<'t> {
        Line { number: self.line, text: self.text }
    }

    /// Its length in characters, without blanks at the end.
    pub(super) fn length(&self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// The characters of two columns and what is between, both counted from 1. What a short record lacks is missing.
    pub(super) fn columns(&self, first: usize, last: usize) -> &'t str {
        let from = self.byte(first - 1);
        let to = self.byte(last);
        &self.text[from..to]
    }

    /// The byte at which a character begins, or the end.
    fn byte(&self, character: usize) -> usize {
        if self.ascii {
            return character.min(self.text.len());
        }
        self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at)
    }

    /// An error in it; `first` is the column, from 1.
    pub(super) fn fault(
        &self,
        source: &Source<'_>,
        (first, width): (usize, usize),
        code: &'static str,
        message: impl Into<Box<str>>,
    ) -> Error {
        let error = Error::new(ErrorKind::Input, code, message)
            .in_file(source.path)
            .at(u64::from(self.line), (self.offset + first) as u64)
            .excerpt(self.text, first - 1, width);
        match self.position {
            Position::Record(_) => error.context(self.position.to_string()),
            _ => error,
        }
    }

    /// The error for an amount that cannot be one.
    pub(super) fn not_money(
        &self,
        source: &Source<'_>,
        place: (usize, usize),
        what: &str,
        currency: Currency,
        why: MoneyError,
    ) -> Error {
        match why {
            MoneyError::NotANumber => self
                .fault(source, place, "E0241", format!("{what} is not an amount"))
                .label("only digits may stand here"),
            MoneyError::TooManyDecimals { allowed } => self
                .fault(source, place, "E0241", format!("{what} has more decimals than {currency} has"))
                .label(format!("{currency} has {allowed}; an amount is refused, never rounded")),
            MoneyError::TooLarge => self
                .fault(source, place, "E0248", format!("{what} is too large"))
                .label("more than 92 million billion of the smallest unit"),
        }
    }

    /// The error for six digits that are no day.
    pub(super) fn not_a_day(&self, source: &Source<'_>, first: usize, what: &str, order: Order) -> Error {
        let found = self.columns(first, first + 5);
        let message = match is_void(found) {
            true => format!("{what} is missing"),
            false => format!("{what} \"{}\" is not a day", found.trim()),
        };
        let label = match order {
            Order::DayMonthYear => "day, month and year are expected, two digits each",
            Order::YearMonthDay => "year, month and day are expected, two digits each",
        };
        self.fault(source, (first, 6), "E0242", message).label(label)
    }
}

/// Cuts a text into records of `length` characters: its lines, and lines of several records at that length.
///
/// A line is cut where the character after a whole record begins another one; `begins` says so of what follows.
#[derive(Clone)]
pub(super) struct Records<'t, F> {
    lines: super::source::Lines<'t>,
    length: usize,
    begins: F,
    /// Rest of a line with several records.
    rest: Option<Record<'t>>,
    /// The file has one line: records are counted, not lines.
    alone: bool,
    number: u32,
}

impl<'t, F: Fn(&str) -> bool> Records<'t, F> {
    pub(super) fn new(source: &'t Source<'_>, length: usize, begins: F) -> Self {
        let alone = !source.text.trim_end().contains(['\n', '\r']);
        Self { lines: source.lines(), length, begins, rest: None, alone, number: 0 }
    }
}

impl<'t, F: Fn(&str) -> bool> Iterator for Records<'t, F> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        let whole = match self.rest.take() {
            Some(rest) => rest,
            None => loop {
                let record = Record::of_line(self.lines.next()?);
                if !record.text.is_empty() {
                    break record;
                }
            },
        };
        self.number = self.number.saturating_add(1);
        let cut = whole.byte(self.length);
        if cut == whole.text.len() || (whole.offset == 0 && !(self.begins)(&whole.text[cut..])) {
            return Some(whole);
        }
        let (text, rest) = whole.text.split_at(cut);
        let position = if self.alone { Position::Record(self.number) } else { whole.position };
        let next = if self.alone { Position::Record(self.number.saturating_add(1)) } else { whole.position };
        // A blank behind the last record is none of its own.
        self.rest = (!rest.trim().is_empty()).then_some(Record {
            text: rest,
            position: next,
            offset: whole.offset + self.length,
            ..whole
        });
        Some(Record { text, position, ..whole })
    }
}

/// Digits whose last `decimals` are behind the point, as an amount. Refused as by [`Money::parse`]; no digit at all is no number.
pub(super) fn implied(digits: &str, decimals: u32, currency: Currency) -> Result<Money, MoneyError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(MoneyError::NotANumber);
    }
    let own = currency.decimals();
    let mut minor: i128 = 0;
    for digit in digits.bytes() {
        minor =
            minor.checked_mul(10).and_then(|m| m.checked_add(i128::from(digit - b'0'))).ok_or(MoneyError::TooLarge)?;
    }
    if decimals > own {
        let excess = 10i128.checked_pow(decimals - own).ok_or(MoneyError::TooLarge)?;
        if minor % excess != 0 {
            return Err(MoneyError::TooManyDecimals { allowed: own });
        }
        minor /= excess;
    } else {
        let missing = 10i128.pow(own - decimals);
        minor = minor.checked_mul(missing).ok_or(MoneyError::TooLarge)?;
    }
    i64::try_from(minor).map(|minor| Money::new(minor, currency)).map_err(|_| MoneyError::TooLarge)
}

/// In which order the six digits of a day stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayMonthYear,
    YearMonthDay,
}

/// A day as six digits tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Real(NaiveDate),
    /// The calendar has no such day (30 February): this is the last one of its month.
    Bent(NaiveDate),
}

/// Reads a day of six digits. Years from 80 on are of the last century. `None` for what is no day at all.
pub(super) fn day(text: &str, order: Order) -> Option<Day> {
    if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let pair = |at: usize| text[at..at + 2].parse::<u32>().ok();
    let (day, month, year) = match order {
        Order::DayMonthYear => (pair(0)?, pair(2)?, pair(4)?),
        Order::YearMonthDay => (pair(4)?, pair(2)?, pair(0)?),
    };
    let year = if year >= 80 { 1900 + year } else { 2000 + year } as i32;
    if let Some(date) = NaiveDate::from_ymd_opt(year, month, day) {
        return Some(Day::Real(date));
    }
    // Banks that reckon with months of thirty days write 30 February.
    if !(29..=31).contains(&day) {
        return None;
    }
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let last = NaiveDate::from_ymd_opt(next_year, next, 1)?.pred_opt()?;
    (last.month() == month).then_some(Day::Bent(last))
}

/// Whether a field is left empty: blanks, or zeros, which stand for none in fields of digits.
pub(super) fn is_void(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'0'))
}

/// What a file has that is odd: said once a kind, with how often and where first.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    seen: Vec<(NoteKind, &'static str, u64, Position)>,
}

impl Oddities {
    pub(super) fn add(&mut self, kind: NoteKind, what: &'static str, place: Position) {
        match self.seen.iter_mut().find(|(_, known, ..)| *known == what) {
            Some((_, _, times, _)) => *times += 1,
            None => self.seen.push((kind, what, 1, place)),
        }
    }

    /// Says that a day was bent, and takes it.
    pub(super) fn straighten(&mut self, day: Day, place: Position) -> NaiveDate {
        match day {
            Day::Real(date) => date,
            Day::Bent(date) => {
                self.add(
                    NoteKind::Assumed,
                    "a day that the calendar does not have, taken as the last of its month",
                    place,
                );
                date
            }
        }
    }

    pub(super) fn notes(self) -> Vec<Note> {
        self.seen
            .into_iter()
            .map(|(kind, what, times, place)| match times {
                1 => Note::new(kind, format!("{what} ({place})")),
                _ => Note::new(kind, format!("{what} ({times} times, first: {place})")),
            })
            .collect()
    }
}

/// Joins pieces of a text that was cut at `width` characters, as [`glue_all`] does.
pub(super) fn glue<'t>(pieces: impl IntoIterator<Item = &'t str>, width: usize) -> String {
    glue_all(pieces.into_iter().map(|piece| (piece, width)))
}

/// Joins pieces of a text, each with the width of its field. A piece that fills its field continues without a blank; others
/// are texts of their own and are separated by one.
pub(super) fn glue_all<'t>(pieces: impl IntoIterator<Item = (&'t str, usize)>) -> String {
    let mut out = String::new();
    let mut full = true;
    for (piece, width) in pieces {
        let end = piece.trim_end();
        if end.is_empty() {
            full = false;
            continue;
        }
        if !full && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if full && !out.is_empty() { end } else { end.trim_start() });
        full = end.chars().count() >= width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let record = Record::of_line(Line { number: 3, text: "01é456  " });
        assert_eq!((record.columns(1, 2), record.columns(3, 4), record.columns(6, 9)), ("01", "é4", "6"));
        assert_eq!((record.columns(8, 9), record.length()), ("", 6));
    }

    #[test]
    fn amounts_have_their_decimals_by_agreement() {
        let of = |digits, decimals, code| implied(digits, decimals, Currency::parse(code).unwrap()).map(|m| m.minor);
        assert_eq!(of("0000000001904", 2, "EUR"), Ok(1904));
        assert_eq!(of("19040", 3, "EUR"), Ok(1904));
        assert_eq!(of("19041", 3, "EUR"), Err(MoneyError::TooManyDecimals { allowed: 2 }));
        assert_eq!(of("19", 0, "EUR"), Ok(1900));
        assert_eq!(of("19", 0, "XPF"), Ok(19));
        assert_eq!(of("1900", 2, "XPF"), Ok(19));
        assert_eq!(of("1 9", 2, "EUR"), Err(MoneyError::NotANumber));
        assert_eq!(of("", 2, "EUR"), Err(MoneyError::NotANumber));
        assert_eq!(of("9999999999999999999", 2, "EUR"), Err(MoneyError::TooLarge));
        assert_eq!(of(&"9".repeat(60), 2, "EUR"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn days_of_six_digits() {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(day("090216", Order::DayMonthYear), Some(Day::Real(date(2016, 2, 9))));
        assert_eq!(day("160209", Order::YearMonthDay), Some(Day::Real(date(2016, 2, 9))));
        assert_eq!(day("311299", Order::DayMonthYear), Some(Day::Real(date(1999, 12, 31))));
        assert_eq!(day("300226", Order::DayMonthYear), Some(Day::Bent(date(2026, 2, 28))));
        assert_eq!(day("310426", Order::DayMonthYear), Some(Day::Bent(date(2026, 4, 30))));
        for text in ["320126", "010026", "011326", "0101", "01 126", "000000", "      ", "éé11"] {
            assert_eq!(day(text, Order::DayMonthYear), None, "{text}");
        }
    }

    #[test]
    fn a_piece_that_fills_its_field_goes_on() {
        assert_eq!(glue(["ABCD", "EF ", " GH"], 4), "ABCDEF GH");
        assert_eq!(glue(["", "AB  ", "    ", "CD"], 4), "AB CD");
        assert_eq!(glue(["ABCD", " EF"], 4), "ABCD EF");
    }

    #[test]
    fn lines_of_several_records_are_cut() {
        let found = |bytes: &[u8]| -> Vec<(String, Position)> {
            let source = Source::decode("a", bytes, None).unwrap();
            Records::new(&source, 4, |rest| rest.starts_with("01")).map(|r| (r.text.to_string(), r.position)).collect()
        };
        let record = |text: &str, n| (text.to_string(), Position::Record(n));
        assert_eq!(found(b"01ab01cd01e"), [record("01ab", 1), record("01cd", 2), record("01e", 3)]);
        assert_eq!(
            found(b"01ab\n\n01cdef\n"),
            [("01ab".to_string(), Position::Line(1)), ("01cdef".to_string(), Position::Line(3))]
        );
    }

    #[test]
    fn oddities_are_said_once_a_kind() {
        let mut odd = Oddities::default();
        odd.add(NoteKind::Said, "a", Position::Line(2));
        odd.add(NoteKind::Said, "b", Position::Line(3));
        odd.add(NoteKind::Said, "a", Position::Line(4));
        let texts: Vec<Box<str>> = odd.notes().into_iter().map(|n| n.text).collect();
        assert_eq!(texts, ["a (2 times, first: line 2)".into(), "b (line 3)".into()]);
    }
}
