//! Ages at the as-of date: bank lines by value date, items by due date. Credit notes and money on account stand apart.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::views::BookReport;
use crate::model::{BookItem, BookPayment, Currency, Month, Sum};
use crate::report::ageing::{Ageing, BANDS, band};

/// Bands of bank lines: 0–7, 8–30, 31–60, 61–90, over 90 days. What is booked ahead of the as-of date is in the first.
pub(super) const LINE_BANDS: usize = 5;

/// Bands of bank lines in files: words that no spreadsheet takes for a date, as it would `8-30`.
pub(super) const LINE_BUCKETS: [&str; LINE_BANDS] = ["0 to 7", "8 to 30", "31 to 60", "61 to 90", "over 90"];

/// Bands of items in files, in the order of [`Ageing::bands`].
pub(super) const ITEM_BUCKETS: [&str; BANDS] = ["not due", "1 to 30", "31 to 60", "61 to 90", "over 90", "no due date"];

/// The band of open credit notes in files.
pub(super) const CREDIT_NOTE: &str = "credit note";

/// Days from one day to another.
pub(super) fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// The band of a bank line that is so many days old.
pub(super) fn line_band(days: i64) -> usize {
    match days {
        ..=7 => 0,
        8..=30 => 1,
        31..=60 => 2,
        61..=90 => 3,
        _ => 4,
    }
}

/// The band of an open item in files.
pub(super) fn item_bucket(item: &BookItem, as_of: NaiveDate) -> &'static str {
    match item.item.open_minor {
        0 => "",
        ..0 => CREDIT_NOTE,
        _ => ITEM_BUCKETS[band(item.item.due_date, as_of)],
    }
}

/// Month-ends between the booking of a line and the as-of date.
pub(super) fn months_carried(booked: NaiveDate, as_of: NaiveDate) -> i64 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    (months(as_of) - months(booked)).max(0)
}

/// Whether a payment is of the reported month.
pub(super) fn is_of(month: Option<Month>, day: NaiveDate) -> bool {
    month.is_none_or(|month| Month::of(day) == month)
}

/// Whether nobody and nothing has decided a payment.
pub(super) fn is_open(payment: &BookPayment) -> bool {
    !payment.standing.is_decided()
}

/// Open bank lines by currency and band.
pub(super) fn lines(payments: &[BookPayment], as_of: NaiveDate) -> BTreeMap<Currency, [Sum; LINE_BANDS]> {
    let mut currencies: BTreeMap<Currency, [Sum; LINE_BANDS]> = BTreeMap::new();
    for payment in payments.iter().filter(|p| is_open(p)) {
        let band = line_band(days(payment.payment.effective_date(), as_of));
        currencies.entry(payment.payment.amount.currency).or_default()[band].add(payment.payment.amount.minor);
    }
    currencies
}

/// Open items by currency.
pub(super) fn items(report: &BookReport<'_>) -> BTreeMap<Currency, Ageing> {
    let mut currencies: BTreeMap<Currency, Ageing> = BTreeMap::new();
    for item in report.items.iter().map(|i| &i.item).filter(|i| i.open_minor != 0) {
        let ageing = currencies.entry(item.amount.currency).or_default();
        let sum = if item.open_minor < 0 {
            &mut ageing.credit_notes
        } else {
            &mut ageing.bands[band(item.due_date, report.as_of)]
        };
        sum.add(i128::from(item.open_minor));
    }
    for (currency, minor) in report.on_account.iter().filter(|(_, minor)| *minor != 0) {
        currencies.entry(*currency).or_default().on_account -= minor;
    }
    currencies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_of_lines_begin_where_the_report_says() {
        assert_eq!([-3, 0, 7, 8, 30, 31, 60, 61, 90, 91].map(line_band), [0, 0, 0, 1, 1, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn months_are_counted_by_their_ends() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        assert_eq!(months_carried(day(5, 31), day(6, 1)), 1);
        assert_eq!(months_carried(day(6, 1), day(6, 30)), 0);
        assert_eq!(months_carried(day(7, 1), day(6, 30)), 0);
        assert_eq!(months_carried(NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(), day(2, 1)), 2);
    }
}
