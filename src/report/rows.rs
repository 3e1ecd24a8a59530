//! Rows of the large files: made into bytes by all threads a chunk at a time, written in order.
//!
//! Millions of cells are numbers, dates and texts that need no quoting: each is appended to the bytes of its chunk as it is,
//! without a text of its own in between.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use crate::model::money::write_minor;
use crate::model::{Currency, Position, Probability, Weight};

/// Rows of one chunk, and chunks that are held as bytes before they are written, for each thread.
const ROWS: usize = 512;
const CHUNKS: usize = 4;

/// Writes something for each of many rows, which are told their number. The bytes of few rows are held at a time.
pub(super) fn write_rows<T: Sync>(
    rows: &[T],
    out: &mut dyn Write,
    row: impl Fn(usize, &T, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    let mut held = vec![Vec::new(); CHUNKS * rayon::current_num_threads()];
    let rows_held = held.len() * ROWS;
    for (n, many) in rows.chunks(rows_held).enumerate() {
        (many.par_chunks(ROWS).zip(&mut held).enumerate()).for_each(|(m, (chunk, text))| {
            text.clear();
            let first = n * rows_held + m * ROWS;
            chunk.iter().enumerate().for_each(|(at, one)| row(first + at, one, text));
        });
        for text in &held[..many.len().div_ceil(ROWS)] {
            out.write_all(text)?;
        }
    }
    Ok(())
}

/// Whether any byte of a text is one of these. Eight bytes are looked at at once.
pub(super) fn has_any<const N: usize>(text: &[u8], of: [u8; N]) -> bool {
    // A byte that is zero borrows from its highest bit, and only then is that bit set where it was not (Lamport 1975).
    let any_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHEST;
    let (words, rest) = text.as_chunks::<8>();
    let found = |word: u64| of.iter().fold(0, |found, byte| found | any_zero(word ^ (ONES * u64::from(*byte))));
    words.iter().fold(0, |any, word| any | found(u64::from_le_bytes(*word))) != 0 || rest.iter().any(|b| of.contains(b))
}

/// Whether any byte of a text is a control character, other than that of deletion.
pub(super) fn has_controls(text: &[u8]) -> bool {
    let any_below = |word: u64| word.wrapping_sub(ONES * u64::from(b' ')) & !word & HIGHEST;
    let (words, rest) = text.as_chunks::<8>();
    words.iter().fold(0, |any, word| any | any_below(u64::from_le_bytes(*word))) != 0 || rest.iter().any(|b| *b < b' ')
}

/// The lowest and the highest bit of each byte.
const ONES: u64 = u64::MAX / 0xff;
const HIGHEST: u64 = ONES << 7;

/// The digit of a number below ten.
fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

/// The most bytes that a number takes, and how many are copied at once: nearly always enough.
const MOST: usize = 44;
const FEW: usize = 16;

/// Bytes that are put together from their end, with room behind them.
struct FromEnd {
    bytes: [u8; MOST + FEW],
    at: usize,
}

impl FromEnd {
    fn new() -> Self {
        Self { bytes: [b'0'; MOST + FEW], at: MOST }
    }

    fn put(&mut self, byte: u8) {
        self.at -= 1;
        self.bytes[self.at] = byte;
    }

    /// A number, in so many digits at least.
    fn number(&mut self, mut number: u64, digits: usize) {
        let end = self.at - digits;
        while number != 0 || self.at > end {
            self.put(digit(number));
            number /= 10;
        }
    }

    fn append_to(&self, text: &mut Vec<u8>) {
        let end = text.len() + MOST - self.at;
        // A fixed number of bytes is copied without a call; what is too much is cut off.
        match self.bytes[self.at..].first_chunk::<FEW>() {
            Some(few) if MOST - self.at <= FEW => text.extend_from_slice(few),
            _ => text.extend_from_slice(&self.bytes[self.at..MOST]),
        }
        text.truncate(end);
    }
}

/// Appends a whole number.
pub(super) fn push_number(text: &mut Vec<u8>, number: u64) {
    push_padded(text, number, 1);
}

/// Appends a whole number with zeros before it, as many as are missing to so many digits (20 at most).
pub(super) fn push_padded(text: &mut Vec<u8>, number: u64, digits: usize) {
    let mut bytes = FromEnd::new();
    bytes.number(number, digits);
    bytes.append_to(text);
}

/// Appends minor units as a plain decimal with the currency's own number of decimals: `-1250.00`, `3000` for JPY.
pub(super) fn push_minor(text: &mut Vec<u8>, minor: i128, currency: Currency) {
    let decimals = currency.decimals();
    let Ok(size) = u64::try_from(minor.unsigned_abs()) else {
        // A sum of many amounts may be larger than any of them.
        let mut sum = String::new();
        let _ = write_minor(&mut sum, minor, currency);
        return text.extend_from_slice(sum.as_bytes());
    };
    push_fixed(text, minor < 0, size, decimals as usize);
}

/// Appends a number of so many decimals (19 at most) with the sign of what is below zero.
fn push_fixed(text: &mut Vec<u8>, negative: bool, size: u64, decimals: usize) {
    let mut bytes = FromEnd::new();
    let mut rest = size;
    for _ in 0..decimals {
        bytes.put(digit(rest));
        rest /= 10;
    }
    if decimals > 0 {
        bytes.put(b'.');
    }
    bytes.number(rest, 1);
    if negative {
        bytes.put(b'-');
    }
    bytes.append_to(text);
}

/// Appends a date: `2026-06-30`.
pub(super) fn push_date(text: &mut Vec<u8>, date: NaiveDate) {
    let Ok(year @ 0..=9999) = u64::try_from(date.year()) else {
        return text.extend_from_slice(date.to_string().as_bytes());
    };
    let (month, day) = (u64::from(date.month()), u64::from(date.day()));
    let year = [digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)];
    let rest = [b'-', digit(month / 10), digit(month), b'-', digit(day / 10), digit(day)];
    text.extend_from_slice(&year);
    text.extend_from_slice(&rest);
}

