//! Open items by age after the run. Ages count from the due date to the as-of date; credit notes and money on account stand apart.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::view::{View, on_account};
use crate::model::Currency;

/// A number of items and their sum in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub count: u64,
    pub minor: i128,
}

impl Sum {
    pub(super) fn add(&mut self, minor: i128) {
        self.count += 1;
        self.minor += minor;
    }
}

/// Number of bands: not due, 1–30, 31–60, 61–90, over 90 days, no due date.
pub(super) const BANDS: usize = 6;

/// The open items of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ageing {
    /// Open invoices by band.
    pub bands: [Sum; BANDS],
    /// Credit notes that are still open: negative.
    pub credit_notes: Sum,
    /// Surplus that this run put on customers' accounts, as a liability: negative.
    pub on_account: i128,
}

impl Ageing {
    /// All open invoices.
    pub(super) fn invoices(&self) -> Sum {
        self.bands
            .iter()
            .fold(Sum::default(), |sum, band| Sum { count: sum.count + band.count, minor: sum.minor + band.minor })
    }

    /// Invoices less credit notes and money on account.
    pub(super) fn balance(&self) -> i128 {
        self.invoices().minor + self.credit_notes.minor + self.on_account
    }
}

/// The band of a due date.
pub(super) fn band(due: Option<NaiveDate>, as_of: NaiveDate) -> usize {
    match due.map(|due| (as_of - due).num_days()) {
        Some(days) if days <= 0 => 0,
        Some(1..=30) => 1,
        Some(31..=60) => 2,
        Some(61..=90) => 3,
        Some(_) => 4,
        None => 5,
    }
}

/// Ages what is open after the run, by currency.
pub(super) fn ageing(view: &View<'_>) -> BTreeMap<Currency, Ageing> {
    let mut currencies: BTreeMap<Currency, Ageing> = BTreeMap::new();
    let run = view.run;
    for (n, item) in run.items.iter().enumerate() {
        let applied = run.reconciliation.items.get(n).map_or(0, |o| o.applied);
        let open = i128::from(item.open_minor) - i128::from(applied);
        if open == 0 {
            continue;
        }
        let ageing = currencies.entry(item.amount.currency).or_default();
        match open {
            ..0 => ageing.credit_notes.add(open),
            _ => ageing.bands[band(item.due_date, run.as_of)].add(open),
        }
    }
    for (currency, surplus) in on_account(run) {
        currencies.entry(currency).or_default().on_account -= surplus;
    }
    currencies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_the_day_after_the_due_date() {
        let as_of = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let due = |days| Some(as_of - chrono::Days::new(days));
        assert_eq!(band(Some(as_of + chrono::Days::new(5)), as_of), 0);
        assert_eq!([0, 1, 30, 31, 60, 61, 90, 91].map(|d| band(due(d), as_of)), [0, 1, 1, 2, 2, 3, 3, 4]);
        assert_eq!(band(None, as_of), 5);
    }
}
