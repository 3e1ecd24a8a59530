//! Numbers and dates of cells as texts.
//!
//! A cell's number is an IEEE double. Excel shows and keeps 15 significant digits of it, and a computed cell differs from what was meant
//! only beyond them: `0.1+0.2` is stored as 0.30000000000000004. So 15 digits are written, and the rules for texts hold from there on:
//! what still has more decimals than its currency is refused, not rounded.

use chrono::{Days, NaiveDate};

/// Below this a number is what a subtraction of equal amounts leaves, and no money: a billionth.
const NOTHING: f64 = 1e-9;

/// The last day that a cell can hold, 31 December 9999, in the system of 1900.
const LAST: f64 = 2_958_465.0;

/// A number with at most 15 significant digits, a point as its mark and no exponent: `1250.5`.
pub(super) fn plain(value: f64) -> String {
    if value.abs() < NOTHING {
        return "0".to_string();
    }
    let scientific = format!("{value:.14e}");
    // Invariant: a finite number is written `-d.dddde-n`; what is not finite has no exponent.
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Nothing that is counted has so many digits: it stays as it is, and is no amount.
    if exponent > 30 {
        return scientific;
    }
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    if whole == 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        return format!("{sign}0.{zeros}{digits}");
    }
    match digits.get(whole..).filter(|decimals| !decimals.is_empty()) {
        Some(decimals) => format!("{sign}{}.{decimals}", &digits[..whole]),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

/// A share as its cell shows it: 0.02 is `2%`.
pub(super) fn percent(value: f64) -> String {
    format!("{}%", plain(value * 100.0))
}

/// A number whose format pads it with zeros: 42 in `00000` is `00042`.
pub(super) fn padded(value: f64, width: usize) -> String {
    let text = plain(value);
    match text.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("{text:0>width$}"),
        false => text,
    }
}

/// A cell with the format of a date or time: the day, `2026-06-17`, its time of day left out. A time without a day is `12:30:00`.
///
/// Days are counted from 1 January 1900, which is 1, or from 1 January 1904, which is 0. The first system has a 29 February 1900,
/// kept from Lotus 1-2-3: it is written as it is, and is no date.
pub(super) fn day(serial: f64, from_1904: bool) -> String {
    let first = if from_1904 { 0.0 } else { 1.0 };
    if (0.0..first).contains(&serial) {
        return time(serial);
    }
    if !(first..LAST + 1.0).contains(&serial) {
        return plain(serial);
    }
    // In range, so it fits.
    let days = serial.floor() as u64;
    let (year, month, day, days) = match days {
        _ if from_1904 => (1904, 1, 1, days),
        60 => return "1900-02-29".to_string(),
        1..60 => (1899, 12, 31, days),
        _ => (1899, 12, 30, days),
    };
    let date = NaiveDate::from_ymd_opt(year, month, day).and_then(|start| start.checked_add_days(Days::new(days)));
    date.map_or_else(|| plain(serial), |date| date.to_string())
}

/// The part of a day as hours, minutes and seconds.
fn time(part: f64) -> String {
    let seconds = (part * 86_400.0).round() as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fifteen_digits_are_kept() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (20.0 - 0.01, "19.99"),
            (1234567.8900000001, "1234567.89"),
            (-12.5, "-12.5"),
            (1250.0, "1250"),
            (20260412.0, "20260412"),
            (123456789012345.0, "123456789012345"),
            (1e20, "100000000000000000000"),
            (0.005, "0.005"),
            (100.005, "100.005"),
            (0.1 + 0.2 - 0.3, "0"),
            (-0.0, "0"),
            (1e300, "1.00000000000000e300"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(plain(value), text);
        }
        assert_eq!((percent(0.02), percent(0.025), percent(0.07)), ("2%".into(), "2.5%".into(), "7%".into()));
        assert_eq!((padded(42.0, 5), padded(1.5, 5), padded(-3.0, 5)), ("00042".into(), "1.5".into(), "-3".into()));
    }

    #[test]
    fn days_of_both_systems() {
        for (serial, from_1904, text) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (60.0, false, "1900-02-29"),
            (61.0, false, "1900-03-01"),
            (46190.0, false, "2026-06-17"),
            (46_190.999_99, false, "2026-06-17"),
            (44728.0, true, "2026-06-17"),
            (0.0, true, "1904-01-01"),
            (1.0, true, "1904-01-02"),
            (0.5, false, "12:00:00"),
            (2_958_465.0, false, "9999-12-31"),
            (-1.0, false, "-1"),
            (1e12, false, "1000000000000"),
        ] {
            assert_eq!(day(serial, from_1904), text, "{serial}");
        }
    }

    proptest! {
        #[test]
        fn what_was_typed_in_cents_comes_back(cents in -1_000_000_000_000i64..1_000_000_000_000) {
            let text = plain(cents as f64 / 100.0);
            let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
            let digits = format!("{whole}{decimals:0<2}");
            prop_assert_eq!(digits.parse::<i64>().unwrap(), cents, "{}", text);
        }

        #[test]
        fn any_double_is_written(value in proptest::num::f64::ANY) {
            prop_assert!(plain(value).len() < 60);
            day(value, true);
            day(value, false);
        }
    }
}
