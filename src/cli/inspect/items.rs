//! What a list of invoices comes to.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Currency, ItemKind, OpenItem};

/// Counts, sums and days of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) invoices: u64,
    pub(super) credit_notes: u64,
    /// Items of which nothing is open.
    pub(super) settled: u64,
    pub(super) by_currency: BTreeMap<Currency, Sum>,
    /// First and last day on which something open is due.
    pub(super) due: Option<(NaiveDate, NaiveDate)>,
    /// Open items without a due date.
    pub(super) without_due: u64,
}

/// Sums of one currency, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) items: u64,
    pub(super) amount: i128,
    pub(super) open: i128,
}

impl Summary {
    pub(super) fn of(items: &[OpenItem]) -> Self {
        let mut out = Self::default();
        for item in items {
            match item.kind {
                ItemKind::Invoice => out.invoices += 1,
                ItemKind::CreditNote => out.credit_notes += 1,
            }
            let sum = out.by_currency.entry(item.amount.currency).or_default();
            sum.items += 1;
            sum.amount += i128::from(item.amount.minor);
            sum.open += i128::from(item.open_minor);
            if item.is_settled() {
                out.settled += 1;
                continue;
            }
            match (item.due_date, out.due) {
                (None, _) => out.without_due += 1,
                (Some(day), None) => out.due = Some((day, day)),
                (Some(day), Some((first, last))) => out.due = Some((first.min(day), last.max(day))),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Money;

    #[test]
    fn what_is_settled_is_not_due() {
        let item = |minor, open, day| {
            let mut item = OpenItem::new("1", "1", Money::new(minor, Currency::EUR));
            (item.open_minor, item.due_date) = (open, NaiveDate::from_ymd_opt(2026, 6, day));
            item
        };
        let found = Summary::of(&[item(500, 0, 1), item(700, 600, 9), item(-50, -50, 7), item(5, 5, 99)]);
        assert_eq!((found.invoices, found.credit_notes, found.settled, found.without_due), (3, 1, 1, 1));
        assert_eq!(found.by_currency[&Currency::EUR], Sum { items: 4, amount: 1155, open: 555 });
        assert_eq!(found.due, NaiveDate::from_ymd_opt(2026, 6, 7).zip(NaiveDate::from_ymd_opt(2026, 6, 9)));
    }
}
