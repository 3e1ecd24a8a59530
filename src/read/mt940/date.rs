//! Days of MT940: years of two digits, none at all, and a February of thirty days.

use chrono::{Datelike, NaiveDate};

/// A day, and whether it was moved because February has no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) is_moved: bool,
}

/// The year of two digits: 80 to 99 are of the last century (SWIFT user handbook, general field definitions).
fn year_of(two: i32) -> i32 {
    if two >= 80 { 1900 + two } else { 2000 + two }
}

/// Banks that reckon with months of 30 days book on 30 February: it is the last day of that month.
fn day_of(year: i32, month: u32, day: u32) -> Option<Day> {
    if let Some(date) = NaiveDate::from_ymd_opt(year, month, day) {
        return Some(Day { date, is_moved: false });
    }
    let date = (month == 2 && (29..=30).contains(&day)).then(|| NaiveDate::from_ymd_opt(year, 3, 1)?.pred_opt())??;
    Some(Day { date, is_moved: true })
}

fn two(text: &str, at: usize) -> Option<u32> {
    let part = text.get(at..at + 2)?;
    part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
}

/// `YYMMDD`. `None`: not six digits, or no such day.
pub(super) fn full(text: &str) -> Option<Day> {
    let year = i32::try_from(two(text, 0)?).ok()?;
    (text.len() == 6).then(|| day_of(year_of(year), two(text, 2)?, two(text, 4)?))?
}

/// `MMDD`, in the year that lies nearest to the value date. Where the period of the statement is known and only another year
/// falls into it, that one counts. `None`: not four digits, or no such day in any of these years.
pub(super) fn entry(text: &str, value: NaiveDate, period: (Option<NaiveDate>, Option<NaiveDate>)) -> Option<Day> {
    if text.len() != 4 {
        return None;
    }
    let (month, day) = (two(text, 0)?, two(text, 2)?);
    let of_year = |n: i32| day_of(value.year() + n, month, day);
    let candidates = || [0, -1, 1].into_iter().filter_map(of_year);
    let inside = |found: &Day| match period {
        (Some(from), Some(to)) => from <= found.date && found.date <= to,
        _ => false,
    };
    let distance = |found: &Day| ((found.date - value).num_days().abs(), found.is_moved);
    candidates().filter(inside).min_by_key(distance).or_else(|| candidates().min_by_key(distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    fn booked(text: &str, value: &str) -> NaiveDate {
        entry(text, day(value), (None, None)).unwrap().date
    }

    #[test]
    fn an_entry_date_is_in_the_nearest_year() {
        // domain.md §10, vector 10.
        assert_eq!(booked("0102", "2026-12-31"), day("2027-01-02"));
        assert_eq!(booked("1231", "2027-01-04"), day("2026-12-31"));
        assert_eq!(booked("0630", "2026-06-28"), day("2026-06-30"));
        assert_eq!(booked("0229", "2028-03-01"), day("2028-02-29"));
        assert_eq!(entry("1301", day("2026-01-01"), (None, None)), None);
        assert_eq!(entry("01 2", day("2026-01-01"), (None, None)), None);
    }

    #[test]
    fn the_period_of_the_statement_bounds_the_year() {
        let period = (Some(day("2026-09-29")), Some(day("2026-09-30")));
        let found = entry("0930", day("2026-01-15"), period).unwrap();
        assert_eq!((found.date, found.is_moved), (day("2026-09-30"), false));
        assert_eq!(booked("0930", "2026-01-15"), day("2025-09-30"));
    }

    #[test]
    fn february_may_have_thirty_days() {
        assert_eq!(full("160230"), Some(Day { date: day("2016-02-29"), is_moved: true }));
        assert_eq!(full("260229"), Some(Day { date: day("2026-02-28"), is_moved: true }));
        assert_eq!(full("160229"), Some(Day { date: day("2016-02-29"), is_moved: false }));
        assert_eq!((full("160231"), full("160431"), full("1604"), full("16é30")), (None, None, None, None));
        assert_eq!(
            (full("800101").unwrap().date, full("790101").unwrap().date),
            (day("1980-01-01"), day("2079-01-01"))
        );
    }
}
