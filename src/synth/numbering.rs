//! Document numbers: the habits of one company, and the ways in which payers cite them.

use chrono::{Datelike, Days, NaiveDate};

use super::rng::Rng;

/// How a series prints its numbers. `n` counts within the year, the month, or since the beginning.
#[derive(Clone, Copy, Debug)]
enum Format {
    /// `F2025-000123`
    YearDash(&'static str),
    /// `INV/2025/00123`
    YearSlash(&'static str),
    /// `RE-1000123`
    Running(&'static str),
    /// `2025000123`
    Digits,
    /// `FA2503-00123`
    Month(&'static str),
    /// `25-00123`
    ShortYear,
}

const MAIN: [Format; 8] = [
    Format::YearDash("F"),
    Format::YearSlash("INV"),
    Format::Running("RE-"),
    Format::Digits,
    Format::Month("FA"),
    Format::ShortYear,
    Format::Running("VF"),
    Format::YearDash("FAC-"),
];
const SECOND: [Format; 4] =
    [Format::Running("SC"), Format::YearDash("AB"), Format::YearSlash("MNT"), Format::Month("S")];
const CREDIT: [Format; 3] = [Format::YearDash("AV"), Format::Running("GS-"), Format::YearSlash("CN")];

/// A series that gives every day its own run of numbers, dense on working days as a real ledger is.
///
/// Customers are generated one after the other, but numbers must rise with the date: each day has room for `capacity`.
#[derive(Clone, Debug)]
struct Series {
    format: Format,
    first: NaiveDate,
    capacity: u32,
    used: Vec<u32>,
    width: usize,
}

impl Series {
    fn new(format: Format, first: NaiveDate, days: usize, capacity: u32) -> Self {
        let most = match format {
            Format::Month(_) => capacity * 31,
            Format::Running(_) => 0,
            _ => capacity * 366,
        };
        let width = most.checked_ilog10().map_or(7, |digits| digits as usize + 1).max(5);
        Self { format, first, capacity, used: vec![0; days], width }
    }

    /// The next number of a day; of the nearest later day with room where the day is full. The days wrap around.
    fn next(&mut self, date: NaiveDate) -> String {
        let days = self.used.len();
        let wanted = (date - self.first).num_days().clamp(0, days as i64 - 1) as usize;
        let day = (0..days).map(|n| (wanted + n) % days).find(|&d| self.used[d] < self.capacity).unwrap_or(wanted);
        self.used[day] += 1;
        let date = self.first + Days::new(day as u64);
        let place = self.used[day];
        let width = self.width;
        let in_year = (date.ordinal0()) * self.capacity + place;
        match self.format {
            Format::YearDash(prefix) => format!("{prefix}{}-{in_year:0width$}", date.year()),
            Format::YearSlash(prefix) => format!("{prefix}/{}/{in_year:0width$}", date.year()),
            Format::Running(prefix) => format!("{prefix}{}", 1_000_000 + day as u32 * self.capacity + place),
            Format::Digits => format!("{}{in_year:0width$}", date.year()),
            Format::Month(prefix) => {
                let in_month = date.day0() * self.capacity + place;
                format!("{prefix}{:02}{:02}-{in_month:0width$}", date.year() % 100, date.month())
            }
            Format::ShortYear => format!("{:02}-{in_year:0width$}", date.year() % 100),
        }
    }
}

/// Which payment reference a company prints on its invoices, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReferenceScheme {
    None,
    Rf,
    Ogm,
    Qrr,
}

/// The numbering habits of the company whose ledger it is.
#[derive(Clone, Debug)]
pub(super) struct Numbering {
    main: Series,
    second: Series,
    credit: Series,
    pub(super) scheme: ReferenceScheme,
}

impl Numbering {
    pub(super) fn new(rng: &mut Rng, first: NaiveDate, days: usize, busiest_day: u32) -> Self {
        let series = |format, capacity| Series::new(format, first, days, capacity);
        Self {
            main: series(rng.pick(&MAIN), busiest_day + 9),
            second: series(rng.pick(&SECOND), busiest_day / 4 + 9),
            credit: series(rng.pick(&CREDIT), busiest_day / 8 + 9),
            scheme: rng.pick(&[ReferenceScheme::None, ReferenceScheme::Rf, ReferenceScheme::Ogm, ReferenceScheme::Qrr]),
        }
    }

    pub(super) fn invoice(&mut self, second_series: bool, date: NaiveDate) -> String {
        if second_series { self.second.next(date) } else { self.main.next(date) }
    }

    pub(super) fn credit_note(&mut self, date: NaiveDate) -> String {
        self.credit.next(date)
    }
}

/// The part of a number that counts: digits at its end, and what stands before.
pub(super) fn split(number: &str) -> (&str, &str) {
    let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
    number.split_at(number.len() - digits)
}

/// The number with other separators, without any, with blanks, or in lower case. Every series prints at least five digits.
pub(super) fn reformatted(rng: &mut Rng, number: &str) -> String {
    let separator = rng.pick(&["", " ", ".", "/", "-", " - "]);
    let (head, tail) = split(number);
    let head: Vec<&str> = head.split(['-', '/']).filter(|part| !part.is_empty()).collect();
    match rng.below(4) {
        0 => number.to_ascii_lowercase(),
        // A blank inside the number, as line breaks of a bank leave it.
        1 if !head.is_empty() => format!("{}{separator}{} {}", head.join(separator), &tail[..3], &tail[3..]),
        1 | 2 if head.is_empty() => format!("{} {}", &tail[..4], &tail[4..]),
        _ => head.into_iter().chain([tail]).collect::<Vec<_>>().join(separator),
    }
}

/// The number without its letters, or only what counts, with or without zeros before it.
pub(super) fn without_prefix(rng: &mut Rng, number: &str) -> String {
    let (_, tail) = split(number);
    match rng.below(3) {
        0 => number.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned(),
        1 => tail.to_owned(),
        _ => tail.trim_start_matches('0').to_owned(),
    }
}

/// The last four or five digits.
pub(super) fn last_digits(rng: &mut Rng, number: &str) -> String {
    let (_, tail) = split(number);
    tail[tail.len().saturating_sub(rng.between(4, 5) as usize)..].to_owned()
}

/// The number with one typing error among what counts: changed, left out, doubled, swapped, or a letter that looks like the digit.
pub(super) fn mistyped(rng: &mut Rng, number: &str) -> String {
    let (head, tail) = split(number);
    let mut digits: Vec<char> = tail.chars().collect();
    let at = rng.index(digits.len());
    match rng.below(5) {
        0 => drop(digits.remove(at)),
        1 => digits.insert(at, digits[at]),
        2 if at > 0 && digits[at] != digits[at - 1] => digits.swap(at, at - 1),
        3 => {
            let look_alike = |c: &char| match c {
                '0' => Some('O'),
                '1' => Some('I'),
                '5' => Some('S'),
                '8' => Some('B'),
                _ => None,
            };
            match digits.iter().position(|c| look_alike(c).is_some()) {
                Some(n) => digits[n] = look_alike(&digits[n]).unwrap_or('O'),
                None => digits[at] = another_digit(rng, digits[at]),
            }
        }
        _ => digits[at] = another_digit(rng, digits[at]),
    }
    head.chars().chain(digits).collect()
}

fn another_digit(rng: &mut Rng, digit: char) -> char {
    let value = digit.to_digit(10).unwrap_or(0);
    char::from(b'0' + ((u64::from(value) + 1 + rng.below(9)) % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_rise_with_the_date() {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        for format in MAIN.into_iter().chain(SECOND).chain(CREDIT) {
            let mut series = Series::new(format, first, 700, 12);
            let late: Vec<String> = (0..12).map(|_| series.next(first + Days::new(400))).collect();
            let early: Vec<String> = (0..30).map(|_| series.next(first + Days::new(390))).collect();
            let mut all: Vec<&String> = early.iter().chain(&late).collect();
            assert!(early[0] < late[0], "{format:?}: {} {}", early[0], late[0]);
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 42, "{format:?}");
        }
    }

    #[test]
    fn a_typing_error_always_changes_the_number_and_by_one_edit() {
        let mut rng = Rng::new(3);
        for _ in 0..500 {
            let typed = mistyped(&mut rng, "F2025-001234");
            assert_ne!(typed, "F2025-001234");
            assert_eq!(strsim::osa_distance(&typed, "F2025-001234"), 1, "{typed}");
        }
    }
}
