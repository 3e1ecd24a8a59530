//! Rows of the large files: made into bytes by all threads a chunk at a time, written in order.
//!
//! Millions of cells are numbers, dates and texts that need no quoting: each is appended to the bytes of its chunk as it is,
//! without a text of its own in between.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use crate::model::place::Position;
use crate::model::{Currency, Probability, Weight};

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

/// Appends a whole number.
pub(super) fn push_number(text: &mut Vec<u8>, number: u64) {
    push_padded(text, number, 1);
}

/// Appends a whole number with zeros before it, as many as are missing to so many digits (20 at most).
pub(super) fn push_padded(text: &mut Vec<u8>, number: u64, digits: usize) {
    let mut buffer = [b'0'; 20];
    let (mut rest, mut at) = (number, buffer.len());
    while rest != 0 {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    text.extend_from_slice(&buffer[at.min(buffer.len() - digits)..]);
}

/// Appends minor units as a plain decimal with the currency's own number of decimals: `-1250.00`, `3000` for JPY.
pub(super) fn push_minor(text: &mut Vec<u8>, minor: i128, currency: Currency) {
    let decimals = currency.decimals();
    let unit = 10u64.pow(decimals);
    let size = minor.unsigned_abs();
    if minor < 0 {
        text.push(b'-');
    }
    match u64::try_from(size) {
        Ok(size) => push_number(text, size / unit),
        // Sums of many amounts may be larger than any of them.
        Err(_) => text.extend_from_slice((size / u128::from(unit)).to_string().as_bytes()),
    }
    if decimals > 0 {
        text.push(b'.');
        push_padded(text, (size % u128::from(unit)) as u64, decimals as usize);
    }
}

/// Appends a date: `2026-06-30`.
pub(super) fn push_date(text: &mut Vec<u8>, date: NaiveDate) {
    match u64::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            push_padded(text, year, 4);
            text.push(b'-');
            push_padded(text, u64::from(date.month()), 2);
            text.push(b'-');
            push_padded(text, u64::from(date.day()), 2);
        }
        _ => text.extend_from_slice(date.to_string().as_bytes()),
    }
}

/// Appends six decimals: `0.999600`.
pub(super) fn push_probability(text: &mut Vec<u8>, probability: Probability) {
    text.extend_from_slice(b"0.");
    push_padded(text, u64::from(probability.0.min(999_999)), 6);
}

/// Appends bits with three decimals and a sign: `+13.600`.
pub(super) fn push_weight(text: &mut Vec<u8>, weight: Weight) {
    let size = u64::from(weight.0.unsigned_abs());
    text.push(if weight.0 < 0 { b'-' } else { b'+' });
    push_number(text, size / 1000);
    text.push(b'.');
    push_padded(text, size % 1000, 3);
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