/// Appends six decimals: `0.999600`.
pub(super) fn push_probability(text: &mut Vec<u8>, probability: Probability) {
    push_fixed(text, false, u64::from(probability.0.min(999_999)), 6);
}

/// Appends bits with three decimals and a sign: `+13.600`.
pub(super) fn push_weight(text: &mut Vec<u8>, weight: Weight) {
    if weight.0 >= 0 {
        text.push(b'+');
    }
    push_fixed(text, weight.0 < 0, u64::from(weight.0.unsigned_abs()), 3);
}

/// Appends a number of so many decimals without zeros at its end; one decimal remains.
pub(super) fn push_shortest(text: &mut Vec<u8>, negative: bool, size: u32, decimals: usize) {
    let (mut size, mut decimals) = (size, decimals);
    while decimals > 1 && size.is_multiple_of(10) {
        size /= 10;
        decimals -= 1;
    }
    push_fixed(text, negative, u64::from(size), decimals);
}

/// Appends where in a file a record stands.
pub(super) fn push_position(text: &mut Vec<u8>, position: Position) {
    match position {
        Position::Line(line) => {
            text.extend_from_slice(b"line ");
            push_number(text, u64::from(line));
        }
        other => text.extend_from_slice(other.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        push(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn rows_are_written_in_order_and_know_their_number() {
        let rows: Vec<usize> = (0..ROWS * CHUNKS * rayon::current_num_threads() + ROWS + 1).collect();
        let mut out = Vec::new();
        write_rows(&rows, &mut out, |n, row, text| {
            assert_eq!(n, *row);
            text.extend_from_slice(format!("{n};").as_bytes());
        })
        .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), rows.iter().map(|n| format!("{n};")).collect::<String>());
    }

    #[test]
    fn positions_are_as_they_print() {
        for position in [Position::None, Position::Line(12), Position::Entry { statement: 1, entry: 2, detail: 0 }] {
            assert_eq!(text(|t| push_position(t, position)), position.to_string());
        }
    }

    proptest! {
        #[test]
        fn bytes_are_found_wherever_they_stand(text in proptest::collection::vec(0u8.., 0..40), byte: u8, other: u8) {
            prop_assert_eq!(has_any(&text, [byte, other]), text.contains(&byte) || text.contains(&other));
            prop_assert_eq!(has_controls(&text), text.iter().any(|b| *b < 0x20));
        }

        #[test]
        fn numbers_are_as_they_print(number: u64, size: i64, small in -20_000i64..20_000, digits in 1usize..=20) {
            prop_assert_eq!(text(|t| push_padded(t, number, digits)), format!("{number:0digits$}"));
            for code in ["EUR", "JPY", "TND"] {
                let currency = Currency::parse(code).unwrap();
                for minor in [i128::from(size), i128::from(small), i128::from(size) * 1000, 0] {
                    let mut printed = String::new();
                    crate::model::money::write_minor(&mut printed, minor, currency).unwrap();
                    prop_assert_eq!(text(|t| push_minor(t, minor, currency)), printed);
                }
            }
        }

        #[test]
        fn what_was_computed_is_as_it_prints(millionths in 0u32..2_000_000, thousandths: i32, days in -800_000i32..4_000_000) {
            let (probability, weight) = (Probability(millionths), Weight(thousandths));
            prop_assert_eq!(text(|t| push_probability(t, probability)), probability.to_string());
            prop_assert_eq!(text(|t| push_weight(t, weight)), weight.to_string());
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            prop_assert_eq!(text(|t| push_date(t, date)), date.to_string());
        }
    }
}
